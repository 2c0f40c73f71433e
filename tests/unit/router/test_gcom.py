# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the source of the test router's gcom comes from, and what scripts it must never see."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from router.gcom import source_lists

ROOT = Path(__file__).resolve().parents[3]
SCRIPTS = sorted(
    path
    for folder in ("plugins", "roles", "tests")
    for path in (ROOT / folder).rglob("*.gcom")
)  # fmt: skip
# gcom prints a number into the buffer that holds the left side, which musl empties first.
LOSES_ITS_LEFT_SIDE = re.compile(r"\+\s*\$(?:hexu|hex|oct|str|ltoa|hms)\b")

STANZAS = """\
# the mirror
Types: deb
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main

Enabled: no
Types: deb
URIs: http://off.example/debian
Suites: bookworm
Components: main
"""
LINES = """\
# deb http://commented.example/debian bookworm main
deb [arch=amd64 signed-by=/k.gpg] http://mirror/debian bookworm main contrib
deb-src http://mirror.example/debian bookworm main
deb https://vendor.example/apt tool-bookworm main
"""


def test_lists_of_sources_come_from_the_lists_of_packages(tmp_path: Path) -> None:
    (tmp_path / "sources.list.d").mkdir()
    (tmp_path / "sources.list.d/debian.sources").write_text(STANZAS)
    (tmp_path / "sources.list.d/other.list.save").write_text(LINES)
    (tmp_path / "sources.list").write_text(LINES)
    lists = list(source_lists(tmp_path, "bookworm"))
    assert [(suffix, text.splitlines()) for suffix, text in lists] == [
        (
            ".list",
            [
                "deb-src [arch=amd64 signed-by=/k.gpg] http://mirror/debian bookworm main contrib",
                "deb-src http://mirror.example/debian bookworm main",
            ],
        ),
        (
            ".sources",
            [
                "Types: deb-src",
                "URIs: http://mirror.example/debian",
                "Suites: bookworm",
                "Components: main",
                "Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg",
            ],
        ),
    ]


def test_a_machine_without_lists(tmp_path: Path) -> None:
    assert list(source_lists(tmp_path, "bookworm")) == []


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_script_needs_a_left_side_that_musl_loses(script: Path) -> None:
    assert not LOSES_ITS_LEFT_SIDE.search(script.read_text(encoding="utf-8"))
