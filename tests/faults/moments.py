# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a fault strikes: after so much time, or when something can be seen on the router."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from .controller import Run
from .machine import Machine
from .state import GUARD

# Between two looks; a look costs some hundred microseconds.
_LOOK_SECONDS = 0.002


class Phase(Enum):
    """What can be seen of a transaction from outside, in this order."""

    START = "the start of the run"
    PREPARING = "the first sign of the guard"
    OPEN = "the transaction was open"
    WRITING = "the first path was written"
    WRITTEN = "the last path was written"
    OVER = "the transaction was over"


@dataclass(frozen=True)
class Moment:
    phase: Phase
    delay: float

    def __str__(self) -> str:
        return f"{self.delay:.3f} s after {self.phase.value}"


def any_moment(chance: random.Random, undisturbed: float) -> Moment:
    """Half of them anywhere in the run, half of them close to a step of the transaction."""
    if chance.random() < 0.5:
        return Moment(Phase.START, chance.uniform(0, undisturbed))
    phase = chance.choice([phase for phase in Phase if phase is not Phase.START])
    return Moment(phase, chance.expovariate(1 / 0.15))


def wait(moment: Moment, run: Run, machine: Machine) -> bool:
    """Whether the moment came before the run was over."""
    seen = _signs(machine)[moment.phase]
    while not seen():
        if run.over:
            return False
        time.sleep(_LOOK_SECONDS)
    rest = moment.delay
    if moment.phase is Phase.START:
        rest -= time.monotonic() - run.started
    time.sleep(max(rest, 0))
    return True


def _signs(machine: Machine) -> dict[Phase, Callable[[], bool]]:
    root = machine.root
    guard = root / GUARD
    planned = [
        root / path
        for path in machine.old.keys() | machine.new.keys()
        if machine.old.get(path) != machine.new.get(path)
    ]
    before = {path: _sign(path) for path in planned}
    been_open = False

    def is_open() -> bool:
        nonlocal been_open
        been_open = been_open or (guard / "open").exists()
        return been_open

    return {
        Phase.START: lambda: True,
        Phase.PREPARING: guard.exists,
        Phase.OPEN: is_open,
        Phase.WRITING: lambda: any(_sign(path) != before[path] for path in planned),
        Phase.WRITTEN: lambda: all(_sign(path) != before[path] for path in planned),
        Phase.OVER: lambda: is_open() and not (guard / "open").exists(),
    }


def _sign(path: Path) -> tuple[int, int] | None:
    try:
        seen = path.lstat()
    except FileNotFoundError:
        return None
    return seen.st_ino, seen.st_ctime_ns
