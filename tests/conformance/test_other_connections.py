# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting over a connection that is not SSH: one into a container, which is never reset."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conformance import stand_in

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def machine() -> Iterator[stand_in.Router]:
    with stand_in.running("connection") as machine:
        yield machine


def start(machine: stand_in.Router, module: str, **args: Any) -> subprocess.Popen[str]:
    """A task that has begun."""
    return subprocess.Popen(
        [
            str(Path(sys.executable).with_name("ansible")),
            "--inventory", f"{machine.name},", "--connection", "container", machine.name,
            "--module-name", f"fleet.openwrt.{module}", "--args", json.dumps(args),
        ],
        env={
            "LC_ALL": "C.UTF-8", **os.environ,
            "ANSIBLE_CONFIG": str(ROOT / "tests/ansible.cfg"),
            "ANSIBLE_CONNECTION_PLUGINS": str(ROOT / "tests/conformance/connection_plugins"),
            "CONTAINER_ENGINE": machine.engine.program,
        },
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


def ended(task: subprocess.Popen[str]) -> str:
    """What it said; it must have succeeded."""
    said, _nothing = task.communicate(timeout=120)
    assert task.returncode == 0, said
    return said


def test_a_router_that_is_there(machine: stand_in.Router) -> None:
    assert "elapsed: 0" in ended(start(machine, "wait_for_connection", timeout=60))


def test_a_container_that_is_started_while_we_wait(machine: stand_in.Router) -> None:
    engine = machine.engine.program
    subprocess.run([engine, "stop", "--time", "0", machine.name], check=True, capture_output=True)
    task = start(machine, "wait_for_connection", timeout=60)
    with pytest.raises(subprocess.TimeoutExpired):
        task.wait(timeout=5)
    subprocess.run([engine, "start", machine.name], check=True, capture_output=True)
    assert "elapsed: 0" not in ended(task)


def test_a_reboot(machine: stand_in.Router) -> None:
    machine.shell("echo ram >/tmp/ram; echo flash >/etc/flash")
    up = "ubus call network.interface.lan status"
    assert "changed: true" in ended(start(machine, "reboot", timeout=60, test_command=up))
    assert machine.shell("[ ! -e /tmp/ram ] && cat /etc/flash") == "flash\n"
    assert machine.shell("ls -A /tmp").count("fleet-reboot") == 0
