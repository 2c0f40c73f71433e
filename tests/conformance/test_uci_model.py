# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The UCI model against what the genuine uci of OpenWrt 24.10 answered to the same commands."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from conformance.model_cli import ModelCli

from ansible_collections.fleet.openwrt.plugins.plugin_utils.uci.compare import equal
from ansible_collections.fleet.openwrt.plugins.plugin_utils.uci.names import (
    UciNameError,
    check_option_name,
    check_section_name,
    check_type,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.uci.parser import UciParseError, parse

ANSWERS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "answers" / "uci.json").read_text(encoding="utf-8")
)

STAGING = "is about changes that wait to be committed; the model knows no staging"
COMMAND_LINE = "is about the command line itself: its arguments, exit status and usage text"
ROUTER = "is about the router's file system or shell"
NAMES = "is about a name that uci refuses; test_refused_names has it"
SEVERAL = "reads several packages from one text, which the collection does not do"

# Every other recorded case is replayed. A new one is replayed unless it is named here.
NOT_REPLAYED = {
    "set option stages only": STAGING,
    "set same value is still a change": STAGING,
    "del_list absent": STAGING,
    "revert option": STAGING,
    "revert package": STAGING,
    "changes of kinds": STAGING,
    "own staging dir": STAGING,
    "own staging dir commit": STAGING,
    "import own staging": STAGING,
    "import drops foreign staged changes?": STAGING,
    "import merge": STAGING,
    "batch bad line continues": STAGING,
    "batch unknown command": STAGING,
    "batch comment and blank": STAGING,
    "batch unterminated quote": COMMAND_LINE,
    "get list -d": COMMAND_LINE,
    "get by type only": COMMAND_LINE,
    "get too many": COMMAND_LINE,
    "no command": COMMAND_LINE,
    "unknown command": COMMAND_LINE,
    "set with no value": COMMAND_LINE,
    "set option on missing section": COMMAND_LINE,
    "commit missing package": COMMAND_LINE,
    "add prints name": COMMAND_LINE,
    "other config dir": ROUTER,
    "file mode after commit": ROUTER,
    "file: CRLF": ROUTER,
    "set invalid option name": NAMES,
    "set invalid section name": NAMES,
    "set invalid type name": NAMES,
    "import with package line": SEVERAL,
}


def _id(case: dict[str, Any]) -> str:
    return str(case["name"])


def _named(name: str) -> dict[str, Any]:
    return next(case for case in ANSWERS if case["name"] == name)


def test_every_exception_is_a_recorded_case() -> None:
    assert set(NOT_REPLAYED) <= {case["name"] for case in ANSWERS}


@pytest.mark.parametrize(
    "case", [case for case in ANSWERS if case["name"] not in NOT_REPLAYED], ids=_id
)
def test_model_answers_like_uci(case: dict[str, Any]) -> None:
    cli = ModelCli(case["files"], case["stdin"])
    cli.run(case["cmd"])
    assert cli.stdout == case["stdout"]
    assert cli.stderr == case["stderr"]
    assert cli.status == case["rc"]
    assert cli.files == case["files_after"]


@pytest.mark.parametrize(
    ("package", "text"),
    sorted({(name, text) for case in ANSWERS for name, text in case["files_after"].items()}),
)
def test_what_a_router_holds_survives_a_commit(package: str, text: str) -> None:
    """Whatever uci can read, it would read just the same after we have written it."""
    try:
        before = parse(text, package=package)
    except UciParseError:
        return
    cli = ModelCli({package: text}, stdin="")
    cli.run(f"uci add {package} placeholder; uci delete {package}.@placeholder[-1]; uci commit")
    assert equal(before, parse(cli.files[package], package=package))


@pytest.mark.parametrize(
    ("case", "check", "name"),
    [
        ("set invalid option name", check_option_name, "bad-name"),
        ("set invalid section name", check_section_name, "bad-name"),
        ("set invalid type name", check_type, "bad type"),
    ],
)
def test_refused_names(case: str, check: Any, name: str) -> None:
    recorded = _named(case)
    assert name in recorded["cmd"]
    assert recorded["rc"] == 1
    with pytest.raises(UciNameError):
        check(name)


def test_a_type_with_a_dash_is_accepted() -> None:
    recorded = _named("set type with dash")
    assert recorded["rc"] == 0
    assert check_type("bad-type") == "bad-type"


def test_line_ends_of_dos_are_blanks() -> None:
    text = _named("file: CRLF")["files"]["t"]
    assert "\r\n" in text
    assert equal(parse(text, package="t"), parse(text.replace("\r", ""), package="t"))
