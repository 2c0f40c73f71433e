# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A SIM with three tries, and all that may spend them, in any order."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from bench.engine import BenchError

from .controller import Run
from .scene import OLD, Scene, Wanted
from .stick import Stick

RIGHT, WRONG, ALSO_WRONG = "4711", "0000", "1111"
_EVENTS = 20
_LONGEST_SECONDS = 240.0
_ROLLBACK = "/usr/lib/fleet-guard/guard rollback >/dev/null 2>&1; :"
_KEEPER = "/etc/fleet-sim /usr/lib/fleet-sim /usr/sbin/gcom /lib/upgrade/keep.d/fleet-sim*"
_IFUP = "ifup wwan 2>/dev/null; :"
_BRING_UP_SECONDS = 4.0
_RUN_SECONDS = 90.0


@dataclass
class Story:
    """One router, one card, and what happens to them; `told` is for people."""

    scene: Scene
    stick: Stick
    told: list[str] = field(default_factory=list)

    def happen(self) -> None:
        """One event; raises BenchError."""
        chance = self.scene.chance
        events: list[Callable[[], str]] = [
            self.run, self.run, self.run_cut, self.run_cut, self.two_runs, self.rolled_back,
            self.ifup, self.ifup, self.boot, self.boot, self.number, self.number,
        ]  # fmt: skip
        self.told.append(f"{chance.choice(events)()}, {self.stick.left()} left")

    def run(self) -> str:
        run, what = self._start()
        self._finish(run)
        return what

    def run_cut(self) -> str:
        """The power is cut somewhere in it."""
        run, what = self._start()
        time.sleep(self.scene.chance.uniform(1, 12))
        over = " (too late)" if run.over else ""
        self._boot()
        self._finish(run)
        return f"{what} and a power cut{over}"

    def two_runs(self) -> str:
        (one, what), (other, also) = self._start(), self._start()
        self._finish(one)
        self._finish(other)
        return f"{what} beside {also}"

    def rolled_back(self) -> str:
        run, what = self._start(under_checkpoint=True)
        self._finish(run)
        self.scene.machine.shell(_ROLLBACK)
        return f"{what} rolled back"

    def ifup(self) -> str:
        self.scene.machine.shell(_IFUP)
        time.sleep(_BRING_UP_SECONDS)
        return "ifup"

    def boot(self) -> str:
        self._boot()
        time.sleep(_BRING_UP_SECONDS)
        return "boot"

    def number(self) -> str:
        readable = self.scene.chance.random() < 0.5
        self.stick.number_readable(readable)
        return f"the card's number is {'readable' if readable else 'unreadable'}"

    def lost(self) -> list[str]:
        """What is wrong if the right PIN is not taken any more although there are tries left."""
        self.stick.number_readable(True)
        self._boot()
        left = self.stick.left()
        variables = {"guard_timeout": self.scene.timeout, "pin": RIGHT}
        run = Run("pin", self.scene.inventory, self.scene.machine.name, self.scene.style, variables)
        self.scene.undo.callback(run.clean)
        self._finish(run)
        told = run.output
        if left >= 2 and "has refused this PIN before" in told:
            return [f"with {left} tries left the right PIN is not taken any more: {told[-600:]}"]
        return []

    def _start(self, **more: object) -> tuple[Run, str]:
        scene = self.scene
        pin = scene.chance.choice([WRONG, WRONG, ALSO_WRONG, RIGHT])
        check = scene.chance.choice(["safe", "safe", "off"])
        variables = {"guard_timeout": scene.timeout, "pin": pin, "pin_check": check, **more}
        run = Run("pin", scene.inventory, scene.machine.name, scene.style, variables)
        scene.undo.callback(run.clean)
        return run, f"{pin} ({check})"

    def _finish(self, run: Run) -> None:
        if run.wait(_RUN_SECONDS) is None:
            run.kill()

    def _boot(self) -> None:
        self.scene.machine.power_cut(wait=True)
        self.scene.machine.wait_until_up()


def pin(scene: Scene) -> Wanted:
    """Twenty events in any order: a wrong PIN costs one try at most, and none reaches the PUK.

    Fewer where the machine is slow.
    """
    machine = scene.machine
    stick = Stick(machine, RIGHT)
    scene.undo.callback(stick.unplug)
    story = Story(scene, stick)
    problems: list[str] = []
    deadline = time.monotonic() + _LONGEST_SECONDS
    while len(story.told) < _EVENTS and not problems and time.monotonic() < deadline:
        story.happen()
        problems = _problems(stick)
    if not problems:
        problems = story.lost()
    scene.note(f"{len(story.told)} events, sent {dict(stick.tries())}")
    if problems:
        problems.append("; ".join(story.told))
    _take_away(scene)
    return Wanted(OLD, problems=tuple(problems), old=machine.state())


def _problems(stick: Stick) -> list[str]:
    tries = stick.tries()
    often = [wrong for wrong in (WRONG, ALSO_WRONG) if tries[wrong] > 1]
    found = [f"{wrong} was sent {tries[wrong]} times" for wrong in often]
    if stick.left() == 0:
        found.append("the SIM asks for its PUK")
    return found


def _take_away(scene: Scene) -> None:
    """Leave the router without what was installed; what is then under /etc is the old state."""
    machine = scene.machine
    machine.shell(_ROLLBACK)
    run = Run("pin_away", scene.inventory, machine.name, scene.style, {})
    scene.undo.callback(run.clean)
    if run.wait(_RUN_SECONDS) is None:
        run.kill()
    machine.shell(f"rm -rf {_KEEPER}")
    with suppress(BenchError):
        machine.wait_for(machine.is_free, scene.timeout + 30, "end its transaction")
    machine.settle(scene.timeout)
