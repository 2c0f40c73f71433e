# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What 3GPP TS 27.007 (and V.250) asks of every modem."""

from __future__ import annotations

import re

from ...at.reply import Reply
from ...at.talk import Dialogue
from ..state import Context, Levels, Registration, SimState, Tries
from .dialect import Dialect, at, fields, first, number, rows, value

# +CPIN; PIN2 and PUK2 guard functions that data has no need of.
_SIM_STATES = {
    "READY": SimState.READY,
    "SIM PIN": SimState.PIN,
    "SIM PUK": SimState.PUK,
    "SIM PIN2": SimState.READY,
    "SIM PUK2": SimState.READY,
    "NOT INSERTED": SimState.ABSENT,
    "NOT READY": SimState.BUSY,
}
# +CME ERROR, as a number or (AT+CMEE=2) as text: TS 27.007, 9.2.1.
_SIM_ERRORS = {
    "10": SimState.ABSENT,
    "SIM NOT INSERTED": SimState.ABSENT,
    "11": SimState.PIN,
    "SIM PIN REQUIRED": SimState.PIN,
    "12": SimState.PUK,
    "SIM PUK REQUIRED": SimState.PUK,
    "13": SimState.FAILURE,
    "SIM FAILURE": SimState.FAILURE,
    "14": SimState.BUSY,
    "SIM BUSY": SimState.BUSY,
    "15": SimState.FAILURE,
    "SIM WRONG": SimState.FAILURE,
}
# <stat> of +CREG, +CGREG, +CEREG and +C5GREG.
_REGISTRATIONS = {
    "0": Registration.IDLE,
    "1": Registration.HOME,
    "2": Registration.SEARCHING,
    "3": Registration.DENIED,
    "5": Registration.ROAMING,
    "6": Registration.HOME,
    "7": Registration.ROAMING,
    # For emergency calls and restricted local services only: the operator lets it do no more.
    "8": Registration.DENIED,
    "11": Registration.DENIED,
    "9": Registration.HOME,
    "10": Registration.ROAMING,
}
_REGISTRATION_RANK = tuple(Registration)
NR = "NR5G"
# <AcT> of +COPS and the registration commands.
_TECHNOLOGIES = {
    "0": "GSM",
    "1": "GSM",
    "2": "UMTS",
    "3": "GSM",
    "4": "HSPA",
    "5": "HSPA",
    "6": "HSPA",
    "7": "LTE",
    "8": "GSM",
    "9": "LTE",
    "10": "LTE",
    "11": NR,
    "12": NR,
    "13": NR,
}
# `+CREG: <n>,<stat>` answers; `+CREG: <stat>[,"<lac>",...]` comes unasked.
_ANSWERED = re.compile(r"\s*\d\s*,\s*\d{1,2}\s*(,|$)")
_PACKET = ("AT+C5GREG?", "AT+CEREG?", "AT+CGREG?")
_CIRCUIT = "AT+CREG?"


class Standard(Dialect):
    """What every modem should know."""

    queries = (
        "AT+CGMI",
        "AT+CPIN?",
        "AT+CSQ",
        "AT+CEREG?",
        "AT+CGREG?",
        "AT+CREG?",
        "AT+COPS?",
        "AT+CGATT?",
        "AT+CGDCONT?",
        "AT+CGACT?",
        "AT+CGMM",
        "AT+CGMR",
        "AT+CGSN",
        "AT+CIMI",
        "AT+CCID",
        "AT+CPINR",
        'AT+CLCK="SC",2',
        "AT+CESQ",
        "AT+C5GREG?",
    )

    def sim(self, said: Dialogue) -> SimState | None:
        reply = said.reply("AT+CPIN?")
        told = value(reply)
        if told is not None:
            return _SIM_STATES.get(told.strip('" ').upper())
        return _SIM_ERRORS.get(cme_error(reply).upper())

    def tries(self, said: Dialogue) -> Tries | None:
        left = {at(row, 0).upper(): number(at(row, 1)) for row in rows(said.reply("AT+CPINR"))}
        found = Tries(left.get("SIM PIN"), left.get("SIM PUK"))
        return found if found != Tries() else None

    def iccid(self, said: Dialogue) -> str | None:
        return value(said.reply("AT+CCID"))

    def technology(self, said: Dialogue) -> str | None:
        told = [at(fields(value(said.reply("AT+COPS?"))), 3)]
        told += [_access(said.reply(command)) for command in (*_PACKET, _CIRCUIT)]
        found = [_TECHNOLOGIES[each] for each in told if each in _TECHNOLOGIES]
        # 5G beside LTE (EN-DC): some tell of LTE only in +COPS.
        return NR if NR in found else first(found)

    def levels(self, said: Dialogue) -> Levels | None:
        extended = [number(each) for each in fields(value(said.reply("AT+CESQ")))]
        rsrq, rsrp, nr_rsrq, nr_rsrp, nr_sinr = (extended + [None] * 9)[4:9]
        nr = Levels(
            rsrp=_whole(_scale(nr_rsrp, 126, 1, -156)),
            rsrq=_scale(nr_rsrq, 126, 0.5, -43),
            sinr=_scale(nr_sinr, 127, 0.5, -23),
        )
        return Levels(
            rssi=_rssi(number(at(fields(value(said.reply("AT+CSQ"))), 0))),
            rsrp=first((_whole(_scale(rsrp, 97, 1, -141)), nr.rsrp)),
            rsrq=first((_scale(rsrq, 34, 0.5, -20), nr.rsrq)),
            sinr=nr.sinr,
        )

    def connected(self, said: Dialogue) -> bool | None:
        reply = said.reply("AT+CGACT?")
        # Without any context defined there is no line, and no session.
        return any(at(row, 1) == "1" for row in rows(reply)) if reply.ok else None

    def contexts(self, said: Dialogue) -> tuple[Context, ...] | None:
        return contexts(said.reply("AT+CGDCONT?"))


