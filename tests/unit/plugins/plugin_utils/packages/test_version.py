# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Versions are ordered as opkg orders them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.fleet.openwrt.plugins.plugin_utils.packages.version import (
    compare,
    fulfils,
)

VERSIONS = st.text(alphabet="0123456789abr.+~-", min_size=1, max_size=8)


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        # Recorded from opkg compare-versions.
        ("0.32-35", "0.32-r36"),
        ("0.32-r35", "0.32-r36"),
        ("2024.12.18~18fc0ead-r0", "2024.12.18~18fc0ead-r1"),
        # Numbers count as numbers, whatever their length.
        ("0.32-r9", "0.32-r10"),
        ("2.9", "2.10"),
        # A tilde is before the end, the end before letters, letters before other characters.
        ("1.0~rc1", "1.0"),
        ("1.0", "1.0a"),
        ("1.0a", "1.0+"),
        # An epoch decides.
        ("9.9", "1:0.1"),
        # The last dash begins the revision.
        ("1.0-1", "1.0-1-1"),
    ],
)
def test_order(older: str, newer: str) -> None:
    assert compare(older, newer) < 0
    assert compare(newer, older) > 0


@pytest.mark.parametrize(("one", "other"), [("1.0", "1.0"), ("1.01", "1.1"), ("1.0", "1.0-0")])
def test_equal(one: str, other: str) -> None:
    assert compare(one, other) == 0


@given(VERSIONS, VERSIONS, VERSIONS)
def test_it_is_an_order(one: str, two: str, three: str) -> None:
    assert compare(one, two) == -compare(two, one)
    if compare(one, two) <= 0 and compare(two, three) <= 0:
        assert compare(one, three) <= 0


@pytest.mark.parametrize(
    ("version", "relation", "wanted", "fulfilled"),
    [
        ("2", ">=", "2", True),
        ("2", ">>", "2", False),
        ("2", "<=", "2", True),
        ("2", "<<", "2", False),
        ("2", "=", "2", True),
        ("3", "=", "2", False),
        ("1", ">=", "2", False),
        ("1", "", "", True),
    ],
)
def test_relations(version: str, relation: str, wanted: str, fulfilled: bool) -> None:
    assert fulfils(version, relation, wanted) is fulfilled
