# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""M(fleet.openwrt.ubus), with this machine's shell and a ubus that is a few lines of shell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.task import run
from support.this_host import this_host

from ansible_collections.fleet.openwrt.plugins.action import ubus
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.router import Router

pytestmark = pytest.mark.usefixtures("called")

# Like the genuine one, repeats the message when it fails. Notes what it was told to call.
UBUS = """\
#!/bin/sh
case "$*" in
"-v list light") printf '%s\\n' "'light' @01" '	"status":{}' '	"on":{"level":"Integer"}' ;;
"-v list "*) exit 4 ;;
list) printf 'light\\nsystem\\n' ;;
*"call light on "*) echo "$7" >>"$CALLED"; echo '{"was":"off"}' ;;
*"call system board"*) echo '{"hostname":"OpenWrt"}' ;;
*"call light status") ;;
*"call light dim"*) echo "Command failed: ubus $*" >&2; exit 253 ;;
*"call system info") echo Killed ;;
*) echo "Command failed: Not found" >&2; exit 4 ;;
esac
"""


@pytest.fixture
def called(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    program = tmp_path / "ubus"
    program.write_text(UBUS)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setenv("CALLED", str(tmp_path / "called"))
    return tmp_path / "called"


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Router:
    return this_host(monkeypatch)


def args(path: str, method: str, **more: Any) -> dict[str, Any]:
    return {"path": path, "method": method, **more}


@pytest.mark.parametrize("check_mode", [False, True])
def test_what_only_reads_is_asked_always(
    host: Router, monkeypatch: pytest.MonkeyPatch, check_mode: bool
) -> None:
    task = args("system", "board", query="hostname")
    result = run(ubus, task, host, monkeypatch, check_mode=check_mode)
    assert result == {
        "changed": False,
        "called": True,
        "response": {"hostname": "OpenWrt"},
        "result": "OpenWrt",
        "round_trips": 1,
    }


def test_a_change_is_made(host: Router, called: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = run(ubus, args("light", "on", args={"level": 3}), host, monkeypatch)
    assert (result["changed"], result["called"]) == (True, True)
    assert result["result"] == result["response"] == {"was": "off"}
    assert called.read_text() == '{"level": 3}\n'


def test_a_change_is_not_made_in_check_mode(
    host: Router, called: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = args("light", "on", args={"level": 3})
    result = run(ubus, task, host, monkeypatch, check_mode=True)
    assert (result["changed"], result["called"]) == (True, False)
    assert "light on" in result["msg"]
    assert "warnings" not in result
    assert not called.exists()


def test_check_mode_warns_of_what_is_not_there(
    host: Router, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = run(ubus, args("light", "onn"), host, monkeypatch, check_mode=True)
    assert not result.get("failed")
    assert "Did you mean on?" in result["warnings"][0]
    result = run(ubus, args("lihgt", "on"), host, monkeypatch, check_mode=True)
    assert "Did you mean light?" in result["warnings"][0]


@pytest.mark.parametrize("check_mode", [False, True])
def test_the_user_knows_better(
    host: Router, called: Path, monkeypatch: pytest.MonkeyPatch, check_mode: bool
) -> None:
    task = args("light", "on", args={"level": 3}, read_only=True)
    result = run(ubus, task, host, monkeypatch, check_mode=check_mode)
    assert (result["changed"], result["called"]) == (False, True)
    assert called.exists()


def test_or_worse(host: Router, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(ubus, args("system", "board", read_only=False), host, monkeypatch)["changed"]


def test_no_answer_is_none(host: Router, monkeypatch: pytest.MonkeyPatch) -> None:
    result = run(ubus, args("light", "status", query="a.b"), host, monkeypatch)
    assert (result["response"], result["result"]) == (None, None)


def test_a_failure_tells_what_there_is_and_not_the_message(
    host: Router, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = args("light", "dim", args={"pin": "s3cret"}, expose_secrets=True)
    result = run(ubus, task, host, monkeypatch)
    assert result["failed"]
    assert "on(level: Integer)" in result["msg"]
    assert result["methods"] == {"status": {}, "on": {"level": "Integer"}}
    assert result["round_trips"] == 1
    assert "s3cret" not in str(result)


def test_an_answer_that_is_none(host: Router, monkeypatch: pytest.MonkeyPatch) -> None:
    result = run(ubus, args("system", "info"), host, monkeypatch)
    assert result["failed"]
    assert "no JSON" in result["msg"]


def test_a_query_that_does_not_suit_keeps_the_answer(
    host: Router, called: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = args("light", "on", args={"level": 3}, query="length(nosuch)")
    result = run(ubus, task, host, monkeypatch)
    assert result["failed"]
    assert result["changed"]
    assert result["response"] == {"was": "off"}
    assert called.exists()


@pytest.mark.parametrize(
    "wrong", [{"query": "a["}, {"path": "light *"}, {"args": "no: dict"}, {"timeout": -1}]
)
def test_bad_arguments_never_reach_the_router(
    host: Router, monkeypatch: pytest.MonkeyPatch, wrong: dict[str, Any]
) -> None:
    result = run(ubus, {**args("light", "on"), **wrong}, host, monkeypatch)
    assert result["failed"]
    assert next(iter(wrong)) in result["msg"]
    assert "round_trips" not in result


def test_a_secret_is_on_no_command_line_unless_that_is_allowed(
    host: Router, called: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = args("light", "on", args={"deep": [{"password": "s3cret"}]})
    result = run(ubus, secret, host, monkeypatch)
    assert result["failed"]
    assert "expose_secrets=true" in result["msg"]
    assert "s3cret" not in str(result)
    assert not called.exists()
    assert not run(ubus, {**secret, "expose_secrets": True}, host, monkeypatch).get("failed")
    assert "s3cret" in called.read_text()


def test_other_arguments_need_no_leave(
    host: Router, called: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(ubus, args("light", "on", args={"level": 3}), host, monkeypatch)["changed"]
    assert called.exists()
