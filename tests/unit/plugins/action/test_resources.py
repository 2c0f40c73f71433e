# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules that change: from a task's arguments to its result, and what is sent on the way."""

from __future__ import annotations

import json
from types import ModuleType
from typing import Any

import pytest
from support import task
from support.fake_router import DHCP, FIREWALL, NETWORK
from support.guarded_router import STATE, GuardedRouter

from ansible_collections.fleet.openwrt.plugins.action import converge, firewall_zone, interface, uci
from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine import converge as engine
from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.contact import Contact
from ansible_collections.fleet.openwrt.plugins.plugin_utils.guard import calls
from ansible_collections.fleet.openwrt.plugins.plugin_utils.guard.run import left_open
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.wire import Answer

FILES = {"network": NETWORK, "firewall": FIREWALL, "dhcp": DHCP}


def answers() -> dict[str, str | Answer]:
    return {f"the UCI package {name}": f"@pending\n{text}" for name, text in FILES.items()}


def failing_at(step: str) -> dict[str, str | Answer]:
    return {**answers(), step: Answer(1, "", "no space left on device\n")}


def run(
    plugin: ModuleType,
    args: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    router: GuardedRouter | None = None,
    *,
    check_mode: bool = False,
    diff: bool = True,
    ours: str = "",
    uuid: str = task.UUID % 7,
    variables: dict[str, Any] | None = None,
) -> tuple[dict[str, Any], GuardedRouter]:
    """The task's result and the router; `ours` is what the run has left open."""
    asked = router or GuardedRouter(answers())
    monkeypatch.setattr(engine, "Contact", lambda _router: Contact(asked, asked.clock, asked.sleep))
    facts = {"fleet_openwrt_transaction": ours}
    result = task.run(
        plugin,
        args,
        asked,
        monkeypatch,
        check_mode=check_mode,
        diff=diff,
        facts=facts,
        uuid=uuid,
        variables=variables,
    )
    return result, asked


ZONE = {"name": "wan", "networks": ["wwan"]}
WRITE = "write /etc/config/firewall"


