# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a fault has to play with: one router, runs against it, the link, chance."""

from __future__ import annotations

import random
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from . import link
from .controller import Run
from .draw import Style
from .machine import Machine
from .moments import Moment, wait
from .state import Ending, State

EITHER = frozenset({Ending.OLD, Ending.NEW})
OLD = frozenset({Ending.OLD})
NEW = frozenset({Ending.NEW})


@dataclass(frozen=True)
class Wanted:
    """How a trial must end. `said`: what the run must have told its user, as regular expressions.

    `old` is the state before where a fault itself has changed something under /etc.
    """

    endings: frozenset[Ending] = EITHER
    said: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    old: State | None = None


@dataclass
class Scene:
    """`timeout`: in how many seconds the guard wants to be confirmed."""

    machine: Machine
    chance: random.Random
    style: Style
    inventory: Path
    table: str
    timeout: int
    undo: ExitStack
    """What is to be done once the router has been looked at."""
    runs: list[Run] = field(default_factory=list)
    moment: str = ""

    def start(self, plan: str = "whole", **variables: object) -> Run:
        """Begin a run of a plan."""
        run = Run(
            plan,
            self.inventory,
            self.machine.name,
            self.style,
            {"guard_timeout": self.timeout, **variables},
        )
        self.runs.append(run)
        self.undo.callback(run.clean)
        return run

    def wait(self, moment: Moment, run: Run) -> bool:
        """Until then; whether it came before the run was over."""
        came = wait(moment, run, self.machine)
        self.note(str(moment) if came else f"the run ended before {moment.phase.value}")
        return came

    def note(self, text: str) -> None:
        """For whoever wants to know when the fault struck."""
        self.moment = f"{self.moment}; {text}" if self.moment else text

    def finish(self, run: Run) -> int | None:
        """The run's exit status, None when it hangs; then it is killed."""
        status = run.wait(self.timeout + 120)
        if status is None:
            run.kill()
        return status

    def cut_link(self, seconds: float, run: Run) -> None:
        """Cut it for so long, or until the run is over."""
        address = self.machine.address
        deadline = time.monotonic() + seconds
        link.cut(self.table, address)
        try:
            while time.monotonic() < deadline and not run.over:
                time.sleep(0.1)
        finally:
            link.mend(self.table, address)
        self.note(f"link cut for {seconds:.1f} s")
