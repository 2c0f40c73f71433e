# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What modems' answers mean: such as their makers' manuals show, and as their users saw them."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.modem_talk import PORT, printed, said, stick

from ansible_collections.fleet.openwrt.plugins.plugin_utils.at.errors import PortError
from ansible_collections.fleet.openwrt.plugins.plugin_utils.at.talk import Dialogue, Port
from ansible_collections.fleet.openwrt.plugins.plugin_utils.modem.report import (
    QUERIES,
    Context,
    Mode,
    ModemProbe,
    Ports,
    Registration,
    Report,
    Sim,
    SimState,
    queries,
    report,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.wire import Answer

PROBE = ModemProbe(Port(None))
SIERRA_LTE = """\
!GSTATUS:
System mode:   LTE        \tPS state:    Attached
PCC RxM RSSI:  -45\t\tRSRP (dBm):  -81
PCC RxD RSSI:  -44\t\tRSRP (dBm):  -79
RSRQ (dB):     -14.0\t\tCell ID:     0A14666A
SINR (dB):     23.8"""
SIERRA_IDLE = """\
!GSTATUS:
PCC RxM RSSI:  -87\t\tPCC RxM RSRP:  -119
PCC RxD RSSI:  -55\t\tPCC RxD RSRP:  -86"""


def told(answers: Mapping[str, str]) -> Report:
    """A report from answers by command."""
    return report(said(answers))


def test_a_modem_that_knows_nothing_leaves_all_open() -> None:
    assert report(said({}, *QUERIES)) == Report(port=PORT)
    assert report(Dialogue(PORT, ())) == Report(port=PORT)


@pytest.mark.parametrize("text", ["0,0," + "a" * 200_000, "9" * 5_000], ids=["text", "digits"])
def test_no_length_brings_it_down(text: str) -> None:
    answers = {command: f"{command[2:].rstrip('?')}: {text}\nOK" for command in QUERIES}
    assert report(said(answers, *QUERIES)).operator is None


@given(st.lists(st.text(max_size=30), max_size=len(QUERIES)))
def test_no_answer_brings_it_down(answers: list[str]) -> None:
    prefixed = {
        command: f"{command[2:].rstrip('?')}: {text}\nOK"
        for command, text in zip(QUERIES, answers, strict=False)
    }
    assert report(said(prefixed, *QUERIES)).port == PORT


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ("+CPIN: READY\nOK", SimState.READY),
        ("+CPIN:READY\nOK", SimState.READY),
        ('+CPIN: "SIM PIN"\nOK', SimState.PIN),
        ("+CPIN: SIM PIN\nOK", SimState.PIN),
        ("+CPIN: SIM PIN2\nOK", SimState.READY),
        ("+CPIN: SIM PUK\nOK", SimState.PUK),
        ("+CPIN: NOT INSERTED\nOK", SimState.ABSENT),
        ("+CPIN: PH-NET PIN\nOK", SimState.UNKNOWN),
        ("+CME ERROR: 10", SimState.ABSENT),
        ("+CME ERROR: SIM not inserted", SimState.ABSENT),
        ("+CME ERROR: 11", SimState.PIN),
        ("+CME ERROR: 12", SimState.PUK),
        ("+CME ERROR: 13", SimState.FAILURE),
        ("+CME ERROR: SIM busy", SimState.BUSY),
        ("+CME ERROR: 100", SimState.UNKNOWN),
        ("ERROR", SimState.UNKNOWN),
    ],
)
def test_sim(answer: str, state: SimState) -> None:
    assert told({"AT+CPIN?": answer}).sim.state is state


def test_huawei_tells_a_missing_sim_where_the_standard_command_says_no_more_than_error() -> None:
    answers = {"AT+CPIN?": "ERROR", "AT^SYSINFOEX": "^SYSINFOEX:0,0,0,255,,0,,0,\nOK"}
    assert told(answers).sim.state is SimState.ABSENT


