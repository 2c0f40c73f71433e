# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""at_command: from a task's arguments to its result, with a modem that is not there."""

from __future__ import annotations

from typing import Any

import pytest
from support.task import run
from support.timeline import Timeline

from ansible_collections.fleet.openwrt.plugins.action import at_command
from ansible_collections.fleet.openwrt.plugins.plugin_utils.at.talk import DialogueProbe, Port
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.wire import Answer

TITLE = DialogueProbe(Port(None), ()).title
HEAD = "@ port /dev/ttyUSB0\n"


def modem(*heard: str, status: int = 0, stderr: str = "") -> Timeline:
    text = "".join(f"@ {number}\n{each}\n" for number, each in enumerate(heard, 1))
    return Timeline((0, {TITLE: Answer(status, HEAD + text, stderr)}))


def test_what_only_asks_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    result = run(at_command, {"command": "AT+CSQ"}, modem("+CSQ: 18,99\nOK"), monkeypatch)
    assert result == {
        "changed": False,
        "port": "/dev/ttyUSB0",
        "answers": [
            {
                "command": "AT+CSQ",
                "lines": ["+CSQ: 18,99"],
                "data": ["18,99"],
                "result": "OK",
                "unsolicited": [],
                "sent": True,
            }
        ],
        "round_trips": 1,
    }


def test_what_a_modem_tells_of_passwords_is_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    heard = '+CGAUTH: 1,1,"alice","Passw0rd"'
    router = modem(f'^AUTHDATA: 1,1,"","Passw0rd","alice"\n{heard}\nOK')
    result = run(at_command, {"command": "AT+CGAUTH?"}, router, monkeypatch)
    assert result["answers"][0]["data"] == ["1,1,********"]
    assert "Passw0rd" not in str(result)


def test_anything_else_is_a_change(monkeypatch: pytest.MonkeyPatch) -> None:
    args = {"commands": ["AT+CSQ", "AT^CURC=0"]}
    assert run(at_command, args, modem("+CSQ: 9,99\nOK", "OK"), monkeypatch)["changed"] is True


def test_check_mode_sends_only_what_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    args = {"commands": ["AT^CURC=0", "AT+CSQ"]}
    router = modem("+CSQ: 9,99\nOK")
    result = run(at_command, args, router, monkeypatch, check_mode=True)
    assert result["changed"] is True
    assert [(each["command"], each["sent"]) for each in result["answers"]] == [
        ("AT+CSQ", True),
        ("AT^CURC=0", False),
    ]


def test_check_mode_with_nothing_to_ask_talks_to_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    router = modem()
    result = run(at_command, {"command": "AT^RESET"}, router, monkeypatch, check_mode=True)
    assert result["changed"] is True
    assert router.round_trips == 0


def test_a_refused_command_fails_with_all_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    args = {"commands": ["AT+CSQ", "AT+CFUN=9", "AT^CURC=0"]}
    result = run(at_command, args, modem("+CSQ: 9,99\nOK", "+CME ERROR: 4"), monkeypatch)
    assert result["failed"]
    assert "AT+CFUN=9 with +CME ERROR: 4" in result["msg"]
    assert [each["sent"] for each in result["answers"]] == [True, True, False]


def test_going_on_after_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    args = {"commands": ["AT+CFUN=9", "AT^CURC=0"], "stop_at_error": False}
    result = run(at_command, args, modem("ERROR", "OK"), monkeypatch)
    assert result["failed"]
    assert [each["sent"] for each in result["answers"]] == [True, True]


def test_a_modem_that_falls_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    args = {"commands": ["AT+CSQ", "AT+COPS?", "AT+CIMI"], "stop_at_error": False}
    router = modem("+CSQ: 9,99\nOK", "\n@ silent", status=73)
    result = run(at_command, args, router, monkeypatch)
    assert "AT+COPS? within 10 s" in result["msg"]
    assert [each["sent"] for each in result["answers"]] == [True, True, False]


@pytest.mark.parametrize(
    ("answer", "reason", "says"),
    [
        (Answer(70, "", "gcom is not installed"), "no_gcom", "comgt"),
        (Answer(71, "", ""), "no_port", "plugged in"),
        (Answer(72, HEAD, "/dev/ttyUSB0 is in use by pppd (71)"), "busy", "pppd (71)"),
        (Answer(73, HEAD + "@ 1\n\n@ silent\n", ""), "silent", "/dev/ttyUSB0"),
        (Answer(74, HEAD, "/dev/ttyUSB1 is the diag port"), "diag", "AT port"),
        (Answer(1, HEAD, "Can't open device"), "failed", "Can't open"),
    ],
)
def test_no_conversation(
    monkeypatch: pytest.MonkeyPatch, answer: Answer, reason: str, says: str
) -> None:
    result = run(at_command, {"command": "AT"}, Timeline((0, {TITLE: answer})), monkeypatch)
    assert result["failed"]
    assert result["reason"] == reason
    assert says in result["msg"]


def test_secrets_stay_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    command = 'AT^NDISDUP=1,1,"internet","anna","s3cret",1'
    result = run(at_command, {"command": command}, modem(f"{command}\nERROR"), monkeypatch)
    assert "s3cret" not in str(result)
    assert "anna" not in str(result)
    assert "internet" in result["msg"]


@pytest.mark.parametrize(
    "args",
    [
        {"commands": ["ATZ", "CSQ"]},
        {"commands": ["ATZ"], "command": "AT"},
        {"commands": []},
        {"command": 'AT+CPIN="1234"'},
        {"command": "AT", "device": "ttyUSB0"},
        {"command": "AT", "interface": "wan-1"},
        {"command": "AT", "timeout": 0},
        {"command": "AT", "patience": -1},
        {},
    ],
)
def test_nothing_is_sent_with_bad_arguments(
    monkeypatch: pytest.MonkeyPatch, args: dict[str, Any]
) -> None:
    router = modem()
    assert run(at_command, args, router, monkeypatch)["failed"]
    assert router.round_trips == 0
