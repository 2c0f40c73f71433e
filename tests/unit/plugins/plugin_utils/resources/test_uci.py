# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sections of UCI packages: found, edited, purged, ordered, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from support.fake_router import FIREWALL, NETWORK, params, plan, uci

from ansible_collections.fleet.openwrt.plugins.modules.uci import ARGUMENT_SPEC
from ansible_collections.fleet.openwrt.plugins.plugin_utils.errors import PlanError, SpecError
from ansible_collections.fleet.openwrt.plugins.plugin_utils.files.state import ABSENT
from ansible_collections.fleet.openwrt.plugins.plugin_utils.resources.uci import UciSections
from ansible_collections.fleet.openwrt.plugins.plugin_utils.sim import keeper

BASE = """\
config host
	option name 'a'
	option ip '1'

config rule
	option name 'r'
	option proto 'tcp udp'
	list icmp 'x'
	list icmp 'y'

config host
	option name 'b'
	option ip '2'

config host 'named'
	option ip '3'
"""


def wanted(*sections: dict[str, Any], **more: Any) -> UciSections:
    return UciSections.from_params(
        params(ARGUMENT_SPEC, package="base", sections=list(sections), **more)
    )


def after(resource: UciSections, before: str | None = BASE) -> str:
    """The package as it would be exported, without the package line."""
    made = plan(resource, uci("base", before))
    (outcome,) = made.outcomes
    assert outcome.changed == bool(made.steps)
    if not made.steps:
        return before or ""
    text = made.steps[0].prepare.split("printf '%s' ")[1]
    return (
        text.split(' >"$T"')[0].strip("'").replace("'\"'\"'", "'").lstrip("\n").rstrip("\n") + "\n"
    )


@pytest.mark.parametrize(
    ("section", "old", "new"),
    [
        pytest.param(
            {"type": "host", "match": {"name": "b"}, "options": {"ip": 9}}, "'2'", "'9'", id="match"
        ),
        pytest.param({"name": "named", "options": {"ip": True}}, "'3'", "'1'", id="boolean"),
        pytest.param(
            {"name": "named", "options": {"tag": ["p", "q"]}},
            "\toption ip '3'\n",
            "\toption ip '3'\n\tlist tag 'p'\n\tlist tag 'q'\n",
            id="new list",
        ),
        pytest.param(
            {"type": "rule", "contains": {"proto": ["icmp", "tcp"]}},
            "\toption proto 'tcp udp'\n",
            "\tlist proto 'tcp'\n\tlist proto 'udp'\n\tlist proto 'icmp'\n",
            id="old-style text becomes a list",
        ),
        pytest.param(
            {"type": "rule", "lacks": {"icmp": ["x", "z"]}}, "\tlist icmp 'x'\n", "", id="lacks"
        ),
        pytest.param(
            {"type": "rule", "absent": ["icmp", "nosuch"]},
            "\tlist icmp 'x'\n\tlist icmp 'y'\n",
            "",
            id="absent",
        ),
        pytest.param(
            {
                "type": "rule",
                "match": {"name": "r"},
                "options": {"proto": "tcp"},
                "exclusive": True,
            },
            "\toption proto 'tcp udp'\n\tlist icmp 'x'\n\tlist icmp 'y'\n",
            "\toption proto 'tcp'\n",
            id="exclusive",
        ),
        pytest.param(
            {"type": "host", "state": "absent", "match": {"name": "a"}},
            "config host\n\toption name 'a'\n\toption ip '1'\n\n",
            "",
            id="section absent",
        ),
        pytest.param(
            {"type": "host", "match": {"name": "c"}, "options": {"ip": "4"}},
            "\toption ip '3'\n",
            "\toption ip '3'\n\nconfig host\n\toption name 'c'\n\toption ip '4'\n",
            id="new section",
        ),
        pytest.param(
            {"name": "named", "options": {"ip": ""}}, "\toption ip '3'\n", "", id="empty text"
        ),
    ],
)
def test_one_thing_changes_and_the_rest_stays(section: dict[str, Any], old: str, new: str) -> None:
    expected = BASE.replace(old, new)
    assert after(wanted(section)) == expected
    assert after(wanted(section), expected) == expected


@pytest.mark.parametrize(
    "section",
    [
        {"type": "host", "match": {"name": "a"}, "options": {"ip": 1}},
        {"type": "rule", "options": {"proto": ["tcp", "udp"]}},
        {"type": "rule", "contains": {"icmp": ["y"], "proto": "udp"}},
        {"type": "rule", "lacks": {"icmp": "z"}, "absent": ["nosuch"]},
        {"name": "nosuch", "state": "absent"},
        {"name": "named", "type": "host"},
    ],
)
def test_what_is_so_already_is_not_written(section: dict[str, Any]) -> None:
    assert not plan(wanted(section), uci("base", BASE)).changed


