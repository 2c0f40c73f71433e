# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the USB bus and the device nodes say against a WAN whose control device is not there."""

from __future__ import annotations

from ..usb.classify import Kind
from ..usb.explain import explain, switch_on
from .evidence import Evidence
from .modem import Found

_RESTLESS = 4
"""A stick that is switched out of storage mode is found twice, thrice where that is repeated."""

_CODES = {
    Kind.STORAGE_MODE: "STORAGE_MODE",
    Kind.HILINK: "HILINK",
    Kind.OTHER_MODE: "OTHER_MODE",
    Kind.SWITCHED_OFF: "STICK_OFF",
    Kind.DRIVER_MISSING: "DRIVER_MISSING",
    Kind.NCM_NO_CONTROL: "NO_CONTROL",
    Kind.ABSENT: "STICK_ABSENT",
}
_PROTOS = {"cdc_mbim": "mbim", "qmi_wwan": "qmi", "sierra_net": "directip"} | dict.fromkeys(
    ("option", "option1", "qcserial", "sierra", "cdc_acm"), "3g"
)


def stick_trouble(seen: Evidence) -> Found | None:
    """Why the control device is not there; None where the bus has nothing to say."""
    if seen.device_there or seen.finding is None:
        return None
    if seen.around and seen.around.plugged >= _RESTLESS:
        return "USB_LOOP", {"plugged": seen.around.plugged}
    return _by_kind(seen) or _moved(seen)


def driver_trouble(seen: Evidence) -> Found | None:
    """Drivers that lack, whatever nodes there are."""
    if seen.finding is None or seen.finding.kind is not Kind.DRIVER_MISSING:
        return None
    missing = seen.finding.missing
    packages = sorted({item.package for item in missing})
    stale = [
        item.driver
        for item in missing
        if seen.around and seen.around.only_for_another_kernel(item.driver)
    ]
    if stale:
        return "KERNEL_MISMATCH", {"driver": stale[0], "packages": packages}
    return "DRIVER_MISSING", {"finding": explain(seen.finding), "packages": packages}


def _by_kind(seen: Evidence) -> Found | None:
    finding = seen.finding
    if finding is None or seen.device is None:
        return None
    if finding.kind is Kind.DRIVER_MISSING:
        return driver_trouble(seen)
    # Ports that may take AT commands are there: the configured one has another number now.
    code = None if finding.to_ask else _CODES.get(finding.kind)
    if finding.kind is Kind.NO_TABLE and not finding.control:
        code = "NO_USB"
    if code is None:
        return None
    return code, {
        "finding": explain(finding),
        "netdev": finding.netdev,
        "switch_on": switch_on(finding),
        "proto": _PROTOS.get(finding.driver or ""),
    }


def _moved(seen: Evidence) -> Found | None:
    if seen.other_port is None:
        return None
    code = "DEVICE_MOVED" if seen.device else "NO_DEVICE"
    return code, {"value": seen.other_port}