@pytest.mark.parametrize(
    ("command", "answer", "left"),
    [
        ("AT^CPIN?", "^CPIN: READY,,10,3,10,3\nOK", (3, 10)),
        ("AT^CPIN?", "^CPIN: SIM PIN,2,10,2,10,3\nOK", (2, 10)),
        ("AT^CPIN?", "^CPIN: SIM PUK,9,9,0,10,3\nOK", (0, 9)),
        ("AT+CPINR", "+CPINR: SIM PIN,3,3\n+CPINR: SIM PUK,10,10\nOK", (3, 10)),
        ("AT+CPINR", '+CPINR: "SIM PIN",0\n+CPINR: "SIM PUK",10\nOK', (0, 10)),
        ("AT+CPINR", "+CPINR: SIM PIN, 1\n+CPINR: SIM PIN2, 3\nOK", (1, None)),
        ('AT+QPINC="SC"', '+QPINC: "SC",2,10\nOK', (2, 10)),
        ('AT+QPINC="SC"', '+QPINC: "SC",2,10\n+QPINC: "P2",3,10\nOK', (2, 10)),
        ("AT+ZPINPUK=?", "+ZPINPUK: 1,10\nOK", (1, 10)),
        ("AT+CPINC?", "+CPINC: 2,3,10,9\nOK", (2, 10)),
        ("AT^CPIN?", "^CPIN: READY,,,,,\nOK", (None, None)),
        ("AT^CPIN?", "COMMAND NOT SUPPORT", (None, None)),
    ],
)
def test_tries_left(command: str, answer: str, left: tuple[int | None, int | None]) -> None:
    sim = told({command: answer}).sim
    assert (sim.pin_left, sim.puk_left) == left


@pytest.mark.parametrize(
    ("answer", "enabled"), [("+CLCK: 1\nOK", True), ("+CLCK:0\nOK", False), ("+CME ERROR: 3", None)]
)
def test_whether_the_sim_asks_for_its_pin(answer: str, enabled: bool | None) -> None:
    assert told({'AT+CLCK="SC",2': answer}).sim == Sim(pin_enabled=enabled)


@pytest.mark.parametrize(
    ("answers", "registration"),
    [
        ({"AT+CEREG?": "+CEREG: 0,1"}, Registration.HOME),
        ({"AT+CEREG?": '+CEREG: 2,5,"34F4","0B3D0810",7'}, Registration.ROAMING),
        ({"AT+CEREG?": "+CEREG: 0,2", "AT+CGREG?": "+CGREG: 0,0"}, Registration.SEARCHING),
        ({"AT+CEREG?": "+CEREG: 0,2", "AT+CGREG?": "+CGREG: 0,3"}, Registration.DENIED),
        ({"AT+CEREG?": "+CEREG: 0,4", "AT+CREG?": "+CREG: 0,1"}, Registration.HOME),
        # A SIM for data alone is denied calls.
        ({"AT+CEREG?": "+CEREG: 0,1", "AT+CREG?": "+CREG: 0,3"}, Registration.HOME),
        ({"AT+CEREG?": "+CEREG: 0,2", "AT+CREG?": "+CREG: 0,3"}, Registration.SEARCHING),
        ({"AT+CGREG?": "+CGREG: 0,0", "AT+CREG?": "+CREG: 0,3"}, Registration.DENIED),
        ({"AT+CGREG?": "+CGREG: 0,0", "AT+CREG?": "+CREG: 0,0"}, Registration.IDLE),
        # One that came unasked has no mode before its state, and is older than the answer.
        ({"AT+CGREG?": '+CGREG: 5,"792D","04947221"'}, Registration.ROAMING),
        ({"AT+CGREG?": '+CGREG: 0,1\n+CGREG: 2,"792D","04947221"'}, Registration.HOME),
        ({"AT+CREG?": "+CREG: 3"}, Registration.DENIED),
        ({"AT+C5GREG?": '+C5GREG: 2,1,"2D6600","1C649D138",11'}, Registration.HOME),
        ({"AT+C5GREG?": "+C5GREG: 0,5", "AT+CEREG?": "+CEREG: 0,0"}, Registration.ROAMING),
        ({"AT+C5GREG?": "+C5GREG: 0,2", "AT+CEREG?": "+CEREG: 0,0"}, Registration.SEARCHING),
        ({"AT+C5GREG?": "+C5GREG: 0,3", "AT+CEREG?": "+CEREG: 0,1"}, Registration.HOME),
        ({"AT+C5GREG?": '+C5GREG: 1,"2D6600","1C649D138",11'}, Registration.HOME),
        ({"AT+CEREG?": "+CEREG: 0,8"}, Registration.DENIED),
        ({"AT+CREG?": "+CREG: "}, Registration.UNKNOWN),
    ],
)
def test_registration(answers: dict[str, str], registration: Registration) -> None:
    given_ok = {command: f"{answer}\nOK" for command, answer in answers.items()}
    assert told(given_ok).registration is registration


