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

# Vendors that make modems and are not likely to be met as a mere memory stick or network adapter.
MODEM_VENDORS: dict[str, str] = {
    "0af0": "Option",
    "0bdb": "Ericsson",
    "1199": "Sierra Wireless",
    "12d1": "Huawei",
    "1410": "Novatel",
    "1782": "Spreadtrum",
    "19d2": "ZTE",
    "1bbb": "Alcatel",
    "1e0e": "SIMCom",
    "2001": "D-Link",
    "2c7c": "Quectel",
    "2cb7": "Fibocom",
    "2cd2": "MikroTik",
}

HUAWEI = "12d1"

# Huawei's HiLink firmware: a small router of its own, without an AT port.
HILINK_IDS = frozenset({"12d1:14db", "12d1:14dc"})


class Role(StrEnum):
    """What an interface of a modem is for."""

    NCM = "ncm"
    ETHERNET = "ethernet"
    OTHER_WWAN = "other_wwan"
    AT = "at"
    MODEM = "modem"
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


# First match wins. Huawei's codes are those of the kernel's huawei_cdc_ncm.c and option.c; the
# rest are classes of the USB Implementers Forum.
RULES: tuple[Rule, ...] = (
    _rule(Role.NCM, "huawei_cdc_ncm", 0xFF, {2, 3}, {0x16, 0x46, 0x76}, HUAWEI),
    _rule(Role.AT, "option", 0xFF, {1, 2, 3}, {0x02, 0x12}, HUAWEI),
    _rule(Role.MODEM, "option", 0xFF, {1, 2, 3}, {0x01, 0x10}, HUAWEI),
    _rule(Role.DIAG, "option", 0xFF, {1, 2, 3}, {0x03, 0x13}, HUAWEI),
    _rule(Role.NCM, "cdc_ncm", 0x02, {0x0D}),
    _rule(Role.OTHER_WWAN, "cdc_mbim", 0x02, {0x0E}),
    _rule(Role.ETHERNET, "cdc_ether", 0x02, {0x06}),
    _rule(Role.ETHERNET, "rndis_host", 0x02, {0x02}, {0xFF}),
    _rule(Role.ETHERNET, "rndis_host", 0xE0, {0x01}, {0x03}),
    _rule(Role.AT, "cdc_acm", 0x02, {0x02}, {1, 2, 3, 4, 5, 6}),
    _rule(Role.STORAGE, "usb-storage", 0x08, {0x06}),
)

# A driver that has bound itself says more than class codes that many vendors leave at ff/ff/ff.
DRIVER_ROLES: dict[str, Role] = {
    "huawei_cdc_ncm": Role.NCM,
    "cdc_ncm": Role.NCM,
    "cdc_mbim": Role.OTHER_WWAN,
    "qmi_wwan": Role.OTHER_WWAN,
    "cdc_ether": Role.ETHERNET,
    "rndis_host": Role.ETHERNET,
}


def role_of(vendor: str, interface: UsbInterface) -> Role | None:
    """What the interface is for; None where neither its codes nor its driver tell."""
    rule = rule_of(vendor, interface)
    if rule is not None:
        return rule.role
    return DRIVER_ROLES.get(interface.driver or "")


def rule_of(vendor: str, interface: UsbInterface) -> Rule | None:
    """The first rule that the interface's codes fit."""
    return next((rule for rule in RULES if rule.fits(vendor, interface)), None)
