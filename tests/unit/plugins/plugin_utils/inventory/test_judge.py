# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Variables of an inventory that cannot be used, each with what the user is told of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.parsing.dataloader import DataLoader

from ansible_collections.fleet.openwrt.plugins.plugin_utils.inventory.judge import (
    HostVariables,
    UnreadableError,
    judge,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.inventory.playbooks import PLAYBOOKS

ROLES = Path(__file__).resolve().parents[5] / "roles"


def specs(playbook: str) -> dict[str, Any]:
    return {
        role: yaml.safe_load((ROLES / role / "meta/argument_specs.yml").read_text("utf-8"))[
            "argument_specs"
        ]["main"]["options"]
        for role in PLAYBOOKS[playbook].roles
    }


def told(playbook: str = "provision", **hosts: Mapping[str, Any]) -> list[str]:
    """What is said of hosts with these variables."""

    def variables(of_host: Mapping[str, Any]) -> HostVariables:
        return HostVariables([*of_host], of_host.__getitem__)

    found = judge(
        {host: variables(of_host) for host, of_host in hosts.items()},
        PLAYBOOKS[playbook],
        specs(playbook),
    )
    return [str(each) for each in found]


@pytest.mark.parametrize(
    ("variable", "value", "problem"),
    [
        # YAML made something else of it than was meant.
        ("ncm_wan_apn", ["a", "b"], "expected text, this is a list"),
        ("ncm_wan_apn", {"a": "b"}, "expected text, this is a dictionary"),
        ("ncm_wan_apn", True, "Put it in quotes"),
        ("ncm_wan_pincode", 342391, "Put it in quotes"),
        ("ncm_wan_apn", 4711, "Put it in quotes"),
        ("ncm_wan_zone", 1.5, "Put it in quotes"),
        ("ncm_wan_interface", None, "is empty; expected text"),
        ("packages_extra", "picocom", "expected a list"),
        ("packages_pins", ["comgt"], "expected a dictionary"),
        ("packages_pins", {"comgt": 0.32}, "the version 0.32 of comgt"),
        ("packages_extra", [1.5], "expected text"),
        # Blanks that nobody sees.
        ("ncm_wan_apn", "internet ", "no blanks or line ends around it"),
        ("ncm_wan_pincode", "4711\n", "no blanks or line ends around it"),
        # Words and numbers.
        ("ncm_wan_confirm", "maybe", "one of reachable, wan, manual, none"),
        ("ncm_wan_timeout", "soon", "a whole number"),
        ("ncm_wan_timeout", "9" * 5000, "a whole number of at most"),
        ("ncm_wan_timeout", 10**12, "a whole number of at most"),
        ("ncm_wan_timeout", -1, "0 or more seconds"),
        ("ncm_monitor_interval", "9" * 5000, "a whole number of at most"),
        ("ncm_monitor_more", {"lte2": {"interval": float("inf")}}, "a whole number"),
        ("ncm_monitor_more", {"lte2": {"interval": 1.5}}, "a whole number"),
        ("ncm_monitor_more", {"lte2": {"interval": True}}, "a whole number"),
        ("ncm_monitor_more", {"lte2": {"interval": "9" * 5000}}, "a whole number"),
        ("ncm_monitor_more", {"lte2": {"targets": "1.1.1.1"}}, "a list"),
        ("ncm_monitor_more", {"lte2": {"actions": {"ifup": 1}}}, "a list"),
        ("ncm_monitor_more", {"lte2": {"apn": ["a"]}}, "text"),
        ("ncm_monitor_more", {"lte2": {"apn": 4711}}, "in quotes"),
        ("ncm_monitor_more", {"lte2": {"allow_reboot": "maybe"}}, "true or false"),
        ("provision_max_fail_percentage", "9" * 5000, "a whole number"),
        ("packages_ncm", "yess", "true or false"),
        ("provision_monitor", "yess", "true or false"),
        ("provision_batch", "two", "a percentage such as 10%"),
        ("provision_batch", [1, "0%"], "a percentage such as 10%"),
        ("provision_batch", [], "a percentage such as 10%"),
        ("provision_max_fail_percentage", 101, "from 0 to 100"),
        # What a module would refuse in the middle of the run.
        ("ncm_wan_apn", 'a"b', "AT command"),
        ("ncm_wan_pincode", "abcd", "4 to 8 digits"),
        ("ncm_wan_interface", "wan-lte", "cannot be used"),
        ("ncm_wan_zone", "", "cannot be used"),
        ("ncm_wan_ping", ["dns.google"], "cannot be used"),
        ("ncm_wan_pin_min_retries", 1, "2 or more"),
        ("packages_extra", ["no such"], "a package name"),
        ("packages_absent", ["picocom=1.0"], "without a version"),
        ("packages_pins", {"comgt": "1 0"}, "NAME=VERSION"),
        ("ncm_monitor_interface", "wan-lte", "letters, digits and underscores"),
        ("ncm_monitor_targets", ["300.1.1.1"], "IP addresses"),
        ("ncm_monitor_names", ["a b"], "names of hosts"),
        ("ncm_monitor_actions", ["ifup", "pray"], "'pray' is none of them"),
        ("ncm_monitor_interval", 0, "1 or more"),
        ("ncm_monitor_patience", 29, "30 or more"),
        ("ncm_monitor_backoff_max", 10, "no less than the first pause"),
        ("ncm_monitor_reboot_interval", 60, "86400 or more"),
        ("ncm_monitor_apn", "a,b", "printable ASCII"),
        ("ncm_monitor_device", "/etc/passwd", "an absolute path"),
        ("ncm_monitor_hotplug_vendor", "12d", "four hexadecimal digits"),
        ("ncm_monitor_hotplug_class", "f", "two hexadecimal digits"),
        ("ncm_monitor_hotplug_match", "usb:$(reboot)", "a pattern for MODALIAS"),
        ("ncm_monitor_more", {"w-1": {}}, "letters, digits and underscores"),
        ("ncm_monitor_more", {"w1": ["x"]}, "what differs"),
        ("ncm_monitor_more", {"w1": {"intervall": 5}}, "no setting intervall"),
        ("ncm_monitor_more", {"w1": {"interval": "x"}}, "a whole number"),
        ("ncm_monitor_more", {"w1": {"backoff": 7200}}, "no less than the first pause"),
    ],
)  # fmt: skip
def test_what_cannot_be_used(variable: str, value: object, problem: str) -> None:
    (line,) = told(kiosk={variable: value})
    assert line.startswith(f"{variable} (kiosk): ")
    assert problem in line


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("ncm_wan_apn", ""),
        ("ncm_wan_pin_check", False),  # what YAML makes of off
        ("ncm_wan_delay", 20),
        ("ncm_wan_interface", 4),
        ("ncm_wan_lookup", [4]),
        ("provision_hosts", ["a", "b:&c"]),
        ("ncm_wan_password", " with blanks "),
        ("packages_ncm", "no"),
        ("packages_hold", None),
        ("ncm_wan_timeout", "90"),
        ("provision_batch", 5),
        ("provision_batch", ["1", "10%", "100%"]),
        ("ncm_monitor_more", {"lte2": {"targets": ["2001:db8::1"]}}),
        ("packages_for_all_of_us", 1),  # a name of the user's own
        ("ncm_wan__resources", []),
        ("wan_apn", ["not", "ours"]),
        ("ncm_wan2_apn", ["not", "ours"]),
    ],
)
def test_what_can_be_used(variable: str, value: object) -> None:
    given = {"ncm_wan_username": "me"} if variable == "ncm_wan_password" else {}
    assert told(kiosk={variable: value, **given}) == []


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("ncm_wan_apnn", "ncm_wan_apn"),
        ("ncm_wan_pin_code", "ncm_wan_pincode"),
        ("ncm_monitor_target", "ncm_monitor_targets"),
        ("provision_bach", "provision_batch"),
        ("packages_pin", "packages_pins"),
        ("ncm_wan_APN", "ncm_wan_apn"),
        ("Ncm_wan_apn", "ncm_wan_apn"),
        ("ncm-wan-apn", "ncm_wan_apn"),
        ("ncmwan_apn", "ncm_wan_apn"),
        ("PROVISION_BATCH", "provision_batch"),
    ],
)
def test_a_name_that_is_nearly_ours_is_misspelt(name: str, meant: str) -> None:
    assert told(kiosk={name: "x"}) == [f"{name} (kiosk): no role reads it. Did you mean {meant}?"]


