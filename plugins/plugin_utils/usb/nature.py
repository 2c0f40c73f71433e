# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What kind of thing a USB device is: a modem, or one of the many that only look like one."""

from __future__ import annotations

import re

from .drivers import (
    ADAPTER_SERIAL,
    ADAPTER_VENDORS,
    HUAWEI,
    MODEM_SERIAL,
    MODEM_VENDORS,
    PHONE_VENDORS,
    Role,
    role_of,
)
from .table import UsbDevice, UsbInterface

_HUB = 0x09
_DISK = 0x08
_VENDOR_SPECIFIC = 0xFF
_ADB = (0xFF, 0x42)
"""Android's debug bridge, class and subclass; fastboot is one of its protocols."""
_IMAGING = 0x06
"""Pictures and media of a phone (PTP, MTP)."""

_MANY = 3
"""Vendor-specific parts without a driver, more than phones and adapters have."""

_DISPLAYLINK = "17e9"
_LINUX = "1d6b"
_ROOT_HUBS = frozenset({"0001", "0002", "0003"})

_MODEM_NAME = re.compile(
    r"\b(modem|lte|umts|w?cdma|ev-?do|hs[dup]?pa\+?|wwan|mobile broadband|data ?card)\b",
    re.IGNORECASE,
)

_ADAPTER_NETWORK = frozenset(
    {
        *("asix", "ax88179_178a", "aqc111", "r8152", "rtl8150", "pegasus", "dm9601", "sr9700"),
        *("sr9800", "smsc75xx", "smsc95xx", "lan78xx", "mcs7830", "cdc_subset", "cdc_eem"),
    }
)

# By the class of the interfaces; the first that fits is said.
_BY_CLASS: dict[int, str] = {
    0x08: "a disk",
    0x03: "an input device or a UPS",
    0x0B: "a smart-card reader",
    0x07: "a printer",
    0x0E: "a camera",
    0x01: "a sound device",
    0xE0: "a wireless adapter",
}


def is_hub(device: UsbDevice) -> bool:
    """True for hubs, the root hub included, even one whose interface is not listed."""
    if not device.interfaces:
        return device.vendor == _LINUX and device.product in _ROOT_HUBS
    return all(interface.cls == _HUB for interface in device.interfaces)


def label(device: UsbDevice) -> str:
    """A device as a person knows it: `12d1:1506 HUAWEI_MOBILE`."""
    maker = device.manufacturer or MODEM_VENDORS.get(device.vendor, "")
    name = device.product_name or ""
    words = name if maker and name.lower().startswith(maker.lower()) else f"{maker} {name}"
    return f"{device.id} {words.strip()}".strip()


def is_installer_disk(device: UsbDevice) -> bool:
    """True for a modem that shows itself as nothing but a disk with its installer.

    The interfaces of a plain memory stick are the same; the vendor tells the two apart, or a name
    that no disk has.
    """
    if not device.interfaces or any(part.cls != _DISK for part in device.interfaces):
        return False
    name = f"{device.manufacturer or ''} {device.product_name or ''}"
    return device.vendor in MODEM_VENDORS or bool(_MODEM_NAME.search(name))


def is_phone(device: UsbDevice) -> bool:
    """True for a phone or tablet, which may share its network and have a serial port too."""
    if _bound_by_modem_driver(device) or len(vendor_parts(device)) >= _MANY:
        return False
    if any(part.cls == _IMAGING for part in device.interfaces):
        return True
    bridge = any(_is_adb(part) for part in device.interfaces)
    if device.vendor in PHONE_VENDORS:
        return bridge or bool(
            _roles(device) & {Role.NCM, Role.ETHERNET, Role.OTHER_WWAN, Role.DIAG}
        )
    # Modules show Android's debug bridge beside serial ports. Phones have no such ports, but for
    # those of Huawei, whose sticks have no debug bridge.
    return bridge and (device.vendor == HUAWEI or not _may_have_ports(device))


def _roles(device: UsbDevice) -> set[Role | None]:
    return {role_of(device.vendor, part) for part in device.interfaces}


