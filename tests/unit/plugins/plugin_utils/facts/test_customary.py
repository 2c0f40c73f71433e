# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The facts that shared roles test, under their customary names."""

from __future__ import annotations

from typing import Any

import pytest
from support.customary import ANSWER
from support.rendered import assert_clean_shell
from support.timeline import Timeline

from ansible_collections.fleet.openwrt.plugins.plugin_utils.errors import ProbeError
from ansible_collections.fleet.openwrt.plugins.plugin_utils.facts import parts
from ansible_collections.fleet.openwrt.plugins.plugin_utils.facts.customary import CustomaryProbe
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.wire import Answer


def facts(text: str = ANSWER) -> dict[str, Any]:
    return CustomaryProbe().parse(Answer(0, text, ""))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("distribution", "OpenWrt"),
        ("distribution_version", "24.10.4"),
        ("distribution_major_version", "24"),
        ("distribution_release", "r28959-29397011cc"),
        ("os_family", "OpenWrt"),
        ("system", "Linux"),
        ("hostname", "van-17"),
        ("nodename", "van-17.fleet.example"),
        ("domain", "fleet.example"),
        ("kernel", "6.6.110"),
        ("architecture", "mips"),
        ("user_id", "root"),
        ("user_uid", 0),
        ("pkg_mgr", "opkg"),
        ("service_mgr", "procd"),
        ("memtotal_mb", 115),
        ("memfree_mb", 68),
        ("swaptotal_mb", 0),
        ("processor_vcpus", 4),
        ("uptime_seconds", 86400),
        ("product_name", "ZBT-WE826 (16M)"),
        ("interfaces", ["lo", "br-lan", "lan1", "wwan0", "tun0"]),
        ("all_ipv4_addresses", ["192.168.1.1", "192.168.9.1", "10.64.0.2", "10.9.0.6"]),
        ("all_ipv6_addresses", ["fd00:1::1", "fe80::5"]),
    ],
)
def test_each_has_its_customary_name_and_value(name: str, value: object) -> None:
    assert facts()[f"ansible_{name}"] == value


def test_the_default_route_of_the_least_metric_counts() -> None:
    assert facts()["ansible_default_ipv4"] == {
        "interface": "wwan0",
        "alias": "wwan0",
        "gateway": "10.64.0.1",
        "macaddress": "02:00:00:00:00:07",
        "mtu": 1428,
        "type": "ether",
        "address": "10.64.0.2",
        "netmask": "255.255.255.252",
        "network": "10.64.0.0",
        "broadcast": "10.64.0.3",
        "prefix": "30",
    }
    assert facts()["ansible_default_ipv6"]["address"] == "fd00:1::1"


def test_without_a_default_route_there_is_an_empty_one() -> None:
    assert facts(ANSWER.replace("default ", "unreachable "))["ansible_default_ipv4"] == {}


def test_each_network_device_has_a_fact_of_its_own() -> None:
    bridge = facts()["ansible_br_lan"]
    assert (bridge["device"], bridge["active"]) == ("br-lan", True)
    assert bridge["ipv4"]["address"] == "192.168.1.1"
    assert [each["address"] for each in bridge["ipv4_secondaries"]] == ["192.168.9.1"]
    assert {"address": "fe80::5", "prefix": "64", "scope": "link"} in bridge["ipv6"]
    assert facts()["ansible_lan1"]["active"] is False


def test_the_time_is_the_router_s() -> None:
    time = facts()["ansible_date_time"]
    assert (time["epoch"], time["date"], time["tz"]) == ("1764100000", "2025-11-25", "CET")


def test_a_fork_keeps_its_name_and_the_family() -> None:
    fork = facts(ANSWER.replace("'OpenWrt'", "'ImmortalWrt'"))
    assert fork["ansible_distribution"] == "ImmortalWrt"
    assert fork["ansible_os_family"] == "OpenWrt"


def test_what_a_router_does_not_tell_is_left_out() -> None:
    text = ANSWER.partition("--- memory")[0].replace("opkg\n", "")
    assert "ansible_memtotal_mb" not in facts(text)
    assert facts(text)["ansible_pkg_mgr"] == "unknown"
    assert facts(text)["ansible_default_ipv4"] == {}


def test_a_failed_question_is_a_warning_and_the_rest_stays() -> None:
    title = CustomaryProbe().title
    gathered = parts.gather(Timeline((0, {title: Answer(1, "", "no")})), (), customary=True)
    assert gathered.customary == {}
    assert len(gathered.warnings) == 1
    with pytest.raises(ProbeError):
        CustomaryProbe().parse(Answer(1, "", "no"))


def test_they_come_along_unless_they_are_left_out() -> None:
    assert parts.wants_customary(["release"])
    assert parts.wants_customary(["!all"])
    assert not parts.wants_customary(["all", "!min"])


def test_shell_is_clean() -> None:
    assert_clean_shell({CustomaryProbe().title: CustomaryProbe().script()})
