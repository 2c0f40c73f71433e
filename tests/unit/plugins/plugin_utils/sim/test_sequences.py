# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Over any sequence of events a wrong PIN costs one try at most; the right one is never lost."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from support.sim import HUAWEI, Card

WRONG, ALSO_WRONG, RIGHT = "0000", "1111", "1234"
EVENTS = 20


class World:
    """One router with one card; what happens to them is left to chance."""

    def __init__(self, folder: Path, port: str, seed: int) -> None:
        self.card = Card(folder)
        self.card.die_at("gcom", "mv", "rm", "sync")
        self.port = port
        self.chance = random.Random(seed)
        self.told: list[str] = []

    def happen(self) -> None:
        events: list[Callable[[], None]] = [
            self.run, self.run, self.bring_up, self.bring_up, self.cut_in_a_run, self.cut_in_a_run,
            self.cut_in_a_bring_up, self.boot, self.number_unreadable, self.counter_unreadable,
            self.all_readable, self.absent,
        ]  # fmt: skip
        event = self.chance.choice(events)
        pin = self.chance.choice([WRONG, ALSO_WRONG, RIGHT])
        self.pin, self.more = pin, {}
        event()
        self.told.append(f"{event.__name__} {pin} {self.more}: {self.card.left} left")

    def run(self) -> None:
        self.card.unlock(self.port, self.pin, **self.more)

    def bring_up(self) -> None:
        self.card.gate(self.port, self.pin, **self.more)

    def cut_in_a_run(self) -> None:
        self._cut(self.run)

    def cut_in_a_bring_up(self) -> None:
        self._cut(self.bring_up)

    def _cut(self, event: Callable[[], None]) -> None:
        (self.card.folder / "step").unlink(missing_ok=True)
        self.more = {"DIE": f"{self.chance.randrange(1, 26) / 2:g}"}
        event()
        self.boot()

    def boot(self) -> None:
        self.card.power_cut()

    def number_unreadable(self) -> None:
        (self.card.folder / "answers/AT^ICCID?").unlink(missing_ok=True)

    def counter_unreadable(self) -> None:
        (self.card.folder / "answers/AT^CPIN?").unlink(missing_ok=True)

    def absent(self) -> None:
        self.card.put("state", "+CME ERROR: 10")
        self.run()
        (self.card.folder / "state").unlink()

    def all_readable(self) -> None:
        for command, answer in HUAWEI.items():
            self.card.put(f"answers/{command}", answer)


@pytest.mark.parametrize("seed", range(8))
def test_a_wrong_pin_costs_one_try_at_most_and_the_right_one_still_works(
    tmp_path: Path, port: str, seed: int
) -> None:
    world = World(tmp_path, port, seed)
    for _event in range(EVENTS):
        world.happen()
        tries = Counter(world.card.tries)
        assert tries[WRONG] <= 1, world.told
        assert tries[ALSO_WRONG] <= 1, world.told
        assert world.card.left > 0, world.told
    world.all_readable()
    world.boot()
    ended = world.card.unlock(port, RIGHT).stdout
    # With both wrong ones behind it the last try belongs to a person.
    assert ended in {"unlocked 3\n", "few_retries 1\n"}, world.told
    assert not world.card.remembers(RIGHT), world.told
    if ended.startswith("unlocked"):
        world.boot()
        assert world.card.gate(port, RIGHT).returncode == 0, world.told
