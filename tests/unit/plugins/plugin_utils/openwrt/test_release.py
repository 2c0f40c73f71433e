# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest

from ansible_collections.fleet.openwrt.plugins.plugin_utils.errors import (
    NotOpenWrtError,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.openwrt.release import (
    parse_release,
    series_key,
)

ANSWERS = Path(__file__).parents[4] / "conformance" / "answers" / "system.json"


def test_the_release_file_of_a_genuine_router() -> None:
    cases = json.loads(ANSWERS.read_text())
    text = next(case["stdout"] for case in cases if case["cmd"] == "cat /etc/openwrt_release")
    release = parse_release(text)
    assert (release.distribution, release.version, release.series) == (
        "OpenWrt",
        "24.10.4",
        "24.10",
    )
    assert (release.target, release.arch) == ("x86/64", "x86_64")
    assert release.revision == "r28959-29397011cc"
    assert release.description == "OpenWrt 24.10.4 r28959-29397011cc"


@pytest.mark.parametrize("quote", ["'", '"', ""])
def test_values_may_be_quoted_either_way(quote: str) -> None:
    text = f"# made by the build\n  DISTRIB_ID={quote}OpenWrt{quote}\nDISTRIB_RELEASE=SNAPSHOT\n"
    release = parse_release(text)
    assert (release.distribution, release.series) == ("OpenWrt", "SNAPSHOT")


@pytest.mark.parametrize("text", ["", "DISTRIB_ID='OpenWrt'\n", "PRETTY_NAME='Debian'\n"])
def test_another_system_is_refused(text: str) -> None:
    with pytest.raises(NotOpenWrtError):
        parse_release(text)


def test_an_unbalanced_quote_does_not_hide_the_release() -> None:
    assert parse_release("DISTRIB_ID='OpenWrt'\nDISTRIB_RELEASE='23.05.5\n").version == "23.05.5"


def test_series_are_ordered_by_age() -> None:
    ages = ["19.07", "21.02.3", "22.03", "23.05.5", "24.10", "25.12.0-rc1", "SNAPSHOT"]
    for older, newer in itertools.pairwise(ages):
        assert series_key(older) < series_key(newer)
    assert series_key("24.10.4") == series_key("24.10") == series_key("24.10-SNAPSHOT")
