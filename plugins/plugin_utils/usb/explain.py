# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A finding about the stick in sentences: what is on the bus, what is missing, what to do."""

from __future__ import annotations

from .classify import Finding, Kind

# {stick} the device, {driver} its network driver, {control} the best node, {netdev} the network
# device, {wdm} what to expect of /dev/cdc-wdm*, {missing} drivers that lack, {packages} theirs.
_TEXTS: dict[Kind, str] = {
    Kind.NCM_READY: (
        "The stick {stick} is ready for proto ncm: {driver} drives its network function{netdev} "
        "and {control} takes AT commands."
    ),
    Kind.NCM_NO_CONTROL: (
        "The stick {stick} has its network function driven by {driver}{netdev}, but no node that "
        "takes AT commands is known. {wdm} (kmod-usb-serial-option brings /dev/ttyUSB*, "
        "kmod-usb-acm /dev/ttyACM*). If the port is there, name it as the interface's device; "
        "otherwise the stick may need its AT port (PCUI) switched on with AT^SETPORT at a PC."
    ),
    Kind.DRIVER_MISSING: (
        "The stick {stick} is there, but a driver is missing: {missing}. Install {packages}; the "
        "module loads at once, and if the stick was plugged in before, plug it in again."
    ),
    Kind.STORAGE_MODE: (
        "The stick {stick} still shows itself as a disk with its own installer (storage mode). "
        "Install usb-modeswitch and run 'usbmode -s'; if it stays like this, the list "
        "/etc/usb-mode.json does not know {id} and needs an entry for it."
    ),
    Kind.OTHER_MODE: (
        "The stick {stick} speaks another protocol than NCM (its network function belongs to "
        "{driver}). Switch it to NCM at a PC, or use the protocol that it speaks: proto mbim for "
        "cdc_mbim, proto qmi for qmi_wwan."
    ),
    Kind.HILINK: (
        "The stick {stick} runs HiLink firmware: it is a small router of its own behind a plain "
        "network device{netdev} and takes no AT commands, so proto ncm cannot drive it. Use proto "
        "dhcp on that network device, or flash or switch it to stick mode."
    ),
    Kind.NO_TABLE: (
        "This router shows no USB device at all, not even a root hub: neither "
        "/sys/kernel/debug/usb/devices nor /sys/bus/usb lists one. Judged by its nodes alone: "
        "{control}{netdev}. If the router has a USB port, the driver of its host controller is "
        "missing (kmod-usb2, kmod-usb3 or kmod-usb-ohci)."
    ),
    Kind.ABSENT: (
        "No modem is on the USB bus. Check that the stick sits firmly and gets enough power (a "
        "hub with its own supply helps), and look at the kernel's last words with dmesg."
    ),
}

_WDM = "The driver makes a /dev/cdc-wdm*, which is not there (yet); a serial AT port does as well"
_NO_WDM = "This driver makes no /dev/cdc-wdm*: the serial AT port is needed"


def explain(finding: Finding) -> str:
    """The finding in sentences that a person understands."""
    device = finding.device
    missing = [f"{item.driver} for {item.interface.code}" for item in finding.missing]
    packages = sorted({item.package for item in finding.missing})
    text = _TEXTS[finding.kind].format(
        stick=_stick(finding),
        id=device.id if device else "",
        driver=finding.driver or "no driver yet",
        control=finding.control[0] if finding.control else "no control node",
        netdev=_netdev(finding),
        wdm=_WDM if finding.driver == "huawei_cdc_ncm" else _NO_WDM,
        missing=", ".join(missing),
        packages=" and ".join(packages),
    )
    return " ".join([text, *_remarks(finding, packages)])


def _remarks(finding: Finding, packages: list[str]) -> list[str]:
    remarks: list[str] = []
    if finding.kind is Kind.NCM_READY and finding.netdev is None:
        remarks.append(
            "No network device named wwan* or usb* is to be seen; name it with the option ifname."
        )
    if finding.kind in (Kind.NCM_READY, Kind.HILINK) and packages:
        remarks.append(f"Not every port has a driver: {' and '.join(packages)} would bring it.")
    if finding.kind is Kind.NCM_NO_CONTROL and finding.unsure:
        remarks.append(
            f"{', '.join(finding.unsure)} cannot be told from the diag port, which must not be "
            f"sent AT commands."
        )
    if finding.kind is Kind.ABSENT:
        seen = f"On the bus: {'; '.join(finding.bus)}." if finding.bus else "The bus is empty."
        remarks.append(seen)
    return remarks


def _stick(finding: Finding) -> str:
    if finding.device is None:
        return ""
    return next(
        (label for label in finding.bus if label.startswith(finding.device.id)), finding.device.id
    )


def _netdev(finding: Finding) -> str:
    return f" ({finding.netdev})" if finding.netdev else ""
