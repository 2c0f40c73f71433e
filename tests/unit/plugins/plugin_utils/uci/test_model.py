# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Edits of packages and sections: what they change, and that they leave the original alone."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from ansible_collections.fleet.openwrt.plugins.plugin_utils.uci.model import (
    Package,
    Section,
    Value,
)

LAN = Section("interface", "lan", (("device", "br-lan"), ("proto", "static"), ("dns", ("1", "2"))))
OLD_ZONE = Section("zone", None, (("name", "wan"), ("network", "wan  wan6")))
NEW_ZONE = Section("zone", None, (("name", "lan"), ("network", ("lan",))))
FIREWALL = Package("firewall", (Section("defaults", None), NEW_ZONE, OLD_ZONE))


@pytest.mark.parametrize(
    ("option", "items"),
    [("dns", ("1", "2")), ("proto", ("static",)), ("absent", ())],
)
def test_items_of(option: str, items: tuple[str, ...]) -> None:
    assert LAN.items_of(option) == items


def test_items_of_an_old_style_string_are_its_words() -> None:
    assert OLD_ZONE.items_of("network") == ("wan", "wan6")


def test_only_the_shells_blanks_part_the_words_of_a_string() -> None:
    odd = Section("s", None, (("l", "a\u00a0b\tc\u2003d\n\u3000e\x85f\rg"),))
    assert odd.items_of("l") == ("a\u00a0b", "c\u2003d", "\u3000e\x85f\rg")


def test_get_keeps_the_form_of_the_value() -> None:
    assert OLD_ZONE.get("network") == "wan  wan6"
    assert LAN.get("dns") == ("1", "2")
    assert LAN.get("absent") is None
    assert LAN.as_dict() == {"device": "br-lan", "proto": "static", "dns": ("1", "2")}


def test_an_option_is_replaced_where_it_stands_and_else_appended() -> None:
    changed = LAN.with_option("proto", "dhcp").with_option("mtu", "1400")
    assert [name for name, _ in changed.options] == ["device", "proto", "dns", "mtu"]
    assert changed.get("proto") == "dhcp"
    assert LAN.get("proto") == "static"


@pytest.mark.parametrize("empty", ["", ()])
def test_an_empty_value_removes(empty: Value) -> None:
    assert not LAN.with_option("dns", empty).has("dns")
    assert LAN.with_option("absent", empty) == LAN


def test_with_item_keeps_an_old_style_string_as_one_item() -> None:
    assert OLD_ZONE.with_item("network", "wwan").get("network") == ("wan  wan6", "wwan")
    assert OLD_ZONE.with_item("device", "wwan0").get("device") == ("wwan0",)


def test_without_item_takes_all_equal_items_and_with_the_last_the_list() -> None:
    twice = Section("s", None, (("x", ("a", "b", "a")),))
    assert twice.without_item("x", "a").get("x") == ("b",)
    assert not twice.without_item("x", "a").without_item("x", "b").has("x")
    assert OLD_ZONE.without_item("network", "wan") == OLD_ZONE


def test_an_option_is_renamed_where_it_stands() -> None:
    renamed = LAN.with_option_renamed("proto", "protocol")
    assert [name for name, _ in renamed.options] == ["device", "protocol", "dns"]


@pytest.mark.parametrize(
    ("match", "indices"),
    [
        ({}, (1, 2)),
        ({"name": "wan"}, (2,)),
        ({"name": "guest"}, ()),
        ({"network": "lan"}, (1,)),
        ({"network": ["lan"]}, (1,)),
        ({"network": ["wan", "wan6"]}, (2,)),
        ({"network": ["wan6", "wan"]}, ()),
        ({"network": ["wan"]}, ()),
        ({"name": "wan", "network": "lan"}, ()),
    ],
)
def test_indices(match: dict[str, str | Sequence[str]], indices: tuple[int, ...]) -> None:
    assert FIREWALL.indices("zone", match) == indices


def test_sections_are_found_by_name() -> None:
    network = Package("network", (Section("globals", None), LAN))
    assert network.index_of("lan") == 1
    assert network.named("lan") is LAN
    assert network.index_of("wan") is None
    assert network.named("wan") is None


def _types(package: Package) -> str:
    return "".join(section.type for section in package.sections)


ABC = Package("p", tuple(Section(letter, None) for letter in "abc"))


@pytest.mark.parametrize(
    ("index", "position", "order"),
    [(0, 0, "abc"), (0, 1, "bac"), (0, 2, "bca"), (0, 9, "bca"), (2, 0, "cab"), (2, -1, "cab")],
)
def test_moved(index: int, position: int, order: str) -> None:
    assert _types(ABC.moved(index, position)) == order
    assert _types(ABC) == "abc"


def test_sections_come_and_go() -> None:
    assert _types(ABC.append(Section("d", None))) == "abcd"
    assert _types(ABC.without(1)) == "ac"
    assert _types(ABC.with_section(1, Section("x", None))) == "axc"


@pytest.mark.parametrize("index", [-1, 3])
def test_an_index_outside_the_package_is_an_error(index: int) -> None:
    with pytest.raises(IndexError, match="package p has no section"):
        ABC.without(index)
    with pytest.raises(IndexError, match="package p has no section"):
        ABC.moved(index, 0)
    with pytest.raises(IndexError, match="package p has no section"):
        ABC.with_section(index, LAN)
