# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which node belongs to which interface, and which of a device's nodes take AT commands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from .drivers import ADAPTER_SERIAL, SERIAL_DRIVERS, Role, is_acm_data, role_of
from .table import UsbDevice, UsbInterface

NODE = re.compile(r"(cdc-wdm|ttyUSB|ttyACM)(\d+)")
# cdc-wdm and the AT port answer at once; the modem port may be busy with PPP.
_NODE_ORDER = ("cdc-wdm", "ttyUSB", "ttyACM")
_NETDEV = re.compile(r"(wwan|usb)\d+")

_NODE_DRIVERS: tuple[tuple[str, frozenset[str]], ...] = (
    ("cdc-wdm", frozenset({"huawei_cdc_ncm", "cdc_mbim", "qmi_wwan", "cdc_wdm"})),
    ("ttyUSB", SERIAL_DRIVERS | ADAPTER_SERIAL),
    ("ttyACM", frozenset({"cdc_acm"})),
)

# Qualcomm's protocol code of AT ports is a hint which one to ask first.
_AT_HINT = 0x40

Place = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Ports:
    """Names of a device's nodes: those that take AT commands, and those that may.

    `ask` are the ones of `unsure` that cannot be a diag port as far as the bus tells.
    """

    control: tuple[str, ...]
    unsure: tuple[str, ...]
    ask: tuple[str, ...]


def ports_of(
    device: UsbDevice,
    devices: Sequence[UsbDevice],
    nodes: Sequence[str],
    network: Sequence[UsbInterface],
    *,
    trusted: bool,
) -> Ports:
    """The control nodes of a device (cdc-wdm, AT port, modem port) and the unsure ones.

    Of a device that is not `trusted` to be a modem no serial port is certain.
    """
    owners = _owners(devices, nodes)
    ranked = sorted(_ranked(device, owners, network, trusted=trusted))
    certain = [node for rank, _ignored, node in ranked if rank < _UNSURE and node in nodes]
    unsure = [node for rank, _ignored, node in ranked if rank >= _UNSURE and node in nodes]
    owned = {node for names in owners.values() for node in names}
    loose = [node for node in nodes if node.startswith("tty") and node not in owned]
    for node in loose:
        (certain if trusted and _all_take_at(device, devices, node) else unsure).append(node)
    ask = [node for node in unsure if node not in loose or not _may_be_foreign(devices, node)]
    return Ports(tuple(certain), tuple(unsure), tuple(ask))


_UNSURE = 3


def _ranked(
    device: UsbDevice,
    owners: Mapping[Place, tuple[str, ...]],
    network: Sequence[UsbInterface],
    *,
    trusted: bool,
) -> Iterator[tuple[int, int, str]]:
    ranks = {Role.AT: 1, Role.MODEM: 2} if trusted else {}
    for interface in device.interfaces:
        role = role_of(device.vendor, interface)
        for node in owners.get((device.bus, device.device, interface.number), ()):
            if node.startswith("cdc-wdm"):
                if interface in network:
                    yield 0, interface.number, node
            elif role in (Role.AT, Role.MODEM, Role.SERIAL):
                hinted = interface.protocol == _AT_HINT
                yield ranks.get(role, _UNSURE if hinted else _UNSURE + 1), interface.number, node


def _makers(devices: Sequence[UsbDevice], node: str) -> Iterator[tuple[UsbDevice, UsbInterface]]:
    """The interfaces that may have brought a serial node, as their drivers tell."""
    drivers = next((names for prefix, names in _NODE_DRIVERS if node.startswith(prefix)), ())
    for device in devices:
        for interface in device.interfaces:
            if interface.driver in drivers and not is_acm_data(interface):
                yield device, interface


def _all_take_at(device: UsbDevice, devices: Sequence[UsbDevice], node: str) -> bool:
    """True if whatever interface brought the node, it is one that takes AT commands."""
    makers = list(_makers(devices, node))
    return bool(makers) and all(
        maker is device and role_of(maker.vendor, interface) in (Role.AT, Role.MODEM)
        for maker, interface in makers
    )


def _may_be_foreign(devices: Sequence[UsbDevice], node: str) -> bool:
    """True if the node may be a diag port or belong to a serial adapter."""
    makers = list(_makers(devices, node))
    return not makers or any(
        role_of(maker.vendor, interface) not in (Role.AT, Role.MODEM, Role.SERIAL)
        for maker, interface in makers
    )


def _owners(devices: Sequence[UsbDevice], nodes: Sequence[str]) -> dict[Place, tuple[str, ...]]:
    """Which interface (bus, device, number) brought which node.

    Only sysfs says so. The kernel's table does not, but a single device's ports are numbered in
    the order of its interfaces; where the counts differ, or several devices have ports, the answer
    is open and nothing is claimed.
    """
    told = {
        (device.bus, device.device, interface.number): tuple(
            node for node in interface.nodes if NODE.fullmatch(node)
        )
        for device in devices
        for interface in device.interfaces
    }
    if any(told.values()):
        return told
    owners: dict[Place, tuple[str, ...]] = {}
    for prefix, drivers in _NODE_DRIVERS:
        places = [
            (device.bus, device.device, interface.number)
            for device in devices
            for interface in device.interfaces
            if interface.driver in drivers and not is_acm_data(interface)
        ]
        named = [node for node in nodes if node.startswith(prefix)]
        if len(places) == len(named) and len({place[:2] for place in places}) == 1:
            owners.update({place: (node,) for place, node in zip(places, named, strict=True)})
    return owners


def unexplained(devices: Sequence[UsbDevice], nodes: Sequence[str]) -> list[str]:
    """Nodes that no interface on the bus can have brought, such as those of a PCIe modem."""
    return [node for node in nodes if not any(_makers(devices, node))]


def sorted_nodes(nodes: Sequence[str]) -> list[str]:
    """Names of the control nodes among the paths or names, in the order of being tried."""
    names = {node.rpartition("/")[2] for node in nodes}
    found = [match for name in names if (match := NODE.fullmatch(name))]
    found.sort(key=lambda match: (_NODE_ORDER.index(match[1]), int(match[2])))
    return [match[0] for match in found]


def paths(nodes: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"/dev/{node}" for node in nodes)


def netdev_of(
    network: Sequence[UsbInterface], netdevs: Sequence[str], devices: Sequence[UsbDevice] = ()
) -> str | None:
    """The network device: what sysfs names, else the first one that is named as sticks' are."""
    for interface in network:
        for node in interface.nodes:
            if not NODE.fullmatch(node) and (not netdevs or node in netdevs):
                return node
    others = {node for device in devices for each in device.interfaces for node in each.nodes}
    names = (name for name in sorted(netdevs) if _NETDEV.fullmatch(name))
    return next((name for name in names if name not in others), None)
