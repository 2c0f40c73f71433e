# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a user may write as a package."""

from __future__ import annotations

import pytest

from ansible_collections.fleet.openwrt.plugins.plugin_utils.errors import SpecError
from ansible_collections.fleet.openwrt.plugins.plugin_utils.packages.want import (
    Want,
    parse_wants,
)


def test_names_and_versions() -> None:
    texts = ["comgt-ncm", "libstdcpp6=13.3.0-r4", "a+b=1:2.0~git+3-r1", "comgt-ncm"]
    assert parse_wants(texts, option="name", versions=True) == (
        Want("comgt-ncm"),
        Want("libstdcpp6", "13.3.0-r4"),
        Want("a+b", "1:2.0~git+3-r1"),
    )


NEITHER = """
-f | a b | a;reboot |
$(reboot) | ./a.ipk | a* | =1 | ä | a>=1 | a= | a=-1 | a=1 2 | a=1=2 | a=$x | a=1'
"""


@pytest.mark.parametrize("text", ["", "a\n", "a=1\n", *map(str.strip, NEITHER.split("|"))])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(SpecError, match=r"^name: "):
        parse_wants([text], option="name", versions=True)


def test_two_versions_of_one_package_are_refused() -> None:
    with pytest.raises(SpecError, match="'a=1' is there too"):
        parse_wants(["a=1", "a=2"], option="name", versions=True)


def test_a_version_is_refused_where_it_makes_no_sense() -> None:
    with pytest.raises(SpecError, match="without a version"):
        parse_wants(["a=1"], option="name", versions=False)
