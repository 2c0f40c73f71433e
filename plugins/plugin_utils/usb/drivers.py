# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tables: what a USB interface is for, which driver it wants, which package brings the driver."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .table import UsbInterface

# Kernel driver -> OpenWrt package (package/kernel/linux/modules/usb.mk).
DRIVER_PACKAGES: dict[str, str] = {
    "huawei_cdc_ncm": "kmod-usb-net-huawei-cdc-ncm",
    "cdc_ncm": "kmod-usb-net-cdc-ncm",
    "cdc_mbim": "kmod-usb-net-cdc-mbim",
    "qmi_wwan": "kmod-usb-net-qmi-wwan",
    "cdc_ether": "kmod-usb-net-cdc-ether",
    "rndis_host": "kmod-usb-net-rndis",
    "option": "kmod-usb-serial-option",
    "cdc_acm": "kmod-usb-acm",
    "usb-storage": "kmod-usb-storage",
}

# Vendors that make modems and are not likely to be met as a mere memory stick. The table decides
# only where the interfaces do not: a device that is nothing but a disk, or has no drivers yet.
MODEM_VENDORS: dict[str, str] = {
    "05c6": "Qualcomm",
    "07d1": "D-Link",
    "0af0": "Option",
    "0b3c": "Olivetti",
    "0bdb": "Ericsson",
    "0f3d": "AirPrime",
    "106c": "Pantech",
    "109b": "Hisense",
    "10a9": "Pantech",
    "1199": "Sierra Wireless",
    "12d1": "Huawei",
    "1410": "Novatel",
    "1726": "AxessTel",
    "16d8": "CMOTECH",
    "1782": "Spreadtrum",
    "19d2": "ZTE",
    "1a8d": "BandRich",
    "1bbb": "Alcatel",
    "1bc7": "Telit",
    "1c9e": "Longcheer",
    "1d09": "TechFaith",
    "1da5": "Quanta",
    "1dd6": "Teleepoch",
    "1e0e": "SIMCom",
    "1e2d": "Cinterion",
    "1ee8": "ONDA",
    "1f28": "Cal-Comp",
    "1fac": "Franklin",
    "2001": "D-Link",
    "2020": "BroadMobi",
    "2077": "T&W",
    "201e": "Haier",
    "20a6": "Intex",
    "22de": "WeTelecom",
    "230d": "TeleWell",
    "2357": "TP-Link",
    "2949": "Neoway",
    "2c7c": "Quectel",
    "2cb7": "Fibocom",
    "2cd2": "MikroTik",
    "2dee": "MeiG",
    "2ecc": "ASR",
    "2df3": "Longsung",
    "305a": "GosuncnWelink",
    "33f8": "Rolling Wireless",
    "3566": "Brovi",
}

# Of these, vendors that make adapters for Ethernet or Wi-Fi as well.
ADAPTER_VENDORS = frozenset({"07d1", "2001", "2357"})

# Vendors whose devices with a network function are phones, unless a modem's driver has bound them.
PHONE_VENDORS: dict[str, str] = {
    "0421": "Nokia",
    "04e8": "Samsung",
    "0502": "Acer",
    "05ac": "Apple",
    "0b05": "ASUS",
    "0bb4": "HTC",
    "0e8d": "MediaTek",
    "0fce": "Sony",
    "1004": "LG",
    "17ef": "Lenovo",
    "18d1": "Google",
    "22b8": "Motorola",
    "22d9": "OPPO",
    "2717": "Xiaomi",
    "2a45": "Meizu",
    "2a47": "BQ",
    "2a70": "OnePlus",
    "2ae5": "Fairphone",
    "2d95": "vivo",
}

HUAWEI = "12d1"

# Huawei's HiLink firmware: a small router of its own, without an AT port.
HILINK_IDS = frozenset({"12d1:14db", "12d1:14dc"})


class Role(StrEnum):
    """What an interface of a modem is for; a SERIAL port may take AT commands or may not."""

    NCM = "ncm"
    ETHERNET = "ethernet"
    OTHER_WWAN = "other_wwan"
    AT = "at"
    MODEM = "modem"
    SERIAL = "serial"
    DIAG = "diag"
    STORAGE = "storage"


@dataclass(frozen=True, slots=True)
class Rule:
    """An interface's role by its codes; None or an empty set stands for anything."""

    role: Role
    driver: str
    cls: int
    subclasses: frozenset[int]
    protocols: frozenset[int] = frozenset()
    vendor: str | None = None

    def fits(self, vendor: str, interface: UsbInterface) -> bool:
        """Whether an interface of a device of this vendor is meant."""
        return (
            self.vendor in (None, vendor)
            and interface.cls == self.cls
            and interface.subclass in self.subclasses
            and (not self.protocols or interface.protocol in self.protocols)
        )


