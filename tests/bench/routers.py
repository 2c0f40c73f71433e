# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One test router: its container, its way in, its stick, its mains plug."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

from . import flash
from .engine import CHECKOUT, CHECKOUT_LABEL, LABEL, BenchError, Engine
from .image import Image
from .inventory import ssh_options

STICK = Path(__file__).resolve().parent.parent / "modem" / "stick"
BOOT_SECONDS = 120.0
LOG_LINES = 25
SSH_PORT = 22
BUILT_OF = f"{LABEL}-of"


@dataclass(frozen=True)
class Fleet:
    """What the routers of one fleet have in common."""

    engine: Engine
    image: Image
    prefix: str
    known_hosts: Path
    flash: str | None = None
    """How large the flash of each is, as mount(8) has it (`6m`); without a size it has no limit."""


def start(fleet: Fleet, name: str) -> str:
    """Boot a router, unless it runs this very image; return its address once root can log in there.

    Raises BenchError with the container's last words.
    """
    found = fleet.engine.inspect(name)
    if found is None or not _runs(found, fleet):
        # A stick outlives its router's restarts, but this will be another router.
        unplug(name)
        fleet.engine.remove(name)
        flash.remove(name)
        boots = [*fleet.image.arguments, fleet.image.name, *fleet.image.command]
        if fleet.flash is not None:
            boots = flash.make(fleet.engine, fleet.image, name, fleet.flash)
        fleet.engine.run(
            [
                "--name", name,
                "--hostname", "OpenWrt",
                "--label", f"{LABEL}={fleet.prefix}",
                "--label", f"{CHECKOUT_LABEL}={CHECKOUT}",
                "--label", f"{BUILT_OF}={_built_of(fleet)}",
                # Power cuts, and the reboots of a genuine image, end the container.
                "--restart", "always",
                *boots,
            ]
        )  # fmt: skip
    return _wait(fleet.engine, name, fleet.known_hosts)


def remove(engine: Engine, name: str) -> None:
    """Take a router away with all that is its; fine when there is none. Raises BenchError."""
    unplug(name)
    engine.remove(name)
    flash.remove(name)


def power_cut(engine: Engine, name: str, known_hosts: Path | None = None) -> str | None:
    """Take a router's power away and give it back: nothing on it gets to end what it does.

    Its first process is killed, and with it all others at once; the engine starts the container
    again, which keeps address, stick and flash, but neither /tmp nor staged changes. (Told to
    stop and start, podman would give it another address.) Returns the address as soon as root can
    log in again, which is before the boot is over; without `known_hosts` it does not wait and
    returns None. Raises BenchError.
    """
    container = engine.inspect(name)
    if container is None or not container["State"]["Running"]:
        raise BenchError(f"{name} does not run")
    os.kill(container["State"]["Pid"], signal.SIGKILL)
    if known_hosts is None:
        return None
    return _wait(engine, name, known_hosts, but_not=container["State"]["Pid"])


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


def _built_of(fleet: Fleet) -> str:
    return f"{fleet.image.name} {fleet.flash or ''}".strip()


def _runs(container: dict[str, Any], fleet: Fleet) -> bool:
    labels = container["Config"].get("Labels") or {}
    return bool(container["State"]["Running"]) and labels.get(BUILT_OF) == _built_of(fleet)


def _wait(engine: Engine, name: str, known_hosts: Path, but_not: int | None = None) -> str:
    """The address of a router once root can log in; `but_not` is a first process that has gone."""
    deadline = time.monotonic() + BOOT_SECONDS
    reason = "it got no address"
    while time.monotonic() < deadline:
        container = engine.inspect(name)
        found = container and address(container)
        if container and found and container["State"]["Pid"] not in (0, but_not):
            reason = _try_login(found, known_hosts)
            if not reason:
                return found
        time.sleep(0.5)
    log = engine.log(name, LOG_LINES)
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
