# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Is there a stick that proto ncm can drive, and if not, what stands in the way?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from .drivers import DRIVER_PACKAGES, HILINK_IDS, Role, role_of, rule_of
from .finding import Finding, Kind, MissingDriver
from .nature import (
    certainly_modem,
    could_be_modem,
    is_hub,
    is_installer_disk,
    is_phone,
    label,
    may_be_unbound_port,
    may_have_unbound_ports,
    nature,
    unbound_ports,
)
from .ports import netdev_of, paths, ports_of, sorted_nodes, unexplained
from .table import UsbDevice, UsbInterface

__all__ = ["Finding", "Kind", "MissingDriver", "classify", "classify_all"]

# The most useful answer first, where several devices are on the bus.
_RANK = (
    Kind.NCM_READY,
    Kind.NCM_NO_CONTROL,
    Kind.SWITCHED_OFF,
    Kind.DRIVER_MISSING,
    Kind.STORAGE_MODE,
    Kind.OTHER_MODE,
    Kind.HILINK,
    Kind.NO_TABLE,
    Kind.ABSENT,
)


def classify(
    devices: Sequence[UsbDevice], *, nodes: Sequence[str], netdevs: Sequence[str]
) -> Finding:
    """Judge the bus; `nodes` are the cdc-wdm*, ttyUSB* and ttyACM* of /dev, with or without /dev/.

    No device at all, not even a root hub, means that no USB table could be read.
    """
    return classify_all(devices, nodes=nodes, netdevs=netdevs)[0]


def classify_all(
    devices: Sequence[UsbDevice], *, nodes: Sequence[str], netdevs: Sequence[str]
) -> tuple[Finding, ...]:
    """A finding for each device that is or may be a modem, best first; never empty."""
    named = sorted_nodes(nodes)
    if not devices:
        return (Finding(Kind.NO_TABLE, control=paths(named), netdev=netdev_of((), netdevs)),)
    others = [device for device in devices if not is_hub(device)]
    bus = tuple(label(device) for device in others)
    natures = tuple(nature(device) for device in others)
    look = _Look(devices, named, netdevs)
    found = [finding for device in others if (finding := _judge(device, look)) is not None]
    found.sort(key=lambda finding: (finding.doubtful, _RANK.index(finding.kind)))
    if not found:
        nodes = paths(unexplained(devices, named))
        found = [Finding(Kind.ABSENT, unsure=nodes, ask=nodes)]
    modems = tuple(label(each.device) for each in found if each.device and not each.doubtful)
    return tuple(replace(each, bus=bus, natures=natures, modems=modems) for each in found)


@dataclass(frozen=True, slots=True)
class _Look:
    """The whole bus with its nodes; one device is judged before this background."""

    devices: Sequence[UsbDevice]
    nodes: Sequence[str]
    netdevs: Sequence[str]

    def netdev(self, network: Sequence[UsbInterface]) -> str | None:
        return netdev_of(network, self.netdevs, self.devices)


def _judge(device: UsbDevice, look: _Look) -> Finding | None:
    """What one device is to proto ncm; None where it is no modem."""
    if device.off:
        # Drivers and interfaces would be sought in vain.
        return Finding(Kind.SWITCHED_OFF, device) if certainly_modem(device) else None
    if is_installer_disk(device):
        return Finding(Kind.STORAGE_MODE, device)
    if is_phone(device):
        return None
    by_role = _by_role(device)
    serial = any(role in by_role for role in (Role.AT, Role.MODEM, Role.SERIAL))
    if certainly_modem(device):
        return _judge_modem(device, by_role, look, serial=serial)
    # Some gadgets and docking stations have a network function and a serial port as well.
    network = by_role.get(Role.NCM, []) or by_role.get(Role.ETHERNET, [])
    ports = serial or may_have_unbound_ports(device)
    if ports and network and could_be_modem(device):
        return replace(_ncm(device, network, look, trusted=False), doubtful=True)
    return None


def _judge_modem(
    device: UsbDevice, by_role: dict[Role, list[UsbInterface]], look: _Look, *, serial: bool
) -> Finding | None:
    ports = serial or bool(unbound_ports(device))
    ethernet = by_role.get(Role.ETHERNET, [])
    if device.id in HILINK_IDS and not serial:
        return _hilink(device, ethernet, look)
    network = by_role.get(Role.NCM) or (ethernet if ports else [])
    if network:
        return _ncm(device, network, look, trusted=True)
    if Role.OTHER_WWAN in by_role:
        return _other_mode(device, by_role[Role.OTHER_WWAN])
    if ethernet:
        return _hilink(device, ethernet, look)
    return _dial_up(device, by_role) if ports else None


def _by_role(device: UsbDevice) -> dict[Role, list[UsbInterface]]:
    by_role: dict[Role, list[UsbInterface]] = {}
    for interface in device.interfaces:
        role = role_of(device.vendor, interface)
        if role is not None:
            by_role.setdefault(role, []).append(interface)
    return by_role


def _other_mode(device: UsbDevice, network: Sequence[UsbInterface]) -> Finding:
    rule = rule_of(device.vendor, network[0])
    driver = network[0].driver or (rule.driver if rule else None)
    return Finding(Kind.OTHER_MODE, device, driver=driver)


def _dial_up(device: UsbDevice, by_role: dict[Role, list[UsbInterface]]) -> Finding:
    """Serial ports without any network function, or ports that have no driver yet."""
    roles = (Role.AT, Role.MODEM, Role.SERIAL)
    bound = [part.driver for role in roles for part in by_role.get(role, []) if part.driver]
    if bound:
        return Finding(Kind.OTHER_MODE, device, driver=bound[0])
    missing = _missing(device, device.interfaces)
    return Finding(Kind.DRIVER_MISSING, device, missing=missing)


def _hilink(device: UsbDevice, network: Sequence[UsbInterface], look: _Look) -> Finding:
    return Finding(
        Kind.HILINK,
        device,
        netdev=look.netdev(network),
        driver=next((interface.driver for interface in network if interface.driver), None),
        missing=_missing(device, network),
    )


def _ncm(
    device: UsbDevice, network: Sequence[UsbInterface], look: _Look, *, trusted: bool
) -> Finding:
    ports = ports_of(device, look.devices, look.nodes, network, trusted=trusted)
    missing = _missing(device, device.interfaces)
    driver = next((interface.driver for interface in network if interface.driver), None)
    if driver is None or (missing and not ports.control and not ports.unsure):
        kind = Kind.DRIVER_MISSING
    elif ports.control:
        kind = Kind.NCM_READY
    else:
        kind = Kind.NCM_NO_CONTROL
    return Finding(
        kind,
        device,
        control=paths(ports.control),
        netdev=look.netdev(network),
        driver=driver,
        missing=missing,
        unsure=paths(ports.unsure),
        ask=paths(ports.ask),
    )


def _missing(device: UsbDevice, interfaces: Sequence[UsbInterface]) -> tuple[MissingDriver, ...]:
    """Drivers that interfaces of a known role lack; the card reader and the diag port may."""
    found: dict[str, MissingDriver] = {}
    ports = unbound_ports(device)
    for interface in interfaces:
        rule = rule_of(device.vendor, interface)
        if interface.driver or (rule and rule.role in (Role.STORAGE, Role.DIAG)):
            continue
        if rule is None and not (may_be_unbound_port(interface) and interface in ports):
            continue
        driver = rule.driver if rule else "option"
        missing = MissingDriver(interface, driver, DRIVER_PACKAGES[driver])
        found.setdefault(driver, missing)
    return tuple(found.values())
