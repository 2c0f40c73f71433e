# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every fault by its name, and what it does to the stick."""

from __future__ import annotations

import time
from ipaddress import IPv4Address, IPv4Network

import pytest

from modem import faults
from modem.at import Dialogue
from modem.carrier import Carrier
from modem.modem import Modem, RefusedError
from modem.sim import SimState
from modem.usb import Composition


@pytest.fixture
def modem() -> Modem:
    modem = Modem(Carrier(IPv4Network("100.64.0.0/24")), settled=True)
    modem.connect(1, "internet")
    return modem


def test_apn(modem: Modem) -> None:
    modem.disconnect()
    faults.apply(modem, {}, "apn=corporate")
    with pytest.raises(RefusedError):
        modem.connect(1, "internet")
    modem.connect(1, "corporate")
    faults.apply(modem, {}, "apn=off")
    modem.connect(1, "internet")
    assert modem.session is not None


@pytest.mark.parametrize(
    ("what", "state", "left"),
    [
        ("nosim", SimState.ABSENT, 3),
        ("pin=4321", SimState.PIN, 3),
        ("pin=4321,1", SimState.PIN, 1),
        ("puk", SimState.PUK, 0),
    ],
)
def test_faults_of_the_card_end_the_session(
    modem: Modem, what: str, state: SimState, left: int
) -> None:
    faults.apply(modem, {}, what)
    assert (modem.sim.state, modem.sim.pin_left) == (state, left)
    assert modem.session is None


def test_silent_hears_but_does_not_speak(modem: Modem) -> None:
    faults.apply(modem, {}, "silent")
    assert Dialogue(modem).feed(b"AT+CGMI\r") == b""
    assert modem.log == ["AT+CGMI"]
    faults.apply(modem, {}, "silent=off")
    assert Dialogue(modem).feed(b"AT\r") != b""


def test_drop_ends_the_session(modem: Modem) -> None:
    faults.apply(modem, {}, "drop")
    assert modem.session is None
    assert not modem.faults.dead_air


def test_drop_quiet_keeps_the_link_until_the_next_dial(modem: Modem) -> None:
    modem.announces = True
    Dialogue(modem).interject()
    faults.apply(modem, {}, "drop=quiet")
    assert modem.session is None
    assert modem.faults.dead_air
    assert Dialogue(modem).interject() == b""
    modem.connect(1, "internet")
    assert not modem.faults.dead_air


@pytest.mark.parametrize(
    ("what", "composition"),
    [
        ("unplug", Composition.ABSENT),
        ("storage", Composition.STORAGE),
        ("hilink", Composition.HILINK),
        ("driverless", Composition.DRIVERLESS),
    ],
)
def test_what_is_no_ncm_stick_has_no_devices(
    modem: Modem, what: str, composition: Composition
) -> None:
    faults.apply(modem, {}, what)
    modem.settled = True
    assert modem.composition is composition
    assert not modem.has_control_at("/dev/ttyUSB0")
    assert not modem.has_netdev


def test_plain_cdc_ncm_brings_no_wdm_device(modem: Modem) -> None:
    faults.apply(modem, {}, "cdc_ncm")
    modem.settled = True
    assert modem.has_control_at("/dev/ttyUSB0")
    assert not modem.has_control_at("/dev/cdc-wdm0")


def test_a_stick_in_storage_mode_is_switched_once(modem: Modem) -> None:
    faults.apply(modem, {}, "storage")
    seen = [modem.composition]
    modem.settled = True
    modem.switch()
    seen.append(modem.composition)
    assert not modem.settled, "its devices take a moment"
    modem.switch()
    seen.append(modem.composition)
    faults.apply(modem, {}, "replug")
    seen.append(modem.composition)
    storage, ncm = Composition.STORAGE, Composition.NCM
    assert seen == [storage, ncm, ncm, storage], "a power cycle undoes the switch"


def test_a_wrong_message_switches_to_hilink(modem: Modem) -> None:
    faults.apply(modem, {}, "storage=hilink")
    modem.switch()
    assert modem.composition == Composition.HILINK


def test_unplug_and_replug(modem: Modem) -> None:
    faults.apply(modem, {}, "unplug")
    faults.apply(modem, {}, "replug")
    assert modem.composition == Composition.NCM
    assert modem.session is None


@pytest.mark.parametrize(
    ("what", "value"),
    [("signal=5", 5), ("signal=99", 99)],
)
def test_signal(modem: Modem, what: str, value: int) -> None:
    faults.apply(modem, {}, what)
    assert modem.radio.signal == value


def test_registration_denied_ends_the_session(modem: Modem) -> None:
    faults.apply(modem, {}, "registration=3")
    assert modem.session is None
    with pytest.raises(RefusedError):
        modem.connect(1, "internet")


def said(modem: Modem, command: str) -> list[str]:
    """The lines of an answer, echo off."""
    dialogue = Dialogue(modem)
    dialogue.echo = False
    return [line for line in dialogue.feed(f"{command}\r".encode()).decode().split("\r\n") if line]