@pytest.mark.parametrize(
    ("command", "answer", "technology"),
    [
        ("AT+COPS?", '+COPS: 0,0,"Vodafone IT",2', "UMTS"),
        ("AT+COPS?", '+COPS: 0,2,"46001",7', "LTE"),
        ("AT+COPS?", '+COPS: 0,0,"CHINA MOBILE CMCC",11', "NR5G"),
        ("AT+COPS?", '+COPS: 1,0,"A, B and C",6', "HSPA"),
        ("AT+COPS?", "+COPS: 0", None),
        ("AT+COPS?", '+COPS: 0,2,"26202",12', "NR5G"),
        ("AT+COPS?", '+COPS: 0,2,"26202",13', "NR5G"),
        ("AT+C5GREG?", '+C5GREG: 2,1,"2D6600","1C649D138",11,3,"01.01.00"', "NR5G"),
        ("AT+C5GREG?", '+C5GREG: 2,0,"2D6600","1C649D138",11', None),
        ("AT+CEREG?", '+CEREG: 2,1,"34F4","0B3D0810",13', "NR5G"),
        ("AT+CEREG?", '+CEREG: 2,1,"34F4","0B3D0810",7', "LTE"),
        ("AT^SYSINFOEX", '^SYSINFOEX:2,4,5,1,,3,"WCDMA",41,"HSPA+"', "HSPA"),
        ("AT^SYSINFOEX", "^SYSINFOEX:2,4,5,1,,3,WCDMA,41,WCDMA", "UMTS"),
        ("AT^SYSINFOEX", '^SYSINFOEX:2,3,0,1,,6,"LTE",101,"LTE"', "LTE"),
        ("AT+QNWINFO", '+QNWINFO: "FDD LTE","25001","LTE BAND 7",3100', "LTE"),
        ("AT+QNWINFO", '+QNWINFO: "HSDPA","25001","WCDMA 2100",10763', "HSPA"),
        ("AT+QNWINFO", "+QNWINFO: No Service", None),
        ("AT+ZPAS?", '+ZPAS: "GPRS/EDGE","CS_ONLY"', "GSM"),
        ("AT+ZPAS?", '+ZPAS: "3G","CS_PS"', "UMTS"),
        ("AT+ZPAS?", '+ZPAS: "NR5G-SA","PS_ONLY"', "NR5G"),
        ("AT+ZPAS?", '+ZPAS: "No Service"', None),
        (
            "AT!GSTATUS?",
            "!GSTATUS: \nSystem mode:   WCDMA            PS state:    Attached",
            "UMTS",
        ),
        ("AT!GSTATUS?", "!GSTATUS: \nSystem mode:   Unknown          PS state:  None", None),
    ],
)
def test_technology(command: str, answer: str, technology: str | None) -> None:
    assert told({command: f"{answer}\nOK"}).technology == technology


@pytest.mark.parametrize(
    ("answers", "dbm", "word"),
    [
        ({"AT+CSQ": "+CSQ: 31,99"}, -51, "excellent"),
        ({"AT+CSQ": "+CSQ: 20,99"}, -73, "excellent"),
        ({"AT+CSQ": "+CSQ: 19,0"}, -75, "good"),
        ({"AT+CSQ": "+CSQ: 14,99"}, -85, "fair"),
        ({"AT+CSQ": "+CSQ:9,99"}, -95, "poor"),
        ({"AT+CSQ": "+CSQ: 0,99"}, -113, "none"),
        ({"AT+CSQ": "+CSQ: 146,99"}, -70, "excellent"),
        ({"AT+CSQ": "+CSQ: 99,99"}, None, None),
        ({"AT+CSQ": "+CSQ: 99,99", "AT+CEREG?": "+CEREG: 0,2"}, None, "none"),
        ({"AT+CSQ": "+CSQ: 99,99", "AT+CEREG?": "+CEREG: 0,1"}, None, None),
        ({"AT+CSQ": "+CSQ: 99,99", "AT+QCSQ": '+QCSQ: "LTE",-65,-95,150,-12'}, -65, "excellent"),
        ({"AT^HCSQ?": '^HCSQ:"WCDMA",39,29,45'}, -82, "good"),
    ],
)
def test_signal(answers: dict[str, str], dbm: int | None, word: str | None) -> None:
    signal = told({command: f"{answer}\nOK" for command, answer in answers.items()}).signal
    assert (signal.dbm, signal.word) == (dbm, word)


