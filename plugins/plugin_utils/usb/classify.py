# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Is there a stick that proto ncm can drive, and if not, what stands in the way?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from .drivers import DRIVER_PACKAGES, HILINK_IDS, MODEM_VENDORS, Role, role_of, rule_of
from .table import UsbDevice, UsbInterface

_NODE = re.compile(r"(cdc-wdm|ttyUSB|ttyACM)(\d+)")
# cdc-wdm and the AT port answer at once; the modem port may be busy with PPP.
_NODE_ORDER = ("cdc-wdm", "ttyUSB", "ttyACM")
_NETDEV = re.compile(r"(wwan|usb)\d+")
_HUB = 0x09


class Kind(StrEnum):
    """What was found; the value is what a playbook sees."""

    NCM_READY = "ncm_ready"
    NCM_NO_CONTROL = "ncm_no_control"
    DRIVER_MISSING = "driver_missing"
    STORAGE_MODE = "storage_mode"
    OTHER_MODE = "other_mode"
    HILINK = "hilink"
    NO_TABLE = "no_table"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class MissingDriver:
    """A driver that no interface of the device got, and the package that brings it."""

    interface: UsbInterface
    driver: str
    package: str


@dataclass(frozen=True, slots=True)
class Finding:
    """The state of the stick.

    `control` are paths of nodes that take AT commands, best first; `netdev` is the network device
    as far as it is known; `driver` is what drives the network function; `unsure` are nodes that
    exist but may be the diag port, so nothing must be sent there unasked; `bus` names every device
    that is no hub.
    """

    kind: Kind
    device: UsbDevice | None = None
    control: tuple[str, ...] = ()
    netdev: str | None = None
    driver: str | None = None
    missing: tuple[MissingDriver, ...] = ()
    unsure: tuple[str, ...] = ()
    bus: tuple[str, ...] = ()


# The most useful answer first, where several devices hang on the bus.
_RANK = (
    Kind.NCM_READY,
    Kind.NCM_NO_CONTROL,
    Kind.DRIVER_MISSING,
    Kind.STORAGE_MODE,
    Kind.OTHER_MODE,
    Kind.HILINK,
)


def classify(
    devices: Sequence[UsbDevice], *, nodes: Sequence[str], netdevs: Sequence[str]
) -> Finding:
    """Judge the bus; `nodes` are the cdc-wdm*, ttyUSB* and ttyACM* of /dev, with or without /dev/.

    No device at all, not even a root hub, means that no USB table could be read.
    """
    named = _sorted_nodes(nodes)
    bus = tuple(_label(device) for device in devices if not _is_hub(device))
    if not devices:
        return Finding(Kind.NO_TABLE, control=_paths(named), netdev=_netdev((), netdevs))
    findings = [
        finding
        for device in devices
        if not _is_hub(device)
        and (finding := _judge(device, devices, named, netdevs, bus)) is not None
    ]
    if not findings:
        return Finding(Kind.ABSENT, bus=bus)
    return min(findings, key=lambda finding: _RANK.index(finding.kind))


def _judge(
    device: UsbDevice,
    devices: Sequence[UsbDevice],
    nodes: Sequence[str],
    netdevs: Sequence[str],
    bus: tuple[str, ...],
) -> Finding | None:
    """What one device is to proto ncm; None where it is no modem."""
    by_role: dict[Role, list[UsbInterface]] = {}
    for interface in device.interfaces:
        role = role_of(device.vendor, interface)
        if role is not None:
            by_role.setdefault(role, []).append(interface)
    known = device.vendor in MODEM_VENDORS
    speaks_at = Role.AT in by_role or Role.MODEM in by_role
    if by_role and set(by_role) == {Role.STORAGE}:
        return Finding(Kind.STORAGE_MODE, device, bus=bus) if known else None
    if device.id in HILINK_IDS:
        return _hilink(device, by_role.get(Role.ETHERNET, []), netdevs, bus)
    network = by_role.get(Role.NCM) or (by_role.get(Role.ETHERNET, []) if speaks_at else [])
    if network:
        return _modem(device, network, devices, nodes, netdevs, bus)
    if Role.OTHER_WWAN in by_role:
        network = by_role[Role.OTHER_WWAN]
        rule = rule_of(device.vendor, network[0])
        driver = network[0].driver or (rule.driver if rule else None)
        return Finding(Kind.OTHER_MODE, device, driver=driver, bus=bus)
    if known and Role.ETHERNET in by_role:
        return _hilink(device, by_role[Role.ETHERNET], netdevs, bus)
    return None


def _hilink(
    device: UsbDevice,
    network: Sequence[UsbInterface],
    netdevs: Sequence[str],
    bus: tuple[str, ...],
) -> Finding:
    return Finding(
        Kind.HILINK,
        device,
        netdev=_netdev(network, netdevs),
        driver=next((interface.driver for interface in network if interface.driver), None),
        missing=_missing(device, network),
        bus=bus,
    )


def _modem(
    device: UsbDevice,
    network: Sequence[UsbInterface],
    devices: Sequence[UsbDevice],
    nodes: Sequence[str],
    netdevs: Sequence[str],
    bus: tuple[str, ...],
) -> Finding:
    control, unsure = _control(device, devices, nodes, network)
    missing = _missing(device, device.interfaces)
    driver = next((interface.driver for interface in network if interface.driver), None)
    if driver is None or (missing and not control):
        kind = Kind.DRIVER_MISSING
    elif control:
        kind = Kind.NCM_READY
    else:
        kind = Kind.NCM_NO_CONTROL
    return Finding(kind, device, control, _netdev(network, netdevs), driver, missing, unsure, bus)


