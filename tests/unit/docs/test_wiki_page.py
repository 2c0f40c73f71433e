# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The table of the wiki page names only what there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from ansible_collections.fleet.openwrt.plugins.plugin_utils.wan.reasons import REASONS
from ansible_collections.fleet.openwrt.plugins.plugin_utils.wan.remarks import MEANINGS

ROOT = Path(__file__).resolve().parents[3]
ROWS = re.findall(
    r"^\| (\d+) \| (.+?) \| (.+?) \|$", (ROOT / "docs/wiki.md").read_text("utf-8"), re.MULTILINE
)
ROLES = {path.name for path in (ROOT / "roles").iterdir()}
PLUGINS = {path.stem for path in (ROOT / "plugins/modules").glob("*.py")} | ROLES
OPTIONS = {
    name
    for path in (ROOT / "plugins/modules").glob("*.py")
    for name in re.findall(r"^  ([a-z_]+):$", path.read_text("utf-8"), re.MULTILINE)
}
VARIABLES = {
    name
    for role in ROLES
    for name in yaml.safe_load((ROOT / f"roles/{role}/defaults/main.yml").read_text("utf-8"))
}


def test_all_rows_of_the_page_are_here_once() -> None:
    assert [int(number) for number, _page, _here in ROWS] == list(range(1, 26))


@pytest.mark.parametrize(("number", "_page", "here"), ROWS, ids=[row[0] for row in ROWS])
def test_a_row_names_what_there_is(number: str, _page: str, here: str) -> None:
    names = re.findall(r"`([^`]+)`", here)
    assert names or number == "15"
    for name in names:
        if name.startswith("fleet.openwrt."):
            assert name.removeprefix("fleet.openwrt.") in PLUGINS
        elif name.isupper():
            assert name in {*REASONS, *MEANINGS}
        elif name.startswith(tuple(f"{role}_" for role in ROLES)):
            assert name in VARIABLES
        elif not name.startswith("/") and name != "ps":
            assert name in OPTIONS
