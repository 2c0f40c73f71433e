# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One trial from beginning to end: make the fault, let the router settle, look, put it back."""

from __future__ import annotations

import math
import random
import re
import subprocess
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from bench import uplink
from bench.inventory import ssh_options

from . import state
from .controller import Run
from .draw import Style, Trial
from .kinds import KINDS
from .machine import Machine
from .scene import Scene, Wanted
from .state import Ending
from .tally import Result

_TIMEOUT = 10
"""Seconds until an unconfirmed change is rolled back; more where a whole run takes longer."""
_PATIENCE = 120

_SETTLE_SECONDS = 60
_TAKE_UP_SECONDS = 20.0
_TAIL = 900
_LOG_LINES = 10


def prepare(machine: Machine, inventory: Path, table: str) -> None:
    """Find out what is old and what is new on this router. Raises BenchError, AssertionError."""
    machine.wait_until_up()
    machine.shell("cp -p /etc/profile /etc/profile.old")
    uplink.adopt(machine.engine, machine.name)
    machine.old = machine.state()
    with ExitStack() as undo:
        scene = Scene(machine, random.Random(0), Style.KEPT, inventory, table, _PATIENCE, undo)
        run = scene.start()
        began = time.monotonic()
        status = scene.finish(run)
        log = machine.engine.log(machine.name, _LOG_LINES)
        assert status == 0, f"undisturbed, the run failed: {run.output}\n{log}"
        machine.undisturbed = time.monotonic() - began
        busy = machine.settle(_SETTLE_SECONDS)
        assert not busy, f"undisturbed, the router did not come to rest: {busy}"
        machine.new = machine.state()
    left = [path for path in machine.new if path.startswith(state.GUARD)]
    assert not left, f"undisturbed, the guard left {', '.join(left)}"
    assert state.differing(machine.old, machine.new), "the plan changes nothing"
    machine.put_back()


def carry_out(trial: Trial, machine: Machine, inventory: Path, table: str) -> Result:
    """Raises BenchError when the router cannot be used any more."""
    began = time.monotonic()
    with ExitStack() as undo:
        chance = random.Random(trial.seed)
        timeout = max(_TIMEOUT, math.ceil(machine.undisturbed))
        scene = Scene(machine, chance, trial.style, inventory, table, timeout, undo)
        wanted = KINDS[trial.kind](scene)
        # A block that was killed stays open for three times as long, see plans/block.yml.
        busy = machine.settle(3 * timeout + _SETTLE_SECONDS)
        seen = machine.state()
        old = machine.old if wanted.old is None else wanted.old
        ending = Ending.NEITHER if busy else state.judge(seen, old=old, new=machine.new)
        evidence = []
        if ending is Ending.NEITHER:
            evidence += state.evidence(seen, old=old, new=machine.new)
        problems = [*_problems(scene, wanted, ending, busy), *_lost(machine, ending)]
        evidence += [f"Ansible said: {run.output[-_TAIL:]}" for run in scene.runs]
        evidence += [f"log: {each}" for each in _guard_log(machine)]
        evidence += machine.engine.log(machine.name, _LOG_LINES).splitlines()
    machine.put_back()
    seconds = time.monotonic() - began
    return Result(trial, ending, scene.moment, seconds, problems, evidence)


def _problems(scene: Scene, wanted: Wanted, ending: Ending, busy: str) -> list[str]:
    problems = list(wanted.problems)
    if busy:
        problems.append(f"it did not come to rest: {busy}")
    elif ending is not Ending.NEITHER and ending not in wanted.endings:
        names = " or ".join(sorted(each.value for each in wanted.endings))
        problems.append(f"it must end {names}")
    problems += _untrue(scene.runs, ending)
    said = [run.output for run in scene.runs]
    untold = [each for each in wanted.said if not any(re.search(each, text) for text in said)]
    return problems + [f"the user is not told of {each!r}" for each in untold]


def _untrue(runs: Sequence[Run], ending: Ending) -> list[str]:
    """What the runs claim of the router that is not so."""
    problems = []
    believed = [
        # Who finds the change of another run that has still to confirm it is told so.
        run.wait(0) == 0 and not run.killed and "Not confirmed yet on this router" not in run.output
        for run in runs
    ]
    if ending is not Ending.NEW and any(believed):
        problems.append("a run has succeeded, and the router is not as planned")
    # Of two runs one may be rolled back and the other stay.
    if ending is Ending.NEW and len(runs) == 1 and "rolled_back: true" in runs[0].output:
        problems.append("the user is told that the router rolled back, and it did not")
    return problems


def _lost(machine: Machine, ending: Ending) -> list[str]:
    """Whether the router can be reached where it was, and runs what its configuration says."""
    address = "192.168.77.1" if ending is Ending.NEW else "192.168.1.1"
    deadline = time.monotonic() + _TAKE_UP_SECONDS
    while True:
        problems = []
        if not _logs_in(machine):
            problems.append("nobody can log in")
        if f" {address}/" not in machine.shell("ip -4 addr show dev br-lan", check=False):
            problems.append(f"the LAN has not the address {address}")
        if not problems or time.monotonic() > deadline:
            return problems
        time.sleep(0.5)


def _logs_in(machine: Machine) -> bool:
    command = [
        "ssh", *ssh_options(machine.hosts), "-o", "BatchMode=yes", "-o", "ConnectTimeout=3",
        f"root@{machine.address}", "true",
    ]  # fmt: skip
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    return done.returncode == 0


def _guard_log(machine: Machine) -> list[str]:
    return machine.shell("logread -e fleet-guard | tail -n 12", check=False).splitlines()
