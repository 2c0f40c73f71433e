# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A finding about the stick in sentences: what is on the bus, what is missing, what to do."""

from __future__ import annotations

from .drivers import MODEM_SERIAL
from .finding import Finding, Kind
from .nature import vendor_parts

# {stick} the device, {on} how it is switched on, {driver} its network driver, {control} the best
# node, {netdev} the network device, {wdm} what to expect of /dev/cdc-wdm*, {missing} drivers that
# lack, {packages} theirs, {ports} the nodes that nobody has asked yet or that did not answer.
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
    Kind.SWITCHED_OFF: (
        "The stick {stick} is there, but the router keeps it switched off (authorized 0, or no "
        "configuration): no driver looks at it, and none is missing. {on}"
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
        "cdc_mbim, proto qmi for qmi_wwan, proto directip for sierra_net."
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
        "hub with its own supply helps), and look at the kernel's last words with dmesg. The bus "
        "is empty."
    ),
}

_ASKABLE = (
    "The stick {stick} has its network function driven by {driver}{netdev}. {ports} may take AT "
    "commands: the bus does not tell, so they have to be asked, as the module usb_modem does."
)
_SILENT = (
    "The stick {stick} has its network function driven by {driver}{netdev}, but {ports} did not "
    "answer AT. The modem may still be starting, or another program may hold the port. If another "
    "node is its AT port, name that one as the interface's device."
)
_UNTOLD = (
    "The stick {stick} has its network function driven by {driver}{netdev}. If one of its ports "
    "takes AT commands, name it as the interface's device."
)
_DIAL_UP = (
    "The stick {stick} shows serial ports (driven by {driver}) and no network function, so proto "
    "ncm cannot drive it: it dials (PPP). Use proto 3g, or switch the stick to NCM at a PC if its "
    "firmware can do that."
)
_NO_MODEM = (
    "No modem is on the USB bus. If one of these devices is the stick, it shows neither the "
    "interfaces nor the drivers of a modem: look at the kernel's last words with dmesg."
)

_WDM = "The driver makes a /dev/cdc-wdm*, which is not there (yet); a serial AT port does as well"
_NO_WDM = "This driver makes no /dev/cdc-wdm*: the serial AT port is needed"


def explain(finding: Finding) -> str:
    """The finding in sentences that a person understands."""
    device = finding.device
    missing = [f"{item.driver} for {item.interface.code}" for item in finding.missing]
    packages = sorted({item.package for item in finding.missing})
    text = _template(finding).format(
        stick=_stick(finding),
        id=device.id if device else "",
        driver=finding.driver or "no driver yet",
        control=finding.control[0] if finding.control else "no control node",
        netdev=_netdev(finding),
        wdm=_WDM if finding.driver == "huawei_cdc_ncm" else _NO_WDM,
        missing=", ".join(missing),
        packages=" and ".join(packages),
        ports=", ".join(finding.to_ask or finding.silent),
        on=f"Run: {switch_on(finding)}" if switch_on(finding) else "Plug it in again.",
    )
    return " ".join([text, *_remarks(finding, packages)])


def switch_on(finding: Finding) -> str:
    """A line for the router's shell that switches the stick on; empty without a known place."""
    place = finding.device.place if finding.device else None
    return f"echo 1 > /sys/bus/usb/devices/{place}/authorized" if place else ""


def _template(finding: Finding) -> str:
    """The text for a kind, or for the special case of it that the finding is."""
    if finding.kind is Kind.NCM_NO_CONTROL:
        if finding.to_ask:
            return _ASKABLE
        if finding.silent:
            return _SILENT
        if finding.unsure:
            return _UNTOLD
    if finding.kind is Kind.OTHER_MODE and finding.driver in _DIAL_UP_DRIVERS:
        return _DIAL_UP
    if finding.kind is Kind.ABSENT and finding.bus:
        return _NO_MODEM
    return _TEXTS[finding.kind]


_DIAL_UP_DRIVERS = MODEM_SERIAL | {"cdc_acm", "usbserial", "usbserial_generic"}


def _remarks(finding: Finding, packages: list[str]) -> list[str]:
    remarks: list[str] = []
    if finding.kind is Kind.NCM_READY and finding.netdev is None:
        remarks.append(
            "No network device named wwan* or usb* is to be seen; name it with the option ifname."
        )
    if finding.kind in (Kind.NCM_READY, Kind.HILINK) and packages:
        remarks.append(f"Not every port has a driver: {' and '.join(packages)} would bring it.")
    untold = [node for node in finding.unsure if node not in (*finding.to_ask, *finding.silent)]
    if finding.kind is Kind.NCM_NO_CONTROL and untold:
        remarks.append(
            f"{', '.join(untold)} cannot be told from the diag port, which must not be "
            f"sent AT commands."
        )
    if finding.kind is Kind.DRIVER_MISSING and finding.device and _wants_option(finding):
        remarks.append(
            f"If the module option is loaded already, its list does not know {finding.device.id} "
            f"and can be told: echo {finding.device.vendor} {finding.device.product} > "
            f"/sys/bus/usb-serial/drivers/option1/new_id"
        )
    if _template(finding) is _DIAL_UP and (codes := _unbound(finding)):
        remarks.append(
            f"Its interface {', '.join(codes)} has no driver: if that is a QMI network function, "
            f"kmod-usb-net-qmi-wwan and proto qmi drive it, much faster than PPP."
        )
    if finding.kind is Kind.ABSENT and finding.bus:
        remarks.append(f"On the bus: {'; '.join(_with_nature(finding))}.")
    return remarks


def _unbound(finding: Finding) -> list[str]:
    parts = vendor_parts(finding.device) if finding.device else ()
    return [f"{part.number} ({part.code})" for part in parts]


def _wants_option(finding: Finding) -> bool:
    return any(item.driver == "option" for item in finding.missing)


def _with_nature(finding: Finding) -> list[str]:
    natures = finding.natures or ("",) * len(finding.bus)
    return [
        f"{label} ({nature})" if nature else label
        for label, nature in zip(finding.bus, natures, strict=True)
    ]


def _stick(finding: Finding) -> str:
    if finding.device is None:
        return ""
    return next(
        (label for label in finding.bus if label.startswith(finding.device.id)), finding.device.id
    )


def _netdev(finding: Finding) -> str:
    return f" ({finding.netdev})" if finding.netdev else ""
