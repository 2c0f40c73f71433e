# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The USB bus and the nodes of a router as its shell prints them, stick by stick."""

from __future__ import annotations

from ansible_collections.fleet.openwrt.plugins.plugin_utils.facts.nodes import NodesProbe
from ansible_collections.fleet.openwrt.plugins.plugin_utils.facts.usb import UsbProbe
from modem import usb

USB = UsbProbe().title
NODES = NodesProbe().title

NCM = usb.table(usb.Composition.NCM)
CDC_NCM = usb.table(usb.Composition.CDC_NCM)
STORAGE = usb.table(usb.Composition.STORAGE)
HILINK = usb.table(usb.Composition.HILINK)
DRIVERLESS = usb.table(usb.Composition.DRIVERLESS)
EMPTY = usb.table(usb.Composition.ABSENT)


def table(id_: str, *parts: str, name: str = "") -> str:
    """The kernel's table of one device: code and driver of each interface, `ff/00/00 option`."""
    vendor, _, product = id_.partition(":")
    lines = ["T:  Bus=01 Lev=01 Prnt=01 Port=00 Cnt=01 Dev#=  2 Spd=480  MxCh= 0"]
    lines += [f"P:  Vendor={vendor} ProdID={product} Rev= 3.18", f"S:  Product={name}"]
    lines += [f"C:* #Ifs={len(parts):2} Cfg#= 1 Atr=e0 MxPwr=500mA"]
    for number, part in enumerate(parts):
        code, _, driver = part.partition(" ")
        cls, sub, prot = code.split("/")
        lines.append(
            f"I:* If#={number:2} Alt= 0 #EPs= 3 Cls={cls}(any  ) Sub={sub} Prot={prot} "
            f"Driver={driver or '(none)'}"
        )
    return "\n".join(lines) + "\n"


def nodes(*control: str, **netdevs: str) -> str:
    """What NodesProbe's script prints: control nodes, and network devices with their drivers."""
    lines = [f"control {path}" for path in control]
    lines += [f"net {name} {driver}" for name, driver in {"lo": "", "eth0": "", **netdevs}.items()]
    return "\n".join(lines) + "\n"


def state(table: str, *control: str, **netdevs: str) -> dict[str, str]:
    """The answers of both probes."""
    return {USB: table, NODES: nodes(*control, **netdevs)}
