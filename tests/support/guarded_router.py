# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A router with a guard in the test's own time: contact is lost and found in no real second."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from ansible.errors import AnsibleConnectionFailure

from ansible_collections.fleet.openwrt.plugins.plugin_utils.errors import ReplyCutError
from ansible_collections.fleet.openwrt.plugins.plugin_utils.guard import calls
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.router import Router
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.wire import Answer, Section

OPENING = "set up the guard"
EXTENDING = "extend the guard"
APPLIED = "start the time to confirm"
RELOAD = "start the reload"
SETTLE = "reload"
STATE = "the open transactions"
WAITED = 70


class GuardedRouter(Router):
    """Does what the guard does, as far as a controller can see.

    `answers` are those of all other sections; what is not among them succeeds and says nothing.
    `silent` are spans of seconds in which nothing gets through; `cut` are sections after which
    the connection breaks, once each.
    """

    def __init__(
        self,
        answers: Mapping[str, str | Answer] | None = None,
        *,
        silent: Iterable[tuple[float, float]] = (),
        cut: Iterable[str] = (),
        reload_takes: float = 3,
        timeout: int = 120,
    ) -> None:
        super().__init__(self._refuse)
        self.answers = dict(answers or {})
        self.silent = list(silent)
        self.cut = list(cut)
        self.reload_takes = reload_takes
        self.timeout = timeout
        self.now = 0.0
        self.open = ""
        self.last = ("", "", "")
        self.deadline = self.reloaded = float("inf")
        self.asked: list[list[str]] = []
        self.sent = ""
        self.renewed = 0
        self.connected = 0.0
        self.written = False

    @staticmethod
    def _refuse(command: str, data: bytes) -> None:  # type: ignore[misc]
        raise AssertionError(f"run must not reach the connection: {command} {data!r}")

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def renew(self) -> None:
        self.renewed += 1
        self.connected = self.now

    def run(
        self,
        sections: Iterable[Section],
        *,
        stop_at_failure: bool = False,
        rescue: Section | None = None,
        exclusive: bool = False,
    ) -> Mapping[str, Answer]:
        self.round_trips += 1
        self.now += 0.1
        if any(since <= self.now < until for since, until in self.silent):
            self.now += 1
            raise AnsibleConnectionFailure("Connection timed out")
        wanted = list(sections)
        assert exclusive or not any(each.name == "flush to flash" for each in wanted)
        self.asked.append([])
        answers: dict[str, Answer] = {}
        for section in wanted:
            answers[section.name] = self._run(section)
            if section.name in self.cut:
                self.cut.remove(section.name)
                raise ReplyCutError(last_section=section.name, status=255, excerpt="broken pipe")
            if stop_at_failure and answers[section.name].status != 0:
                if rescue is not None:
                    answers[rescue.name] = self._run(rescue)
                break
        return answers

    def _run(self, section: Section) -> Answer:
        self._tick()
        self.asked[-1].append(section.name)
        self.sent += section.body
        known: Mapping[str, Callable[[str], Answer]] = {
            OPENING: self._open,
            EXTENDING: lambda _body: Answer(0 if self.open else 76, "", ""),
            APPLIED: self._applied,
            RELOAD: self._reload,
            SETTLE: self._settle,
            STATE: lambda _body: Answer(0, self._status(), ""),
            calls.STATUS: lambda _body: Answer(0, self._status(), ""),
            calls.CONFIRM: self._confirm,
            calls.ROLL_BACK: self._roll_back,
        }
        said = self.answers.get(section.name)
        if said is not None:
            return said if isinstance(said, Answer) else Answer(0, said, "")
        if section.name in known:
            return known[section.name](section.body)
        self.written = self.written or section.name.startswith("write ")
        return Answer(0, "", "")

    def _tick(self) -> None:
        if self.open and self.now >= self.deadline:
            self._end("rolled-back", "nobody confirmed it in time")

    def _end(self, outcome: str, why: str) -> None:
        self.last = (self.open, outcome, why)
        self.written = self.written and outcome == "confirmed"
        self.open = ""

    def _open(self, body: str) -> Answer:
        self.open = body.split(" open ")[1].split()[0]
        return Answer(0, "", "")

    def _applied(self, _body: str) -> Answer:
        self.deadline = self.now + self.timeout
        return Answer(0, "", "")

    def _reload(self, _body: str) -> Answer:
        self.reloaded = self.now + self.reload_takes
        return Answer(0, "", "")

    def _settle(self, _body: str) -> Answer:
        if self.reloaded == float("inf"):
            return Answer(1, "the reload was never started\n", "")
        early = self.connected < self.reloaded
        self.now = max(self.now, self.reloaded)
        return Answer(WAITED if early else 0, "", "")

    def _status(self) -> str:
        lines = ["state=open", f"id={self.open}"] if self.open else ["state=none"]
        if self.last[0]:
            lines += [
                f"last_{key}={value}"
                for key, value in zip(("id", "outcome", "why"), self.last, strict=True)
            ]
        return "\n".join(lines) + "\n"

    def _confirm(self, body: str) -> Answer:
        if self.open:
            self._end("confirmed", "what was changed stays")
        mine = body.split()[-1] == self.last[0]
        return Answer(0 if mine and self.last[1] == "confirmed" else calls.ROLLED_BACK, "", "")

    def _roll_back(self, body: str) -> Answer:
        if self.open and self.open in body:
            why = (
                "a step failed" if "a step failed" in body else "the task saw that it does not work"
            )
            self._end("rolled-back", why)
        return Answer(0, self._status(), "")
