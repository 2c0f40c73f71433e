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


def nodes(*control: str, **netdevs: str) -> str:
    """What NodesProbe's script prints: control nodes, and network devices with their drivers."""
    lines = [f"control {path}" for path in control]
    lines += [f"net {name} {driver}" for name, driver in {"lo": "", "eth0": "", **netdevs}.items()]
    return "\n".join(lines) + "\n"


def state(table: str, *control: str, **netdevs: str) -> dict[str, str]:
    """The answers of both probes."""
    return {USB: table, NODES: nodes(*control, **netdevs)}
