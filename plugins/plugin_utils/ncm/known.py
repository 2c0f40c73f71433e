# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which makers of modems proto ncm knows on this very router.

Source: package/network/utils/comgt/files/ncm.sh in OpenWrt. It takes the first word of what the
modem answers to AT+CGMI, in small letters and with its quotes, and looks that up in ncm.json.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from ..engine.probe import Probe
from ..errors import ProbeError
from ..router.wire import Answer
from .vendors import vendor_of

NCM_JSON = "/etc/gcom/ncm.json"


@dataclass(frozen=True)
class KnownMakersProbe(Probe[tuple[str, ...] | None]):
    """The keys of ncm.json; None where comgt-ncm is not installed."""

    @property
    def title(self) -> str:
        return "the modems that proto ncm knows"

    def script(self) -> str:
        return f"[ ! -e {NCM_JSON} ] || cat {NCM_JSON}"

    def parse(self, answer: Answer) -> tuple[str, ...] | None:
        if answer.status != 0:
            raise ProbeError(self.title, status=answer.status, stderr=answer.stderr)
        if not answer.stdout.strip():
            return None
        try:
            entries = json.loads(answer.stdout)
        except json.JSONDecodeError as error:
            raise self._broken(str(error)) from error
        if not isinstance(entries, dict):
            raise self._broken("it holds no object")
        return tuple(entries)

    def _broken(self, why: str) -> ProbeError:
        return ProbeError(self.title, status=0, stderr=f"{NCM_JSON}: {why}")


def maker_word(said: str | None) -> str | None:
    """What ncm.sh makes of the answer to AT+CGMI; None where there is no word in it."""
    words = (said or "").split()
    return words[0].lower() if words else None


def caution(maker: str | None, known: tuple[str, ...] | None) -> str | None:
    """Why proto ncm cannot drive a modem of this maker on this router; None where it can."""
    if known is None:
        return (
            f"Proto ncm is not installed on this router (there is no {NCM_JSON}): it needs "
            f"comgt-ncm."
        )
    if maker is None:
        return "The modem did not say who made it (AT+CGMI), and proto ncm has to know that."
    if maker in known:
        return None
    vendor = vendor_of(maker)
    help_ = (
        f"OpenWrt knows {vendor.name} from {vendor.since} on."
        if vendor is not None and vendor.since
        else "If the modem can speak another protocol, such as QMI or MBIM, use that one."
    )
    return (
        f"Proto ncm does not know this modem: {NCM_JSON} on this router has no entry for {maker}, "
        f"so that the interface would end with UNSUPPORTED_MODEM. It has {', '.join(known)}. "
        f"{help_}"
    )
