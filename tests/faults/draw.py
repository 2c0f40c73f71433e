# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which trials a seed gives: the same ones every time."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum


class Style(Enum):
    """How Ansible talks to the router."""

    KEPT = "kept"
    """Pipelined, and one connection kept for all (ControlPersist): Ansible's and our default."""
    SINGLE = "single"
    """A new connection for every round trip."""
    TERMINAL = "terminal"
    """Without pipelining, with a terminal where Ansible asks for one."""
    TERMINAL_SINGLE = "terminal-single"


@dataclass(frozen=True)
class Trial:
    """One fault in one run; whatever is left to chance in it comes from `seed`."""

    number: int
    kind: str
    style: Style
    seed: int


def draw(seed: int, count: int, kinds: Sequence[str]) -> list[Trial]:
    """`count` trials in which all kinds come equally often, in a random order within each round."""
    chance = random.Random(seed)
    trials: list[Trial] = []
    while len(trials) < count:
        for kind in chance.sample(kinds, len(kinds))[: count - len(trials)]:
            style = chance.choice(list(Style))
            trials.append(Trial(len(trials) + 1, kind, style, chance.getrandbits(32)))
    return trials
