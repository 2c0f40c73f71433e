# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The AT commands that every make of modem knows, one small function each, in two tables.

They follow 3GPP TS 27.007; what only one maker has is in `makes`.
"""

from __future__ import annotations

import re

from .answers import (
    NotSupportedError,
    Order,
    Query,
    accept,
    activate,
    activations,
    iccid,
    number,
    set_context,
)
from .makes import MAKES
from .modem import Modem, RefusedError
from .sim import PIN_TRIES, PUK_TRIES, SimState

NAME = re.compile(r"[+^$&*!]?[A-Z][A-Z0-9]*")
LTE, NR = "7", "11"
# Dialogue settings that change nothing here, registers among them.
ACCEPTED = re.compile(r"V1|&F|S\d+=\d+")


def run(modem: Modem, command: str) -> list[str]:
    """Run one command (without AT) and return its information lines.

    Raises NotSupportedError, RefusedError (bare ERROR) or SimError (+CME ERROR).
    """
    if ACCEPTED.fullmatch(command.upper()):
        return []
    named = NAME.match(command.upper())
    if named is None:
        raise NotSupportedError(command)
    name, rest = named.group(), command[named.end() :].strip()
    make = MAKES[modem.make]
    if rest == "=?" and {name, f"{name}?"} & {*QUERIES, *ORDERS, *make.queries, *make.orders}:
        return []
    if rest.startswith("="):
        order = make.orders.get(name) or ORDERS.get(name)
        if order is None:
            raise NotSupportedError(command)
        return order(modem, arguments(rest[1:]))
    query = make.queries.get(name + rest) or QUERIES.get(name + rest)
    if query is None:
        raise NotSupportedError(command)
    return query(modem)


def require_known(modem: Modem, command: str) -> None:
    """Raise NotSupportedError for a command that this modem is told not to know."""
    named = NAME.match(command.upper())
    if named is not None and {named.group(), command.upper()} & {*modem.faults.unknown}:
        raise NotSupportedError(command)


def arguments(text: str) -> list[str]:
    """Split at the commas outside quotes and take the quotes off."""
    found, part, quoted = [], "", False
    for letter in text:
        if letter == '"':
            quoted = not quoted
        elif letter == "," and not quoted:
            found.append(part)
            part = ""
        else:
            part += letter
    return [*found, part] if text else []


def _info(modem: Modem) -> list[str]:
    who = modem.identity
    lines = (
        f"Manufacturer: {who.vendor}",
        f"Model: {who.model}",
        f"Revision: {who.revision}",
        f"IMEI: {who.imei}",
        "+GCAP: +CGSM,+DS,+ES",
    )
    return ["\r\n".join(lines)]


def _vendor(modem: Modem) -> list[str]:
    chatter = (MAKES[modem.make].report(modem) or ["RDY"])[:1] if modem.faults.chatter else []
    return [*chatter, modem.identity.vendor]


def _imsi(modem: Modem) -> list[str]:
    modem.sim.require_ready()
    return [modem.sim.imsi]


def _number_of_its_own(modem: Modem) -> list[str]:
    modem.sim.require_ready()
    return [f'+CNUM: "","{modem.sim.number}",145']


def _set_functionality(modem: Modem, values: list[str]) -> list[str]:
    modem.power(number(values, 0))
    return []


def _pin_state(modem: Modem) -> list[str]:
    modem.sim.require_present()
    return [f"+CPIN: {modem.sim.state.value}"]


def _enter_pin(modem: Modem, values: list[str]) -> list[str]:
    if len(values) == 2:
        modem.sim.unblock(*values)
    elif len(values) == 1:
        modem.sim.enter_pin(values[0])
    else:
        raise RefusedError
    return []


def _all_tries(modem: Modem) -> list[str]:
    return _tries(modem, ["SIM*"])


def _tries(modem: Modem, values: list[str]) -> list[str]:
    """+CPINR (TS 27.007, 8.65): tries left and tries at first; a star stands for the rest."""
    modem.sim.require_present()
    asked = values[0] if len(values) == 1 else ""
    counters = {
        "SIM PIN": (modem.sim.pin_left, PIN_TRIES),
        "SIM PUK": (modem.sim.puk_left, PUK_TRIES),
        "SIM PIN2": (PIN_TRIES, PIN_TRIES),
        "SIM PUK2": (PUK_TRIES, PUK_TRIES),
    }
    matching = {
        code: tries
        for code, tries in counters.items()
        if code == asked or (asked.endswith("*") and code.startswith(asked[:-1]))
    }
    if not matching:
        raise RefusedError
    return [f"+CPINR: {code},{left},{first}" for code, (left, first) in matching.items()]


def _facility_lock(modem: Modem, values: list[str]) -> list[str]:
    if len(values) < 2 or values[0].upper() != "SC":
        raise RefusedError
    if values[1] == "2":
        modem.sim.require_present()
        return [f"+CLCK: {int(modem.sim.pin_lock)}"]
    if values[1] not in ("0", "1") or len(values) < 3:
        raise RefusedError
    modem.sim.set_lock(values[1] == "1", values[2])
    return []


def _signal(modem: Modem) -> list[str]:
    return [f"+CSQ: {modem.radio.signal},99"]


def _operator(modem: Modem) -> list[str]:
    if not modem.radio.attached:
        return ["+COPS: 0"]
    shown = (modem.radio.operator, modem.radio.operator, modem.radio.numeric)
    access = NR if modem.radio.standalone else LTE
    return [f'+COPS: 0,{modem.operator_format},"{shown[modem.operator_format]}",{access}']


def _set_operator(modem: Modem, values: list[str]) -> list[str]:
    """+COPS=3,FORMAT only says how +COPS? answers; a network cannot be chosen."""
    if number(values, 0) != 3 or number(values, 1) not in (0, 1, 2):
        raise RefusedError
    modem.operator_format = number(values, 1)
    return []


def _registration(name: str) -> Query:
    def answer(modem: Modem) -> list[str]:
        on = modem.radio.functionality == 1 and modem.sim.state is SimState.READY
        here = modem.radio.standalone == (name == "+C5GREG")
        if name == "+C5GREG" and not here:
            raise NotSupportedError
        return [f"{name}: 0,{modem.radio.registered_as if on and here else '0'}"]

    return answer


def _attached(modem: Modem) -> list[str]:
    return [f"+CGATT: {int(modem.radio.attached)}"]


def _contexts(modem: Modem) -> list[str]:
    return [
        f'+CGDCONT: {cid},"{kind}","{apn}","",0,0'
        for cid, (kind, apn) in sorted(modem.contexts.items())
    ]


def _active(modem: Modem) -> list[str]:
    return [f"+CGACT: {cid},{active}" for cid, active in activations(modem)]


def _addresses(modem: Modem) -> list[str]:
    return [
        f'+CGPADDR: {cid},"{modem.carrier.address if active else ""}"'
        for cid, active in activations(modem)
    ]


def _address(modem: Modem, values: list[str]) -> list[str]:
    wanted = f"+CGPADDR: {number(values, 0)},"
    return [line for line in _addresses(modem) if line.startswith(wanted)]


QUERIES: dict[str, Query] = {
    "I": _info,
    "+CGMI": _vendor,
    "+CGMM": lambda modem: [modem.identity.model],
    "+CGMR": lambda modem: [modem.identity.revision],
    "+CGSN": lambda modem: [modem.identity.imei],
    "+CIMI": _imsi,
    "+CCID": iccid("+CCID"),
    "+CNUM": _number_of_its_own,
    "+CFUN?": lambda modem: [f"+CFUN: {modem.radio.functionality}"],
    "+CPIN?": _pin_state,
    "+CPINR": _all_tries,
    "+CSQ": _signal,
    "+COPS?": _operator,
    "+CREG?": _registration("+CREG"),
    "+CGREG?": _registration("+CGREG"),
    "+CEREG?": _registration("+CEREG"),
    "+C5GREG?": _registration("+C5GREG"),
    "+CGATT?": _attached,
    "+CGDCONT?": _contexts,
    "+CGACT?": _active,
    "+CGPADDR": _addresses,
}

ORDERS: dict[str, Order] = {
    "+CFUN": _set_functionality,
    "+CPIN": _enter_pin,
    "+CPINR": _tries,
    "+CLCK": _facility_lock,
    "+COPS": _set_operator,
    "+CREG": accept,
    "+CGREG": accept,
    "+CEREG": accept,
    "+CGDCONT": set_context,
    "+CGACT": activate,
    "+CGPADDR": _address,
}
