# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.fleet.openwrt.plugins.plugin_utils.packages.model import (
    Installed,
    Package,
    dependencies,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.packages.removal import removable


def installed(needs: dict[str, str]) -> Installed:
    packages = {name: Package(name, "1", dependencies(text)) for name, text in needs.items()}
    return Installed("opkg", packages)


def test_dependents_go_first_also_in_a_circle() -> None:
    have = installed({"a": "", "b": "a", "c": "b", "d": "a, c"})
    assert removable("abcd", have) == ["d", "c", "b", "a"]
    circle = installed({"a": "b", "b": "a"})
    assert sorted(removable("ab", circle)) == ["a", "b"]


def test_a_chain_may_be_longer_than_pythons_stack() -> None:
    chain = {f"p{number:04}": f"p{number - 1:04}" for number in range(1, 1100)} | {"p0000": ""}
    order = removable(chain, installed(chain))
    assert order == sorted(chain, reverse=True)