def _missing(device: UsbDevice, interfaces: Sequence[UsbInterface]) -> tuple[MissingDriver, ...]:
    """Drivers that interfaces of a known role lack; the card reader and the diag port may."""
    found: dict[str, MissingDriver] = {}
    for interface in interfaces:
        rule = rule_of(device.vendor, interface)
        if interface.driver or rule is None or rule.role in (Role.STORAGE, Role.DIAG):
            continue
        missing = MissingDriver(interface, rule.driver, DRIVER_PACKAGES[rule.driver])
        found.setdefault(rule.driver, missing)
    return tuple(found.values())


# --- control nodes ------------------------------------------------------------------------------


def _control(
    device: UsbDevice,
    devices: Sequence[UsbDevice],
    nodes: Sequence[str],
    network: Sequence[UsbInterface],
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Paths of the nodes that take AT commands (cdc-wdm, AT port, modem port), and unsure ones."""
    owners = _owners(devices, nodes)
    candidates: list[tuple[int, int, str]] = []
    for interface in device.interfaces:
        role = role_of(device.vendor, interface)
        for node in owners.get((device.bus, device.device, interface.number), ()):
            if node.startswith("cdc-wdm") and interface in network:
                candidates.append((0, interface.number, node))
            elif role in (Role.AT, Role.MODEM) and node.startswith("tty"):
                candidates.append((1 if role is Role.AT else 2, interface.number, node))
    owned = {node for names in owners.values() for node in names}
    loose = [node for node in nodes if node.startswith("tty") and node not in owned]
    certain = [node for _ignored, _ignored, node in sorted(candidates) if node in nodes]
    if _diag_is_bound(devices):
        return _paths(certain), _paths(loose)
    return _paths(certain + loose), ()


def _diag_is_bound(devices: Sequence[UsbDevice]) -> bool:
    return any(
        interface.driver is not None and role_of(device.vendor, interface) is Role.DIAG
        for device in devices
        for interface in device.interfaces
    )


def _owners(
    devices: Sequence[UsbDevice], nodes: Sequence[str]
) -> dict[tuple[int, int, int], tuple[str, ...]]:
    """Which interface (bus, device, number) brought which node.

    Only sysfs says so. The kernel's table does not, but a single device's ports are numbered in
    the order of its interfaces; where the counts differ, or several devices have ports, the answer
    is open and nothing is claimed.
    """
    told = {
        (device.bus, device.device, interface.number): tuple(
            node for node in interface.nodes if _NODE.fullmatch(node)
        )
        for device in devices
        for interface in device.interfaces
    }
    if any(told.values()):
        return told
    owners: dict[tuple[int, int, int], tuple[str, ...]] = {}
    for prefix, drivers in _NODE_DRIVERS:
        places = [
            (device.bus, device.device, interface.number)
            for device in devices
            for interface in device.interfaces
            if interface.driver in drivers and not _is_acm_data(interface)
        ]
        named = [node for node in nodes if node.startswith(prefix)]
        if len(places) == len(named) and len({place[:2] for place in places}) == 1:
            owners.update({place: (node,) for place, node in zip(places, named, strict=True)})
    return owners


_NODE_DRIVERS: tuple[tuple[str, frozenset[str]], ...] = (
    ("cdc-wdm", frozenset({"huawei_cdc_ncm", "cdc_mbim", "qmi_wwan"})),
    ("ttyUSB", frozenset({"option", "qcserial", "sierra", "usbserial_generic"})),
    ("ttyACM", frozenset({"cdc_acm"})),
)


def _is_acm_data(interface: UsbInterface) -> bool:
    """cdc_acm binds a control and a data interface (class 0a) for each single port."""
    return interface.driver == "cdc_acm" and interface.cls == 0x0A


def _sorted_nodes(nodes: Sequence[str]) -> list[str]:
    names = {node.rpartition("/")[2] for node in nodes}
    found = [match for name in names if (match := _NODE.fullmatch(name))]
    found.sort(key=lambda match: (_NODE_ORDER.index(match[1]), int(match[2])))
    return [match[0] for match in found]


def _paths(nodes: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"/dev/{node}" for node in nodes)


def _netdev(network: Sequence[UsbInterface], netdevs: Sequence[str]) -> str | None:
    """The network device: what sysfs names, else the first one that is named as sticks' are."""
    for interface in network:
        for node in interface.nodes:
            if not _NODE.fullmatch(node) and (not netdevs or node in netdevs):
                return node
    return next((name for name in sorted(netdevs) if _NETDEV.fullmatch(name)), None)


def _is_hub(device: UsbDevice) -> bool:
    return bool(device.interfaces) and all(i.cls == _HUB for i in device.interfaces)


def _label(device: UsbDevice) -> str:
    """A device as a person knows it: `12d1:1506 HUAWEI_MOBILE`."""
    maker = device.manufacturer or MODEM_VENDORS.get(device.vendor, "")
    name = device.product_name or ""
    words = name if maker and name.startswith(maker) else f"{maker} {name}"
    return f"{device.id} {words.strip()}".strip()
