# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an interface and its dynamic children have got, from their ubus status."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeGuard

# The object that `ubus call network.interface.X status` prints; None where there is no such object.
Status = Mapping[str, object]
Children = Mapping[str, Status | None]


@dataclass(frozen=True, slots=True)
class Wan:
    """The sum of an interface and its children; addresses as `100.64.0.16/24`."""

    up: bool
    device: str | None
    addresses: tuple[str, ...]
    gateways: tuple[str, ...]
    dns: tuple[str, ...]


def child_names(interface: str) -> tuple[str, str]:
    """The dynamic interfaces that proto ncm adds: DHCP and DHCPv6."""
    return (f"{interface}_4", f"{interface}_6")


def wan(status: Status | None, children: Children) -> Wan:
    """Add up a status and those of the children.

    An ncm interface is up as soon as the modem said OK; addresses belong to its children. So it
    counts as up only when it says so and an address has come.
    """
    parts = [part for part in (status, *children.values()) if part]
    addresses = tuple(
        f"{entry['address']}/{entry['mask']}"
        for part in parts
        if part.get("up") is True
        for key in ("ipv4-address", "ipv6-address")
        for entry in _entries(part, key)
    )
    devices = [part["l3_device"] for part in reversed(parts) if part.get("l3_device")]
    return Wan(
        up=status is not None and status.get("up") is True and bool(addresses),
        device=str(devices[0]) if devices else None,
        addresses=addresses,
        gateways=tuple(
            dict.fromkeys(
                str(entry["nexthop"])
                for part in parts
                for entry in _entries(part, "route")
                if entry.get("target") in ("0.0.0.0", "::") and entry.get("mask") == 0
            )
        ),
        dns=tuple(dict.fromkeys(name for part in parts for name in _words(part, "dns-server"))),
    )


@dataclass(frozen=True, slots=True)
class DefaultRoute:
    """A default route of one interface; of two the one with the smaller metric is taken."""

    interface: str
    metric: int
    ipv6: bool


def default_routes(everything: Iterable[Status]) -> list[DefaultRoute]:
    """Those of all interfaces, as netifd has set them."""
    return [
        DefaultRoute(
            interface=str(status.get("interface")),
            metric=_number(route.get("metric", status.get("metric"))),
            ipv6=route["target"] == "::",
        )
        for status in everything
        for route in _entries(status, "route")
        if route.get("target") in ("0.0.0.0", "::") and route.get("mask") == 0
    ]


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def up(status: Status | None, children: Children) -> bool:
    """Whether the interface is connected and has an address."""
    return wan(status, children).up


def _entries(status: Status, key: str) -> list[Mapping[str, object]]:
    values = status.get(key)
    return [value for value in values if isinstance(value, Mapping)] if _is_list(values) else []


def _words(status: Status, key: str) -> list[str]:
    values = status.get(key)
    return [str(value) for value in values] if _is_list(values) else []


def _is_list(value: object) -> TypeGuard[list[object]]:
    return isinstance(value, list)
