# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The USB bus of a router: the kernel's table, else sysfs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..engine.probe import Probe
from ..errors import ProbeError
from ..router.wire import Answer
from ..usb.table import SYSFS_SCRIPT, USB_TABLE, UsbDevice, UsbInterface, parse, parse_sysfs

_SYSFS = "--- sysfs"


@dataclass(frozen=True)
class Bus:
    """What hangs on USB; `readable` is False where neither debugfs nor sysfs shows a bus."""

    readable: bool
    devices: tuple[UsbDevice, ...]


@dataclass(frozen=True)
class UsbProbe(Probe[Bus]):
    """Both sources at once: only debugfs is sure to be the router's own, only sysfs tells nodes.

    A router in a container sees the sysfs of its host.
    """

    @property
    def title(self) -> str:
        return "the USB devices"

    def script(self) -> str:
        # Without the B: lines of the hubs: they count bandwidth and change all the time.
        return (
            f"[ ! -r {USB_TABLE} ] || sed '/^B:/d' {USB_TABLE} || exit 1\n"
            "[ -d /sys/bus/usb/devices ] || exit 0\n"
            f"echo '{_SYSFS}'\n{SYSFS_SCRIPT}"
        )

    def parse(self, answer: Answer) -> Bus:
        if answer.status != 0:
            raise ProbeError(self.title, status=answer.status, stderr=answer.stderr)
        table, _ignored, sysfs = answer.stdout.partition(_SYSFS)
        devices = joined(parse(table), parse_sysfs(sysfs))
        return Bus(readable=bool(devices), devices=devices)


def joined(table: Sequence[UsbDevice], sysfs: Sequence[UsbDevice]) -> tuple[UsbDevice, ...]:
    """The table's devices with the nodes that sysfs knows of; sysfs alone without a table."""
    if not table:
        return tuple(sysfs)
    twins = {_place(device): device for device in sysfs}
    return tuple(
        _with_nodes(device, twins[_place(device)]) if _place(device) in twins else device
        for device in table
    )


def _place(device: UsbDevice) -> tuple[int, int, str]:
    return device.bus, device.device, device.id


def _with_nodes(device: UsbDevice, twin: UsbDevice) -> UsbDevice:
    nodes = {interface.number: interface.nodes for interface in twin.interfaces}
    interfaces = tuple(
        replace(interface, nodes=nodes.get(interface.number, ())) for interface in device.interfaces
    )
    return replace(device, interfaces=interfaces, off=device.off or twin.off, place=twin.place)


def describe(device: UsbDevice) -> dict[str, object]:
    """What a playbook sees of a device."""
    return {
        "id": device.id,
        "bus": device.bus,
        "device": device.device,
        "port": device.port,
        "speed": device.speed,
        "manufacturer": device.manufacturer,
        "product": device.product_name,
        "serial": device.serial,
        "revision": device.revision,
        "interfaces": [_interface(interface) for interface in device.interfaces],
    }


def _interface(interface: UsbInterface) -> dict[str, object]:
    return {
        "number": interface.number,
        "class": interface.code,
        "driver": interface.driver,
        "active": interface.active,
        "nodes": list(interface.nodes),
    }