def test_a_change_costs_a_read_a_write_and_a_look_from_outside(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    result, router = run(firewall_zone, ZONE, monkeypatch)
    assert result["changed"] is True
    assert result["steps"] == [WRITE, "reload firewall"]
    assert router.asked == [
        [STATE, "the UCI package firewall"],
        [
            f"check: {WRITE}",
            "set up the guard",
            WRITE,
            "flush to flash",
            "start the time to confirm",
            "start the reload",
        ],
        # Asked before the reloads were done, so over a connection that proves nothing: once more.
        [calls.STATUS, "reload"],
        [calls.STATUS, "reload", calls.CONFIRM],
    ]
    assert router.renewed == 2
    assert router.last[1] == "confirmed"


def test_check_mode_reads_only_and_predicts_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    done, router = run(firewall_zone, ZONE, monkeypatch)
    trips = router.round_trips
    result, router = run(firewall_zone, ZONE, monkeypatch, check_mode=True)
    assert router.asked == [[STATE, "the UCI package firewall"]]
    assert {**result, "round_trips": trips} == done


def test_a_converged_router_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    result, router = run(firewall_zone, {"name": "wan", "networks": ["wan"]}, monkeypatch)
    assert result["changed"] is False
    assert result["diff"] == []
    assert result["round_trips"] == len(router.asked) == 1


def open_by_another() -> GuardedRouter:
    router = GuardedRouter(answers())
    router.open = "other"
    return router


def test_a_transaction_of_somebody_else_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    result, router = run(firewall_zone, ZONE, monkeypatch, open_by_another())
    assert result["failed"]
    assert "other" in result["msg"]
    assert result["transaction"]["id"] == "other"
    assert len(router.asked) == 1
    assert router.open == "other"


def test_a_transaction_of_an_earlier_run_is_rolled_back_on_request(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    args = {**ZONE, "interrupted": "rollback"}
    result, router = run(firewall_zone, args, monkeypatch, open_by_another())
    assert result["changed"] is True
    assert any("other" in text for text in result["warnings"])
    # The router is read again: what was planned is not what there is any more.
    assert [trip[0] for trip in router.asked[:3]] == [STATE, calls.ROLL_BACK, STATE]
    assert router.last[1] == "confirmed"


def test_what_may_be_gone_in_a_moment_is_not_said_to_be_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    args = {"name": "wan", "networks": ["wan"]}
    result, _ = run(firewall_zone, args, monkeypatch, open_by_another())
    assert result["failed"]
    assert "other" in result["msg"]
    result, router = run(firewall_zone, args, monkeypatch, open_by_another(), check_mode=True)
    assert not result.get("failed")
    assert any("other" in text for text in result["warnings"])
    assert router.open == "other"


def test_a_transaction_of_this_run_is_joined_and_stays_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    result, router = run(firewall_zone, ZONE, monkeypatch, open_by_another(), ours="other")
    assert result["changed"] is True
    assert result["transaction"]["id"] == "other"
    assert "extend the guard" in router.asked[1]
    assert calls.CONFIRM not in [name for trip in router.asked for name in trip]
    assert router.open == "other"
    assert router.renewed


def test_a_transaction_of_another_run_is_not_joined_by_a_fact_of_the_cache(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    another = "0242ac11-0002-77aa-99bb-000000000007"
    result, router = run(
        firewall_zone, ZONE, monkeypatch, open_by_another(), ours="other", uuid=another
    )
    assert result["failed"]
    assert "is not this task's" in result["msg"]
    assert len(router.asked) == 1


def test_what_a_task_leaves_open_is_joined_by_tasks_of_its_run_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    result, _ = run(firewall_zone, {**ZONE, "confirm": "manual"}, monkeypatch)
    facts = result["ansible_facts"]
    assert left_open(facts, task.RUN) == result["transaction"]["id"]
    assert left_open(facts, "another") == ""


def test_how_an_earlier_transaction_ended_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    router = GuardedRouter(answers())
    router.last = ("earlier", "rolled-back", "nobody confirmed it in time")
    args = {"name": "wan", "networks": ["wan"]}
    result, _ = run(firewall_zone, args, monkeypatch, router)
    assert "earlier" in result["warnings"][0]
    told = {**answers(), STATE: "last_id=earlier\nlast_outcome=rolled-back\ntold=yes\n"}
    result, _ = run(firewall_zone, args, monkeypatch, GuardedRouter(told))
    assert "warnings" not in result


@pytest.mark.parametrize("diff", [True, False])
def test_the_difference_is_shown_when_asked_for(
    monkeypatch: pytest.MonkeyPatch, diff: bool
) -> None:
    result, _ = run(firewall_zone, ZONE, monkeypatch, diff=diff)
    assert ("diff" in result) == diff
    if diff:
        assert "wwan" in result["diff"][0]["after"]
        assert "wwan" not in result["diff"][0]["before"]


SECRET = {
    "package": "network",
    "sections": [{"name": "lan", "options": {"password": "hunter2", "mtu": "1400"}}],
}


@pytest.mark.parametrize("failing", ["", "write /etc/config/network"])
def test_secrets_reach_the_router_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    fake = GuardedRouter(failing_at(failing) if failing else answers())
    result, router = run(uci, SECRET, monkeypatch, fake)
    assert "hunter2" in router.sent
    assert "hunter2" not in json.dumps(result)
    assert bool(result.get("failed")) == bool(failing)


def test_many_resources_cost_as_much_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    resources = [
        {"firewall_zone": ZONE},
        {"dnsmasq_rebind": {"domains": ["yota.ru"]}},
        {"dnsmasq_rebind": {"domains": ["example.org"]}},
        {"firewall_zone": {"name": "lan", "networks": ["lan"]}},
    ]
    result, router = run(converge, {"resources": resources}, monkeypatch)
    assert [each["changed"] for each in result["resources"]] == [True, True, True, False]
    assert result["resources"][2]["domains"] == ["yota.ru", "example.org"]
    assert len(router.asked) == 4
    assert result["steps"].count("write /etc/config/dhcp") == 1
    assert len(result["diff"]) == 3


def test_a_failure_tells_that_all_was_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    resources = [{"firewall_zone": ZONE}, {"dnsmasq_rebind": {"domains": ["yota.ru"]}}]
    router = GuardedRouter(failing_at("write /etc/config/dhcp"))
    result, _ = run(converge, {"resources": resources}, monkeypatch, router)
    assert result["failed"]
    assert "no space left" in result["msg"]
    assert "put back" in result["msg"]
    assert result["applied"] == []
    assert result["rolled_back"] is True
    assert result["changed"] is False


def test_a_reply_that_is_cut_off_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    router = GuardedRouter(answers(), cut=[STATE])
    result, _ = run(firewall_zone, ZONE, monkeypatch, router)
    assert result["failed"]
    assert "cut off" in result["msg"]


@pytest.mark.parametrize(
    ("plugin", "args", "says"),
    [
        (firewall_zone, {"name": "wan", "network": ["wwan"]}, "Unknown options: network"),
        (firewall_zone, {"networks": ["wwan"]}, "name"),
        (firewall_zone, {"name": "wan", "masq": "perhaps"}, "masq"),
        (firewall_zone, {"name": "wan", "networks": ["a b"]}, "networks"),
        (converge, {"resources": [{"zone": {}}]}, "resources[0]"),
        (converge, {"resources": [{"uci": {}, "package": {}}]}, "one key"),
        (converge, {"resources": [{"uci": "network"}]}, "resources[0].uci"),
        (converge, {"resources": [{"firewall_zone": {"nome": "x"}}]}, "resources[0].firewall_zone"),
    ],
)
def test_bad_arguments_reach_no_router(
    monkeypatch: pytest.MonkeyPatch, plugin: ModuleType, args: dict[str, Any], says: str
) -> None:
    result, router = run(plugin, args, monkeypatch)
    assert result["failed"]
    assert says in result["msg"]
    assert not router.asked


def test_an_impossible_resource_leaves_the_possible_ones_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    resources = [
        {"dnsmasq_rebind": {"domains": ["yota.ru"]}},
        {"firewall_zone": {"name": "nosuch"}},
    ]
    result, router = run(converge, {"resources": resources}, monkeypatch)
    assert result["failed"]
    assert len(router.asked) == 1


PIN = {"name": "wwan", "proto": "ncm", "device": "/dev/ttyUSB0", "pincode": 342391}


@pytest.mark.parametrize(
    ("plugin", "args", "where"),
    [(interface, PIN, "pincode"), (converge, {"resources": [{"interface": PIN}]}, "resources[0].")],
)
def test_a_pin_that_yaml_has_read_as_a_number_is_refused(
    plugin: ModuleType, args: dict[str, Any], where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    result, router = run(plugin, args, monkeypatch)
    assert result["failed"]
    assert result["msg"].startswith(where)
    assert "quotes" in result["msg"]
    assert "342391" not in str(result)
    assert router.asked == []


def test_what_the_check_of_the_arguments_notes_is_in_the_result(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spec = {
        **firewall_zone.ARGUMENT_SPEC,
        "old": {"type": "str", "removed_in_version": "9.9.9", "removed_from_collection": "a.b"},
    }
    spec["name"] = {**spec["name"], "aliases": ["zone"]}
    monkeypatch.setattr(firewall_zone.ActionModule, "argument_spec", spec)
    args = {**ZONE, "zone": "wan", "old": "x"}
    result, _router = run(firewall_zone, args, monkeypatch, check_mode=True)
    assert any("alias zone" in text for text in result["warnings"])
    assert "old" in result["deprecations"][0]["msg"]


def test_secrets_are_hidden_by_name_by_url_and_as_the_user_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    options = {"psw": "hunter2", "proxy": "http://u:hunter3@h/", "mark": "hunter4", "note": "plain"}
    args = {"package": "dhcp", "sections": [{"name": "lan", "options": options}]}
    variables = {"fleet_openwrt_secret_options": ["dhcp.ma*"]}
    result, _router = run(uci, args, monkeypatch, check_mode=True, variables=variables)
    shown = str(result)
    assert "hunter" not in shown
    assert "plain" in shown
    paths = {each["path"] for each in result["differences"]}
    assert paths == {f"dhcp.lan.{option}" for option in options}


def test_names_of_secrets_must_be_a_list(monkeypatch: pytest.MonkeyPatch) -> None:
    variables = {"fleet_openwrt_secret_options": {"a": 1}}
    result, router = run(firewall_zone, ZONE, monkeypatch, variables=variables)
    assert result["failed"]
    assert "fleet_openwrt_secret_options" in result["msg"]
    assert router.asked == []


def test_a_refused_match_does_not_show_its_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    section = {"name": "lan", "match": {"wpakey": "hunter2"}}
    result, _router = run(uci, {"package": "dhcp", "sections": [section]}, monkeypatch)
    assert result["failed"]
    assert "hunter2" not in str(result)


def test_no_escape_sequence_reaches_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    evil = "\u009b2J\u202e"
    files = {"the UCI package dhcp": f"@pending\n{DHCP}\toption note '{evil}'\n"}
    section = {"name": "lan", "options": {"note": "plain", "other": "x\ty"}}
    args = {"package": "dhcp", "sections": [section]}
    result, _router = run(uci, args, monkeypatch, GuardedRouter({**answers(), **files}))
    shown = str([result[key] for key in ("diff", "steps")])
    assert evil not in shown
    assert r"\x9b2J\u202e" in result["diff"][0]["before"]
    assert any(each["before"] == evil for each in result["differences"])


def over_dropbear() -> dict[str, str | Answer]:
    way = '{"interface":[{"interface":"lan","l3_device":"br-lan","proto":"static"}]}'
    said = f"server=dropbear\nprogram=/usr/sbin/dropbear\ndevice=br-lan\nhome=/root\n{way}\n"
    return {**answers(), "what carries the connection": said}


LAN_GOES = {"package": "network", "sections": [{"name": "lan", "state": "absent"}]}


@pytest.mark.parametrize("check_mode", [True, False])
def test_what_carries_the_connection_is_not_removed(
    monkeypatch: pytest.MonkeyPatch, check_mode: bool
) -> None:
    fake = GuardedRouter(over_dropbear())
    result, router = run(
        uci, {**LAN_GOES, "reload": False}, monkeypatch, fake, check_mode=check_mode
    )
    assert result["failed"]
    assert "removing or disabling the interface lan" in result["msg"]
    assert "lockout: accept" in result["msg"]
    assert router.asked == [[STATE, "the UCI package network"], ["what carries the connection"]]


def test_what_carries_the_connection_is_removed_on_request(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fake = GuardedRouter(over_dropbear())
    result, router = run(uci, {**LAN_GOES, "lockout": "accept"}, monkeypatch, fake)
    assert result["changed"] is True
    assert "what carries the connection" not in router.asked[1]


def test_what_carries_nobody_goes_without_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = GuardedRouter(over_dropbear())
    wan = {"package": "network", "sections": [{"name": "wan6", "state": "absent"}]}
    result, _ = run(uci, wan, monkeypatch, fake)
    assert not result.get("failed")
