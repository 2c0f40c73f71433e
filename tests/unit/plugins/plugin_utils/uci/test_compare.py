# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is reported as a difference, and how it reads."""

from __future__ import annotations

import random
import time
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.fleet.openwrt.plugins.plugin_utils.uci.compare import (
    Difference,
    differences,
    equal,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.uci.likeness import Anonymous
from ansible_collections.fleet.openwrt.plugins.plugin_utils.uci.model import (
    Package,
    Section,
    Value,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.uci.parser import parse

FIREWALL = parse(
    """
config defaults
	option input 'REJECT'

config zone
	option name 'lan'
	option output 'ACCEPT'
	list network 'lan'
	option input 'ACCEPT'

config zone
	option name 'wan'
	option output 'ACCEPT'
	list network 'wan'
	option input 'REJECT'

config rule 'ssh'
	option dest_port '22'
""",
    package="firewall",
)
DEFAULTS, LAN, WAN, SSH = range(4)


def _told(before: Package | None, after: Package | None) -> list[str]:
    return [str(difference) for difference in differences(before, after)]


def _with(index: int, option: str, value: Value) -> Package:
    return FIREWALL.with_section(index, FIREWALL.sections[index].with_option(option, value))


def test_nothing_differs() -> None:
    assert equal(FIREWALL, FIREWALL)
    assert equal(None, None)


def test_the_order_of_options_is_no_difference() -> None:
    ssh = FIREWALL.sections[SSH].with_option("proto", "tcp")
    turned = Section(ssh.type, ssh.name, tuple(reversed(ssh.options)))
    assert turned != ssh
    assert equal(FIREWALL.with_section(SSH, ssh), FIREWALL.with_section(SSH, turned))


def test_an_option_and_a_list_of_one_item_differ() -> None:
    assert _told(FIREWALL, _with(WAN, "network", "wan")) == [
        "firewall.@zone[1].network changed: 'wan' -> 'wan'"
    ]
    assert not equal(FIREWALL, _with(WAN, "network", "wan"))


def test_options() -> None:
    after = _with(SSH, "dest_port", "2222")
    after = after.with_section(SSH, after.sections[SSH].with_option("proto", ("tcp", "udp")))
    assert _told(FIREWALL, after) == [
        "firewall.ssh.dest_port changed: '22' -> '2222'",
        "firewall.ssh.proto added: 'tcp' 'udp'",
    ]
    assert _told(after, FIREWALL) == [
        "firewall.ssh.proto removed: 'tcp' 'udp'",
        "firewall.ssh.dest_port changed: '2222' -> '22'",
    ]


def test_an_anonymous_section_is_recognised_by_what_it_holds() -> None:
    """The lan zone goes, the wan zone changes: they must not be taken for each other."""
    after = _with(WAN, "network", ("wan", "wwan")).without(LAN)
    assert _told(FIREWALL, after) == [
        "firewall.@zone[0] removed: 'zone'",
        "firewall.@zone[0].name removed: 'lan'",
        "firewall.@zone[0].output removed: 'ACCEPT'",
        "firewall.@zone[0].network removed: 'lan'",
        "firewall.@zone[0].input removed: 'ACCEPT'",
        "firewall.@zone[0].network changed: 'wan' -> 'wan' 'wwan'",
    ]


def test_equal_anonymous_sections_are_told_apart_by_number() -> None:
    twin = FIREWALL.append(FIREWALL.sections[LAN])
    assert [d.path for d in differences(FIREWALL, twin) if d.option is None] == [
        "firewall.@zone[2]"
    ]


def test_sections_that_have_nothing_in_common_are_not_paired() -> None:
    before = Package("p", (Section("s", None, (("a", "1"),)),))
    after = Package("p", (Section("s", None, (("b", "2"),)),))
    assert _told(before, after) == [
        "p.@s[0] removed: 's'",
        "p.@s[0].a removed: '1'",
        "p.@s[0] added: 's'",
        "p.@s[0].b added: '2'",
    ]


def test_a_changed_type() -> None:
    after = FIREWALL.with_section(SSH, Section("redirect", "ssh", (("dest_port", "22"),)))
    assert _told(FIREWALL, after) == ["firewall.ssh changed: 'rule' -> 'redirect'"]


def test_only_what_moved_is_said_to_move() -> None:
    assert _told(FIREWALL, FIREWALL.moved(SSH, 0)) == ["firewall.ssh moved: 3 -> 0"]
    assert _told(FIREWALL, FIREWALL.moved(DEFAULTS, 3)) == ["firewall.@defaults[0] moved: 0 -> 3"]


def test_a_section_that_moves_by_removal_of_another_has_not_moved() -> None:
    assert [d.change for d in differences(FIREWALL, FIREWALL.without(DEFAULTS))] == [
        "removed",
        "removed",
    ]


def test_a_whole_package() -> None:
    small = Package("p", (Section("s", "n", (("o", "v"),)),))
    assert _told(None, small) == ["p added", "p.n added: 's'", "p.n.o added: 'v'"]
    assert _told(small, None) == ["p removed", "p.n removed: 's'", "p.n.o removed: 'v'"]
    assert not equal(None, Package("p"))


def test_as_dict_can_be_shown_as_json() -> None:
    difference = Difference("changed", "network", "lan", "dns", "1.1.1.1", ("1.1.1.1", "9.9.9.9"))
    assert difference.as_dict() == {
        "change": "changed",
        "path": "network.lan.dns",
        "before": "1.1.1.1",
        "after": ["1.1.1.1", "9.9.9.9"],
    }


SECTIONS = st.builds(
    Section,
    st.sampled_from(["s", "t"]),
    st.none() | st.sampled_from(["a", "b", "c", "d"]),
    st.dictionaries(st.sampled_from("xyz"), st.sampled_from(["1", "2"])).map(
        lambda options: tuple(options.items())
    ),
)
PACKAGES = st.lists(SECTIONS, max_size=6, unique_by=lambda s: s.name or object()).map(
    lambda sections: Package("p", tuple(sections))
)


def _seen_by_uci(package: Package) -> list[object]:
    return [(s.type, s.name, s.as_dict()) for s in package.sections]


@given(PACKAGES, PACKAGES)
def test_equal_means_that_uci_sees_the_same(before: Package, after: Package) -> None:
    assert equal(before, after) == (_seen_by_uci(before) == _seen_by_uci(after))


@given(PACKAGES, st.randoms(use_true_random=False))
def test_a_new_order_is_all_moves(package: Package, chance: random.Random) -> None:
    shuffled = list(package.sections)
    chance.shuffle(shuffled)
    assert {d.change for d in differences(package, Package("p", tuple(shuffled)))} <= {"moved"}


def rules(count: int, target: str) -> tuple[Section, ...]:
    """Anonymous sections that share all but one of their options, as those of a blocklist do."""
    common = (("src", "wan"), ("proto", "tcp"), ("target", target), ("family", "ipv4"))
    return tuple(Section("rule", None, (("name", f"r{n}"), *common)) for n in range(count))


def test_thousands_of_anonymous_sections_cost_no_more_each_than_a_few() -> None:
    def comparisons(count: int) -> int:
        left = Anonymous(dict(enumerate(rules(count, "DROP"))))
        for index, section in reversed([*enumerate(rules(count, "REJECT"))]):
            assert left.take_closest(section) == index
        return left.comparisons

    assert comparisons(4000) <= 20 * comparisons(250)


def test_large_packages_are_compared_in_time() -> None:
    before, after = Package("p", rules(3000, "DROP")), Package("p", rules(3000, "REJECT")[::-1])
    start = time.process_time()
    found = Counter(each.change for each in differences(before, after))
    assert found == {"changed": 3000, "moved": 2999}
    assert time.process_time() - start < 5


@given(st.permutations(range(9)))
def test_the_fewest_sections_move(order: list[int]) -> None:
    sections = rules(9, "DROP")
    before, after = Package("p", sections), Package("p", tuple(sections[n] for n in order))
    moved = [each for each in differences(before, after) if each.change == "moved"]
    runs = [1] * 9
    for end in range(9):
        runs[end] += max((runs[n] for n in range(end) if order[n] < order[end]), default=0)
    assert len(moved) == 9 - max(runs)
