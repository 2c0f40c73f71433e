# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""netifd's interfaces, from `ubus call network.interface dump`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Interface:
    """One interface; addresses carry their prefix length, errors are codes such as NO_DEVICE.

    `status` is the whole of netifd's answer, for whoever explains it.
    """

    name: str
    up: bool
    pending: bool
    available: bool
    autostart: bool
    proto: str
    device: str | None
    l3_device: str | None
    addresses: tuple[str, ...]
    gateway: str | None
    dns: tuple[str, ...]
    errors: tuple[str, ...]
    status: Mapping[str, Any]

    def compact(self) -> dict[str, object]:
        """What a playbook sees."""
        return {
            "up": self.up,
            "proto": self.proto,
            "device": self.device,
            "l3_device": self.l3_device,
            "addresses": list(self.addresses),
            "gateway": self.gateway,
            "dns": list(self.dns),
            "errors": list(self.errors),
        }


def interfaces(dump: Mapping[str, Any]) -> dict[str, Interface]:
    """The interfaces by name, in netifd's order."""
    return {each["interface"]: _interface(each) for each in dump.get("interface", ())}


def _interface(status: Mapping[str, Any]) -> Interface:
    return Interface(
        name=status["interface"],
        up=bool(status.get("up")),
        pending=bool(status.get("pending")),
        available=bool(status.get("available")),
        autostart=bool(status.get("autostart")),
        proto=status.get("proto", "none"),
        device=status.get("device"),
        l3_device=status.get("l3_device"),
        addresses=tuple(_addresses(status)),
        gateway=_gateway(status),
        dns=tuple(status.get("dns-server", ())),
        errors=tuple(error["code"] for error in status.get("errors", ()) if "code" in error),
        status=status,
    )


def _addresses(status: Mapping[str, Any]) -> list[str]:
    own = [*status.get("ipv4-address", ()), *status.get("ipv6-address", ())]
    # The router's own address out of a delegated prefix stands elsewhere.
    own += [
        each["local-address"]
        for each in status.get("ipv6-prefix-assignment", ())
        if "local-address" in each
    ]
    return [f"{each['address']}/{each['mask']}" for each in own]


def _gateway(status: Mapping[str, Any]) -> str | None:
    """The next hop of the default route, IPv4's before IPv6's."""
    hops: dict[str, str] = {
        route["target"]: route["nexthop"]
        for route in reversed(status.get("route", ()))
        if route.get("mask") == 0 and "nexthop" in route
    }
    return hops.get("0.0.0.0", hops.get("::"))