def cme_error(reply: Reply) -> str:
    """The number or text behind +CME ERROR; empty where there was none."""
    kind, _ignored, error = (reply.result or "").partition(":")
    return error.strip() if kind == "+CME ERROR" else ""


def contexts(reply: Reply) -> tuple[Context, ...] | None:
    """What +CGDCONT, or a command like it, lists."""
    found = tuple(
        Context(cid, at(row, 1), at(row, 2))
        for row in rows(reply)
        if (cid := number(at(row, 0))) is not None
    )
    return found or None


def registration(said: Dialogue) -> Registration:
    """Where the modem is registered, for packets before calls.

    A SIM for data alone is denied calls, which is no fault: that counts only where nothing better
    is known.
    """
    packet = [_registration(said.reply(command)) for command in _PACKET]
    told = min(packet, key=_REGISTRATION_RANK.index)
    if told not in (Registration.IDLE, Registration.UNKNOWN):
        return told
    return min(told, _registration(said.reply(_CIRCUIT)), key=_REGISTRATION_RANK.index)


def attached(said: Dialogue) -> bool | None:
    """Whether the modem is attached to the packet domain."""
    return _switch(said.reply("AT+CGATT?"))


def pin_enabled(said: Dialogue) -> bool | None:
    """Whether the SIM asks for its PIN at every start."""
    return _switch(said.reply('AT+CLCK="SC",2'))


def operator(said: Dialogue) -> str | None:
    """The operator's name, or its number where the modem shows that."""
    return at(fields(value(said.reply("AT+COPS?"))), 2) or None


def text(said: Dialogue, command: str) -> str | None:
    """What +CGMI, +CGMM or +CGMR answers, in one line and without quotes."""
    values = said.reply(command).values
    return values[0].strip('" ') or None if values else None


def digits(said: Dialogue, command: str) -> str | None:
    """The long number that +CGSN or +CIMI answers."""
    found = re.search(r"\d{14,16}", value(said.reply(command)) or "")
    return found[0] if found else None


def _status(reply: Reply) -> list[str]:
    """The fields of a registration command: n, stat, lac, ci, AcT."""
    answers = [each for each in reply.values if _ANSWERED.match(each)]
    if answers:
        return fields(answers[-1])
    unasked = value(reply)
    return ["", *fields(unasked)] if unasked is not None else []


def _access(reply: Reply) -> str:
    """AcT of a registration command, as far as the modem is registered there."""
    return at(_status(reply), 4) if _registration(reply).registered else ""


def _registration(reply: Reply) -> Registration:
    return _REGISTRATIONS.get(at(_status(reply), 1), Registration.UNKNOWN)


def _switch(reply: Reply) -> bool | None:
    return {"0": False, "1": True}.get(at(fields(value(reply)), 0))


def _rssi(coded: int | None) -> int | None:
    """dBm of what +CSQ says: 0 to 31 in steps of 2 dB; 100 to 191 (TD-SCDMA) in steps of 1 dB."""
    if coded is None:
        return None
    if 0 <= coded <= 31:
        return -113 + 2 * coded
    return coded - 216 if 100 <= coded <= 191 else None


def _scale(coded: int | None, most: int, step: float, least: float) -> float | None:
    """A level of +CESQ: 0 to `most` in steps; 255 is unknown."""
    return least + coded * step if coded is not None and 0 <= coded <= most else None


def _whole(level: float | None) -> int | None:
    return None if level is None else int(level)
