# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The AT dialogue: lines, echo, framing, and what each command answers."""

from __future__ import annotations

from ipaddress import IPv4Network

import pytest
from support.modem_talk import ask

from modem import faults
from modem.at import Dialogue, split_commands
from modem.carrier import Carrier
from modem.modem import Modem


@pytest.fixture
def modem() -> Modem:
    return Modem(Carrier(IPv4Network("100.64.7.0/24")), settled=True)


def test_answers_are_framed_and_the_command_echoed(modem: Modem) -> None:
    assert Dialogue(modem).feed(b"AT+CGMI\r") == b"AT+CGMI\r\r\nhuawei\r\n\r\nOK\r\n"


def test_ate0_ends_the_echo_and_ate1_brings_it_back(modem: Modem) -> None:
    dialogue = Dialogue(modem)
    dialogue.feed(b"ATE0\r")
    assert dialogue.feed(b"AT\r") == b"\r\nOK\r\n"
    dialogue.feed(b"ATE1\r")
    assert dialogue.feed(b"AT\r") == b"AT\r\r\nOK\r\n"


def test_a_line_may_arrive_in_pieces_and_end_in_a_newline(modem: Modem) -> None:
    dialogue = Dialogue(modem)
    dialogue.echo = False
    assert dialogue.feed(b"A") == b""
    assert dialogue.feed(b"T+CG") == b""
    assert dialogue.feed(b"MM\r\n") == b"\r\nE3372\r\n\r\nOK\r\n"
    assert modem.log == ["AT+CGMM"]


def test_a_lone_carriage_return_clears_a_half_typed_line(modem: Modem) -> None:
    dialogue = Dialogue(modem)
    dialogue.echo = False
    dialogue.feed(b"AT^RES")
    assert dialogue.feed(b"\r") == b"\r\nCOMMAND NOT SUPPORT\r\n"
    assert dialogue.feed(b"\r") == b""
    assert dialogue.feed(b"AT\r") == b"\r\nOK\r\n"


@pytest.mark.parametrize(
    ("body", "commands"),
    [
        ("", []),
        ("E1Q0", ["E1", "Q0"]),
        ("S0=0", ["S0=0"]),
        ("+CFUN=1;+CPIN?", ["+CFUN=1", "+CPIN?"]),
        ('^NDISDUP=1,1,"a;b"', ['^NDISDUP=1,1,"a;b"']),
        ('^NDISDUP=1,1,"x";+CFUN=0', ['^NDISDUP=1,1,"x"', "+CFUN=0"]),
    ],
)
def test_commands_are_cut_as_v250_says(body: str, commands: list[str]) -> None:
    assert split_commands(body) == commands


def test_a_quote_in_an_apn_breaks_out_of_its_command(modem: Modem) -> None:
    """What the collection has to prevent does happen on this modem as on a real one."""
    ask(modem, 'AT^NDISDUP=1,1,"internet";+CFUN=0;"')
    assert modem.radio.functionality == 0


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("AT", ["OK"]),
        ("ATZ", ["OK"]),
        ("ATV1", ["OK"]),
        ("ATS0=0", ["OK"]),
        ("AT+CGMM", ["E3372", "OK"]),
        ("AT+CPIN?", ["+CPIN: READY", "OK"]),
        ("AT^CPIN?", ["^CPIN: READY,,10,3,10,3", "OK"]),
        ('AT+CLCK="SC",2', ["+CLCK: 0", "OK"]),
        (
            "AT+CPINR",
            [
                "+CPINR: SIM PIN,3,3", "+CPINR: SIM PUK,10,10",
                "+CPINR: SIM PIN2,3,3", "+CPINR: SIM PUK2,10,10", "OK",
            ],
        ),
        ('AT+CPINR="SIM PIN"', ["+CPINR: SIM PIN,3,3", "OK"]),
        ('AT+CPINR="SIM PU*"', ["+CPINR: SIM PUK,10,10", "+CPINR: SIM PUK2,10,10", "OK"]),
        ('AT+CPINR="PH-SIM PIN"', ["ERROR"]),
        ("AT+CNUM", ['+CNUM: "","+10015550117",145', "OK"]),
        ("AT+CSQ", ["+CSQ: 18,99", "OK"]),
        ("AT+COPS?", ['+COPS: 0,0,"Test Carrier",7', "OK"]),
        ("AT+CEREG?", ["+CEREG: 0,1", "OK"]),
        ("AT+CGATT?", ["+CGATT: 1", "OK"]),
        ("AT+CFUN?", ["+CFUN: 1", "OK"]),
        ("AT^NDISSTATQRY?", ['^NDISSTATQRY: 0,,,"IPV4"', "OK"]),
        ("AT^DHCP?", ["ERROR"]),
        ("AT^SYSCFGEX?", ['^SYSCFGEX:"00",3FFFFFFF,1,2,7FFFFFFFFFFFFFFF', "OK"]),
        ("AT^SYSCFGEX=?", ["OK"]),
        ("AT^SETPORT?", ["^SETPORT:FF;12,16", "OK"]),
        ("AT^GETPORTMODE", ["^GETPORTMODE:TYPE:WCDMA:huawei,PCUI:0,NCM:1", "OK"]),
        ("at+cgmi", ["huawei", "OK"]),
        ("AT+QCFG?", ["COMMAND NOT SUPPORT"]),
        ("AT^NOSUCH=1", ["COMMAND NOT SUPPORT"]),
        ("AT^SETPORT=12,16", ["ERROR"]),
        ('AT+CGDCONT=x,"IP"', ["ERROR"]),
        ("hello", []),
    ],
)  # fmt: skip
def test_answers_of_a_healthy_modem(modem: Modem, command: str, answer: list[str]) -> None:
    assert ask(modem, command) == answer