def test_comments_survive_where_nothing_changes() -> None:
    resource = UciSections.from_params(
        params(
            ARGUMENT_SPEC,
            package="firewall",
            sections=[{"type": "zone", "match": {"name": "wan"}, "options": {"masq": True}}],
        )
    )
    assert not plan(resource, uci("firewall", FIREWALL)).steps


def test_purge_removes_what_is_not_listed_of_that_type_alone() -> None:
    resource = wanted({"type": "host", "match": {"name": "b"}}, purge=["host"])
    text = after(resource)
    assert text.count("config host") == 1
    assert "option name 'b'" in text
    assert "config rule" in text
    assert after(resource, text) == text


def test_order_is_that_of_the_list_and_the_others_keep_their_places() -> None:
    resource = wanted(
        {"name": "named"},
        {"type": "host", "match": {"name": "a"}},
        ordered=True,
    )
    text = after(resource)
    places = [text.index(part) for part in ("'named'", "'r'", "'b'", "'a'")]
    assert places == sorted(places)
    assert after(resource, text) == text


def test_a_package_that_does_not_exist_is_made() -> None:
    resource = wanted({"name": "x", "type": "t", "options": {"a": "b"}})
    assert after(resource, None) == "config t 'x'\n\toption a 'b'\n"
    (step,) = plan(resource, uci("base", None)).steps
    assert step.touches == ("/etc/config/base",)


def test_a_package_whose_changes_are_pending_is_left_alone() -> None:
    answers = uci("base", BASE, pending=("base.named.ip",))
    with pytest.raises(PlanError, match=r"base\.named\.ip.*uci revert base"):
        plan(wanted({"name": "named", "options": {"ip": "9"}}), answers)
    assert not plan(wanted({"name": "named", "options": {"ip": "3"}}), answers).changed


@pytest.mark.parametrize(
    ("section", "problem"),
    [
        (
            {"type": "host", "options": {"ip": "1"}},
            r"means 3 sections \(@host\[0\], @host\[1\], named\)",
        ),
        ({"name": "named", "type": "rule"}, "is a section of type 'host', not 'rule'"),
        ({"name": "nosuch", "options": {"a": "1"}}, "cannot be made without a type"),
    ],
)
def test_what_this_router_cannot_have(section: dict[str, Any], problem: str) -> None:
    with pytest.raises(PlanError, match=problem):
        plan(wanted(section), uci("base", BASE))


@pytest.mark.parametrize(
    ("section", "option"),
    [
        ({"name": "guest-lan", "type": "interface"}, "sections[0].name"),
        ({"options": {"a": "1"}}, "sections[0]"),
        ({"name": "n", "match": {"a": "1"}}, "sections[0].match"),
        ({"name": "n", "options": {"a-b": "1"}}, "sections[0].options"),
        ({"name": "n", "options": {"a": None}}, "sections[0].options.a"),
        ({"name": "n", "options": {"a": {"b": 1}}}, "sections[0].options.a"),
        ({"name": "n", "options": {"a": "x\x01"}}, "sections[0].options.a"),
        ({"name": "n", "options": {"a": "1"}, "absent": ["a"]}, "sections[0]"),
        ({"name": "n", "options": {"a": "1"}, "contains": {"a": "1"}}, "sections[0]"),
        ({"name": "n", "contains": {"a": "1"}, "lacks": {"a": "1"}}, "sections[0].lacks.a"),
        ({"type": "t", "match": {"a": "1"}, "options": {"a": "2"}}, "sections[0].options.a"),
    ],
)
def test_bad_arguments(section: dict[str, Any], option: str) -> None:
    with pytest.raises(SpecError) as caught:
        wanted(section)
    assert caught.value.option == option


def test_nothing_to_do_is_a_mistake() -> None:
    with pytest.raises(SpecError):
        wanted()


def test_secrets_show_neither_in_the_diff_nor_in_the_differences() -> None:
    resource = wanted({"name": "named", "options": {"key": "hunter2", "password": "hunter3"}})
    made = plan(resource, uci("base", BASE + "\toption key 'old-secret'\n"))
    (outcome,) = made.outcomes
    shown = outcome.before + outcome.after + repr(outcome.details)
    assert "key" in shown
    assert not any(secret in shown for secret in ("hunter2", "hunter3", "old-secret"))
    assert resource.secrets() == {"hunter2", "hunter3"}


def test_the_service_is_told_only_when_something_changed() -> None:
    def resource(ip: str, **more: Any) -> UciSections:
        section = {"name": "lan", "options": {"ipaddr": ip}}
        return UciSections.from_params(
            params(ARGUMENT_SPEC, package="network", sections=[section], **more)
        )

    answers = uci("network", NETWORK)
    assert [each.service for each in plan(resource("10.0.0.1"), answers).reloads] == ["network"]
    assert not plan(resource("192.168.1.1"), answers).reloads
    assert not plan(resource("10.0.0.1", reload=False), answers).reloads


