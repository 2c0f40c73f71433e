# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task wants a modem to keep, checked before anything is sent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...errors import SpecError
from .commands import layout

_CODES = r"[0-9A-F]{1,2}(?:,[0-9A-F]{1,2})*"
_LAYOUT = re.compile(rf"{_CODES};{_CODES}")
_AT_PORTS = {"12", "2"}
_NETWORK = "16"


@dataclass(frozen=True)
class Wanted:
    """`words` are by setting (mode, domain, roaming) what it shall be, roaming as yes or no.

    `ports` is a layout as ^SETPORT takes it: what there is before a mode switch and after it.
    """

    words: Mapping[str, str]
    ports: str | None = None
    allow_port_change: bool = False
    reset: bool = False

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> Wanted:
        """Raises SpecError."""
        words = {name: params[name] for name in ("mode", "domain") if params[name] is not None}
        if params["roaming"] is not None:
            words["roaming"] = "yes" if params["roaming"] else "no"
        ports = params["ports"]
        return cls(
            words,
            check_layout(ports) if ports is not None else None,
            params["allow_port_change"],
            params["reset"],
        )

    @property
    def settings(self) -> tuple[str, ...]:
        return (*self.words, *(("ports",) if self.ports is not None else ()))


def check_layout(text: str) -> str:
    """A layout with which the stick stays a modem that this router can use; raises SpecError.

    Codes of Huawei: 12 and 2 take AT commands, 16 is the NCM network device, FF is nothing.
    """
    codes = layout(text)
    if not _LAYOUT.fullmatch(codes):
        raise SpecError(
            option="ports",
            value=text,
            expected="codes before and behind one semicolon, such as FF;12,16",
        )
    after = set(codes.partition(";")[2].split(","))
    if not after & _AT_PORTS:
        raise SpecError(
            option="ports",
            value=text,
            expected="12 or 2 behind the semicolon",
            hint="Without an AT port the stick could not be talked to any more, nor set back.",
        )
    if _NETWORK not in after:
        raise SpecError(
            option="ports",
            value=text,
            expected=f"{_NETWORK} behind the semicolon",
            hint="Without it the stick has no network device, and the router no WAN.",
        )
    return codes
