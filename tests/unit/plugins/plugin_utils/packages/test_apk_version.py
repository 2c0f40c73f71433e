# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The order of versions, held to what apk itself says of pairs of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.recorded_apk import Said, everything

from ansible_collections.fleet.openwrt.plugins.plugin_utils.packages.apk_version import (
    compare,
    is_version,
)

PREFIX = "apk version -t "
PAIRS = [
    (*cmd.removeprefix(PREFIX).split(), said)
    for cmd, said in everything(PREFIX)
    if len(cmd.removeprefix(PREFIX).split()) == 2 and "''" not in cmd
]


@pytest.mark.parametrize(("one", "other", "said"), PAIRS, ids=lambda each: str(each)[:30])
def test_order(one: str, other: str, said: Said) -> None:
    if said.status != 0:
        assert not (is_version(one) and is_version(other))
        with pytest.raises(ValueError, match="is no version"):
            compare(one, other)
    else:
        order = compare(one, other)
        assert said.stdout.strip() == ("<" if order < 0 else ">" if order > 0 else "=")


def test_enough_pairs_were_recorded() -> None:
    assert len(PAIRS) > 20


VERSIONS = st.from_regex(
    r"[0-9]{1,2}(\.[1-9][0-9]?){0,2}[a-z]?(_(rc|p)[0-9])?(~[0-9a-f]{3})?(-r[0-9]{1,2})?",
    fullmatch=True,
).filter(str.isascii)


@given(VERSIONS, VERSIONS, VERSIONS)
def test_it_is_an_order(one: str, two: str, three: str) -> None:
    assert compare(one, two) == -compare(two, one)
    assert compare(one, one) == 0
    if compare(one, two) <= 0 and compare(two, three) <= 0:
        assert compare(one, three) <= 0
