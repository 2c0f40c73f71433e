# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is told of trials: one line each, a table by kind, and the sum."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from .draw import Trial
from .state import Ending


@dataclass(frozen=True)
class Result:
    """How a trial ended. `problems`: what else was wrong, such as a message that was not given."""

    trial: Trial
    ending: Ending
    moment: str
    seconds: float
    problems: Sequence[str] = ()
    evidence: Sequence[str] = field(default=(), repr=False)
    broken: bool = False
    """Whether the router could not be looked at or put back."""

    @property
    def passed(self) -> bool:
        return self.ending is not Ending.NEITHER and not self.problems


def broken(trial: Trial, why: str) -> Result:
    """The result of a trial after which the router is of no more use."""
    return Result(trial, Ending.NEITHER, "", 0.0, (f"the router is lost: {why}",), broken=True)


def line(result: Result) -> str:
    """One trial in one line, what was wrong below it."""
    trial = result.trial
    head = (
        f"{trial.number:4} {trial.kind:24} {trial.style.value:15} {result.ending.value:8}"
        f"{result.seconds:6.1f} s  {result.moment}"
    )
    more = [f"     wrong: {each}" for each in result.problems]
    if not result.passed:
        more += [f"     {each}" for each in result.evidence]
    return "\n".join([head, *more])


def table(results: Iterable[Result]) -> str:
    """Kind, and how many of its trials ended old, new, neither, or otherwise than they must."""
    known = list(results)
    lines = [f"{'kind':24} {'old':>5} {'new':>5} {'neither':>8} {'wrong':>6}"]
    for kind in sorted({result.trial.kind for result in known}):
        of_kind = [result for result in known if result.trial.kind == kind]
        counts = [sum(each.ending is ending for each in of_kind) for ending in Ending]
        wrong = sum(bool(each.problems) for each in of_kind)
        lines.append(f"{kind:24} {counts[0]:5} {counts[1]:5} {counts[2]:8} {wrong:6}")
    return "\n".join(lines)


def closing(results: Sequence[Result], seed: int, *, planned: int) -> str:
    """The last line; trials that were planned and not made count as failed."""
    counts = ", ".join(
        f"{sum(each.ending is ending for each in results)} {ending.value}" for ending in Ending
    )
    passed = sum(each.passed for each in results)
    missing = f"{planned - len(results)} not made, " if planned > len(results) else ""
    return f"{passed} passed, {planned - passed} failed ({missing}{counts}; seed {seed})"
