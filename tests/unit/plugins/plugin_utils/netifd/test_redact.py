# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.fleet.openwrt.plugins.plugin_utils.netifd.redact import redact

ANSWERS = Path(__file__).parents[4] / "conformance" / "answers"
PREFIX = "Sun Nov 22 14:53:01 2026 daemon.notice netifd: wwan (2249): sending -> "


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        ('AT^NDISDUP=1,1,"apn","user","pass",1', 'AT^NDISDUP=1,1,"apn",********'),
        ('AT^NDISDUP=1,1,"apn","user","pa,ss"', 'AT^NDISDUP=1,1,"apn",********'),
        ('AT^NDISDUP=1,1,"user","pass",1', "AT^NDISDUP=1,1,********"),
        ('AT^NDISDUP=1,1,"apn"', 'AT^NDISDUP=1,1,"apn"'),
        ("AT^NDISDUP=1,0", "AT^NDISDUP=1,0"),
        ('AT+CPIN="1234"', "AT+CPIN=********"),
        ("AT+CPIN=1234", "AT+CPIN=********"),
        ('at+cpin="12345678","1234"', "at+cpin=********"),
        ("AT+CPIN?", "AT+CPIN?"),
        ('AT+CLCK="SC",0,"1234"', 'AT+CLCK="SC",0,********'),
        ('AT+CLCK="SC",2', 'AT+CLCK="SC",2'),
        ('AT+CPWD="SC","1234","4321"', 'AT+CPWD="SC",********'),
        ('AT$QCPDPP=1,1,"pass","user"', "AT$QCPDPP=1,1,********"),
        ('AT=1,0,"pass","user"', "AT=1,0,********"),
        ('AT*EIAAUW=1,1,"user","pass",00111', "AT*EIAAUW=1,1,********"),
        ('at+qicsgp=1,1,"apn","user","pass",0', 'at+qicsgp=1,1,"apn",********'),
        ('AT+QICSGP=1,1,"a,b","user","pass",0', 'AT+QICSGP=1,1,"a,b",********'),
        ('AT+ZGPCOAUTH=1,"user","pass",0', "AT+ZGPCOAUTH=1,********"),
        ('AT+CGAUTH=1,1,"user","pass"', "AT+CGAUTH=1,1,********"),
        ('AT+CGDCONT=1,"IP","internet"', 'AT+CGDCONT=1,"IP","internet"'),
        ('AT^SYSCFGEX="03",3fffffff,2,4,7fffffffffffffff,,',) * 2,
        ("ATS0=0", "ATS0=0"),
        ('AT+CSQ;+CPIN="1234"', "AT+CSQ;+CPIN=********"),
        ("AT+CSQ ; +CPIN = 1234", "AT+CSQ ; +CPIN =********"),
        ('ATE0V1+CPIN="1234"', "ATE0V1+CPIN=********"),
        ('AT E0 ^NDISDUP=1,1,"apn","user","pass"', 'AT E0 ^NDISDUP=1,1,"apn",********'),
        ('AT+CPIN2="1234"', "AT+CPIN2=********"),
        ('AT+CLCK= "SC" , 0, "1234"', 'AT+CLCK= "SC" , 0,********'),
        ('AT+CPINR="SIM PIN"', 'AT+CPINR="SIM PIN"'),
        ('AT^SPWD="SC","1234","4321"', 'AT^SPWD="SC",********'),
        ('AT+QPINC="SC","1234","4321"', 'AT+QPINC="SC",********'),
        ('AT+QPINC="SC"', 'AT+QPINC="SC"'),
        ('AT+ZNCK="1234"', "AT+ZNCK=********"),
        ('AT+MGAUTH=1,1,"user","pass"', "AT+MGAUTH=1,1,********"),
        ('AT*AUTHREQ=1,1,"user","pass"', "AT*AUTHREQ=1,1,********"),
        ('AT%PDNSET=1,"apn","IP","PAP","user","pass"', 'AT%PDNSET=1,"apn","IP","PAP",********'),
    ],
)
def test_secrets_go_and_the_rest_stays(command: str, shown: str) -> None:
    assert redact(PREFIX + command) == PREFIX + shown


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        ('+CGAUTH: 1,1,"user","pass"', "+CGAUTH: 1,1,********"),
        ('+QICSGP: 1,"apn","user","pass",1', '+QICSGP: 1,"apn",********'),
        ('$QCPDPP: 1,2,"pass","user"', "$QCPDPP: 1,2,********"),
        ('^AUTHDATA: 1,2,"00101","pass","user"', "^AUTHDATA: 1,2,********"),
        ('+CSTT: "apn","user","pass"', '+CSTT: "apn",********'),
        *[
            (plain, plain)
            for plain in (
                "+CGAUTH: 1,0",
                "+CPIN: READY",
                "^CPIN: SIM PIN,3,10,3,10,3",
                '+QPINC: "SC",3,10',
                "+CLCK: 0,7",
                '+CGDCONT: 1,"IP","internet","0.0.0.0",0,0',
            )
        ],
    ],
)
def test_answers_tell_no_secrets_either(answer: str, shown: str) -> None:
    assert redact(answer) == shown
    assert redact(PREFIX + answer) == PREFIX + shown


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=6, max_size=20))
def test_a_password_with_any_character_is_gone(password: str) -> None:
    secret = f"K{password}K"
    assert secret not in redact(f'{PREFIX}AT^NDISDUP=1,1,"apn","alice","{secret}",2')
    assert secret not in redact(f'{PREFIX}at+qicsgp=1,1,"apn","alice","{secret}",0')
    assert secret not in redact(f'{PREFIX}AT+CPIN="{secret}"')


def test_recorded_lines_without_secrets_stay_as_they_are() -> None:
    lines = [
        line for case in json.loads((ANSWERS / "ncm.json").read_text()) for line in case["log"]
    ]
    assert [redact(line) for line in lines] == lines
