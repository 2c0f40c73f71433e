# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults by name, as `stick ctl NAME fault WHAT` gives them: `apn=internet`, `pin=1234,2`."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from ipaddress import IPv4Address
from time import monotonic

from .makes import MAKES
from .makes.huawei import PORTS
from .modem import Faults, Modem, Stored
from .sim import PIN_TRIES, Sim
from .usb import Composition

Zone = MutableMapping[str, IPv4Address]
Fault = Callable[[Modem, str], None]
# The commands that tell how many tries at the PIN are left.
COUNTERS = ("^CPIN", "+CPINR", "+QPINC", "+CPINC")


class UnknownFaultError(ValueError):
    """No such fault, or its value makes no sense; the text is for the user."""


def apply(modem: Modem, zone: Zone, what: str) -> None:
    """Make `modem` (or the resolver's `zone`) misbehave, or heal it.

    Raises UnknownFaultError.
    """
    name, _, value = what.partition("=")
    if name == "dns":
        _set_name(zone, value)
        return
    fault = FAULTS.get(name)
    if fault is None:
        raise UnknownFaultError(f"unknown fault {name!r}; there are: {', '.join(names())}")
    try:
        fault(modem, value)
    except ValueError as error:
        raise UnknownFaultError(f"fault {what!r}: {error}") from error


def names() -> list[str]:
    """All names that `apply` knows."""
    return sorted([*FAULTS, "dns"])


def _set_name(zone: Zone, value: str) -> None:
    name, _, address = value.partition("=")
    try:
        if address in ("", "off"):
            zone.pop(name.lower(), None)
        else:
            zone[name.lower()] = IPv4Address(address)
    except ValueError as error:
        raise UnknownFaultError(f"dns={value}: {error}") from error


def _healthy(modem: Modem) -> None:
    modem.faults = Faults()
    modem.sim = Sim()
    _make(modem, "huawei")
    modem.radio.signal, modem.radio.registration = 18, "1"
    modem.radio.outage_ends = 0.0
    modem.radio.standalone = False
    modem.announces = False
    modem.wakes_as = Composition.NCM
    modem.stored.ports = Stored.ports
    if modem.composition is not Composition.NCM or modem.ports != Stored.ports:
        modem.replug()


def _apn(modem: Modem, value: str) -> None:
    modem.faults.accepted_apn = None if value == "off" else _some(value)


def _no_sim(modem: Modem, value: str) -> None:
    modem.sim.present = not _switch(value)
    modem.sim.power_cycle()
    modem.lose_session()


def _pin(modem: Modem, value: str) -> None:
    pin, _, left = value.partition(",")
    tries = int(left or PIN_TRIES)
    if not (pin.isdigit() and 4 <= len(pin) <= 8 and 0 <= tries <= PIN_TRIES):
        raise ValueError("say pin=DIGITS or pin=DIGITS,TRIES-LEFT")
    modem.sim = Sim(pin=pin, pin_lock=True, pin_left=tries)
    modem.lose_session()


def _puk(modem: Modem, value: str) -> None:
    modem.sim = Sim(pin_lock=True, pin_left=0, puk=value or Sim.puk)
    modem.lose_session()


def _silent(modem: Modem, value: str) -> None:
    modem.faults.silent = _switch(value)


def _chatter(modem: Modem, value: str) -> None:
    modem.faults.chatter = _switch(value)


def _announce(modem: Modem, value: str) -> None:
    modem.announces = _switch(value)


def _vendor(modem: Modem, value: str) -> None:
    modem.identity.vendor = _some(value)


def _make(modem: Modem, value: str) -> None:
    make = MAKES.get(value)
    if make is None:
        raise ValueError(f"there are: {', '.join(MAKES)}")
    modem.make = value
    who = modem.identity
    who.vendor, who.model, who.revision = make.vendor, make.model, make.revision


def _unknown(modem: Modem, value: str) -> None:
    if value == "off":
        modem.faults.unknown = []
    else:
        modem.faults.unknown.append(_some(value).upper().removeprefix("AT"))


def _counters(modem: Modem, value: str) -> None:
    others = [each for each in modem.faults.unknown if each not in COUNTERS]
    modem.faults.unknown = others if _switch(value) else [*others, *COUNTERS]


def _ports(modem: Modem, value: str) -> None:
    if not PORTS.fullmatch(value):
        raise ValueError('say setport=LAYOUT as in AT^SETPORT, e.g. "FF;10,16"')
    modem.stored.ports = value
    modem.replug()


def _outage(modem: Modem, value: str) -> None:
    if value in ("", "on"):
        lasts = float("inf")
    elif value == "off":
        lasts = 0.0
    else:
        lasts = float(value)
    modem.radio.outage_ends = monotonic() + lasts
    if not modem.radio.attached:
        modem.lose_session()


def _drop(modem: Modem, value: str) -> None:
    if value not in ("", "quiet"):
        raise ValueError("say drop or drop=quiet")
    modem.faults.dead_air = value == "quiet" and modem.session is not None
    modem.lose_session(notice=value != "quiet")


def _signal(modem: Modem, value: str) -> None:
    signal = int(value)
    if not (0 <= signal <= 31 or signal == 99):
        raise ValueError("0 to 31, or 99 for unknown")
    modem.radio.signal = signal


def _registration(modem: Modem, value: str) -> None:
    if value not in ("0", "1", "2", "3", "4", "5"):
        raise ValueError("a digit from 0 to 5, as in +CEREG?")
    modem.radio.registration = value
    if not modem.radio.attached:
        modem.lose_session()


def _standalone(modem: Modem, value: str) -> None:
    modem.radio.standalone = _switch(value)


def _delay(modem: Modem, value: str) -> None:
    seconds = float(value)
    if not 0 <= seconds <= 60:
        raise ValueError("0 to 60 seconds")
    modem.faults.answer_delay = seconds


def _storage(modem: Modem, value: str) -> None:
    modem.switches_to = Composition(value or Composition.NCM)
    modem.wakes_as = Composition.STORAGE
    modem.replug()


def _unplug(modem: Modem) -> None:
    modem.plug(Composition.ABSENT)


def _replug(modem: Modem) -> None:
    modem.replug()


def _wakes_as(composition: Composition) -> Fault:
    def act(modem: Modem) -> None:
        modem.wakes_as = composition
        modem.replug()

    return _plain(act)


def _plain(act: Callable[[Modem], None]) -> Fault:
    def fault(modem: Modem, value: str) -> None:
        if value:
            raise ValueError("it takes no value")
        act(modem)

    return fault


def _switch(value: str) -> bool:
    if value not in ("", "on", "off"):
        raise ValueError("say on or off")
    return value != "off"


def _some(value: str) -> str:
    if not value:
        raise ValueError("a value is missing")
    return value


FAULTS: dict[str, Fault] = {
    "healthy": _plain(_healthy),
    "apn": _apn,
    "nosim": _no_sim,
    "pin": _pin,
    "puk": _puk,
    "silent": _silent,
    "chatter": _chatter,
    "announce": _announce,
    "vendor": _vendor,
    "make": _make,
    "unknown": _unknown,
    "counters": _counters,
    "setport": _ports,
    "drop": _drop,
    "outage": _outage,
    "signal": _signal,
    "registration": _registration,
    "5g": _standalone,
    "delay": _delay,
    "storage": _storage,
    "unplug": _plain(_unplug),
    "replug": _plain(_replug),
    "hilink": _wakes_as(Composition.HILINK),
    "driverless": _wakes_as(Composition.DRIVERLESS),
    "cdc_ncm": _wakes_as(Composition.CDC_NCM),
}
