# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page of what wan_check tells says what the tables in the code say."""

from __future__ import annotations

import re
from pathlib import Path

from ansible_collections.fleet.openwrt.plugins.plugin_utils.diagnosis import ACTIONS
from ansible_collections.fleet.openwrt.plugins.plugin_utils.wan.reasons import REASONS
from ansible_collections.fleet.openwrt.plugins.plugin_utils.wan.remarks import MEANINGS

PAGE = (Path(__file__).resolve().parents[3] / "docs/wan_check.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `(\w+)` \| (.*?) \|(?: `(\w+)` \|)?$", re.MULTILINE)


def rows(heading: str) -> list[tuple[str, ...]]:
    """The rows of the tables of one chapter, in order."""
    (chapter,) = re.findall(rf"^## {heading}\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    return [tuple(filter(None, row)) for row in ROW.findall(chapter)]


def test_codes() -> None:
    assert sorted(rows("Codes")) == sorted(
        (code, reason.meaning, reason.recommended.action) for code, reason in REASONS.items()
    )


def test_actions() -> None:
    assert rows("Recommended actions") == list(ACTIONS.items())


def test_remarks() -> None:
    assert rows("Remarks") == list(MEANINGS.items())


def test_every_reason_recommends_what_there_is() -> None:
    assert {reason.recommended.action for reason in REASONS.values()} <= set(ACTIONS)
    idle = {code for code, reason in REASONS.items() if reason.recommended.action == "none"}
    assert idle == {"up", "MODEM_UNREADABLE"}


def test_no_action_is_listed_in_vain() -> None:
    assert set(ACTIONS) == {reason.recommended.action for reason in REASONS.values()}
