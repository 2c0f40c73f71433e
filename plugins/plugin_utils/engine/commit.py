# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Carrying a plan out so that the router ends wholly old or wholly new.

Apply under the guard, look at the router over a new connection, confirm. When that does not come
about the guard puts back what was there, and the task's message tells what happened.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NoReturn

from ..errors import FleetError, ReloadError, RolledBackError
from ..files.probe import FileProbe
from ..guard import calls
from ..guard.calls import Guarded
from ..guard.policy import Confirm, Policy
from ..guard.run import noted
from ..guard.state import GuardLogProbe, GuardState
from ..guard.state import parse as parse_state
from ..router.router import Router
from ..router.wire import Answer, Section
from ..uci.probe import UciProbe
from . import transaction
from .contact import LOST, UNASKED, Contact
from .plan import Plan
from .probe import Known
from .reading import read

_GRACE = 90
"""Seconds after the deadline in which a router has its old configuration at work again."""

_TO_CONFIRM = 10
"""Seconds kept back for the confirmation, out of those in which a WAN may come up."""

Judge = Callable[[Router, int], object]
"""Waits at most so many seconds for what must be seen before a change stays; raises FleetError."""


@dataclass
class Commit:
    """One plan on its way to a router.

    `known` is what the plan was made from. `run`: which run of Ansible this is. `extend`: the
    guard's transaction is open already, and stays open.
    """

    contact: Contact
    plan: Plan
    known: Known
    guard: Guarded
    policy: Policy
    run: str = ""
    extend: bool = False
    judge: Judge | None = None
    warnings: list[str] = field(default_factory=list)

    def carry_out(self) -> dict[str, object]:
        """Further keys of the task's result; raises StepError, ReloadError or RolledBackError."""
        result = self._see_through()
        return {**result, "warnings": self.warnings} if self.warnings else result

    def _see_through(self) -> dict[str, object]:
        blindly = self.policy.confirm is Confirm.NONE and not self.extend
        self._apply(close=blindly)
        if blindly:
            self._look_on()
            return {}
        until = self.contact.clock() + self.policy.timeout
        # Who asks too early must ask once more.
        self.contact.sleep(transaction.settling_time(self.plan))
        if self.extend or self.policy.confirm is Confirm.MANUAL:
            return self._left_open() if self._look(until) else {}
        judged = self.plan.expectations or self.judge
        if not judged or self._look(until):
            self._confirm(until)
        return {}

    def _apply(self, *, close: bool) -> None:
        sections = transaction.sections(self.plan, self.guard, extend=self.extend, close=close)
        titles = ", ".join(step.title for step in self.plan.steps)
        try:
            answers = self.contact.router.run(
                sections, stop_at_failure=True, rescue=self.guard.rescue(), exclusive=True
            )
        except LOST as error:
            # How far it came is what the router will say.
            self.contact.lost(error)
            return
        transaction.check(self.plan, answers)
        self.warnings += transaction.warnings(self.plan, answers)
        if titles:
            self.contact.tell(f"applied: {titles}.")
        if self.plan.reloads:
            reloads = ", ".join(f"{each.action} {each.service}" for each in self.plan.reloads)
            self.contact.tell(f"started: {reloads}.")

    def _look_on(self) -> None:
        """Nothing is put back any more; what goes wrong is told."""
        if self.plan.reloads:
            self.contact.sleep(transaction.settling_time(self.plan))
            answers = self.contact.router.run(self._settling())
            transaction.check_reloads(answers)
            transaction.check_expectations(self.plan, answers)

    def _settling(self) -> list[Section]:
        settle = [transaction.settle()] if self.plan.reloads else []
        looks = [each.probe.section() for each in self.plan.expectations]
        return settle + looks

    def _ask(self, sections: list[Section], until: float) -> Mapping[str, Answer] | None:
        """Over a connection that was made after the reloads: no other shows what they did."""
        while True:
            answers = self.contact.ask(
                [calls.status(), *sections], until=until, stop_at_failure=True
            )
            if answers is None or not transaction.asked_early(answers):
                return answers

    def _look(self, until: float) -> bool:
        """See from outside that the changes work; what does not is put back at once.

        Whether the transaction is still open; otherwise somebody has confirmed it.
        """
        while True:
            answers = self._ask(self._settling(), until)
            if answers is None:
                self._overdue()
                return False
            if not self._is_open(answers):
                self._await_end()
                return False
            if self._works(answers, until):
                return True
            self.contact.sleep(1)

    def _works(self, answers: Mapping[str, Answer], until: float) -> bool:
        """False where contact was lost meanwhile; what does not work is put back at once."""
        try:
            transaction.check_reloads(answers)
            transaction.check_expectations(self.plan, answers)
            if self.judge is not None:
                left = int(until - self.contact.clock()) - _TO_CONFIRM
                self.judge(self.contact.router, max(left, 1))
        except UNASKED as error:
            self.contact.lost(error)
            return False
        except FleetError as error:
            self._take_back(str(error), until)
        return True

    def _confirm(self, until: float) -> None:
        """Wait for the reloads and confirm, in one round trip."""
        settle = [transaction.settle()] if self.plan.reloads else []
        asking = [*settle, calls.confirm(self.guard.id)]
        answers = self._ask(asking, until)
        while answers and self._is_busy(answers) and self.contact.clock() < until:
            self.contact.sleep(1)
            answers = self._ask(asking, until)
        if answers is None:
            self._overdue()
        elif calls.CONFIRM in answers and answers[calls.CONFIRM].status == calls.CONFIRMED:
            return
        elif not self._is_open(answers):
            self._await_end()
        else:
            self._take_back(self._obstacle(answers), until)

    def _is_busy(self, answers: Mapping[str, Answer]) -> bool:
        """True while the script that applies is still running, although its connection is gone."""
        said = answers.get(calls.CONFIRM)
        return self._is_open(answers) and said is not None and said.status == calls.BUSY

    def _obstacle(self, answers: Mapping[str, Answer]) -> str:
        """Why what is open could not be confirmed."""
        try:
            transaction.check_reloads(answers)
        except ReloadError as error:
            return str(error)
        said = answers.get(calls.CONFIRM)
        return f"The guard did not confirm: {said.stderr.strip() if said else '(no answer)'}"

    def _is_open(self, answers: Mapping[str, Answer]) -> bool:
        state = parse_state(answers[calls.STATUS].stdout)
        return state.state == "open" and state.id == self.guard.id

    def _take_back(self, reason: str, until: float) -> NoReturn:
        state = self._state(until)
        if state is not None and state.id != self.guard.id:
            # It went back meanwhile, and what was seen is that.
            self._await_end()
        self.contact.tell(reason)
        calling = [calls.roll_back(self.guard.id, "the task saw that it does not work")]
        if self.contact.ask(calling, until=until + _GRACE) is not None:
            self.contact.tell("rolled back on the task's request.")
        self._await_end(reason)
        raise FleetError(f"{reason} Somebody has confirmed the change all the same.")

    def _overdue(self) -> None:
        self.contact.tell(
            f"the time to confirm, {self.policy.timeout} s, is over without contact: the router "
            f"rolls back by itself."
        )
        self._await_end()

    def _await_end(self, reason: str = "") -> None:
        """Wait for the end of the transaction; raises RolledBackError unless it was confirmed."""
        if not reason:
            reason = "The change was rolled back."
            if self.contact.was_lost:
                reason = "The router could not be reached after the change: it was rolled back."
        until = self.contact.clock() + _GRACE
        state = self._state(until)
        while state and state.id == self.guard.id and self.contact.clock() < until:
            self.contact.sleep(1)
            state = self._state(until)
        if state is None:
            self.contact.tell(
                "the router has not answered since. It rolls back by itself, at the latest when "
                "it is switched off and on."
            )
            self._end("The router could not be reached since the change.", verified=None)
        if state.last_id == self.guard.id:
            self.contact.tell(f"the router says: {state.last_outcome}, {state.last_why}.")
            if state.last_outcome != "confirmed":
                self._end(reason, verified=self._is_as_before())
            return
        # A router that has been started since remembers nothing: what it holds is the truth.
        as_before = self._is_as_before()
        if as_before is not False or not self.plan.touches:
            self._end(reason, verified=as_before)

    def _state(self, until: float) -> GuardState | None:
        answers = self.contact.ask([calls.status()], until=until)
        return None if answers is None else parse_state(answers[calls.STATUS].stdout)

    def _is_as_before(self) -> bool | None:
        """Whether what the plan touches reads as it did; None when it could not be read."""
        touched = {path.rstrip("/") for path in self.plan.touches}
        files = [each for each in self.known.of(FileProbe) if each.path in touched]
        packages = [each for each in self.known.of(UciProbe) if self.known[each].path in touched]
        now = self.contact.once(lambda: read(self.contact.router, [*files, *packages], Known()))
        if not isinstance(now, Known):
            return None
        return all(now[each] == self.known[each] for each in files) and all(
            now[each].text == self.known[each].text for each in packages
        )

    def _end(self, reason: str, *, verified: bool | None) -> NoReturn:
        paths = ", ".join(self.plan.touches) or "(no file)"
        if verified:
            self.contact.tell(f"read again and found as before the task: {paths}.")
        elif verified is False:
            self.contact.tell(
                f"read again and NOT found as before the task: {paths}. Look at them."
            )
        probe = GuardLogProbe(self.guard.id)
        log = self.contact.once(lambda: read(self.contact.router, [probe], Known())[probe])
        raise RolledBackError(
            reason,
            story=tuple(self.contact.story),
            log=tuple(map(str, log)) if isinstance(log, tuple) else (),
            verified=verified,
        )

    def _left_open(self) -> dict[str, object]:
        command = calls.by_hand(self.guard.id)
        now = {"id": self.guard.id, "state": "open", "command": command}
        if self.extend:
            return {"transaction": now}
        warning = (
            f"Not confirmed yet: rolled back in {self.policy.timeout} s unless a task with "
            f"fleet.openwrt.confirm, or on the router `{command}`, confirms it."
        )
        self.warnings.append(warning)
        return {
            "transaction": {**now, "timeout": self.policy.timeout},
            "ansible_facts": noted(self.guard.id, self.run),
        }
