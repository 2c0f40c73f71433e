# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Asking a modem, writing what differs, and seeing that it was kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ...at.errors import PortError
from ...at.talk import Dialogue, DialogueProbe, Port
from ...engine.contact import LOST, Contact
from ...engine.probe import Known
from ...engine.reading import read
from ...errors import OpenTransactionError, PlanError
from ...guard.state import GuardProbe, GuardState
from ..dialects import standard
from .commands import ACTIVE_PORTS, QUERIES, SERIAL, active_ports, read_codes
from .errors import ModemConfigError, NotBackError, NotKeptError, RefusedOrderError
from .plan import Change, plan, shown
from .record import RECORD, path, record
from .wanted import Wanted

RESET = "AT^RESET"

_AWAKE = "AT"
"""Goes before what changes something: where it is not answered, nothing more is sent."""

_LEAVES = 6
"""Seconds after which a stick that was told to reset has left the bus."""

_BACK = 120
"""Seconds in which it is back; where the router is reached through it, the WAN must be, too."""

_PAUSE = 3

_PATIENCE = 30
"""Seconds in which a command of netifd that was under way ends; a dead APN is refused late."""

_NOT_THERE_YET = ("no_gcom", "no_port")
"""What check mode meets on a router that the tasks before would have prepared."""


@dataclass
class Setting:
    """One task: `joined` is the transaction that earlier tasks of its play have left open.

    `seconds` is what each command may take.
    """

    contact: Contact
    port: Port
    wanted: Wanted
    seconds: int
    joined: str = ""

    def rehearse(self) -> dict[str, object]:
        """The result in check mode; nothing is sent but queries. Raises PortError, PlanError."""
        try:
            dialogue, _ignored = self._ask()
        except PortError as error:
            if error.code not in _NOT_THERE_YET:
                raise
            return {"changed": False, "warnings": [f"The modem could not be asked: {error}"]}
        change = plan(dialogue, self.wanted)
        return _result(change, dialogue, after=change.after)

    def carry_out(self) -> dict[str, object]:
        """The result; raises PortError, PlanError, OpenTransactionError or ModemConfigError."""
        dialogue, guard = self._ask()
        change = plan(dialogue, self.wanted)
        if not change.commands:
            return _result(change, dialogue, after=change.before)
        if guard.is_open and guard.id != self.joined:
            raise OpenTransactionError(guard.describe(), facts=guard.facts())
        after = self._write(change, dialogue)
        result = _result(change, dialogue, after=after)
        if "ports" not in change.wanted:
            return result
        result["record"] = path(_serial(dialogue))
        if not self.wanted.reset:
            warning = "The stick has its new ports from its next start on (see reset)."
            return {**result, "warnings": [warning]}
        back = self._reset(change, dialogue, result)
        return {**result, "port": back.port, "active_ports": active_ports(change.vendor, back)}

    def _dialogue(self, *commands: str, port: str | None = None) -> DialogueProbe:
        where = replace(self.port, device=port) if port else self.port
        return DialogueProbe(where, commands, self.seconds, _PATIENCE)

    def _ask(self) -> tuple[Dialogue, GuardState]:
        probe = self._dialogue(*QUERIES)
        known = read(self.contact.router, [probe, GuardProbe()], Known())
        return known[probe], known[GuardProbe()]

    def _write(self, change: Change, dialogue: Dialogue) -> dict[str, str]:
        """Write and ask again, in one round trip: the codes as the modem tells them now."""
        queries = tuple(command.query for command in change.commands)
        probe = replace(
            self._dialogue(_AWAKE, *change.orders, *queries, port=dialogue.port),
            stop_at_error=True,
        )
        sections = [probe.section()]
        if "ports" in change.wanted:
            sections.insert(0, record(_serial(dialogue), change.before["ports"]))
        answers = self.contact.router.run(sections, stop_at_failure=True, exclusive=True)
        if RECORD in answers and answers[RECORD].status != 0:
            raise PlanError(
                f"The old port layout could not be noted on the router: "
                f"{answers[RECORD].stderr.strip()}. Nothing was changed."
            )
        said = probe.understood(answers[probe.title])
        return _check(change, dialogue, said)

    def _reset(self, change: Change, dialogue: Dialogue, result: Mapping[str, object]) -> Dialogue:
        """Have the modem start anew, and what it says then; raises ModemConfigError."""
        probe = self._dialogue(_AWAKE, RESET, port=dialogue.port)
        try:
            reply = read(self.contact.router, [probe], Known())[probe].reply(RESET)
        except LOST as error:
            # This connection may be one through the modem.
            self.contact.lost(error)
        except PortError as error:
            raise ModemConfigError(
                f"The ports are written, and the modem could not be reset: {error}", result
            ) from error
        else:
            # Silence is what a modem that has already gone answers.
            if reply.result not in ("OK", None):
                raise RefusedOrderError(reply, earlier=len(change.orders), result=result)
        self.contact.sleep(_LEAVES)
        return self._await_back(change, dialogue, result)

    def _await_back(
        self, change: Change, before: Dialogue, result: Mapping[str, object]
    ) -> Dialogue:
        until = self.contact.clock() + _BACK
        queries = (SERIAL, *(command.query for command in change.commands), ACTIVE_PORTS)
        probe = DialogueProbe(self.port, queries, self.seconds)
        reason = "the router did not answer."
        while self.contact.clock() < until:
            answers = self.contact.ask([probe.section()], until=until)
            if answers is None:
                break
            try:
                back = probe.understood(answers[probe.title])
            except PortError as error:
                reason = str(error)
            else:
                if standard.digits(back, SERIAL) == _serial(before):
                    _check_kept(change, read_codes(change.vendor, back), result)
                    return back
                reason = f"{back.port} is another modem's."
            self.contact.sleep(_PAUSE)
        raise NotBackError(
            reason, seconds=_LEAVES + _BACK, record=path(_serial(before)), result=result
        )


def _check(change: Change, dialogue: Dialogue, said: Dialogue) -> dict[str, str]:
    """The codes that the modem tells after it was written to; raises ModemConfigError."""
    result = _result(change, dialogue, after=change.before)
    for number, order in enumerate(change.orders):
        reply = said.reply(order)
        if not reply.ok:
            raise RefusedOrderError(reply, earlier=number, result=result)
    codes = {**change.before, **read_codes(change.vendor, said)}
    _check_kept(change, codes, _result(change, dialogue, after=codes))
    return codes


def _check_kept(change: Change, codes: Mapping[str, str], result: Mapping[str, object]) -> None:
    wanted, found = shown(change.vendor, change.wanted), shown(change.vendor, codes)
    differing = {
        name: (wanted[name], found[name])
        for name, code in change.wanted.items()
        if codes.get(name) != code
    }
    if differing:
        raise NotKeptError(differing, result=result)


def _result(change: Change, dialogue: Dialogue, *, after: Mapping[str, str]) -> dict[str, object]:
    return {
        "changed": bool(change.commands),
        "port": dialogue.port,
        "vendor": change.vendor.name,
        "before": shown(change.vendor, change.before),
        "after": shown(change.vendor, after),
        "commands": list(change.orders),
        "active_ports": active_ports(change.vendor, dialogue),
    }


def _serial(dialogue: Dialogue) -> str:
    """The IMEI, under which an old layout is noted; raises PlanError."""
    number = standard.digits(dialogue, SERIAL)
    if number is None:
        raise PlanError(
            f"The modem does not tell its IMEI ({SERIAL}), under which its old port layout would "
            f"be noted on the router. Nothing was changed."
        )
    return number
