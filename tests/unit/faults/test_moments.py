# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Moments are told by what can be seen on the router's file system."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest
from faults import state
from faults.controller import Run
from faults.machine import Machine
from faults.moments import Moment, Phase, wait


@dataclass
class FakeRun:
    over: bool = False
    started: float = field(default_factory=time.monotonic)


@dataclass
class FakeMachine:
    root: Path
    old: state.State
    new: state.State


@pytest.fixture
def machine(tmp_path: Path) -> FakeMachine:
    etc = tmp_path / "etc"
    etc.mkdir()
    (etc / "kept").write_text("kept")
    (etc / "edited").write_text("old")
    (etc / "removed").write_text("old")
    old = state.read(tmp_path)
    made = state.Entry("file", 0o644, (0, 0), b"new")
    new = {"etc": old["etc"]} if "etc" in old else {}
    new |= {"etc/kept": old["etc/kept"], "etc/edited": made, "etc/made": made}
    return FakeMachine(tmp_path, old, new)


def guard(machine: FakeMachine, name: str = "") -> Path:
    return machine.root / state.GUARD / name


def open_it(machine: FakeMachine) -> None:
    guard(machine).mkdir(parents=True, exist_ok=True)
    guard(machine, "open").write_text("")


def write_one(machine: FakeMachine) -> None:
    (machine.root / "etc/made").write_text("new")


def write_all(machine: FakeMachine) -> None:
    write_one(machine)
    (machine.root / "etc/removed").unlink()
    new = machine.root / "etc/.edited"
    new.write_text("new")
    new.rename(machine.root / "etc/edited")


def close(machine: FakeMachine) -> None:
    open_it(machine)
    # As long as a transaction is open at the very least.
    time.sleep(0.05)
    guard(machine, "open").unlink()


@pytest.mark.parametrize(
    ("phase", "nothing_yet", "now"),
    [
        (Phase.PREPARING, lambda _: None, lambda each: guard(each).mkdir(parents=True)),
        (Phase.OPEN, lambda each: guard(each).mkdir(parents=True), open_it),
        (Phase.WRITING, open_it, write_one),
        (Phase.WRITTEN, write_one, write_all),
        (Phase.OVER, write_all, close),
    ],
)
def test_a_phase_is_seen_when_it_comes(
    machine: FakeMachine,
    phase: Phase,
    nothing_yet: Callable[[FakeMachine], Any],
    now: Callable[[FakeMachine], Any],
) -> None:
    came: list[bool] = []
    moment = Moment(phase, 0)
    arguments = (moment, cast(Run, FakeRun()), cast(Machine, machine))
    waiting = threading.Thread(target=lambda: came.append(wait(*arguments)), daemon=True)
    waiting.start()
    time.sleep(0.05)
    nothing_yet(machine)
    time.sleep(0.05)
    assert came == []
    now(machine)
    waiting.join(5)
    assert came == [True]


def test_a_run_that_ends_before_is_not_waited_for(machine: FakeMachine) -> None:
    ended = cast(Run, FakeRun(over=True))
    assert not wait(Moment(Phase.OPEN, 60), ended, cast(Machine, machine))


def test_the_start_counts_from_when_the_run_began(machine: FakeMachine) -> None:
    run = FakeRun(started=time.monotonic() - 59.9)
    began = time.monotonic()
    assert wait(Moment(Phase.START, 60), cast(Run, run), cast(Machine, machine))
    assert 0.05 < time.monotonic() - began < 5
