# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Other makers' modems: the same state behind other commands."""

from __future__ import annotations

import json
from ipaddress import IPv4Network
from pathlib import Path

import pytest
from support.modem_talk import ask

from modem import faults
from modem.at import Dialogue
from modem.carrier import Carrier
from modem.makes import MAKES
from modem.modem import Modem

FILES = Path(__file__).parents[2] / "router" / "feeds" / "files"
VENDORS = json.loads((FILES / "comgt-ncm" / "etc" / "gcom" / "ncm.json").read_text())
VALUES = {"profile": "1", "pdptype": "IP", "apn": "internet", "context_type": "1"}


def stick(make: str) -> Modem:
    modem = Modem(Carrier(IPv4Network("100.64.7.0/24")), settled=True)
    faults.apply(modem, {}, f"make={make}")
    return modem


def filled(template: str) -> str:
    """A template of ncm.json with the values of a connection without user and password."""
    text = template.replace('\\"', '"').replace('${apn:+,"$apn"}', ',"internet"')
    for name, value in VALUES.items():
        text = text.replace(f"${{{name}}}", value)
    for option in ("username", "password", "auth"):
        for form in (
            f'${{{option}:+,"${option}"}}',
            f"${{{option}:+,${option}}}",
            f"${{{option}}}",
        ):
            text = text.replace(form, "")
    return text.replace("${auth:-0}", "0")


@pytest.mark.parametrize("make", MAKES)
def test_its_entry_in_ncm_json_connects_it(make: str) -> None:
    modem = stick(make)
    vendor = ask(modem, "AT+CGMI")[0].split()[0].lower()
    entry = VENDORS[vendor]
    steps = [*entry.get("initialize", []), *entry.get("configure", []), entry["connect"]]
    for step in steps:
        assert ask(modem, filled(step))[-1] == "OK", step
    assert modem.session is not None
    assert modem.session.apn == "internet"
    assert ask(modem, filled(entry["disconnect"])) == ["OK"]
    assert modem.session is None


@pytest.mark.parametrize("make", [each for each in MAKES if "modes" in VENDORS.get(each, {})])
def test_each_mode_of_ncm_json_is_stored(make: str) -> None:
    modem = stick(make)
    modes = VENDORS[make]["modes"]
    stored = set()
    for template in modes.values():
        assert ask(modem, filled(template)) == ["OK"]
        stored.add(modem.stored.order)
    assert modem.stored.writes == len(stored) == len(modes)


@pytest.mark.parametrize(
    ("make", "command", "answer"),
    [
        ("quectel", "AT+CGMI", ["Quectel"]),
        ("quectel", 'AT+QCFG="nwscanmode"', ['+QCFG: "nwscanmode",0']),
        ("quectel", 'AT+QCFG="servicedomain"', ['+QCFG: "servicedomain",2']),
        ("quectel", "AT+QCSQ", ['+QCSQ: "LTE",-77,-104,150,-9']),
        ("quectel", "AT+QNWINFO", ['+QNWINFO: "FDD LTE","00101","LTE BAND 3",1300']),
        ("quectel", 'AT+QPINC="SC"', ['+QPINC: "SC",3,10']),
        ("quectel", "AT+QCCID", ["+QCCID: 8988211000000000017"]),
        ("quectel", "AT+QNETDEVCTL?", ["+QNETDEVCTL: 0,0,0,0"]),
        ("zte", "AT+ZPAS?", ['+ZPAS: "LTE","CS_PS"']),
        ("zte", "AT+ZSNT?", ["+ZSNT: 0,0,0"]),
        ("sierra", "AT!SELRAT?", ["!SELRAT: 00, Automatic"]),
        ("sierra", "AT+CPINC?", ["+CPINC: 3,3,10,10"]),
    ],
)
def test_queries(make: str, command: str, answer: list[str]) -> None:
    assert ask(stick(make), command) == [*answer, "OK"]


def test_sierra_tells_its_status_in_columns() -> None:
    modem = stick("sierra")
    assert any("PS state:    Attached" in line for line in ask(modem, "AT!GSTATUS?"))
    faults.apply(modem, {}, "outage")
    assert any("PS state:    Not attached" in line for line in ask(modem, "AT!GSTATUS?"))


@pytest.mark.parametrize(
    ("make", "command", "shown"),
    [
        ("quectel", "AT+QNETDEVCTL?", "+QNETDEVCTL: 1,1,1,1"),
        ("zte", "AT+ZGACT?", "+ZGACT: 1,1"),
        ("sierra", "AT!SCACT?", "!SCACT: 1,1"),
        ("huawei", "AT^DCONNSTAT?", '^DCONNSTAT: 1,"internet",1,0,1'),
    ],
)
def test_an_active_session_shows(make: str, command: str, shown: str) -> None:
    modem = stick(make)
    modem.announces = True
    modem.connect(1, "internet")
    assert ask(modem, command) == [shown, "OK"]


@pytest.mark.parametrize("make", [each for each in MAKES if each != "huawei"])
def test_what_only_huawei_knows_is_an_error_elsewhere(make: str) -> None:
    assert ask(stick(make), "AT^NDISSTATQRY?") == ["ERROR"]


@pytest.mark.parametrize(
    ("make", "notice"), [("zte", b"+ZCONSTAT: 0,1"), ("quectel", b"+QNETDEVSTATUS: 0")]
)
def test_a_lost_session_is_announced_in_its_makers_words(make: str, notice: bytes) -> None:
    modem = stick(make)
    modem.announces = True
    modem.connect(1, "internet")
    dialogue = Dialogue(modem)
    dialogue.interject()
    faults.apply(modem, {}, "drop")
    assert dialogue.interject() == b"\r\n" + notice + b"\r\n"


def test_quectel_sets_mode_and_domain_by_qcfg() -> None:
    modem = stick("quectel")
    assert ask(modem, 'AT+QCFG="servicedomain",1,1') == ["OK"]
    assert ask(modem, 'AT+QCFG="nwscanmode",3,1', 'AT+QCFG="nwscanmode"') == [
        '+QCFG: "nwscanmode",3',
        "OK",
    ]
    assert (modem.stored.order, modem.stored.domain, modem.stored.writes) == ("03", "1", 2)
    assert ask(modem, 'AT+QCFG="nwscanmode",9') == ["ERROR"]
    assert ask(modem, 'AT+QCFG="nonsense"') == ["ERROR"]


def test_zte_stores_a_network_selection() -> None:
    modem = stick("zte")
    assert ask(modem, "AT+ZSNT=6,0,0", "AT+ZSNT?") == ["+ZSNT: 6,0,0", "OK"]
    assert ask(modem, "AT+ZSNT=5,0,0") == ["ERROR"]
