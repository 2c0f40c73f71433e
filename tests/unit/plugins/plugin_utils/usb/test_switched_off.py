# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A stick that the router keeps off its bus has no drivers, and yet lacks none."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from support import bus

from ansible_collections.fleet.openwrt.plugins.plugin_utils.facts.usb import joined
from ansible_collections.fleet.openwrt.plugins.plugin_utils.usb.classify import Kind, classify
from ansible_collections.fleet.openwrt.plugins.plugin_utils.usb.explain import explain, switch_on
from ansible_collections.fleet.openwrt.plugins.plugin_utils.usb.table import (
    SYSFS_SCRIPT,
    UsbDevice,
    parse,
    parse_sysfs,
)

# The kernel's table marks the running configuration, and there is none.
TABLE = bus.DRIVERLESS.replace("C:*", "C: ").replace("I:* If#", "I:  If#")
SWITCH_ON = "echo 1 > /sys/bus/usb/devices/1-1/authorized"


def sysfs(tmp_path: Path, **attributes: str) -> tuple[UsbDevice, ...]:
    """What the router's shell reads of a bus with one stick, which has no interface there."""
    stick = tmp_path / "1-1"
    stick.mkdir()
    given = {"busnum": "1", "devnum": "2", "idVendor": "12d1", "idProduct": "1506", **attributes}
    for name, value in given.items():
        (stick / name).write_text(f"{value}\n" if value else "")
    done = subprocess.run(
        ["busybox", "ash", "-c", SYSFS_SCRIPT],
        env={"USB_SYSFS": str(tmp_path), "PATH": "/usr/bin:/bin"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return parse_sysfs(done.stdout)


@pytest.mark.parametrize(
    "attributes",
    [
        {"authorized": "0", "bConfigurationValue": ""},
        {"authorized": "0"},
        {"authorized": "1", "bConfigurationValue": ""},
    ],
)
def test_sysfs_tells(tmp_path: Path, attributes: dict[str, str]) -> None:
    finding = classify(sysfs(tmp_path, **attributes), nodes=[], netdevs=[])
    assert (finding.kind, finding.missing) == (Kind.SWITCHED_OFF, ())
    assert switch_on(finding) == SWITCH_ON
    assert SWITCH_ON in explain(finding)


@pytest.mark.parametrize(
    "attributes",
    [{"authorized": "1", "bConfigurationValue": "1"}, {"authorized": "1"}, {}],
)
def test_any_other_is_on(tmp_path: Path, attributes: dict[str, str]) -> None:
    (stick,) = sysfs(tmp_path, **attributes)
    assert not stick.off


def test_the_table_tells_as_well_but_not_where() -> None:
    finding = classify(parse(TABLE), nodes=[], netdevs=[])
    assert (finding.kind, finding.missing, switch_on(finding)) == (Kind.SWITCHED_OFF, (), "")
    assert "none is missing" in explain(finding)
    assert "Plug it in again" in explain(finding)
    assert classify(parse(bus.DRIVERLESS), nodes=[], netdevs=[]).kind is Kind.DRIVER_MISSING


def test_both_together_tell_all(tmp_path: Path) -> None:
    devices = parse(TABLE)
    number = next(str(each.device) for each in devices if each.id == "12d1:1506")
    place = {"busnum": "1", "devnum": number}
    found = classify(
        joined(devices, sysfs(tmp_path, authorized="0", **place)), nodes=[], netdevs=[]
    )
    assert (found.kind, switch_on(found)) == (Kind.SWITCHED_OFF, SWITCH_ON)


def test_what_is_no_modem_may_be_off() -> None:
    printer = bus.table("04a9:1909", "07/01/02").replace("C:*", "C: ")
    assert classify(parse(printer), nodes=[], netdevs=[]).kind is Kind.ABSENT
