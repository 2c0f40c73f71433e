# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Trials drawn by a seed."""

from __future__ import annotations

import random
from collections import Counter

from faults.draw import draw
from faults.kinds import KINDS
from faults.moments import Phase, any_moment


def test_a_seed_gives_the_same_trials_again() -> None:
    assert draw(7, 50, ["a", "b", "c"]) == draw(7, 50, ["a", "b", "c"])
    assert draw(7, 50, ["a", "b", "c"]) != draw(8, 50, ["a", "b", "c"])


def test_a_longer_run_begins_like_a_shorter_one() -> None:
    assert draw(7, 200, list(KINDS))[:30] == draw(7, 30, list(KINDS))


def test_every_kind_comes_equally_often() -> None:
    counts = Counter(trial.kind for trial in draw(7, 10 * len(KINDS), list(KINDS)))
    assert counts == dict.fromkeys(KINDS, 10)


def test_trials_are_numbered_from_one_and_differ_in_their_seeds() -> None:
    trials = draw(7, 100, ["a"])
    assert [trial.number for trial in trials] == list(range(1, 101))
    assert len({trial.seed for trial in trials}) == 100


def test_moments_lie_all_over_the_run() -> None:
    chance = random.Random(7)
    moments = [any_moment(chance, 5.0) for _ in range(300)]
    assert {moment.phase for moment in moments} == set(Phase)
    at_start = [moment.delay for moment in moments if moment.phase is Phase.START]
    assert min(at_start) < 0.5
    assert 4.5 < max(at_start) <= 5.0
