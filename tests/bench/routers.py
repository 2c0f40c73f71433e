# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One test router: its container, its way in, its stick."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

from .engine import LABEL, BenchError, Engine
from .image import Image
from .inventory import ssh_options

STICK = Path(__file__).resolve().parent.parent / "modem" / "stick"
BOOT_SECONDS = 120.0
LOG_LINES = 25
SSH_PORT = 22


@dataclass(frozen=True)
class Fleet:
    """What the routers of one fleet have in common."""

    engine: Engine
    image: Image
    prefix: str
    known_hosts: Path


def start(fleet: Fleet, name: str) -> str:
    """Boot a router, unless it runs this very image; return its address once root can log in there.

    Raises BenchError with the container's last words.
    """
    found = fleet.engine.inspect(name)
    if found is None or not _runs(found, fleet.image):
        # A stick outlives its router's restarts, but this will be another router.
        unplug(name)
        fleet.engine.remove(name)
        fleet.engine.run(
            [
                "--name", name,
                "--hostname", "OpenWrt",
                "--label", f"{LABEL}={fleet.prefix}",
                "--restart", "always",
                *fleet.image.arguments,
                fleet.image.name,
                *fleet.image.command,
            ]
        )  # fmt: skip
    return _wait(fleet, name)


def address(container: dict[str, Any]) -> str | None:
    """The address of a container as its engine tells it, None while it has none."""
    networks = container["NetworkSettings"].get("Networks") or {}
    addresses = [each.get("IPAddress") for each in networks.values()]
    found = container["NetworkSettings"].get("IPAddress") or next(filter(None, addresses), None)
    return found or None


def plug(fleet: Fleet, name: str, subnet: IPv4Network, tty: str, arguments: Sequence[str]) -> None:
    """Give a router a stick, unless it has one. Raises BenchError."""
    if stick_runs(name):
        return
    done = subprocess.run(
        [
            str(STICK), "start", "--name", name, "--container", name,
            "--engine", fleet.engine.program, "--tty", tty, "--subnet", str(subnet), *arguments,
        ],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise BenchError(done.stderr.strip())


def unplug(name: str) -> None:
    """Take a router's stick away; fine when it has none. Raises BenchError."""
    done = subprocess.run([str(STICK), "stop", name], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BenchError(done.stderr.strip())


def stick_runs(name: str) -> bool:
    """Whether a stick of that name answers."""
    asked = subprocess.run([str(STICK), "ctl", name, "state"], capture_output=True, check=False)
    return asked.returncode == 0


def subnet(number: int) -> IPv4Network:
    """The carrier's network for router `number`, from 1: a /24 of 100.64.0.0/10 (RFC 6598)."""
    return IPv4Network((int(IPv4Network("100.64.0.0/10")[0]) + ((number % 2**14) << 8), 24))


def _runs(container: dict[str, Any], image: Image) -> bool:
    return bool(container["State"]["Running"]) and container["Config"]["Image"] == image.name


def _wait(fleet: Fleet, name: str) -> str:
    deadline = time.monotonic() + BOOT_SECONDS
    reason = "it got no address"
    while time.monotonic() < deadline:
        container = fleet.engine.inspect(name)
        found = container and address(container)
        if found:
            reason = _try_login(found, fleet.known_hosts)
            if not reason:
                return found
        time.sleep(0.5)
    log = fleet.engine.log(name, LOG_LINES)
    raise BenchError(f"{name} is not ready after {BOOT_SECONDS:.0f} s: {reason}\n{log}")


def _try_login(host: str, known_hosts: Path) -> str:
    """Log in as root without a password; an empty answer says that it went well."""
    try:
        # A look at the banner costs less than a whole ssh that fails.
        with socket.create_connection((host, SSH_PORT), timeout=2) as greeting:
            greeting.settimeout(5)
            if not greeting.recv(4).startswith(b"SSH-"):
                return f"port {SSH_PORT} of {host} is not SSH"
    except OSError as error:
        return f"{host} port {SSH_PORT}: {error}"
    done = subprocess.run(
        [
            "ssh", *ssh_options(known_hosts), "-o", "BatchMode=yes", "-o", "ConnectTimeout=10",
            f"root@{host}", "true",
        ],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return "" if done.returncode == 0 else f"ssh root@{host}: {done.stderr.strip()}"
