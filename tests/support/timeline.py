# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A router whose state changes as its own time goes by: what waits on it needs no real second."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NoReturn

from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.router import Router
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.wire import Answer, Section

State = Mapping[str, str | Answer]
"""What each section answers by its name: standard output, or an answer with a status."""

WAIT = "wait for a change"


class Timeline(Router):
    """Answers with the first state, and with each further one from its second on.

    A section that no state names is a question that should not have been put: a KeyError. What a
    section named in `effects` does is to make the rest of the timeline begin there and then.
    """

    def __init__(
        self,
        *states: tuple[int, State],
        effects: Mapping[str, Sequence[tuple[int, State]]] | None = None,
    ) -> None:
        super().__init__(self.refuse)
        self.states = list(states)
        self.effects = dict(effects or {})
        self.now = 0
        self.asked: list[list[str]] = []
        self.longest = 0

    @staticmethod
    def refuse(command: str, data: bytes) -> NoReturn:
        raise AssertionError(f"run must not reach the connection: {command} {data!r}")

    def run(
        self, sections: Iterable[Section], *, stop_at_failure: bool = False
    ) -> Mapping[str, Answer]:
        assert not stop_at_failure
        self.round_trips += 1
        self.asked.append([])
        answers: dict[str, Answer] = {}
        for section in sections:
            self.asked[-1].append(section.name)
            if section.name == WAIT:
                answers[WAIT] = Answer(0, self._wait(section.body), "")
                continue
            said = self.state[section.name]
            answers[section.name] = said if isinstance(said, Answer) else Answer(0, said, "")
            if section.name in self.effects:
                self.states += [
                    (self.now + after, {**self.state, **state})
                    for after, state in self.effects[section.name]
                ]
        return answers

    @property
    def index(self) -> int:
        return max(number for number, (since, _) in enumerate(self.states) if since <= self.now)

    @property
    def state(self) -> State:
        return self.states[self.index][1]

    def _wait(self, _body: str) -> str:
        seconds = re.search(r"-lt (\d+) \]", _body)
        seen = re.search(r'"\$fleet_now" = (\S+) \]', _body)
        assert seconds is not None
        assert seen is not None
        began = self.now
        self.longest = max(self.longest, int(seconds[1]))
        while self.now - began < int(seconds[1]):
            self.now += 1
            if str(self.index) != seen[1]:
                break
        return f"{self.now - began} {self.index}\n"
