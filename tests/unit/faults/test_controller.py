# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run and all its children die together; another run does not."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from faults.controller import Run
from faults.draw import Style

# Leaves a child in a session of its own, as ssh does that keeps a connection.
STAND_IN = """#!/bin/sh
env >"$HOME/environment"
echo "$@" >"$HOME/arguments"
setsid sleep 60 &
echo $! >"$HOME/child"
echo "two  words"
wait
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    program = tmp_path / "ansible-playbook"
    program.write_text(STAND_IN)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    return tmp_path


def start(home: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> tuple[Run, int]:
    (home / name).mkdir()
    monkeypatch.setenv("HOME", str(home / name))
    run = Run("whole", home / "inventory", "router-1", Style.SINGLE, {"guard_timeout": 10})
    child = home / name / "child"
    deadline = time.monotonic() + 10
    while not (child.exists() and child.read_text().strip() and run.output):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return run, int(child.read_text())


def alive(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(") ")[2][0] != "Z"


def test_killing_a_run(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, child_of_one = start(home, "one", monkeypatch)
    other, child_of_other = start(home, "other", monkeypatch)
    assert one.output == "two words"
    assert '"guard_timeout": 10' in (home / "one/arguments").read_text()
    assert "ControlMaster=no" in (home / "one/arguments").read_text()
    try:
        one.kill()
        assert one.over
        assert not alive(child_of_one)
        assert alive(child_of_other)
        assert other.wait(0) is None
    finally:
        one.clean()
        other.clean()
    assert not alive(child_of_other)


def test_holding_a_run(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run, child = start(home, "one", monkeypatch)

    def state() -> str:
        return Path(f"/proc/{child}/stat").read_text().rpartition(") ")[2][0]

    try:
        run.hold()
        assert state() == "T"
        run.go_on()
        assert state() != "T"
    finally:
        run.clean()
