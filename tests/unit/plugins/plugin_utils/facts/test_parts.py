# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from support import bus
from support.customary import ANSWER
from support.rendered import assert_clean_shell
from support.timeline import Timeline

from ansible_collections.fleet.openwrt.plugins.modules.facts import ARGUMENT_SPEC
from ansible_collections.fleet.openwrt.plugins.plugin_utils.facts import parts, ubus
from ansible_collections.fleet.openwrt.plugins.plugin_utils.facts.customary import CustomaryProbe
from ansible_collections.fleet.openwrt.plugins.plugin_utils.facts.interfaces import interfaces
from ansible_collections.fleet.openwrt.plugins.plugin_utils.facts.system import (
    OverlayProbe,
    ReleaseProbe,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.packages.probe import PackagesProbe
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.wire import Answer

ANSWERS = Path(__file__).resolve().parents[4] / "conformance/answers"
RECORDED = {
    case["cmd"]: case["stdout"] for case in json.loads((ANSWERS / "system.json").read_text())
}
STATUS = """\
Filesystem           1K-blocks      Used Available Use% Mounted on
/dev/loop0                9216      1796      7420  19% /overlay
e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  -
Package: comgt-ncm
Version: 0.32-r36
Depends: libc, wwan, comgt
Status: install user installed
Package: kmod-usb-acm
Version: 6.6.110-r1
Status: deinstall user not-installed
"""
RELEASE = """\
DISTRIB_ID='OpenWrt'
DISTRIB_RELEASE='24.10.4'
DISTRIB_REVISION='r28959-29397011cc'
DISTRIB_TARGET='x86/64'
DISTRIB_ARCH='x86_64'
DISTRIB_DESCRIPTION='OpenWrt 24.10.4 r28959-29397011cc'
"""
ROUTER = {
    CustomaryProbe().title: ANSWER,
    ReleaseProbe().title: RELEASE,
    OverlayProbe().title: RECORDED["df -k /overlay / /tmp"],
    PackagesProbe().title: f"opkg\n{STATUS}",
    ubus.SYSTEM_BOARD.title: RECORDED["ubus call system board"],
    ubus.SYSTEM_INFO.title: RECORDED["ubus call system info"],
    ubus.INTERFACES.title: RECORDED["ubus call network.interface dump"],
    ubus.PROTO_HANDLERS.title: '{"static": {}, "ncm": {}, "dhcp": {}}',
    **bus.state(bus.NCM, "/dev/cdc-wdm0", wwan0="huawei_cdc_ncm"),
}
NOT_THERE = Answer(4, "", "Command failed: Not found\n")


def gather(**changes: str | Answer) -> tuple[dict[str, Any], list[str]]:
    gathered = parts.gather(Timeline((0, {**ROUTER, **changes})), parts.ALL)
    return gathered.openwrt, gathered.warnings


def test_a_whole_router_is_one_round_trip_without_warnings() -> None:
    router = Timeline((0, ROUTER))
    gathered = parts.gather(router, parts.ALL)
    facts, warnings = gathered.openwrt, gathered.warnings
    assert warnings == []
    assert router.round_trips == 1
    assert json.loads(json.dumps(facts)) == facts, "not JSON"
    assert None not in facts.values()


def test_the_parts_say_what_the_router_said() -> None:
    facts: Any = gather()[0]
    assert facts["release"]["version"] == "24.10.4"
    assert facts["release"]["series"] == "24.10"
    assert facts["board"]["board_name"] == "qemu-standard-pc-q35-ich9-2009"
    assert facts["package_manager"] == "opkg"
    assert facts["packages"] == {"comgt-ncm": "0.32-r36"}, "a removed package is not installed"
    assert facts["memory"] == {
        "total": 25276510208,
        "free": 24700592128,
        "available": 25030270976,
    }
    assert facts["uptime_s"] == 4204
    assert facts["proto_handlers"] == ["dhcp", "ncm", "static"]
    assert facts["interfaces"]["lan"] == {
        "up": True,
        "proto": "static",
        "device": "br-lan",
        "l3_device": "br-lan",
        "addresses": ["192.168.1.1/24", "fdb7:58b2:33e7::1/60"],
        "gateway": None,
        "dns": [],
        "errors": [],
    }
    assert facts["modem"]["control"] == ["/dev/cdc-wdm0"]
    assert facts["modem"]["netdevs"]["wwan0"] == {"driver": "huawei_cdc_ncm"}
    assert facts["modem"]["netdevs"]["lo"] == {"driver": None}
    assert facts["usb"]["table_readable"]
    assert facts["usb"]["finding"]["kind"] == "ncm_ready"
    assert [device["id"] for device in facts["usb"]["devices"]] == ["1d6b:0002", "12d1:1506"]


@pytest.mark.parametrize(
    ("silent", "gone"),
    [
        (ubus.INTERFACES.title, {"interfaces"}),
        (ubus.SYSTEM_INFO.title, {"memory", "uptime_s"}),
        (ubus.PROTO_HANDLERS.title, {"proto_handlers"}),
        (PackagesProbe().title, {"package_manager", "packages"}),
        (OverlayProbe().title, {"overlay"}),
        (bus.USB, {"usb"}),
        (bus.NODES, {"usb", "modem"}),
    ],
)
def test_a_question_without_an_answer_costs_its_part_alone(silent: str, gone: set[str]) -> None:
    facts, warnings = gather(**{silent: NOT_THERE})
    assert {name for name, value in facts.items() if value is None} == gone
    assert len(warnings) == 1
    assert silent in warnings[0]
    assert "Not found" in warnings[0]


def test_an_answer_that_makes_no_sense_is_a_warning_too() -> None:
    facts, warnings = gather(**{ubus.SYSTEM_BOARD.title: "{not json"})
    assert facts["board"] is None
    assert "no JSON" in warnings[0]


def test_a_router_without_debugfs_says_so_and_is_judged_by_its_nodes() -> None:
    facts: Any = gather(**{bus.USB: ""})[0]
    assert not facts["usb"]["table_readable"]
    assert facts["usb"]["devices"] == []
    assert facts["usb"]["finding"]["kind"] == "no_table"
    assert facts["usb"]["finding"]["control"] == ["/dev/cdc-wdm0"]


@pytest.mark.parametrize(
    ("said", "total", "free"),
    [
        (RECORDED["df -k /overlay / /tmp"].splitlines()[:2], 264212084, 78984912),
        (
            [
                "Filesystem           1K-blocks      Used Available Use% Mounted on",
                "/dev/a-name-that-is-longer-than-its-column",
                "                          9216      1796      7420  19% /overlay",
            ],
            9216,
            7420,
        ),
    ],
)
def test_free_space_is_read_from_wrapped_lines_too(said: list[str], total: int, free: int) -> None:
    space = OverlayProbe().parse(Answer(0, "\n".join(said) + "\n", ""))
    assert (space.total_kb, space.free_kb) == (total, free)


def test_a_router_without_a_package_manager_has_none() -> None:
    facts, warnings = gather(**{PackagesProbe().title: "none\n"})
    assert (facts["package_manager"], facts["packages"]) == (None, None)
    assert warnings == [], "that is an answer"


def test_interfaces_name_gateway_and_errors() -> None:
    ncm = json.loads((ANSWERS / "ncm.json").read_text())
    by_fault = {case["fault"]: case for case in ncm}
    dump = {
        "interface": [
            {"interface": "wwan", **by_fault["pin"]["wwan"]},
            {"interface": "wwan_4", **by_fault["none"]["wwan_4"]},
        ]
    }
    found = interfaces(dump)
    assert found["wwan"].errors == ("PIN_FAILED", "DISCONNECT_FAILED")
    assert found["wwan"].gateway is None
    assert found["wwan_4"].gateway == "100.64.0.1"
    assert found["wwan_4"].addresses == ("100.64.0.16/24",)
    assert found["wwan_4"].dns == ("9.9.9.9",)


EVERYTHING = {part.name for part in parts.ALL}


@pytest.mark.parametrize(
    ("subset", "names"),
    [
        (["all"], EVERYTHING),
        ([], EVERYTHING),
        (["usb", "board"], {"board", "usb"}),
        (["!packages", "!usb"], EVERYTHING - {"packages", "usb"}),
        (["all", "!usb"], EVERYTHING - {"usb"}),
        (["!all", "release"], {"release"}),
        (["all", "!all", "release"], {"release"}),
        (["release", "board", "!board"], {"release"}),
        (["!all"], set()),
        (["min"], set()),
        (["!min"], EVERYTHING),
    ],
)
def test_a_subset_names_parts_or_leaves_them_out(subset: list[str], names: set[str]) -> None:
    assert {part.name for part in parts.chosen(subset)} == names


def test_every_part_may_be_asked_for_and_left_out_by_its_name() -> None:
    choices = ARGUMENT_SPEC["gather_subset"]["choices"]
    names = [part.name for part in parts.ALL]
    assert choices == ["all", *names, "min", "!all", *(f"!{name}" for name in names), "!min"]


def test_what_is_left_out_is_not_asked_for() -> None:
    router = Timeline((0, {ReleaseProbe().title: RELEASE}))
    gathered = parts.gather(router, parts.chosen(["release"]))
    assert set(gathered.openwrt) == {"release"}
    assert (gathered.customary, gathered.warnings) == ({}, [])
    assert router.asked == [[ReleaseProbe().title]]


def test_shell_is_clean() -> None:
    probes = {probe.title: probe for part in parts.ALL for probe in part.probes}
    assert_clean_shell({title: probe.script() for title, probe in probes.items()})