def test_5g_beside_lte_is_5g_although_the_operator_is_told_with_lte() -> None:
    answers = {
        "AT+COPS?": '+COPS: 0,0,"Test Carrier",7\nOK',
        "AT+CEREG?": '+CEREG: 2,1,"34F4","0B3D0810",13\nOK',
    }
    assert told(answers).technology == "NR5G"


def test_levels_of_5g_are_no_received_power() -> None:
    assert told({"AT+QCSQ": '+QCSQ: "NR5G",-84,150,-11\nOK'}).signal.dbm is None
    assert told({"AT^HCSQ?": '^HCSQ:"NR",70,80,65\nOK'}).signal.dbm is None


@pytest.mark.parametrize(
    ("command", "answer", "levels"),
    [
        ("AT^HCSQ?", '^HCSQ:"LTE",39,27,86,18', (-114, -11.0, -3.0)),
        ("AT^HCSQ?", '^HCSQ:"LTE",53,45,181,18', (-96, -11.0, 16.0)),
        ("AT^HCSQ?", '^HCSQ:"LTE",39,255,255,255', (None, None, None)),
        ("AT^HCSQ?", '^HCSQ:"WCDMA",39,29,45', (None, None, None)),
        ("AT^HCSQ?", '^HCSQ:"NOSERVICE"', (None, None, None)),
        ("AT+CESQ", "+CESQ: 99,99,255,255,20,45", (-96, -10.0, None)),
        ("AT+CESQ", "+CESQ: 99,99,255,255,255,255", (None, None, None)),
        ("AT+CESQ", "+CESQ: 99,99,255,255,255,255,65,70,80", (-86, -10.5, 17.0)),
        ("AT+CESQ", "+CESQ: 99,99,255,255,255,255,255,255,255", (None, None, None)),
        ("AT+QCSQ", '+QCSQ: "NR5G",-84,150,-11', (-84, -11, 10.0)),
        ("AT^HCSQ?", '^HCSQ:"NR",70,80,65', (None, None, None)),
        ("AT^HCSQ?", '^HCSQ:"LTE",53,45,181,18\n^HCSQ:"NR",70,80,65', (-96, -11.0, 16.0)),
        ("AT+QCSQ", '+QCSQ: "LTE",-69,-102,150,-12', (-102, -12, 10.0)),
        ("AT+QCSQ", '+QCSQ: "LTE",-69,-102,-5,-12', (-102, -12, -5)),
        ("AT+QCSQ", '+QCSQ: "WCDMA",-70,-80,-5', (None, None, None)),
        ("AT+QCSQ", '+QCSQ: "NOSERVICE"', (None, None, None)),
        ("AT!GSTATUS?", SIERRA_LTE, (-79, -14.0, 23.8)),
        ("AT!GSTATUS?", SIERRA_IDLE, (-86, None, None)),
    ],
)
def test_levels_of_lte_and_5g(
    command: str, answer: str, levels: tuple[int | None, float | None, float | None]
) -> None:
    signal = told({command: f"{answer}\nOK"}).signal
    assert (signal.rsrp, signal.rsrq, signal.sinr) == levels


