# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes a router's way in a matter of its configuration, so that a plan can cut it."""

from __future__ import annotations

from ipaddress import IPv4Interface

from .engine import BenchError, Engine
from .routers import address

NAME = "mgmt"
# A genuine router of the bench lets everything in by its uplink (boot.sh) until this is gone.
RELOAD = """
rm -f /usr/share/nftables.d/chain-pre/input/mgmt0.nft
/etc/init.d/network reload
/etc/init.d/firewall reload
"""


def adopt(engine: Engine, name: str) -> str:
    """Let UCI have the uplink of a running router: interface `mgmt` and zone `mgmt`.

    They say what is so already: the address and gateway that the engine gave, everything let in.
    Returns the uplink's device. Raises BenchError.
    """
    container = engine.inspect(name)
    found = container and address(container)
    if not found:
        raise BenchError(f"{name} does not run")
    device, interface = _device(engine("exec", name, "ip", "-4", "-o", "addr"), found)
    gateway = _gateway(engine("exec", name, "ip", "route"))
    engine("exec", name, "sh", "-c", script(device, interface, gateway), timeout=60)
    return device


def script(device: str, interface: IPv4Interface, gateway: str | None) -> str:
    """What is run on the router; the metric lets a modem's default route win."""
    lines = [
        f"network.{NAME}=interface",
        f"network.{NAME}.device={device}",
        f"network.{NAME}.proto=static",
        f"network.{NAME}.ipaddr={interface.ip}",
        f"network.{NAME}.netmask={interface.netmask}",
        *([f"network.{NAME}.gateway={gateway}", f"network.{NAME}.metric=2000"] if gateway else []),
        f"firewall.{NAME}=zone",
        f"firewall.{NAME}.name={NAME}",
        f"firewall.{NAME}.network={NAME}",
        *(f"firewall.{NAME}.{way}=ACCEPT" for way in ("input", "output", "forward")),
    ]
    sets = "\n".join(f"uci set {line}" for line in lines)
    return f"set -e\n{sets}\nuci commit network\nuci commit firewall\n{RELOAD}"


def _gateway(routes: str) -> str | None:
    for line in routes.splitlines():
        match line.split():
            case ["default", "via", gateway, *_]:
                return gateway
    return None


def _device(addresses: str, wanted: str) -> tuple[str, IPv4Interface]:
    """Of `ip -4 -o addr`: the device that has an address, and the address with its prefix."""
    for line in addresses.splitlines():
        _, device, _, found, *_ = line.split()
        if found.split("/")[0] == wanted:
            return device, IPv4Interface(found)
    raise BenchError(f"no device has {wanted}")
