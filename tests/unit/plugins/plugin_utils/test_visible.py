# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nothing that a router or a value holds acts on the terminal."""

from __future__ import annotations

import unicodedata

import pytest

from ansible_collections.fleet.openwrt.plugins.plugin_utils.visible import visible, visible_result


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b]0;title\x07", r"\x1b]0;title\x07"),
        ("a\rb\x08\x7f", r"a\rb\x08\x7f"),
        ("\x9b31m", r"\x9b31m"),
        ("\udc9b31m", r"\x9b31m"),
        ("user\u202etxt.exe", r"user\u202etxt.exe"),
        ("\u2066x\u2069", r"\u2066x\u2069"),
        ("\U000e0041", r"\U000e0041"),
        ("tab\tand\nline, Grüße, 路由器, \\x1b", "tab\tand\nline, Grüße, 路由器, \\x1b"),
    ],
)
def test_what_acts_is_written_out(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_no_control_character_is_left() -> None:
    text = visible("".join(map(chr, range(0x3000))))
    left = {each for each in text if unicodedata.category(each) == "Cc"}
    assert left == {"\t", "\n"}
    assert not {each for each in text if unicodedata.bidirectional(each) in {"RLO", "LRO", "RLI"}}


def test_texts_for_people_change_and_data_stays() -> None:
    evil = "\x1b[2J"
    result = {
        "msg": evil,
        "warnings": [evil],
        "diff": [{"before": evil, "after": "", "before_header": evil}],
        "steps": [evil],
        "response": {"x": evil},
        "stdout": evil,
        "changed": True,
    }
    shown = visible_result(result)
    assert evil not in str([shown[key] for key in ("msg", "warnings", "diff", "steps")])
    assert {key: shown[key] for key in ("response", "stdout", "changed")} == {
        key: result[key] for key in ("response", "stdout", "changed")
    }