@pytest.mark.parametrize(
    ("command", "answer", "connected"),
    [
        ("AT^NDISSTATQRY?", '^NDISSTATQRY: 1,,,"IPV4"', True),
        ("AT^NDISSTATQRY?", '^NDISSTATQRY: 0,,,"IPV4"', False),
        ("AT^NDISSTATQRY?", '^NDISSTATQRY:0,33,,"IPV4"', False),
        ("AT^NDISSTATQRY?", '^NDISSTATQRY: 0,,,"IPV4",1,,,"IPV6"', True),
        ("AT^NDISSTATQRY?", '^NDISSTATQRY: 0,,,"IPV4",0,,,"IPV6"', False),
        ("AT^NDISSTATQRY?", "^NDISSTATQRY: 1,,,IPV4", True),
        ("AT^NDISSTATQRY?", "^NDISSTATQRY: 0,,,IPV4\n^NDISSTATQRY: 1,,,IPV6", True),
        # With the number of the context first.
        ("AT^NDISSTATQRY?", '^NDISSTATQRY: 1,0,,,"IPV4"', False),
        ("AT^NDISSTATQRY?", '^NDISSTATQRY: 1,1,,,"IPV4",0,,,"IPV6"', True),
        ("AT^NDISSTATQRY?", '^NDISSTATQRY: 1,,,,"IPV4",1,,,"IPV6"', True),
        ("AT^NDISSTATQRY?", "^NDISSTATQRY: 0", False),
        ("AT^NDISSTATQRY?", "^NDISSTATQRY: 1", True),
        ("AT+QNETDEVCTL?", "+QNETDEVCTL: 1,1,1,1", True),
        ("AT+QNETDEVCTL?", "+QNETDEVCTL: 1,1,1,0", False),
        ("AT+QNETDEVCTL?", "+QNETDEVCTL: 0,0,0,0", False),
        ("AT+ZGACT?", "+ZGACT: 1,1", True),
        ("AT+ZGACT?", "+ZGACT: 1,0\n+ZGACT: 5,0", False),
        ("AT!SCACT?", "!SCACT: 1,0\n!SCACT: 2,1", True),
        ("AT!SCACT?", "!SCACT: 1,0", False),
        ("AT+CGACT?", "+CGACT: 1,0\n+CGACT: 2,1", True),
        ("AT+CGACT?", "+CGACT: 1,0", False),
        ("AT+CGACT?", "", False),
        ("AT+ZGACT?", "", None),
    ],
)
def test_session(command: str, answer: str, connected: bool | None) -> None:
    assert told({command: f"{answer}\nOK"}).connected is connected


def test_the_maker_s_own_word_on_the_session_counts_more_than_a_context_s() -> None:
    answers = {"AT+CGACT?": "+CGACT: 1,1\nOK", "AT^NDISSTATQRY?": '^NDISSTATQRY: 0,,,"IPV4"\nOK'}
    assert told(answers).connected is False


@pytest.mark.parametrize(
    ("command", "answer", "mode"),
    [
        ("AT^SYSCFGEX?", '^SYSCFGEX:"00",3FFFFFFF,1,2,7FFFFFFFFFFFFFFF', Mode("00", "auto")),
        ("AT^SYSCFGEX?", '^SYSCFGEX: "030201",3FFFFFFF,0,1,800C5', Mode("030201", "preferlte")),
        ("AT^SYSCFGEX?", '^SYSCFGEX:"0302",3FFFFFFF,1,2,800C5', Mode("0302", "lte, umts")),
        ('AT+QCFG="nwscanmode"', '+QCFG: "nwscanmode",3', Mode("3", "lte")),
        ('AT+QCFG="nwscanmode"', '+QCFG: "nwscanmode",5', Mode("5", None)),
        ("AT!SELRAT?", "!SELRAT: 06, LTE Only", Mode("06", "lte")),
        ("AT!SELRAT?", "!SELRAT: 03, UMTS 3G Preferred", Mode("03", "UMTS 3G Preferred")),
        ("AT!SELRAT?", "!SELRAT: Unknown RAT mode. Use AT!SELRAT to set band.\n00000027", None),
        ("AT+ZSNT?", "+ZSNT: 0,0,0", Mode("0,0,0", "auto")),
        ("AT+ZSNT?", "+ZSNT: 6,0,0", Mode("6,0,0", "lte")),
        ("AT+ZSNT?", "+ZSNT: 0,0,2", Mode("0,0,2", "preferumts")),
        ("AT^SYSCFGEX?", "^SYSCFGEX:", None),
    ],
)
def test_mode(command: str, answer: str, mode: Mode | None) -> None:
    assert told({command: f"{answer}\nOK"}).mode == mode


