# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Zones of the firewall: networks come and go, everything else stays."""

from __future__ import annotations

from typing import Any

import pytest
from support.fake_router import FIREWALL, params, plan, uci

from ansible_collections.fleet.openwrt.plugins.modules.firewall_zone import ARGUMENT_SPEC
from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.plan import Reload
from ansible_collections.fleet.openwrt.plugins.plugin_utils.errors import PlanError, SpecError
from ansible_collections.fleet.openwrt.plugins.plugin_utils.resources.firewall_zone import (
    FirewallZone,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.shell import quote

OLD = FIREWALL.replace(
    "\tlist network 'wan'\n\tlist network 'wan6'\n", "\toption network 'wan wan6'\n"
)


def wanted(**args: Any) -> FirewallZone:
    return FirewallZone.from_params(params(ARGUMENT_SPEC, **{"name": "wan", **args}))


@pytest.mark.parametrize("before", [FIREWALL, OLD])
@pytest.mark.parametrize(
    ("args", "networks", "changed"),
    [
        ({"networks": ["wwan"]}, ["wan", "wan6", "wwan"], True),
        ({"networks": ["wan6"]}, ["wan", "wan6"], False),
        ({"absent_networks": ["wan"]}, ["wan6"], True),
        ({"absent_networks": ["nosuch"]}, ["wan", "wan6"], False),
        ({"networks": ["wwan"], "exclusive": True}, ["wwan"], True),
        ({"networks": ["wan6", "wan"], "exclusive": True}, ["wan", "wan6"], False),
        ({"masq": True}, ["wan", "wan6"], False),
        ({"masq": False}, ["wan", "wan6"], True),
        ({"input": "DROP", "mtu_fix": True}, ["wan", "wan6"], True),
    ],
)
def test_networks(before: str, args: dict[str, Any], networks: list[str], changed: bool) -> None:
    made = plan(wanted(**args), uci("firewall", before))
    assert made.changed == changed
    assert made.outcomes[0].details["networks"] == networks
    assert made.reloads == ((Reload("firewall"),) if changed else ())


def test_an_old_style_text_becomes_a_list_of_single_networks() -> None:
    (outcome,) = plan(wanted(networks=["wwan"]), uci("firewall", OLD)).outcomes
    assert "list network 'wan'\n\tlist network 'wan6'\n\tlist network 'wwan'" in outcome.after
    assert "option network" not in outcome.after


def test_only_the_zone_differs() -> None:
    (outcome,) = plan(wanted(networks=["wwan"]), uci("firewall", FIREWALL)).outcomes
    assert outcome.details["differences"] == [
        {
            "change": "changed",
            "path": "firewall.@zone[1].network",
            "before": ["wan", "wan6"],
            "after": ["wan", "wan6", "wwan"],
        }
    ]


def test_a_zone_that_does_not_exist_is_an_error_that_names_the_others() -> None:
    with pytest.raises(PlanError, match="no zone 'wam'; this router has lan, wan"):
        plan(wanted(name="wam", networks=["wwan"]), uci("firewall", FIREWALL))


def test_a_zone_is_made_on_request() -> None:
    resource = wanted(name="guest", networks=["guest"], input="REJECT", create=True)
    (outcome,) = plan(resource, uci("firewall", FIREWALL)).outcomes
    assert outcome.after == (
        "config zone\n\toption name 'guest'\n\toption input 'REJECT'\n\tlist network 'guest'\n"
    )


def test_a_zone_that_is_off_is_told_of() -> None:
    for off, number in {"0": 1, "no": 1, "1": 0}.items():
        text = FIREWALL.replace("'wan'\n", f"'wan'\n\toption enabled '{off}'\n", 1)
        assert len(plan(wanted(networks=["wwan"]), uci("firewall", text)).warnings) == number


def test_removal_warns_of_what_still_names_the_zone() -> None:
    made = plan(wanted(state="absent"), uci("firewall", FIREWALL))
    assert "forwarding" in made.warnings[0]
    assert not plan(wanted(name="nosuch", state="absent"), uci("firewall", FIREWALL)).changed


def test_two_zones_of_one_name_are_not_guessed_at() -> None:
    twice = FIREWALL + "\nconfig zone\n\toption name 'wan'\n"
    with pytest.raises(PlanError, match="2 zones"):
        plan(wanted(networks=["wwan"]), uci("firewall", twice))


@pytest.mark.parametrize(
    ("args", "option"),
    [
        ({"name": "way-too-long"}, "name"),
        ({"networks": ["a-b"]}, "networks"),
        ({"networks": ["a"], "absent_networks": ["a"]}, "absent_networks"),
    ],
)
def test_bad_arguments(args: dict[str, Any], option: str) -> None:
    with pytest.raises(SpecError) as caught:
        wanted(**args)
    assert caught.value.option == option


HAND_WRITTEN = """
config zone # lan
	option name 'lan'
	list network 'lan'
#}

# the way out
config zone # wan
	option name 'wan'
	list network 'wan' # the cable
	option masq '1'
#	option key 'secret in a comment'
#}

"""


def test_comments_stay_in_the_file_and_out_of_what_is_shown() -> None:
    made = plan(wanted(networks=["wwan"]), uci("firewall", HAND_WRITTEN))
    new = HAND_WRITTEN.replace("# the cable\n", "# the cable\n\tlist network 'wwan'\n")
    assert quote(new) in made.steps[0].prepare
    (found,) = made.outcomes
    assert "#" not in found.before + found.after
    assert not made.warnings


def test_comments_that_go_with_their_zone_are_told_of() -> None:
    made = plan(wanted(state="absent"), uci("firewall", HAND_WRITTEN))
    assert made.warnings == (
        "/etc/config/firewall: 5 comment lines go with the sections and options that go.",
    )


@pytest.mark.parametrize("create", [False, True])
def test_a_section_that_is_named_instead_of_its_zone(create: bool) -> None:
    text = "config zone 'wan'\n\tlist network 'wan'\n"
    with pytest.raises(PlanError, match="section 'wan' has no option name"):
        plan(wanted(networks=["wwan"], create=create), uci("firewall", text))


def test_a_zone_without_a_name_is_listed_as_uci_calls_it() -> None:
    text = FIREWALL + "\nconfig zone\n\tlist network 'x'\n\nconfig zone 'wlan'\n"
    with pytest.raises(PlanError) as caught:
        plan(wanted(name="guest", networks=["guest"]), uci("firewall", text))
    assert "None" not in str(caught.value)
    assert "lan, wan, @zone[2] (it has no option name), wlan (it has" in str(caught.value)
