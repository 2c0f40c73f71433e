# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line: so many trials on so many routers, told one by one and summed up."""

from __future__ import annotations

import argparse
import random
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Lock
from types import FrameType

from bench.cli import kept
from bench.engine import BenchError, Engine

from . import tally
from .draw import Trial, draw
from .kinds import KINDS
from .link import links
from .machine import Machine
from .state import Ending
from .tally import Result
from .trial import carry_out, prepare

FLEET = Path(__file__).resolve().parent.parent / "bench" / "fleet"
_FLASH = "8m"
_SHORT_SEED = 1


def _end(number: int, frame: FrameType | None) -> None:
    """Stopped by whomever, clean up as after Ctrl-C."""
    del number, frame
    raise KeyboardInterrupt


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when every trial ended as it must."""
    options = _options(arguments)
    signal.signal(signal.SIGTERM, _end)
    kinds = options.faults or list(KINDS)
    count = len(kinds) if options.short else options.trials
    trials = draw(options.seed, count, kinds)
    if options.only:
        trials = [trial for trial in trials if trial.number in options.only]
    print(f"{len(trials)} trials on {options.routers} routers, seed {options.seed}", flush=True)
    results: list[Result] = []
    try:
        _run(trials, min(options.routers, len(trials)), options.prefix, results)
    except KeyboardInterrupt:
        print("faults: stopped before the end", file=sys.stderr)
    except (BenchError, AssertionError, subprocess.CalledProcessError) as error:
        print(f"faults: {error}", file=sys.stderr)
    return _sum_up(results, len(trials), options.seed)


def _sum_up(results: Sequence[Result], planned: int, seed: int) -> int:
    """Tell what came of the trials that were made; 0 when all were, and ended as they must."""
    print(f"\n{tally.table(results)}\n")
    _tell_what_failed(results, seed)
    print(tally.closing(results, seed, planned=planned), flush=True)
    return 0 if len(results) == planned and all(each.passed for each in results) else 1


def _run(trials: Sequence[Trial], routers: int, prefix: str, results: list[Result]) -> None:
    """Make the trials, adding each result as soon as it is known."""
    waiting: SimpleQueue[Trial] = SimpleQueue()
    for trial in trials:
        waiting.put(trial)
    told = Lock()

    def work(machine: Machine, inventory: Path) -> None:
        prepare(machine, inventory, table)
        while True:
            try:
                trial = waiting.get_nowait()
            except Empty:
                return
            try:
                result = carry_out(trial, machine, inventory, table)
            except (BenchError, OSError, subprocess.SubprocessError) as error:
                # What such a router does afterwards says nothing.
                result = tally.broken(trial, str(error))
            with told:
                results.append(result)
                print(tally.line(result), flush=True)
            if result.broken:
                return

    table = f"fleet_{prefix}".replace("-", "_")
    with tempfile.TemporaryDirectory(prefix="fleet-faults-") as folder, links(table):
        inventory = Path(folder) / "inventory.yml"
        names = [f"{prefix}-{number}" for number in range(1, routers + 1)]
        try:
            _fleet("up", "--count", str(routers), "--no-modem", "--inventory", str(inventory),
                   "--prefix", prefix, "--flash", _FLASH)  # fmt: skip
            engine, hosts = Engine.find(), kept(prefix, "hosts")
            with ThreadPoolExecutor(routers) as pool:
                working = [
                    pool.submit(work, Machine(engine, name, hosts), inventory) for name in names
                ]
                try:
                    for each in working:
                        each.result()
                except BaseException:
                    _drain(waiting)
                    raise
        finally:
            _fleet("down", "--prefix", prefix)


def _drain(waiting: SimpleQueue[Trial]) -> None:
    """Let all who are at work end with the trial that they are at."""
    with suppress(Empty):
        while True:
            waiting.get_nowait()


def _fleet(*words: str) -> None:
    subprocess.run([FLEET, *words], stdout=subprocess.DEVNULL, check=True)


def _tell_what_failed(results: Sequence[Result], seed: int) -> None:
    for result in results:
        if not result.passed:
            what = (
                "ended NEITHER" if result.ending is Ending.NEITHER else "; ".join(result.problems)
            )
            print(f"failed: {result.trial.kind}: {what}")
    numbers = sorted(result.trial.number for result in results if not result.passed)
    if numbers:
        again = ",".join(map(str, numbers))
        print(f"again: tests/faults/run --seed {seed} --only {again} (and the other options)\n")


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="run", description=__doc__)
    parser.add_argument("--trials", type=int, default=200)
    parser.add_argument("--short", action="store_true", help="every kind once, the same each time")
    parser.add_argument("--seed", type=int, help="what is left to chance; printed")
    parser.add_argument("--faults", type=_kinds, help="kinds, with commas; default: all")
    parser.add_argument("--routers", type=int, default=4, help="how many are at work at once")
    parser.add_argument("--only", type=_numbers, help="of these trials, those with these numbers")
    parser.add_argument("--prefix", default="faults", help="of the routers' names")
    options = parser.parse_args(arguments)
    if options.seed is None:
        options.seed = _SHORT_SEED if options.short else random.SystemRandom().randrange(10**6)
    return options


def _kinds(text: str) -> list[str]:
    names = text.split(",")
    unknown = sorted(set(names) - set(KINDS))
    if unknown:
        raise argparse.ArgumentTypeError(f"no {', '.join(unknown)}; there is {', '.join(KINDS)}")
    return names


def _numbers(text: str) -> list[int]:
    return [int(each) for each in text.split(",")]