@pytest.mark.parametrize(
    ("command", "answer", "domain", "roaming"),
    [
        ("AT^SYSCFGEX?", '^SYSCFGEX:"00",3FFFFFFF,1,2,7FFFFFFFFFFFFFFF', "both", True),
        ("AT^SYSCFGEX?", '^SYSCFGEX:"00",3FFFFFFF,0,1,7FFFFFFFFFFFFFFF', "ps", False),
        ("AT^SYSCFGEX?", '^SYSCFGEX:"00",3FFFFFFF,2,4,7FFFFFFFFFFFFFFF', None, None),
        ('AT+QCFG="servicedomain"', '+QCFG: "servicedomain",1', "ps", None),
    ],
)
def test_domain_and_roaming(
    command: str, answer: str, domain: str | None, roaming: bool | None
) -> None:
    found = told({command: f"{answer}\nOK"})
    assert (found.domain, found.roaming_allowed) == (domain, roaming)


@pytest.mark.parametrize(
    ("answers", "ports"),
    [
        (
            {
                "AT^SETPORT?": "^SETPORT:A1,A2;12,16,A1,A2",
                "AT^GETPORTMODE": "^GETPORTMODE: TYPE: WCDMA: huawei,PCUI:0,NDIS:1,CDROM:2,SD:3,",
            },
            Ports("A1,A2;12,16,A1,A2", (("PCUI", 0), ("NDIS", 1), ("CDROM", 2), ("SD", 3))),
        ),
        (
            {"AT^GETPORTMODE": "^GETPORTMODE:TYPE:EV-DO:Qualcomm,MDM:0,DIAG:1,PCUI:2"},
            Ports(None, (("MDM", 0), ("DIAG", 1), ("PCUI", 2))),
        ),
        ({"AT^SETPORT?": "^SETPORT:FF;10,12,16"}, Ports("FF;10,12,16")),
        ({"AT^GETPORTMODE": "^GETPORTMODE: TYPE"}, None),
    ],
)
def test_ports(answers: dict[str, str], ports: Ports | None) -> None:
    assert told({each: f"{answer}\nOK" for each, answer in answers.items()}).ports == ports


@pytest.mark.parametrize(
    ("command", "answer", "iccid"),
    [
        ("AT^ICCID?", "^ICCID: 8988211000000000017", "8988211000000000017"),
        ("AT^ICCID?", "^ICCID: 98882110000000000071", "89881201000000000017"),
        ("AT^ICCID?", "^ICCID: 9888211000000000001F", "898812010000000000F1"),
        ("AT+CCID", '+CCID: "898821100000000001734"', None),
        ("AT+QCCID", "+QCCID: 89882110000000000173F", "89882110000000000173"),
        ("AT+CCID", '+CCID: "8988211000000000017F"', "8988211000000000017"),
        ("AT+CCID", "8988211000000000017", "8988211000000000017"),
        ("AT+QCCID", "+QCCID: 8988211000000000017F", "8988211000000000017"),
        ("AT+ZICCID?", "+ZICCID: 8988211000000000017", "8988211000000000017"),
        ("AT!ICCID?", "!ICCID: 8988211000000000017", "8988211000000000017"),
        ("AT+CCID", "+CCID: none", None),
    ],
)
def test_iccid(command: str, answer: str, iccid: str | None) -> None:
    assert told({command: f"{answer}\nOK"}).iccid == iccid


@pytest.mark.parametrize(
    ("answer", "imei"),
    [
        ("861000000000010", "861000000000010"),
        ('+CGSN: "861000000000010"', "861000000000010"),
        ("+CGSN: 861000000000010", "861000000000010"),
        ("unknown", None),
    ],
)
def test_imei(answer: str, imei: str | None) -> None:
    assert told({"AT+CGSN": f"{answer}\nOK"}).imei == imei


def test_names_come_without_quotes_echo_and_chatter() -> None:
    found = told(
        {
            "AT+CGMI": 'AT+CGMI\n^RSSI:18\n+CGMI: "ZTE CORPORATION"\n^HCSQ:"LTE",48,35,86,14\n\nOK',
            "AT+CGMM": "  MF286R \nOK",
            "AT+COPS?": '+COPS: 0,0,"Kaze, Tel & Co",7\nOK',
        }
    )
    assert found.manufacturer == "ZTE CORPORATION"
    assert found.model == "MF286R"
    assert found.operator == "Kaze, Tel & Co"
    assert found.unsolicited == ("^RSSI:18", '^HCSQ:"LTE",48,35,86,14')


def test_contexts() -> None:
    answer = '+CGDCONT: 1,"IP","internet","",0,0\n+CGDCONT: 2,"IPV4V6",,,\n+CGDCONT: ims\nOK'
    expected = (Context(1, "IP", "internet"), Context(2, "IPV4V6", ""))
    assert told({"AT+CGDCONT?": answer}).contexts == expected