def _may_have_ports(device: UsbDevice) -> bool:
    serial = (Role.AT, Role.MODEM, Role.SERIAL)
    return any(
        role_of(device.vendor, part) in serial or may_be_unbound_port(part)
        for part in device.interfaces
    )


def certainly_modem(device: UsbDevice) -> bool:
    """True if a modem's driver has bound it, its codes are a modem's, or its vendor makes modems.

    A vendor that makes adapters too is believed only where there is a serial port, or more parts
    than an adapter has.
    """
    roles = _roles(device)
    if _bound_by_modem_driver(device) or Role.OTHER_WWAN in roles or _is_qualcomm(device):
        return True
    if device.vendor in ADAPTER_VENDORS:
        many = len(vendor_parts(device)) >= _MANY
        return many or bool(roles & {Role.AT, Role.MODEM, Role.SERIAL})
    return device.vendor in MODEM_VENDORS


def could_be_modem(device: UsbDevice) -> bool:
    """False where a driver of serial or network adapters has bound the device."""
    foreign = ADAPTER_SERIAL | _ADAPTER_NETWORK
    return not any(interface.driver in foreign for interface in device.interfaces)


def unbound_ports(device: UsbDevice) -> tuple[UsbInterface, ...]:
    """Interfaces that are probably serial ports without a driver; none if another port has one."""
    serial = (Role.AT, Role.MODEM, Role.SERIAL)
    ports = [part for part in device.interfaces if role_of(device.vendor, part) in serial]
    if any(part.driver for part in ports):
        return ()
    unknown = [
        part
        for part in device.interfaces
        if may_be_unbound_port(part) and role_of(device.vendor, part) is None
    ]
    return (*ports, *unknown)


def vendor_parts(device: UsbDevice) -> tuple[UsbInterface, ...]:
    """Interfaces that may be serial ports as far as their codes tell, and have no driver."""
    return tuple(part for part in device.interfaces if may_be_unbound_port(part))


def may_have_unbound_ports(device: UsbDevice) -> bool:
    """True for several ports without a driver, on a device that is no docking station."""
    plain = all(part.cls not in _BY_CLASS or _is_plain(part) for part in device.interfaces)
    return plain and device.vendor != _DISPLAYLINK and len(vendor_parts(device)) > 1


def _is_plain(part: UsbInterface) -> bool:
    """True for RNDIS and for the disk that many modems show beside their ports."""
    return part.cls == _DISK or (part.cls, part.subclass, part.protocol) == (0xE0, 0x01, 0x03)


def may_be_unbound_port(interface: UsbInterface) -> bool:
    """True for a vendor-specific interface that has no driver and is no debug bridge."""
    return interface.driver is None and interface.cls == _VENDOR_SPECIFIC and not _is_adb(interface)


def _is_adb(interface: UsbInterface) -> bool:
    return (interface.cls, interface.subclass) == _ADB


def nature(device: UsbDevice) -> str:
    """What a device plainly is, `a network adapter` for example; empty where that is not plain."""
    drivers = {part.driver for part in device.interfaces}
    roles = _roles(device)
    if is_phone(device):
        return "a phone"
    if drivers & _ADAPTER_NETWORK or (roles & {Role.NCM, Role.ETHERNET}):
        return "a network adapter"
    if drivers & ADAPTER_SERIAL or Role.AT in roles:
        return "a serial device"
    classes = {part.cls for part in device.interfaces}
    return next((words for cls, words in _BY_CLASS.items() if cls in classes), "")


def _bound_by_modem_driver(device: UsbDevice) -> bool:
    return any(
        part.driver in MODEM_SERIAL or part.driver in _MODEM_NETWORK for part in device.interfaces
    )


_MODEM_NETWORK = frozenset({"huawei_cdc_ncm", "qmi_wwan", "cdc_mbim", "sierra_net"})


def _is_qualcomm(device: UsbDevice) -> bool:
    """True for the layout of Qualcomm's modems: a diag port beside other vendor-specific ones."""
    roles = [role_of(device.vendor, part) for part in device.interfaces]
    others = [part for part in device.interfaces if part.cls == _VENDOR_SPECIFIC]
    return Role.DIAG in roles and len(others) > 1