def test_a_context_is_kept_and_used_when_dialling_without_an_apn(modem: Modem) -> None:
    ask(modem, 'AT+CGDCONT=1,"ip","internet"', "AT^NDISDUP=1,1")
    assert ask(modem, "AT+CGDCONT?") == ['+CGDCONT: 1,"IP","internet","",0,0', "OK"]
    assert modem.session is not None
    assert modem.session.apn == "internet"


def test_the_session_shows_its_address_in_reversed_hex(modem: Modem) -> None:
    first = ask(modem, 'AT^NDISDUP=1,1,"internet"', "AT^DHCP?")[0]
    assert first.startswith("^DHCP: 0A074064,00FFFFFF,01074064,")
    second = ask(modem, "AT^NDISDUP=1,0", 'AT^NDISDUP=1,1,"internet"', "AT^DHCP?")[0]
    assert second.startswith("^DHCP: 0B074064,"), "a new session gets another address"


def test_stored_settings_count_their_writes_and_keep_what_is_unchanged(modem: Modem) -> None:
    ask(modem, 'AT^SYSCFGEX="030201",40000000,2,4,40000000,,')
    assert ask(modem, "AT^SYSCFGEX?")[0] == '^SYSCFGEX:"030201",3FFFFFFF,1,2,7FFFFFFFFFFFFFFF'
    ask(modem, 'AT^SYSCFGEX="030201",40000000,2,4,40000000,,')
    assert modem.stored.writes == 2, "writing the same again wears the flash as well"


def test_a_port_layout_counts_from_the_next_power_up(modem: Modem) -> None:
    assert ask(modem, 'AT^SETPORT="FF;10,16"') == ["OK"]
    assert modem.has_control_at("/dev/ttyUSB0")
    modem.replug()
    modem.settled = True
    assert not modem.has_control_at("/dev/ttyUSB0"), "a layout without 12 loses the AT port"
    assert modem.has_netdev


def test_reset_is_answered_before_it_happens(modem: Modem) -> None:
    assert ask(modem, "AT^RESET") == ["OK"]
    assert modem.reset_due


def test_cfun_0_ends_session_and_registration(modem: Modem) -> None:
    ask(modem, 'AT^NDISDUP=1,1,"internet"', "AT+CFUN=0")
    assert modem.session is None
    assert ask(modem, "AT+CGREG?")[0] == "+CGREG: 0,0"
    assert ask(modem, 'AT^NDISDUP=1,1,"internet"') == ["ERROR"]


def test_session_changes_are_announced_only_when_switched_on(modem: Modem) -> None:
    dialogue = Dialogue(modem)
    ask(modem, 'AT^NDISDUP=1,1,"internet"')
    assert dialogue.interject() == b""
    ask(modem, "AT^CURC=1")
    modem.lose_session()
    assert dialogue.interject() == b'\r\n^NDISSTAT:0,,,"IPV4"\r\n'
    assert dialogue.interject() == b"", "each is said once"


def test_cmee_0_hides_the_number_of_an_error(modem: Modem) -> None:
    faults.apply(modem, {}, "nosim")
    assert ask(modem, "AT+CPIN?") == ["+CME ERROR: 10"]
    assert ask(modem, "AT+CMEE=0", "AT+CPIN?") == ["ERROR"]


def test_the_session_shows_in_the_standards_queries_too(modem: Modem) -> None:
    ask(modem, 'AT+CGDCONT=1,"IP","internet"', 'AT+CGDCONT=2,"IP","ims"')
    assert ask(modem, "AT^DCONNSTAT?") == ["^DCONNSTAT: 1", "^DCONNSTAT: 2", "OK"]
    assert ask(modem, "AT+CGPADDR=1") == ['+CGPADDR: 1,""', "OK"]
    ask(modem, "AT+CGACT=1,1")
    assert ask(modem, "AT+CGACT?") == ["+CGACT: 1,1", "+CGACT: 2,0", "OK"]
    assert ask(modem, "AT+CGPADDR") == ['+CGPADDR: 1,"100.64.7.10"', '+CGPADDR: 2,""', "OK"]
    assert ask(modem, "AT^DCONNSTAT?")[0] == '^DCONNSTAT: 1,"internet",1,0,1'


def test_the_operator_is_named_in_the_format_asked_for(modem: Modem) -> None:
    assert ask(modem, "AT+COPS=3,2", "AT+COPS?") == ['+COPS: 0,2,"00101",7', "OK"]
    assert ask(modem, "AT+COPS=0") == ["ERROR"]