WWAN = NETWORK + "\nconfig interface 'wwan'\n\toption proto 'ncm'\n"


def in_network(*sections: dict[str, Any]) -> UciSections:
    return UciSections.from_params(
        params(ARGUMENT_SPEC, package="network", sections=list(sections))
    )


@pytest.mark.parametrize(
    "sections",
    [
        [{"name": "wwan", "options": {"apn": 'a"b'}}],
        [{"name": "wwan", "contains": {"password": ['a"b']}}],
        [{"type": "interface", "match": {"proto": "ncm"}, "options": {"pincode": '1"23'}}],
        [{"name": "new", "type": "interface", "options": {"proto": "3g", "username": 'a"b'}}],
        [
            {"name": "lan", "options": {"password": 'a"'}},
            {"name": "lan", "options": {"proto": "ncm"}},
        ],
    ],
)
def test_an_interface_is_held_to_the_rules_of_its_protocol(sections: list[dict[str, Any]]) -> None:
    with pytest.raises(SpecError):
        plan(
            in_network(*sections),
            {**uci("network", WWAN), **dict.fromkeys(keeper.probes(), ABSENT)},
        )


def test_other_protocols_and_types_keep_their_quotes() -> None:
    lan = {"name": "lan", "options": {"password": 'a"b', "note": 'x"y'}}
    device = {"name": "d", "type": "device", "options": {"apn": 'a"b', "mtu": "any"}}
    assert plan(in_network(lan, device), uci("network", WWAN)).changed


@pytest.mark.parametrize(("index", "old"), [(0, "'1'"), (1, "'2'"), (-1, "'3'"), (-3, "'1'")])
def test_one_of_several_is_picked_by_its_index(index: int, old: str) -> None:
    resource = wanted({"type": "host", "index": index, "options": {"ip": "9"}})
    changed = after(resource)
    assert changed == BASE.replace(f"ip {old}", "ip '9'")
    assert after(resource, changed) == changed


def test_an_index_makes_no_section() -> None:
    with pytest.raises(PlanError, match=r"no section @host\[name=b\]\[1\]"):
        after(wanted({"type": "host", "match": {"name": "b"}, "index": 1}))


@pytest.mark.parametrize("more", [{"state": "absent"}, {"name": "named"}])
def test_an_index_goes_with_neither_a_name_nor_a_removal(more: dict[str, Any]) -> None:
    with pytest.raises(SpecError, match=r"sections\[0\].index"):
        wanted({"type": "host", "index": 0, **more})


DNSMASQ = "config dnsmasq\n\toption server '1.1.1.1 8.8.8.8'\n\toption dhcp_option '3'\n"


def in_dhcp(**section: Any) -> UciSections:
    sections = [{"type": "dnsmasq", **section}]
    return UciSections.from_params(params(ARGUMENT_SPEC, package="dhcp", sections=sections))


@pytest.mark.parametrize(
    "section",
    [
        {"contains": {"server": ["1.1.1.1"]}},
        {"options": {"server": ["1.1.1.1", "8.8.8.8"]}},
    ],
)
def test_an_option_that_is_read_as_a_list_only_becomes_one(section: dict[str, Any]) -> None:
    (found,) = plan(in_dhcp(**section), uci("dhcp", DNSMASQ)).outcomes
    assert "list server '1.1.1.1'\n\tlist server '8.8.8.8'\n" in found.after


def test_an_option_that_is_read_both_ways_stays() -> None:
    section = {"contains": {"dhcp_option": ["3"]}, "lacks": {"server": ["9.9.9.9"]}}
    assert not plan(in_dhcp(**section), uci("dhcp", DNSMASQ)).changed


def test_a_wanted_option_that_nobody_would_read_is_told_of() -> None:
    made = plan(in_dhcp(options={"server": "1.1.1.1", "port": "53"}), uci("dhcp", DNSMASQ))
    (warning,) = made.warnings
    assert warning.startswith("dhcp.@dnsmasq[0].server has no effect")


def test_a_pin_gets_its_guard_and_is_not_written_if_it_is_known_as_refused() -> None:
    resource = UciSections.from_params(
        params(
            ARGUMENT_SPEC,
            package="network",
            sections=[
                {
                    "type": "interface",
                    "name": "wwan",
                    "options": {"proto": "ncm", "device": "/dev/ttyUSB0", "pincode": "4711"},
                }
            ],
        )
    )
    answers = {**uci("network", NETWORK), **dict.fromkeys(keeper.probes(), ABSENT)}
    made = plan(resource, answers)
    assert [step.title for step in made.steps] == [
        "ask whether the SIM of wwan has refused the PIN before",
        *(f"write {path}" for path in keeper.FILES),
        "write /etc/config/network",
    ]
    assert "guard" in made.outcomes[0].after
