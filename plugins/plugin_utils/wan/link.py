# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What netifd says of a WAN and its children, and whether waiting for more makes sense."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..engine.probe import Probe
from ..facts.ubus import INTERFACES
from ..netifd.wan import Children, Status, Wan, child_names, wan
from ..router.wire import Answer

_LET_IT_SETTLE = 6
"""Seconds for what netifd has given up: a configuration just written, a stick just plugged in."""


_NOT_FOUND = 4
"""What ubus exits with where an object is not there (UBUS_STATUS_NOT_FOUND)."""


_RESTART = 20
"""Seconds in which a netifd that was restarted is back."""


@dataclass(frozen=True)
class LinkProbe(Probe["Link"]):
    """The WAN as netifd sees it. A netifd that is being restarted is worth waiting for."""

    interface: str

    @property
    def title(self) -> str:
        return f"the state of {self.interface}"

    def script(self) -> str:
        return INTERFACES.script()

    def parse(self, answer: Answer) -> Link:
        if answer.status == _NOT_FOUND:
            return link({}, self.interface, netifd=False)
        return link(INTERFACES.understood(answer), self.interface)

    @property
    def look(self) -> str:
        """What changes when the WAN does.

        Not its uptime, nor what comes and goes with every bring-up that fails: `pending`, errors.
        ubus is asked for one value a line here, so not with -S.
        """
        dump = f"ubus call {INTERFACES.object} {INTERFACES.method}"
        return f"{dump} | grep -E '\"(interface|up|available|autostart|proto|address)\":'"


@dataclass(frozen=True)
class Link:
    """`status` is None where there is no such interface, `netifd` False where no netifd runs.

    `everything` are the states of all interfaces.
    """

    interface: str
    status: Status | None
    children: Children
    wan: Wan
    netifd: bool = True
    everything: tuple[Status, ...] = ()

    @property
    def proto(self) -> str | None:
        return str(self.status.get("proto", "none")) if self.status is not None else None

    @property
    def configured(self) -> bool:
        """Whether netifd has the interface, and a handler for its protocol."""
        return self.status is not None and self.status.get("proto") != "none"

    def result(self) -> dict[str, object]:
        """The keys that every result has."""
        addresses = self.wan.addresses
        return {
            "interface": self.interface,
            "l3_device": self.wan.device,
            "address": addresses[0].partition("/")[0] if addresses else None,
            "addresses": list(addresses),
            "gateway": next(iter(self.wan.gateways), None),
            "dns": list(self.wan.dns),
        }


def link(dump: Mapping[str, Any], interface: str, *, netifd: bool = True) -> Link:
    """Pick the WAN out of `ubus call network.interface dump`."""
    everything = tuple(dump.get("interface", ()))
    by_name = {each.get("interface"): each for each in everything}
    status = by_name.get(interface)
    children = {name: by_name.get(name) for name in child_names(interface)}
    return Link(interface, status, children, wan(status, children), netifd, everything)


def patience(now: Link) -> float:
    """For how many seconds this state is worth waiting, if nothing changes."""
    status = now.status
    if not now.netifd:
        return _RESTART
    if now.wan.up:
        # With both protocols asked for, the first address may be a second ahead of the other.
        waiting = any(child and child.get("pending") for child in now.children.values())
        return _LET_IT_SETTLE if waiting else 0
    if status is None or not now.configured:
        return _LET_IT_SETTLE
    # The modem was given up, or the PIN was refused, or somebody stopped it.
    given_up = status.get("available") is False or status.get("autostart") is False
    return _LET_IT_SETTLE if given_up else math.inf
