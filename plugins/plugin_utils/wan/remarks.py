# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is not the fault, and yet worth knowing: remarks beside the verdict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..ncm.options import DEAD_OPTIONS, INTERFACE_OPTIONS
from .evidence import Evidence
from .link import Link

MEANINGS: Mapping[str, str] = {
    "OTHER_ROUTE": "another interface has the default route",
    "NO_DEFAULT_ROUTE": "the WAN has no default route",
    "DEAD_OPTION": "an option that nothing reads",
    "OPTION_IGNORED": "an option that this router's handler does not read",
    "TWO_STICKS": "several modems, whose port numbers may be exchanged",
    "MWAN3": "mwan3 does not know the interface that has the address",
    "FLASH_WEAR": "failed bring-ups that write to the modem each time",
    "OLD_KERNEL": "a kernel too old for some Huawei sticks",
}
"""All codes of remarks."""

_LOOP = 5
_NDP_TO_END = (4, 2)
"""The first kernel whose huawei_cdc_ncm puts the NDP at a frame's end, as the E3372 wants it."""


@dataclass(frozen=True)
class Remark:
    """`code` is a key of MEANINGS."""

    code: str
    text: str

    def describe(self) -> dict[str, object]:
        return {"code": self.code, "text": self.text}


def of_link(now: Link, other: str | None) -> list[Remark]:
    """What netifd alone tells of a WAN that is up."""
    if other is not None:
        return [
            Remark("OTHER_ROUTE", f"The router's default route goes through {other} instead of it.")
        ]
    if now.wan.gateways:
        return []
    return [Remark("NO_DEFAULT_ROUTE", f"{now.interface} has no default route.")]


def of_evidence(seen: Evidence, attempts: int = 0) -> list[Remark]:
    """What was found on the way to a verdict."""
    return [*_options(seen), *_sticks(seen), *_mwan3(seen), *_wear(seen, attempts)]


def _options(seen: Evidence) -> Iterator[Remark]:
    if seen.now.proto != "ncm" or seen.section is None:
        return
    for name, _value in seen.section.options:
        if name in DEAD_OPTIONS:
            text = f"The option {name} is not read by proto ncm; {DEAD_OPTIONS[name]}."
            yield Remark("DEAD_OPTION", text)
        elif seen.declared and name not in seen.declared and not _netifds(name):
            text = f"The option {name} is not read by this release's handler of proto ncm."
            yield Remark("OPTION_IGNORED", text)
        elif name in ("ip4table", "ip6table") and seen.declared and "mtu" not in seen.declared:
            # Both came with one change (OpenWrt b289edd84b3).
            text = f"The option {name} does not reach the interface that has the address."
            yield Remark("OPTION_IGNORED", text)


def _netifds(name: str) -> bool:
    return name in INTERFACE_OPTIONS


def _sticks(seen: Evidence) -> Iterator[Remark]:
    modems = seen.finding.modems if seen.finding else ()
    if len(modems) > 1:
        yield Remark(
            "TWO_STICKS",
            f"There are {len(modems)} modems ({'; '.join(modems)}): their ttyUSB and cdc-wdm "
            f"numbers may be exchanged at the next boot.",
        )
    old = seen.around and () < seen.around.kernel_version < _NDP_TO_END
    if old and seen.finding and seen.finding.driver == "huawei_cdc_ncm":
        yield Remark(
            "OLD_KERNEL",
            f"The kernel {seen.around.kernel if seen.around else ''} is older than 4.2; a Huawei "
            f"E3372 does not understand its frames.",
        )


def _mwan3(seen: Evidence) -> Iterator[Remark]:
    known = seen.around.mwan3 if seen.around else None
    names = {seen.now.interface, *seen.now.children}
    if known is not None and not (names - {seen.now.interface}) & set(known):
        knows = ", ".join(known) or "no interface"
        yield Remark(
            "MWAN3",
            f"mwan3 is configured and knows {knows}; the address belongs to "
            f"{seen.now.interface}_4, which some of its versions have to be told.",
        )


def _wear(seen: Evidence, attempts: int) -> Iterator[Remark]:
    if attempts >= _LOOP and seen.now.proto == "ncm":
        mode = ", the mode in its flash among it" if seen.option("mode") else ""
        yield Remark(
            "FLASH_WEAR",
            f"netifd starts anew every few seconds and writes to the modem each time{mode}: "
            f"'ifdown {seen.now.interface}' ends that until the cause is mended.",
        )
