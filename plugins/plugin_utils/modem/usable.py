# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Is the modem usable, and if not: is it worth waiting?"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import SpecError
from ..facts.nodes import Nodes
from ..ncm.vendors import AUTO
from ..uci.names import check_section_name
from ..usb.classify import Finding, Kind
from ..usb.drivers import DRIVER_ROLES, Role

_STICK_NETDEV = re.compile(r"(wwan|usb)\d+")
_NETDEV = re.compile(r"[A-Za-z0-9._-]{1,15}")

# Found nothing that stands against nodes that are there: what the table cannot judge, they can.
_NODES_DECIDE = (Kind.NCM_READY, Kind.NO_TABLE, Kind.ABSENT)

# Seconds for what will hardly change by itself. A stick that is being plugged in shows its
# interfaces a moment before they get their drivers, and the hotplug scripts of usb-modeswitch
# take one or two seconds to switch it.
_PATIENCE = {
    Kind.STORAGE_MODE: 4,
    Kind.HILINK: 8,
    Kind.OTHER_MODE: 8,
    Kind.DRIVER_MISSING: 8,
    Kind.SWITCHED_OFF: 8,
    Kind.NCM_NO_CONTROL: 8,
}


_ENDS = ("device", "netdev")


@dataclass(frozen=True)
class Want:
    """What a task asks for; None stands for whatever the stick brings.

    `interface` is the one whose configured port is preferred, and whose handler must not disturb.
    """

    device: str | None
    netdev: str | None
    interface: str = "wwan"

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> Want:
        """Raises SpecError."""
        device, netdev = (None if params[end] == AUTO else params[end] for end in _ENDS)
        if device is not None and not device.startswith("/dev/"):
            raise SpecError(
                option="device", value=device, expected="a path below /dev, such as /dev/cdc-wdm0"
            )
        if netdev is not None and not _NETDEV.fullmatch(netdev):
            raise SpecError(
                option="netdev", value=netdev, expected="a network device's name, such as wwan0"
            )
        interface = check_section_name(params["interface"], option="interface")
        return cls(device, netdev, interface)


@dataclass(frozen=True)
class Modem:
    """The two ends of a modem; None for one that is not there (yet)."""

    device: str | None
    netdev: str | None

    @property
    def usable(self) -> bool:
        return self.device is not None and self.netdev is not None


def modem(want: Want, finding: Finding, nodes: Nodes) -> Modem:
    """What there is of the wanted modem. A path given by the user is trusted if it exists."""
    return Modem(_device(want, finding, nodes), netdev_of(want, finding, nodes))


def patience(found: Modem, finding: Finding) -> float:
    """For how many seconds this state is worth waiting, if nothing changes."""
    if found.usable or (finding.to_ask and found.netdev):
        return 0
    return _PATIENCE.get(finding.kind, math.inf)


def _device(want: Want, finding: Finding, nodes: Nodes) -> str | None:
    if want.device is not None:
        return want.device if want.device in nodes.control else None
    if finding.kind not in _NODES_DECIDE:
        return None
    # Only classify knows which tty is the AT port and which must not be touched.
    return next(iter(finding.control or finding.unsure), None)


def netdev_of(want: Want, finding: Finding, nodes: Nodes) -> str | None:
    """The network device that is wanted, or the one of the stick; None if it is not there."""
    if want.netdev is not None:
        return want.netdev if want.netdev in nodes.netdev_names else None
    if finding.netdev is not None:
        return finding.netdev
    drivers = {finding.driver} if finding.driver else _NCM_DRIVERS
    names = [device.name for device in nodes.netdevs if device.driver in drivers]
    # A network adapter may have the same driver; a stick's device is rarely named as an adapter's.
    by_both = (name for name in names if _STICK_NETDEV.fullmatch(name))
    by_name = (name for name in nodes.netdev_names if _STICK_NETDEV.fullmatch(name))
    return next(by_both, None) or next(iter(names), None) or next(by_name, None)


_NCM_DRIVERS = {name for name, role in DRIVER_ROLES.items() if role is Role.NCM}