def test_an_outage_ends_the_session_and_refuses_another_until_it_is_over(modem: Modem) -> None:
    faults.apply(modem, {}, "outage")
    assert modem.session is None
    assert said(modem, "AT+CEREG?")[0] == "+CEREG: 0,2"
    with pytest.raises(RefusedError):
        modem.connect(1, "internet")
    faults.apply(modem, {}, "outage=off")
    assert said(modem, "AT+CEREG?")[0] == "+CEREG: 0,1"
    modem.connect(1, "internet")
    assert modem.session is not None


def test_an_outage_may_end_by_itself(modem: Modem) -> None:
    faults.apply(modem, {}, "outage=0.05")
    assert not modem.radio.attached
    time.sleep(0.1)
    assert modem.radio.attached


@pytest.mark.parametrize("command", ["AT^CPIN?", "AT+CPINR", 'AT+CPINR="SIM PIN"'])
def test_counters_off_leaves_no_way_to_know_the_tries_left(modem: Modem, command: str) -> None:
    faults.apply(modem, {}, "pin=1234,2")
    faults.apply(modem, {}, "counters=off")
    assert said(modem, command) == ["COMMAND NOT SUPPORT"]
    assert said(modem, "AT+CPIN?") == ["+CPIN: SIM PIN", "OK"]
    faults.apply(modem, {}, "counters=on")
    assert said(modem, command)[-1] == "OK"


@pytest.mark.parametrize(
    ("unknown", "command"),
    [
        ("^SYSCFGEX", "AT^SYSCFGEX?"),
        ("at+cereg?", "AT+CEREG?"),
        ("ATQ0", "ATQ0"),
        ("+CMEE", "AT+CMEE=1"),
    ],
)
def test_one_command_may_be_unknown(modem: Modem, unknown: str, command: str) -> None:
    faults.apply(modem, {}, f"unknown={unknown}")
    assert said(modem, command) == ["COMMAND NOT SUPPORT"]
    assert said(modem, "AT+CGMI") == ["huawei", "OK"]
    faults.apply(modem, {}, "unknown=off")
    assert said(modem, command)[-1] == "OK"


def test_a_stick_may_come_with_another_port_layout(modem: Modem) -> None:
    faults.apply(modem, {}, "setport=FF;10,12")
    modem.settled = True
    assert modem.has_control_at("/dev/ttyUSB0")
    assert not modem.has_netdev, "no code 16, no network device"
    faults.apply(modem, {}, "healthy")
    modem.settled = True
    assert modem.has_netdev


def test_reset_takes_the_stick_off_the_bus_until_it_returns(modem: Modem) -> None:
    modem.stored.set_ports("FF;10,16")
    modem.reset()
    assert modem.composition is Composition.ABSENT
    assert modem.away
    modem.replug()
    modem.settled = True
    assert not modem.away
    assert modem.has_netdev
    assert not modem.has_control_at("/dev/ttyUSB0")


def test_dns_adds_and_removes_names(modem: Modem) -> None:
    zone: dict[str, IPv4Address] = {}
    faults.apply(modem, zone, "dns=My.Yota.ru=10.0.0.1")
    assert zone == {"my.yota.ru": IPv4Address("10.0.0.1")}
    faults.apply(modem, zone, "dns=my.yota.ru=off")
    assert zone == {}


def test_healthy_heals_everything(modem: Modem) -> None:
    for what in ("apn=x", "puk", "silent", "chatter", "vendor=acme", "signal=0", "storage"):
        faults.apply(modem, {}, what)
    faults.apply(modem, {}, "healthy")
    modem.settled = True
    modem.connect(1, "internet")
    assert Dialogue(modem).feed(b"ATE0+CGMI\r").endswith(b"\r\nhuawei\r\n\r\nOK\r\n")
    assert modem.has_netdev


@pytest.mark.parametrize(
    "what",
    [
        "nonsense", "apn", "vendor=", "pin", "pin=12", "pin=abcd", "pin=1234,7", "signal=40",
        "signal=loud", "delay=-1", "silent=maybe", "unplug=yes", "storage=floppy",
        "dns=x.test=1.2.3", "drop=often", "registration=9", "make=nokia", "unknown=",
        "counters=3", "setport=12", "outage=long",
    ],
)  # fmt: skip
def test_nonsense_is_refused_with_its_name(modem: Modem, what: str) -> None:
    with pytest.raises(faults.UnknownFaultError, match=what.partition("=")[0]):
        faults.apply(modem, {}, what)


def test_5g_alone_leaves_lte_without_a_registration(modem: Modem) -> None:
    faults.apply(modem, {}, "5g")
    dialogue = Dialogue(modem)
    assert b"+C5GREG: 0,1" in dialogue.feed(b"AT+C5GREG?\r")
    assert b"+CEREG: 0,0" in dialogue.feed(b"AT+CEREG?\r")
    assert b",11\r" in dialogue.feed(b"AT+COPS?\r")
    faults.apply(modem, {}, "healthy")
    assert b"+CEREG: 0,1" in dialogue.feed(b"AT+CEREG?\r")
    assert b"NOT SUPPORT" in dialogue.feed(b"AT+C5GREG?\r")