def _rule(
    role: Role,
    driver: str,
    cls: int,
    subclasses: set[int],
    protocols: set[int] | None = None,
    vendor: str | None = None,
) -> Rule:
    return Rule(role, driver, cls, frozenset(subclasses), frozenset(protocols or ()), vendor)


_ANY = set(range(0x100))
_PORTS = set(range(1, 7))
"""Subclasses of Huawei's ports."""


def _of_brands(*protocols: int) -> set[int]:
    """Huawei's protocol codes and the same of its operators' brands, which add 0x30 or 0x60."""
    return {protocol + brand for protocol in protocols for brand in (0x00, 0x30, 0x60)}


# First match wins. Huawei's codes are those of the kernel's huawei_cdc_ncm.c and option.c; the
# rest are classes of the USB Implementers Forum.
RULES: tuple[Rule, ...] = (
    _rule(Role.NCM, "huawei_cdc_ncm", 0xFF, {2, 3}, {0x16, 0x46, 0x76}, HUAWEI),
    _rule(Role.AT, "option", 0xFF, _PORTS, _of_brands(0x02, 0x12), HUAWEI),
    _rule(Role.MODEM, "option", 0xFF, _PORTS, _of_brands(0x01, 0x10), HUAWEI),
    _rule(Role.DIAG, "option", 0xFF, _PORTS, _of_brands(0x03, 0x13), HUAWEI),
    # Qualcomm's protocol code of the diag port, which other vendors have kept.
    _rule(Role.DIAG, "option", 0xFF, _ANY, {0x30}),
    _rule(Role.NCM, "cdc_ncm", 0x02, {0x0D}),
    _rule(Role.OTHER_WWAN, "cdc_mbim", 0x02, {0x0E}),
    _rule(Role.ETHERNET, "cdc_ether", 0x02, {0x06}),
    _rule(Role.ETHERNET, "rndis_host", 0x02, {0x02}, {0xFF}),
    _rule(Role.ETHERNET, "rndis_host", 0xE0, {0x01}, {0x03}),
    _rule(Role.ETHERNET, "rndis_host", 0xEF, {0x04}, {0x01}),
    _rule(Role.AT, "cdc_acm", 0x02, {0x02}, {1, 2, 3, 4, 5, 6}),
    # SCSI, but also ATAPI and the floppy's command sets, in which sticks show their installer.
    _rule(Role.STORAGE, "usb-storage", 0x08, _ANY),
)

# A network driver that has bound itself says more than the codes: vendors leave those at ff/ff/ff.
DRIVER_ROLES: dict[str, Role] = {
    "huawei_cdc_ncm": Role.NCM,
    "cdc_ncm": Role.NCM,
    "cdc_mbim": Role.OTHER_WWAN,
    "qmi_wwan": Role.OTHER_WWAN,
    "qmi_wwan_q": Role.OTHER_WWAN,
    "GobiNet": Role.OTHER_WWAN,
    "sierra_net": Role.OTHER_WWAN,
    "cdc_ether": Role.ETHERNET,
    "rndis_host": Role.ETHERNET,
}

# Serial drivers that bind modems only, by lists of their ids.
MODEM_SERIAL = frozenset({"option", "option1", "qcserial", "sierra", "hso", "ipw"})

# Serial drivers of modems, and of whatever somebody has bound to them by hand.
SERIAL_DRIVERS = MODEM_SERIAL | {"usbserial", "usbserial_generic"}

# Serial drivers of adapters: what hangs behind one is not known and is sent nothing.
ADAPTER_SERIAL = frozenset(
    {
        "ark3116",
        "belkin_sa",
        "ch341",
        "ch341-uart",
        "cp210x",
        "cypress_m8",
        "f81232",
        "ftdi_sio",
        "garmin_gps",
        "io_ti",
        "mct_u232",
        "mos7720",
        "mos7840",
        "mxuport",
        "oti6858",
        "pl2303",
        "spcp8x5",
        "ti_usb_3410_5052_1",
        "xr_serial",
    }
)


def role_of(vendor: str, interface: UsbInterface) -> Role | None:
    """What the interface is for; None where neither its codes nor its driver tell."""
    if interface.driver in DRIVER_ROLES:
        return DRIVER_ROLES[interface.driver]
    if interface.driver in ADAPTER_SERIAL:
        return None
    rule = rule_of(vendor, interface)
    if rule is not None:
        return rule.role
    if interface.driver in SERIAL_DRIVERS:
        return Role.SERIAL
    if interface.driver == "cdc_acm" and not is_acm_data(interface):
        return Role.SERIAL
    return None


def is_acm_data(interface: UsbInterface) -> bool:
    """True for the data half of a cdc_acm port, which is no port of its own."""
    return interface.driver == "cdc_acm" and interface.cls == 0x0A


def rule_of(vendor: str, interface: UsbInterface) -> Rule | None:
    """The first rule that the interface's codes fit."""
    return next((rule for rule in RULES if rule.fits(vendor, interface)), None)
