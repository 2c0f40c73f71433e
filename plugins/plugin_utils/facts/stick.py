# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The stick as a playbook sees it: what was found, in codes and in words."""

from __future__ import annotations

from ..usb.classify import Finding, classify, classify_all
from ..usb.explain import explain
from .nodes import Nodes
from .usb import Bus


def find(bus: Bus, nodes: Nodes) -> Finding:
    """Judge what hangs on the bus together with the nodes that it brought."""
    return classify(bus.devices, nodes=nodes.control, netdevs=nodes.netdev_names)


def find_all(bus: Bus, nodes: Nodes) -> tuple[Finding, ...]:
    """A finding for each device that is or may be a modem, best first; never empty."""
    return classify_all(bus.devices, nodes=nodes.control, netdevs=nodes.netdev_names)


def describe(finding: Finding) -> dict[str, object]:
    """The finding as values that JSON knows."""
    return {
        "kind": finding.kind.value,
        "explanation": explain(finding),
        "id": finding.device.id if finding.device else None,
        "control": list(finding.control),
        "netdev": finding.netdev,
        "driver": finding.driver,
        "missing": [
            {
                "interface": item.interface.number,
                "driver": item.driver,
                "package": item.package,
            }
            for item in finding.missing
        ],
        "unsure": list(finding.unsure),
        "bus": list(finding.bus),
    }
