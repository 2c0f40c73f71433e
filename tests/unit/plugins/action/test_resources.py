# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules that change: from a task's arguments to its result, and what is sent on the way."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from support.fake_router import DHCP, FIREWALL, NETWORK

from ansible_collections.fleet.openwrt.plugins.action import converge, firewall_zone, uci
from ansible_collections.fleet.openwrt.plugins.plugin_utils import action as base
from ansible_collections.fleet.openwrt.plugins.plugin_utils.errors import ReplyCutError
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.router import Router
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.wire import Answer, Section

FILES = {"network": NETWORK, "firewall": FIREWALL, "dhcp": DHCP}


class Recorder(Router):
    """Answers reads from `FILES`, lets all else succeed and notes what it was asked."""

    def __init__(self, *, failing: str = "", cut: bool = False) -> None:
        super().__init__(lambda _command, _data: pytest.fail("no connection here"))
        self.failing = failing
        self.cut = cut
        self.asked: list[list[str]] = []
        self.sent = ""

    def run(
        self, sections: Iterable[Section], *, stop_at_failure: bool = False
    ) -> Mapping[str, Answer]:
        del stop_at_failure
        self.round_trips += 1
        if self.cut:
            raise ReplyCutError(last_section=None, status=255, excerpt="")
        wanted = list(sections)
        self.asked.append([section.name for section in wanted])
        self.sent += "".join(section.body for section in wanted)
        return {section.name: self._answer(section.name) for section in wanted}

    def _answer(self, name: str) -> Answer:
        if name == self.failing:
            return Answer(1, "", "no space left on device\n")
        if name.startswith("the UCI package "):
            return Answer(0, "@pending\n" + FILES[name.rpartition(" ")[2]], "")
        return Answer(0, "", "")


def run(
    plugin: ModuleType,
    args: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    router: Recorder | None = None,
    *,
    check_mode: bool = False,
    diff: bool = True,
) -> tuple[dict[str, Any], Recorder]:
    recorder = router or Recorder()
    monkeypatch.setattr(base, "Router", lambda _execute: recorder)
    module = plugin.ActionModule(
        task=SimpleNamespace(args=args, check_mode=check_mode, diff=diff, async_val=0),
        connection=SimpleNamespace(_shell=SimpleNamespace(tmpdir=None)),
        play_context=SimpleNamespace(),
        loader=None,
        templar=None,
        shared_loader_obj=None,
    )
    result: dict[str, Any] = module.run(task_vars={})
    assert json.loads(json.dumps(result)) == result, "not JSON"
    return result, recorder


ZONE = {"name": "wan", "networks": ["wwan"]}
WRITE = "write /etc/config/firewall"


def test_a_change_costs_a_read_a_write_and_a_look_at_the_reload(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    result, router = run(firewall_zone, ZONE, monkeypatch)
    assert result["changed"] is True
    assert result["steps"] == [WRITE, "reload firewall"]
    assert router.asked == [
        ["the UCI package firewall"],
        [f"check: {WRITE}", WRITE, "flush to flash", "start the reload"],
        ["reload"],
    ]


def test_check_mode_reads_only_and_predicts_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    done, _ = run(firewall_zone, ZONE, monkeypatch)
    result, router = run(firewall_zone, ZONE, monkeypatch, check_mode=True)
    assert router.asked == [["the UCI package firewall"]]
    assert {**result, "round_trips": 3} == done


def test_a_converged_router_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    result, router = run(firewall_zone, {"name": "wan", "networks": ["wan"]}, monkeypatch)
    assert result["changed"] is False
    assert result["diff"] == []
    assert result["round_trips"] == len(router.asked) == 1


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
    result, router = run(uci, SECRET, monkeypatch, Recorder(failing=failing))
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
    assert len(router.asked) == 3
    assert result["steps"].count("write /etc/config/dhcp") == 1
    assert len(result["diff"]) == 3


def test_a_failure_tells_what_was_applied(monkeypatch: pytest.MonkeyPatch) -> None:
    resources = [{"firewall_zone": ZONE}, {"dnsmasq_rebind": {"domains": ["yota.ru"]}}]
    recorder = Recorder(failing="write /etc/config/dhcp")
    result, _ = run(converge, {"resources": resources}, monkeypatch, recorder)
    assert result["failed"]
    assert "no space left" in result["msg"]
    assert result["applied"] == [WRITE]
    assert result["changed"] is True


def test_a_reply_that_is_cut_off_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    result, _ = run(firewall_zone, ZONE, monkeypatch, Recorder(cut=True))
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
