# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""netifd's handler stands still while somebody else talks, and always goes on afterwards."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.rendered import assert_clean_shell

from ansible_collections.fleet.openwrt.plugins.plugin_utils.at.hold import hold


@pytest.fixture
def handler(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """What netifd's handler looks like to pgrep, at work."""
    script = tmp_path / "ncm.sh"
    script.write_text(f"while :; do echo >>{tmp_path}/steps; sleep 0.02; done\n")
    args = ["sh", str(script), "ncm", "setup", "testwan", '{"proto":"ncm"}']
    with subprocess.Popen(args) as process:
        yield process
        process.kill()


def state_of(process: subprocess.Popen[bytes]) -> str:
    return Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[0]


def run(body: str, interface: str = "testwan") -> subprocess.Popen[bytes]:
    return subprocess.Popen(["sh", "-c", f"{hold(interface)}\n{body}"], stdout=subprocess.PIPE)


def eventually(process: subprocess.Popen[bytes], *states: str) -> bool:
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        if state_of(process) in states:
            return True
        time.sleep(0.02)
    return False


def test_the_handler_stands_still_and_goes_on(handler: subprocess.Popen[bytes]) -> None:
    with run("echo held; sleep 0.3; exit 73") as shell:
        assert shell.stdout is not None
        assert shell.stdout.readline() == b"held\n"
        assert eventually(handler, "T")
        assert shell.wait() == 73
    assert eventually(handler, "S", "R")


def test_the_handler_goes_on_when_the_link_breaks(handler: subprocess.Popen[bytes]) -> None:
    with run("echo held; sleep 1") as shell:
        assert shell.stdout is not None
        shell.stdout.readline()
        assert eventually(handler, "T")
        shell.terminate()
        assert eventually(handler, "S", "R")


def test_other_interfaces_handlers_are_left_alone(handler: subprocess.Popen[bytes]) -> None:
    with run("echo held; sleep 0.2", "test") as shell:
        assert shell.stdout is not None
        shell.stdout.readline()
        assert state_of(handler) != "T"


def test_nothing_of_it_stays_behind(handler: subprocess.Popen[bytes]) -> None:
    with run("ps -o pid= --ppid $$") as shell:
        assert shell.stdout is not None
        children = shell.stdout.read().split()
    assert children
    deadline = time.monotonic() + 5
    while any(Path(f"/proc/{pid.decode()}").exists() for pid in children):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert handler.poll() is None


def test_shell_is_clean() -> None:
    assert_clean_shell({"hold": hold("wwan")})
