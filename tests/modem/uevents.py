# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the kernel tells when a stick comes or goes: one event for each device, in its order.

A driver that is bound to an interface brings its devices before the interface counts as bound, and
takes them away before it is unbound. The variables are those of the kernel's uevents
(drivers/usb/core, drivers/base); a router's procd hands them to /sbin/hotplug-call as they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .usb import Composition, Interface, interfaces, product_of

USB_PATH = "/devices/platform/ehci-platform/usb1/1-1"

Variables = dict[str, str]


@dataclass(frozen=True)
class Plugged:
    """What the router sees of a stick: `plugged` tells one time of plugging in from the next.

    `tty` and `netdev` are device names without a path, None where there is none.
    """

    composition: Composition = Composition.ABSENT
    plugged: int = 0
    tty: str | None = None
    netdev: str | None = None


NOTHING = Plugged()


def between(before: Plugged, after: Plugged) -> list[Variables]:
    """The events that lead from one to the other."""
    return [] if before == after else [*_all(before, "remove"), *_all(after, "add")]


def _all(seen: Plugged, action: str) -> list[Variables]:
    product = product_of(seen.composition)
    if product is None:
        return []
    device = {
        "DEVPATH": USB_PATH, "SUBSYSTEM": "usb", "DEVTYPE": "usb_device", "MAJOR": "189",
        "MINOR": "2", "DEVNAME": "bus/usb/001/003", "PRODUCT": product, "TYPE": "0/0/0",
        "BUSNUM": "001", "DEVNUM": "003",
    }  # fmt: skip
    events = [{"ACTION": "add", **device}]
    for interface in interfaces(seen.composition):
        events += _of_interface(seen, interface, product)
    events.append({"ACTION": "bind", **device, "DRIVER": "usb"})
    return events if action == "add" else [_undone(event) for event in reversed(events)]


def _undone(event: Variables) -> Variables:
    opposite = {"add": "remove", "bind": "unbind"}
    return {**event, "ACTION": opposite[event["ACTION"]]}


def _of_interface(seen: Plugged, interface: Interface, product: str) -> Iterator[Variables]:
    cls, sub, protocol = (int(each, 16) for each in interface.triple.split("/"))
    path = f"{USB_PATH}/1-1:1.{interface.number}"
    described = {
        "DEVPATH": path,
        "SUBSYSTEM": "usb",
        "DEVTYPE": "usb_interface",
        "PRODUCT": product,
        "TYPE": "0/0/0",
        "INTERFACE": f"{cls}/{sub}/{protocol}",
        "MODALIAS": _modalias(product, interface),
    }
    yield {"ACTION": "add", **described}
    yield from (event for event in _devices(seen) if event["DEVPATH"].startswith(f"{path}/"))
    if interface.driver != "(none)":
        yield {"ACTION": "bind", **described, "DRIVER": interface.driver}


def _modalias(product: str, interface: Interface) -> str:
    vendor, model, release = (int(each, 16) for each in product.split("/"))
    cls, sub, protocol = (each.upper() for each in interface.triple.split("/"))
    return (
        f"usb:v{vendor:04X}p{model:04X}d{release:04X}dc00dsc00dp00"
        f"ic{cls}isc{sub}ip{protocol}in{interface.number:02X}"
    )


def _devices(seen: Plugged) -> Iterator[Variables]:
    if seen.tty is not None:
        yield {"ACTION": "add", **_control(seen.tty)}
    if seen.netdev is not None:
        path = f"{USB_PATH}/1-1:1.1/net/{seen.netdev}"
        yield {"ACTION": "add", "DEVPATH": path, "SUBSYSTEM": "net", "INTERFACE": seen.netdev}


def _control(name: str) -> Variables:
    if name.startswith("cdc-wdm"):
        path, subsystem, number = f"1-1:1.1/usbmisc/{name}", "usbmisc", ("180", "176")
    else:
        path, subsystem, number = f"1-1:1.0/{name}/tty/{name}", "tty", ("188", "0")
    return {
        "DEVPATH": f"{USB_PATH}/{path}", "SUBSYSTEM": subsystem,
        "MAJOR": number[0], "MINOR": number[1], "DEVNAME": name,
    }  # fmt: skip
