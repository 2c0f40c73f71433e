# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ending what tasks have left open: confirming it, or having it rolled back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NoReturn

from ..engine.contact import Contact
from ..engine.probe import Known
from ..engine.reading import read
from ..engine.transaction import AFTERMATH
from ..errors import FleetError, RolledBackError
from ..router.wire import Answer, Section
from . import calls
from .places import RAM
from .state import NOTE_TOLD, GuardLogProbe, GuardState, parse

_TOLD = Section("note that the end was told", NOTE_TOLD)

_TAKES_UP = "what the services have to take up"
_TAKEN_UP = "wait until the services have taken it up"
_SERVICES = 60
"""Seconds in which init scripts are done with a configuration."""

_LEFT = f"[ -e {RAM}/after ] || [ -e {RAM}/packages ]"
"""True while the guard still has services to call after putting back."""


@dataclass(frozen=True)
class Ended:
    """The state of the guard, and which transaction came to its end; empty for none."""

    state: GuardState
    id: str = ""


@dataclass
class Ending:
    """`wanted` is the transaction that is meant, empty for whatever is open.

    `timeout`: seconds to try while the router does not answer, or is at work on the transaction.
    """

    contact: Contact
    wanted: str
    timeout: int
    _until: float = field(init=False)

    def __post_init__(self) -> None:
        self._until = self.contact.clock() + self.timeout

    def look(self) -> GuardState:
        """What is open, over a new connection; raises RolledBackError when nobody answers."""
        return parse(self._ask([calls.status(), _TOLD])[calls.STATUS].stdout)

    def confirm(self) -> Ended:
        """Raises RolledBackError when it has been rolled back, FleetError when it is not known."""
        name = self.wanted
        if not name:
            state = self.look()
            if not state.is_open:
                return Ended(state)
            name = state.id
        answers = self._until_free(name, calls.confirm(name))
        said, state = answers[calls.CONFIRM], parse(answers[calls.CONFIRM].stdout)
        if said.status == calls.CONFIRMED:
            return Ended(state, name)
        if state.last_id == name:
            self._tell_the_end(name, state)
        raise FleetError(f"The transaction {name} was not confirmed. {self._why(name, said)}")

    def roll_back(self, why: str) -> Ended:
        """Returns once the services work with what was put back.

        Raises FleetError when it was confirmed before, is not known or could not be put back.
        """
        state = self.look()
        name = self.wanted or state.id
        if not name or (state.last_id == name and state.last_outcome == "rolled-back"):
            return Ended(state)
        answers = self._until_free(name, calls.roll_back(name, why), self._takes_up())
        said, state = answers[calls.ROLL_BACK], parse(answers[calls.ROLL_BACK].stdout)
        if said.status != 0:
            raise FleetError(f"The transaction {name} was not rolled back. {self._why(name, said)}")
        if answers[_TAKES_UP].status == 0:
            state = self._await_services()
        return Ended(state, name)

    def _ask(self, sections: Sequence[Section]) -> Mapping[str, Answer]:
        answers = self.contact.ask(sections, until=self._until)
        if answers is None:
            raise RolledBackError(
                f"The router has not answered for {self.timeout} s. What is not confirmed there is "
                f"rolled back when its time is over, or when the router is switched off and on.",
                story=tuple(self.contact.story),
                log=(),
                verified=None,
            )
        return answers

    def _until_free(self, name: str, act: Section, *more: Section) -> Mapping[str, Answer]:
        """Ask again while the router is still at work on the transaction."""
        while True:
            answers = self._ask([act, *more, _TOLD])
            said = answers[act.name]
            state = parse(said.stdout)
            at_work = said.status == calls.BUSY or (state.state, state.id) == ("rolling", name)
            if not at_work or self.contact.clock() >= self._until:
                return answers
            self.contact.sleep(1)

    def _await_services(self) -> GuardState:
        """Until the router answers with its old configuration at work."""
        self.contact.sleep(2)
        said = self._ask([self._taken_up()])[_TAKEN_UP]
        if said.status != 0:
            raise FleetError(f"Everything was put back, but {said.stdout.strip()}.")
        self.contact.sleep(max(AFTERMATH.values()))
        return self.look()

    @staticmethod
    def _takes_up() -> Section:
        return Section(_TAKES_UP, _LEFT)

    @staticmethod
    def _taken_up() -> Section:
        return Section(
            _TAKEN_UP,
            f"""\
tries=0
while {_LEFT}; do
    tries=$((tries + 1))
    if [ "$tries" -gt {_SERVICES} ]; then
        echo "the services have not taken it up within {_SERVICES} s"
        exit 1
    fi
    sleep 1
done""",
        )

    def _tell_the_end(self, name: str, state: GuardState) -> NoReturn:
        """Raises RolledBackError."""
        self.contact.tell(f"the router says: {state.last_outcome}, {state.last_why}.")
        raise RolledBackError(
            f"The transaction {name} cannot be confirmed any more.",
            story=tuple(self.contact.story),
            log=self._log(name),
            verified=state.last_outcome == "rolled-back",
        )

    def _why(self, name: str, said: Answer) -> str:
        state = parse(said.stdout)
        if said.stderr.strip():
            return said.stderr.strip()
        if state.last_id == name:
            return f"It has ended before: {state.last_outcome}, {state.last_why}."
        now = f"Open is {state.describe()}." if state.is_open else "None is open."
        lines = "".join(f"\n  {line}" for line in self._log(name))
        log = f"The router's log says of it:{lines}" if lines else "Nor does its log."
        return f"The router knows nothing of it any more. {now} {log}"

    def _log(self, name: str) -> tuple[str, ...]:
        probe = GuardLogProbe(name)
        log = self.contact.once(lambda: read(self.contact.router, [probe], Known())[probe])
        return tuple(map(str, log)) if isinstance(log, tuple) else ()
