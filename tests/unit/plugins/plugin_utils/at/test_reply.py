# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What modems say is taken apart, whatever comes in between."""

from __future__ import annotations

import pytest

from ansible_collections.fleet.openwrt.plugins.plugin_utils.at.reply import Reply, replies, reply


@pytest.mark.parametrize(
    ("command", "heard", "expected"),
    [
        ("AT", ["OK"], Reply("AT", (), "OK")),
        ("AT+CSQ", ["AT+CSQ", "+CSQ: 18,99", "OK"], Reply("AT+CSQ", ("+CSQ: 18,99",), "OK")),
        ("AT+CGMI", ["^RSSI:4", "huawei", "OK"], Reply("AT+CGMI", ("huawei",), "OK", ("^RSSI:4",))),
        ("AT+CGMI", ["+CGMI: huawei", "OK"], Reply("AT+CGMI", ("+CGMI: huawei",), "OK")),
        ("AT+CGMI", ["RDY", "Quectel", "OK"], Reply("AT+CGMI", ("Quectel",), "OK", ("RDY",))),
        ("AT+CPIN?", ["+CME ERROR: 10"], Reply("AT+CPIN?", (), "+CME ERROR: 10")),
        ("AT^FOO", ["COMMAND NOT SUPPORT"], Reply("AT^FOO", (), "COMMAND NOT SUPPORT")),
        ("at+csq", ["+CSQ: 7,99", "OK"], Reply("at+csq", ("+CSQ: 7,99",), "OK")),
        # What comes behind the final result was said unasked.
        ("AT", ["OK", "^RSSI:9"], Reply("AT", (), "OK", ("^RSSI:9",))),
        ("AT+CIMI", ["001010000000017"], Reply("AT+CIMI", ("001010000000017",), None)),
        (
            "ATI",
            ["Manufacturer: huawei", "+GCAP: +CGSM", "OK"],
            Reply("ATI", ("Manufacturer: huawei", "+GCAP: +CGSM"), "OK"),
        ),
        (
            'AT+QCFG="servicedomain"',
            ['+QCFG: "servicedomain",1', "OK"],
            Reply('AT+QCFG="servicedomain"', ('+QCFG: "servicedomain",1',), "OK"),
        ),
        ("AT^ICCID?", ["+ICCID: 89", "OK"], Reply("AT^ICCID?", ("+ICCID: 89",), "OK")),
        ("AT!SELRAT?", ["!SELRAT: 06", "OK"], Reply("AT!SELRAT?", ("!SELRAT: 06",), "OK")),
        # An operator may be called what a modem says when all is well.
        ("AT+CGMM", ["OKAY 3G", "OK"], Reply("AT+CGMM", ("OKAY 3G",), "OK")),
        # Each command of a line may answer, in whatever order, and nobody else.
        (
            "AT+CPIN?;+CSQ;+COPS=3,0;+COPS?;+COPS=3,2;+COPS?;+CREG=2;+CREG?",
            ["+CSQ: 17,99", '+CREG: 2,1,"00A8","5355E8D",7', "^RSSI: 17", "+CPIN: READY",
             '+COPS: 0,0,"NOS",7', '+COPS: 0,2,"26803",7', "OK"],
            Reply(
                "AT+CPIN?;+CSQ;+COPS=3,0;+COPS?;+COPS=3,2;+COPS?;+CREG=2;+CREG?",
                ("+CSQ: 17,99", '+CREG: 2,1,"00A8","5355E8D",7', "+CPIN: READY",
                 '+COPS: 0,0,"NOS",7', '+COPS: 0,2,"26803",7'),
                "OK",
                ("^RSSI: 17",),
            ),
        ),
        (
            "ATE0V1+CSQ;^HCSQ?",
            ["^HCSQ: 1", "+CREG: 1", "+CSQ: 9,99", "OK"],
            Reply("ATE0V1+CSQ;^HCSQ?", ("^HCSQ: 1", "+CSQ: 9,99"), "OK", ("+CREG: 1",)),
        ),
        (
            'AT+CGDCONT=1,"IP","a;+CSQ";^ICCID?',
            ["+CSQ: 9,99", "+ICCID: 89", "OK"],
            Reply('AT+CGDCONT=1,"IP","a;+CSQ";^ICCID?', ("+ICCID: 89",), "OK", ("+CSQ: 9,99",)),
        ),
        ("ATE0", ["^RSSI: 17", "OK"], Reply("ATE0", (), "OK", ("^RSSI: 17",))),
        (
            "ATI;+CREG?",
            ["+GCAP: +CGSM", "+CREG: 0,1", "OK"],
            Reply("ATI;+CREG?", ("+GCAP: +CGSM", "+CREG: 0,1"), "OK"),
        ),
    ],
)  # fmt: skip
def test_a_reply(command: str, heard: list[str], expected: Reply) -> None:
    assert reply(command, heard) == expected


@pytest.mark.parametrize(
    ("command", "line"),
    [
        ("AT+CICCID", "+ICCID: 898600700907A6019125"),
        ("AT+QCCID", "+ICCID: 8988211000000000017"),
        ("AT+GMR", "+CGMR: M6"),
        ("AT+CGSN", "+GSN: 490154203237518"),
        ("AT+SIMCOMATI", "+GCAP: +CGSM"),
    ],
)
def test_answers_under_a_kindred_name(command: str, line: str) -> None:
    assert reply(command, [line, "OK"]).lines == (line,)


@pytest.mark.parametrize(
    "chatter",
    ["START", "APP RDY", "SMS READY", "PB READY", "OPL UPDATING", "POWERED DOWN", "*ATREADY: 1"],
)
def test_chatter_of_a_modem_that_starts_is_no_answer(chatter: str) -> None:
    expected = Reply("AT+CGMI", ("SIMCOM",), "OK", (chatter,))
    assert reply("AT+CGMI", [chatter, "SIMCOM", "OK"]) == expected


def test_the_end_of_another_s_call_is_no_result() -> None:
    heard = ["RING", "+CSQ: 7,99", "NO CARRIER", "OK"]
    expected = Reply("AT+CSQ", ("+CSQ: 7,99",), "OK", ("RING", "NO CARRIER"))
    assert reply("AT+CSQ", heard) == expected
    for dialling in ("ATD*99#", "AT$QCRMCALL=1,1", "AT+CSQ;D112;"):
        assert reply(dialling, ["NO CARRIER"]).result == "NO CARRIER"


def test_values_are_what_stands_behind_the_name() -> None:
    assert reply("AT+CGMI", ["+CGMI: huawei", "E3372: x", "OK"]).values == ("huawei", "E3372: x")


def test_a_conversation_that_breaks_off() -> None:
    text = "@ 1\nAT\nOK\n@ 2\n^RSSI:4\n\n@ silent\n"
    first, second, third = replies(text, ["AT", "AT+CSQ", "AT+CGMI"])
    assert first.ok
    assert second == Reply("AT+CSQ", (), None, ("^RSSI:4",))
    assert third == Reply("AT+CGMI")
