# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Any

import pytest

from ansible_collections.fleet.openwrt.plugins.plugin_utils.errors import SpecError
from ansible_collections.fleet.openwrt.plugins.plugin_utils.ubus.query import Query, QueryError

DUMP = {"interface": [{"interface": "lan", "up": True}, {"interface": "wan", "up": False}]}


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("interface[?up].interface", ["lan"]),
        ("interface[].{name: interface, is_up: up} | [1]", {"name": "wan", "is_up": False}),
        ("length(interface)", 2),
        ("nosuch", None),
    ],
)
def test_what_is_found(expression: str, found: object) -> None:
    assert Query(expression).search(DUMP) == found


@pytest.mark.parametrize("expression", ["", "interface[", "a..b", "foo(@)", "a[?b == lenght(c)].d"])
def test_an_expression_is_judged_before_there_is_an_answer(expression: str) -> None:
    with pytest.raises(SpecError) as wrong:
        Query(expression)
    assert wrong.value.option == "query"
    assert "\n" not in str(wrong.value)


def test_an_expression_that_does_not_suit_the_answer() -> None:
    query = Query("length(nosuch)")
    with pytest.raises(QueryError, match=r"length\(nosuch\).*response"):
        query.search(DUMP)


def test_an_expression_deeper_than_python_goes_is_refused() -> None:
    with pytest.raises(SpecError, match="nested too deeply"):
        Query("(" * 100_000 + "a" + ")" * 100_000)


def test_the_library_may_be_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(name: str, *_more: Any) -> ModuleType:
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(importlib, "import_module", nothing)
    with pytest.raises(QueryError, match="pip install jmespath"):
        Query("interface")
