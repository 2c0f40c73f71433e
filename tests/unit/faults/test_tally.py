# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is told of trials."""

from __future__ import annotations

from faults import tally
from faults.draw import Style, Trial
from faults.state import Ending
from faults.tally import Result


def result(kind: str, ending: Ending, *problems: str) -> Result:
    evidence = ["etc/config/system: NEITHER"]
    trial = Trial(3, kind, Style.KEPT, 0)
    return Result(trial, ending, "1.000 s after the start", 9.5, problems, evidence)


RESULTS = [
    result("power", Ending.OLD),
    result("power", Ending.NEW),
    result("power", Ending.NEITHER),
    result("link", Ending.OLD, "nobody can log in"),
]


def test_the_table_counts_by_kind() -> None:
    rows = {line.split()[0]: line.split()[1:] for line in tally.table(RESULTS).splitlines()}
    assert rows == {
        "kind": ["old", "new", "neither", "wrong"],
        "power": ["1", "1", "1", "0"],
        "link": ["1", "0", "0", "1"],
    }


def test_neither_and_wrong_are_failures() -> None:
    assert [each.passed for each in RESULTS] == [True, True, False, False]
    closing = tally.closing(RESULTS, 42, planned=4)
    assert closing == "2 passed, 2 failed (2 old, 1 new, 1 neither; seed 42)"


def test_what_was_not_made_any_more_counts_beside_what_was() -> None:
    closing = tally.closing(RESULTS[:2], 42, planned=4)
    assert closing == "2 passed, 2 failed (2 not made, 1 old, 1 new, 0 neither; seed 42)"


def test_a_failure_shows_its_evidence() -> None:
    assert "etc/config/system" not in tally.line(RESULTS[0])
    assert "etc/config/system: NEITHER" in tally.line(RESULTS[2])
    assert "nobody can log in" in tally.line(RESULTS[3])
    assert "1.000 s after the start" in tally.line(RESULTS[2])
