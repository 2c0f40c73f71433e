# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.rendered import assert_clean_shell
from support.this_host import this_host

from ansible_collections.fleet.openwrt.plugins.plugin_utils.errors import SpecError
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.wire import Section
from ansible_collections.fleet.openwrt.plugins.plugin_utils.ubus import by_ucode
from ansible_collections.fleet.openwrt.plugins.plugin_utils.ubus.call import Call, decode
from ansible_collections.fleet.openwrt.plugins.plugin_utils.ubus.failure import Status, status_of
from ansible_collections.fleet.openwrt.plugins.plugin_utils.ubus.offer import question

PROGRAM = """\
#!/bin/sh
printf '%s\\n' "$7"
printf '%s ' "$1" "$2" "$3" "$4" "$5" "$6" >&2
"""
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
MESSAGES = st.dictionaries(
    TEXT,
    st.recursive(
        st.booleans()
        | st.integers(-(2**63), 2**63 - 1)
        | st.floats(allow_nan=False, allow_infinity=False)
        | TEXT,
        lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
        max_leaves=8,
    ),
)


def call(**given: Any) -> Call:
    spec = {"path": "service", "method": "list", "args": {}, "timeout": 30, "expose_secrets": False}
    return Call.from_params({**spec, **given})


@pytest.fixture
def echo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A ubus that answers with the message, and says on standard error how it was called."""
    program = tmp_path / "ubus"
    program.write_text(PROGRAM)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")


@pytest.mark.parametrize(
    "message",
    [
        {"name": "dnsmasq"},
        {"text": 'it\'s "quoted" $HOME `id` \\n\n%s', "umlaut": "Größe 網路"},
        {"int": 2**40, "float": 1.0, "small": 1e-9, "flag": False, "list": [1, [2.5, {}]]},
    ],
)
@pytest.mark.usefixtures("echo")
def test_a_message_arrives_as_it_is(
    message: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = call(args=message, timeout=7)
    (answer,) = this_host(monkeypatch).run([Section("call", wanted.script())]).values()
    assert decode(answer.stdout) == message
    assert [type(value) for value in decode(answer.stdout).values()] == [
        type(value) for value in message.values()
    ]
    assert answer.stderr == "-S -t 7 call service list "


@given(MESSAGES)
def test_what_json_can_say_is_said(message: dict[str, Any]) -> None:
    assert decode(call(args=message).text) == message


def test_no_message_is_no_word() -> None:
    assert call().script() == "ubus -S -t 30 call service list"
    assert Call("system", "board").script() == "ubus -S call system board"


def test_the_shell_is_clean() -> None:
    assert_clean_shell(
        {"call": call(args={"a": "it's"}).script(), "offer": question("network.interface.wan")}
    )


@pytest.mark.parametrize(
    ("wrong", "option"),
    [
        ({"path": ""}, "path"),
        ({"path": "network.interface.*"}, "path"),
        ({"path": "-v"}, "path"),
        ({"method": "list all"}, "method"),
        ({"timeout": 0}, "timeout"),
        ({"args": {"number": float("nan")}}, "args"),
        ({"args": {"set": {1}}}, "args"),
        ({"args": {"deep": [{"secret\0": 1}]}}, "args"),
        ({"args": {"half": "\ud800"}}, "args"),
        ({"args": {"long": "x" * 131_000}}, "args"),
    ],
)
def test_what_ubus_would_misread_is_refused(wrong: dict[str, Any], option: str) -> None:
    with pytest.raises(SpecError) as refused:
        call(**wrong)
    assert refused.value.option == option
    assert "secret" not in str(refused.value)


def test_a_message_deeper_than_python_goes_is_refused() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(SpecError, match="nested too deeply"):
        call(args={"deep": deep})
    while deep:
        deep = deep.pop()


def test_the_message_is_not_in_a_calls_name() -> None:
    assert str(call(args={"password": "secret"})) == "service list"


@pytest.mark.parametrize(
    "message", [{"pin": 4711}, {"values": {"password": "abc"}}, {"a": [{"key": 12345678}]}]
)
def test_a_short_secret_or_one_of_digits_is_one(message: dict[str, Any]) -> None:
    assert f"exit {by_ucode.NO_WAY}" in call(args=message).script()


@pytest.mark.parametrize("message", [{"password": True}, {"pin": None}, {"token": ""}])
def test_a_switch_or_nothing_is_no_secret(message: dict[str, Any]) -> None:
    assert f"exit {by_ucode.NO_WAY}" not in call(args=message).script()


def test_half_a_character_of_an_answer_can_be_printed() -> None:
    assert decode('{"a":"x\\ud800","\\uDFFF":"\\ud83d\\ude00"}') == {"a": "x?", "?": "\U0001f600"}


def test_answers() -> None:
    assert decode("\n") is None
    assert decode('{"a":1.0}\n') == {"a": 1.0}
    assert decode('{"ssid":"caf\udce9\x01"}') == {"ssid": "caf�\x01"}
    with pytest.raises(ValueError, match="Expecting"):
        decode("Killed")


UCODE = """\
#!/bin/sh
cat "$2"
echo "$*" >&2
exit "${STATUS:-0}"
"""


def test_where_ucode_is_there_the_message_is_in_no_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "ucode"
    program.write_text(UCODE)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setattr(by_ucode, "IS_THERE", "command -v ucode >/dev/null")
    message = {"name": "x", "password": "s3cret", "text": 'it\'s "q" \\ \n Grüße'}
    wanted = call(args=message, timeout=7)
    section = Section("call", wanted.script(), stage=wanted.stage())
    (answer,) = this_host(monkeypatch).run([section]).values()
    assert decode(answer.stdout) == {
        "path": "service", "method": "list", "timeout": 7, "message": message
    }  # fmt: skip
    assert "s3cret" not in answer.stderr
    assert "s3cret" not in wanted.script()


@pytest.mark.parametrize(
    ("status", "meant"), [(256 - 4, Status.NOT_FOUND), (246, Status.CONNECTION_FAILED)]
)
def test_its_statuses_are_those_of_ubus(status: int, meant: Status) -> None:
    assert status_of(status) is meant
    assert status_of(by_ucode.NO_WAY) is None
