# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The whitelist of DNS rebind protection."""

from __future__ import annotations

from typing import Any

import pytest
from support.fake_router import DHCP, params, plan, uci

from ansible_collections.fleet.openwrt.plugins.modules.dnsmasq_rebind import ARGUMENT_SPEC
from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.plan import Reload
from ansible_collections.fleet.openwrt.plugins.plugin_utils.errors import PlanError, SpecError
from ansible_collections.fleet.openwrt.plugins.plugin_utils.resources.dnsmasq_rebind import (
    DnsmasqRebind,
)

LISTED = DHCP.replace(
    "'lan'\n", "'lan'\n\tlist rebind_domain '/Yota.ru/'\n\tlist rebind_domain 'a.b'\n", 1
)


def wanted(**args: Any) -> DnsmasqRebind:
    return DnsmasqRebind.from_params(params(ARGUMENT_SPEC, **args))


@pytest.mark.parametrize(
    ("before", "args", "domains"),
    [
        (DHCP, {"domains": ["Yota.RU."]}, ["yota.ru"]),
        (LISTED, {"domains": ["c.d"]}, ["/Yota.ru/", "a.b", "c.d"]),
        (LISTED, {"domains": ["a.b"], "state": "absent"}, ["/Yota.ru/"]),
        (LISTED, {"domains": ["yota.ru"], "state": "absent"}, ["a.b"]),
        (LISTED, {"domains": ["yota.ru"], "exclusive": True}, ["/Yota.ru/"]),
        (LISTED, {"exclusive": True}, []),
    ],
)
def test_domains(before: str, args: dict[str, Any], domains: list[str]) -> None:
    made = plan(wanted(**args), uci("dhcp", before))
    assert made.outcomes[0].details["domains"] == domains
    assert made.reloads == (Reload("dnsmasq"), Reload("odhcpd"))


@pytest.mark.parametrize(
    ("before", "args"),
    [
        (LISTED, {"domains": ["yota.ru", "a.b"]}),
        (LISTED, {"domains": ["nosuch.org"], "state": "absent"}),
        (DHCP, {"protection": True}),
        (DHCP, {}),
        (DHCP, {"instance": ""}),
    ],
)
def test_what_is_so_already(before: str, args: dict[str, Any]) -> None:
    assert not plan(wanted(**args), uci("dhcp", before)).changed


def test_protection_off_and_a_whitelist_do_not_go_together() -> None:
    made = plan(wanted(domains=["yota.ru"], protection=False), uci("dhcp", DHCP))
    assert "no effect" in made.warnings[0]


@pytest.mark.parametrize("off", ["off", "no", "false", "disabled"])
def test_a_protection_that_is_off_already(off: str) -> None:
    text = DHCP.replace("rebind_protection '1'", f"rebind_protection '{off}'")
    assert text != DHCP
    assert "no effect" in plan(wanted(domains=["yota.ru"]), uci("dhcp", text)).warnings[0]


@pytest.mark.parametrize(
    ("args", "items"),
    [
        ({"domains": ["c.d"]}, ["/A.b/c.d/"]),
        ({"domains": ["e.f"]}, ["/A.b/c.d/", "e.f"]),
        ({"domains": ["a.b"], "state": "absent"}, ["/c.d/"]),
        ({"domains": ["a.b", "c.d"], "state": "absent"}, []),
        ({"domains": ["c.d"], "exclusive": True}, ["/c.d/"]),
        ({"domains": ["e.f"], "exclusive": True}, ["e.f"]),
    ],
)
def test_several_domains_in_one_item(args: dict[str, Any], items: list[str]) -> None:
    text = DHCP.replace("'lan'\n", "'lan'\n\tlist rebind_domain '/A.b/c.d/'\n", 1)
    made = plan(wanted(**args), uci("dhcp", text))
    assert made.outcomes[0].details["domains"] == items
    assert made.changed is (items != ["/A.b/c.d/"])


def test_several_instances_are_told_apart_by_name() -> None:
    two = DHCP + "\nconfig dnsmasq 'guest'\n\toption domain 'guest'\n"
    with pytest.raises(PlanError, match=r"2 dnsmasq instances \(@dnsmasq\[0\], guest\)"):
        plan(wanted(domains=["yota.ru"]), uci("dhcp", two))
    made = plan(wanted(domains=["yota.ru"], instance="guest"), uci("dhcp", two))
    assert made.outcomes[0].name == "guest"


TWO = DHCP + "\nconfig dnsmasq 'guest'\n\toption domain 'guest'\n"


@pytest.mark.parametrize("instance", ["@dnsmasq[0]", "@dnsmasq[-2]", "cfg01411c"])
def test_an_instance_without_a_name_can_be_meant(instance: str) -> None:
    made = plan(wanted(domains=["yota.ru"], instance=instance), uci("dhcp", TWO))
    assert made.outcomes[0].name == "@dnsmasq[0]"
    assert made.outcomes[0].details["domains"] == ["yota.ru"]


@pytest.mark.parametrize("instance", ["@dnsmasq[2]", "@dhcp[0]", "cfg02411c", "lan", "@dnsmasq[x]"])
def test_an_instance_that_is_not_there(instance: str) -> None:
    with pytest.raises(PlanError, match=r"no dnsmasq section .* has @dnsmasq\[0\], guest"):
        plan(wanted(domains=["yota.ru"], instance=instance), uci("dhcp", TWO))


def as_option(value: str) -> str:
    return DHCP.replace("'lan'\n", f"'lan'\n\toption rebind_domain '{value}'\n", 1)


@pytest.mark.parametrize(
    ("value", "args", "domains"),
    [
        ("a.b", {"domains": ["a.b"]}, ["a.b"]),
        ("a.b c.d", {"domains": ["c.d"]}, ["a.b", "c.d"]),
        ("/A.b/", {"domains": ["a.b"], "exclusive": True}, ["/A.b/"]),
        ("a.b", {"domains": ["c.d"]}, ["a.b", "c.d"]),
    ],
)
def test_an_option_that_dnsmasq_does_not_see_becomes_a_list(
    value: str, args: dict[str, Any], domains: list[str]
) -> None:
    (found,) = plan(wanted(**args), uci("dhcp", as_option(value))).outcomes
    assert found.changed
    assert [line for line in found.after.splitlines() if "rebind_domain" in line] == [
        f"\tlist rebind_domain '{each}'" for each in domains
    ]


def test_an_option_that_nobody_asks_for_stays_as_it_is() -> None:
    for args in ({}, {"domains": ["c.d"], "state": "absent"}, {"protection": True}):
        assert not plan(wanted(**args), uci("dhcp", as_option("a.b"))).changed


@pytest.mark.parametrize("text", [None, "config dhcp 'lan'\n"])
def test_a_router_without_dnsmasq(text: str | None) -> None:
    with pytest.raises(PlanError, match="Is dnsmasq installed"):
        plan(wanted(domains=["yota.ru"]), uci("dhcp", text))
    with pytest.raises(PlanError, match="'lan'"):
        plan(wanted(domains=["yota.ru"], instance="lan"), uci("dhcp", DHCP))


@pytest.mark.parametrize(
    "domain", ["", "a b", "yota.ru\n", "-a.b", "a..b", "http://a", "b/c", "ä.de"]
)
def test_what_is_no_domain(domain: str) -> None:
    with pytest.raises(SpecError) as caught:
        wanted(domains=[domain])
    assert caught.value.option == "domains"
