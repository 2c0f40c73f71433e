# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules that ask: from a task's arguments to its result, with a router that is not there."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest
from support import bus
from support.task import run
from support.timeline import Timeline
from support.wan import LINK, MODEM, RECORDED, UP, dump, says, state

from ansible_collections.fleet.openwrt.plugins.action import facts, usb_modem, wan_check
from ansible_collections.fleet.openwrt.plugins.plugin_utils.facts import ubus
from tests.unit.plugins.plugin_utils.facts.test_parts import NOT_THERE, ROUTER
from tests.unit.plugins.plugin_utils.modem.test_wait import READY, STORAGE, failing


@pytest.mark.parametrize("check_mode", [False, True])
def test_facts(monkeypatch: pytest.MonkeyPatch, check_mode: bool) -> None:
    result = run(facts, {}, Timeline((0, ROUTER)), monkeypatch, check_mode=check_mode)
    assert result["ansible_facts"]["openwrt"]["release"]["version"] == "24.10.4"
    assert result["ansible_facts"]["ansible_os_family"] == "OpenWrt"
    assert result["changed"] is False
    assert result["round_trips"] == 1
    assert "warnings" not in result


def test_the_customary_facts_can_be_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    router = Timeline((0, ROUTER))
    result = run(facts, {"gather_subset": ["release", "!min"]}, router, monkeypatch)
    assert set(result["ansible_facts"]) == {"openwrt"}


def test_facts_that_a_router_cannot_tell_are_warned_of(monkeypatch: pytest.MonkeyPatch) -> None:
    router = Timeline((0, {**ROUTER, ubus.INTERFACES.title: NOT_THERE}))
    result = run(facts, {}, router, monkeypatch)
    assert result["ansible_facts"]["openwrt"]["interfaces"] is None
    assert len(result["warnings"]) == 1
    assert not result.get("failed")


def test_facts_of_an_earlier_task_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    before = {"openwrt": {"release": "old", "usb": "as it was"}}
    args = {"gather_subset": "release"}
    result = run(facts, args, Timeline((0, ROUTER)), monkeypatch, facts=before)
    gathered = result["ansible_facts"]["openwrt"]
    assert set(gathered) == {"release", "usb"}
    assert gathered["release"]["version"] == "24.10.4"
    assert gathered["usb"] == "as it was"
    assert before["openwrt"]["release"] == "old"


def test_usb_modem_is_changed_by_a_switch_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(usb_modem, {}, Timeline((0, READY)), monkeypatch)["changed"] is False
    router = Timeline((0, {**STORAGE, "usbmode": "Found"}), effects={"usbmode": [(3, READY)]})
    assert run(usb_modem, {}, router, monkeypatch)["changed"] is True


def test_usb_modem_fails_with_what_it_found(monkeypatch: pytest.MonkeyPatch) -> None:
    router = Timeline((0, failing(bus.state(bus.HILINK))))
    result = run(usb_modem, {"timeout": 5}, router, monkeypatch)
    assert result["failed"]
    assert "HiLink" in result["msg"]
    assert result["finding"]["kind"] == "hilink"
    assert result["waited_s"] == 5


def test_usb_modem_in_check_mode_touches_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    router = Timeline((0, STORAGE))
    result = run(usb_modem, {}, router, monkeypatch, check_mode=True)
    assert result["changed"]
    assert result["warnings"]
    assert router.round_trips == 1


def test_usb_modem_leaves_a_stick_alone_on_request(monkeypatch: pytest.MonkeyPatch) -> None:
    router = Timeline((0, failing(STORAGE)))
    assert run(usb_modem, {"switch": "never"}, router, monkeypatch)["failed"]
    assert run(usb_modem, {"switch": "maybe"}, router, monkeypatch)["failed"]


def test_wan_check(monkeypatch: pytest.MonkeyPatch) -> None:
    result = run(wan_check, {}, Timeline((0, state(UP))), monkeypatch)
    assert result["address"] == "100.64.0.16"
    assert result["changed"] is False


def test_wan_check_fails_with_a_diagnosis(monkeypatch: pytest.MonkeyPatch) -> None:
    router = Timeline((0, {**state(RECORDED["pin"]), MODEM: says("pin=1234,2")}))
    result = run(wan_check, {"timeout": "30"}, router, monkeypatch)
    assert result["failed"]
    assert result["diagnosis"]["code"] == "PIN_FAILED"
    assert result["recommended"] == {"action": "unlock_sim", "using": "pin", "left": 2}
    assert result["modem"]["sim"]["pin_left"] == 2


def test_wan_check_in_check_mode(monkeypatch: pytest.MonkeyPatch) -> None:
    router = Timeline((0, {LINK: dump()}))
    result = run(wan_check, {}, router, monkeypatch, check_mode=True)
    assert not result.get("failed")
    assert result["warnings"] == ["wwan is not configured yet."]


@pytest.mark.parametrize(
    ("plugin", "args"),
    [
        (facts, {"gather": "all"}),
        (facts, {"gather_subset": "network"}),
        (usb_modem, {"device": "cdc-wdm0"}),
        (usb_modem, {"timeout": "soon"}),
        (wan_check, {"ping": ["openwrt.org"]}),
        (wan_check, {"interfaces": "wwan"}),
    ],
)
def test_bad_arguments_never_reach_the_router(
    monkeypatch: pytest.MonkeyPatch, plugin: ModuleType, args: dict[str, Any]
) -> None:
    router = Timeline((0, {}))
    result = run(plugin, args, router, monkeypatch)
    assert result["failed"]
    assert next(iter(args)) in result["msg"]
    assert router.round_trips == 0