def test_the_same_fault_of_many_hosts_is_one() -> None:
    hosts = {f"kiosk{number}": {"ncm_wan_timeout": "x"} for number in range(1, 8)}
    (line,) = told(**hosts)
    assert "(kiosk1, kiosk2, kiosk3, kiosk4, kiosk5 and 2 more)" in line


def test_all_faults_of_all_hosts_are_told() -> None:
    lines = told(
        a={"ncm_wan_timeout": "x", "packages_ncm": "maybe"}, b={"ncm_wan_zone": ["z"]}, c={}
    )
    assert [line.partition(" ")[0] for line in lines] == [
        "ncm_wan_timeout", "packages_ncm", "ncm_wan_zone",
    ]  # fmt: skip


def test_a_secret_is_not_shown() -> None:
    for value in ("s3cr3t", 471100, ["471100"], True):
        (line,) = told(kiosk={"ncm_wan_pincode": value})
        assert str(value) not in line
        assert "471100" not in line


def test_a_template_that_cannot_be_filled_in() -> None:
    def value(_name: str) -> object:
        raise UnreadableError("'vault_sim_pin' is undefined")

    playbook = PLAYBOOKS["provision"]
    (fault,) = judge(
        {"kiosk": HostVariables(["ncm_wan_pincode"], value)}, playbook, specs("provision")
    )
    assert str(fault) == "ncm_wan_pincode (kiosk): cannot be read: 'vault_sim_pin' is undefined"


def test_verify_has_variables_of_its_own() -> None:
    (line,) = told("verify", kiosk={"verify_ping": ["nowhere"], "verify_result": {}})
    assert line.startswith("verify_ping (kiosk): ")


def test_what_a_role_takes_by_itself_is_good() -> None:
    assert told(kiosk={}) == []
    assert told("verify", kiosk={}) == []


@pytest.mark.parametrize(
    ("written", "told_of"), [("0x12d1", True), ("0421", True), ("1410", False), ("00", False)]
)
def test_a_number_that_yaml_reads_otherwise_is_told_of(
    tmp_path: Path, written: str, told_of: bool
) -> None:
    path = tmp_path / "vars.yml"
    path.write_text(f"ncm_wan_delay: {written}\n")
    found = told(a=DataLoader().load_from_file(str(path)))
    assert any(f"YAML reads {written} as" in each for each in found) is told_of