@pytest.mark.parametrize("make", ["huawei", "quectel", "zte", "mikrotik", "sierra"])
def test_every_make_tells_the_essential(make: str) -> None:
    spoken = "zte" if make == "mikrotik" else make
    found = PROBE.parse(Answer(0, printed(stick(f"make={make}"), spoken), ""))
    assert found.imei
    assert found.iccid
    assert found.imsi
    assert found.sim == Sim(SimState.READY, pin_left=3, puk_left=10, pin_enabled=False)
    assert found.registration.registered
    assert (found.operator, found.technology) == ("Test Carrier", "LTE")
    assert found.signal.word == "good"
    assert found.attached is True
    assert found.connected is True
    assert found.contexts == (Context(1, "IP", "internet"),)
    assert found.mode is not None
    assert found.mode.words == "auto"
    assert [each.command for each in found.replies] == list(queries(spoken))


@pytest.mark.parametrize(
    ("wrong", "sim"),
    [
        ("nosim", Sim(SimState.ABSENT)),
        ("pin=4711,2", Sim(SimState.PIN, pin_left=2, puk_left=10, pin_enabled=True)),
        ("puk", Sim(SimState.PUK, pin_left=0, puk_left=10, pin_enabled=True)),
    ],
)
def test_sims_that_are_not_ready(wrong: str, sim: Sim) -> None:
    found = PROBE.parse(Answer(0, printed(stick(wrong, online=False), "huawei"), ""))
    assert found.sim == sim
    assert found.imsi is None
    assert found.connected is False


def test_who_falls_silent_in_between_has_told_what_came_before() -> None:
    text = (
        "@ maker \n@ port /dev/cdc-wdm0\n@ 1\nhuawei\nOK\n@ 2\n+CPIN: READY\nOK\n@ 3\n\n@ silent\n"
    )
    found = PROBE.parse(Answer(73, text, ""))
    assert (found.port, found.manufacturer) == ("/dev/cdc-wdm0", "huawei")
    assert found.sim.state is SimState.READY
    assert found.signal.dbm is None


def test_who_says_nothing_at_all_is_an_error() -> None:
    with pytest.raises(PortError) as silent:
        PROBE.parse(Answer(73, "@ maker \n@ port /dev/ttyUSB0\n@ 1\n\n@ silent\n", ""))
    assert silent.value.code == "silent"


LIBRARY = """\
at_find() { echo /dev/ttyUSB0; }
at_nodes() { :; }
at_ask() { [ -z "$MAKER" ] || printf '%s\\n' "$MAKER"; return $REFUSED; }
at_say() { shift 2; printf '%s\\n' "$@"; }
"""


def run_script(folder: Path, *, maker: str, status: int) -> subprocess.CompletedProcess[str]:
    """The probe's script with a library that sends nothing: AT+CGMI has this answer and status."""
    (folder / "at.sh").write_text(LIBRARY)
    return subprocess.run(
        ["busybox", "ash", "-c", PROBE.script()],
        env={"T": str(folder), "MAKER": maker, "REFUSED": str(status), "PATH": "/bin:/usr/bin"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("maker", "dialect"),
    [
        ("huawei", "huawei"),
        ("Huawei Technologies Co., Ltd.", "huawei"),
        ("Quectel", "quectel"),
        ('"ZTE CORPORATION"', "zte"),
        ('"MikroTik"', "zte"),
        ("Sierra Wireless, Incorporated", "sierra"),
        ("Fibocom", ""),
        ("", ""),
    ],
)
def test_a_modem_is_spared_the_commands_of_others(maker: str, dialect: str, tmp_path: Path) -> None:
    done = run_script(tmp_path, maker=maker, status=0 if maker else 1)
    said_first, port, *sent = done.stdout.splitlines()
    assert (said_first.strip(), port) == (f"@ maker {dialect}".strip(), f"@ port {PORT}")
    assert tuple(sent) == queries(dialect)


@pytest.mark.parametrize("status", [70, 72, 73, 74, 139])
def test_where_there_is_nobody_to_ask_nothing_more_is_asked(status: int, tmp_path: Path) -> None:
    done = run_script(tmp_path, maker="", status=status)
    assert (done.returncode, done.stdout) == (status, "")
