# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kernel's events of a stick that comes and goes."""

from __future__ import annotations

import pytest

from modem.uevents import NOTHING, Plugged, Variables, between
from modem.usb import Composition

STICK = Plugged(Composition.NCM, 1, tty="ttyUSB0", netdev="wwan0")


def brief(event: Variables) -> str:
    return f"{event['ACTION']} {event['SUBSYSTEM']} {event['DEVPATH'].rpartition('/')[2]}"


def test_plugging_in_tells_of_each_interface_and_of_what_its_driver_brings() -> None:
    assert [brief(event) for event in between(NOTHING, STICK)] == [
        "add usb 1-1",
        "add usb 1-1:1.0",
        "add tty ttyUSB0",
        "bind usb 1-1:1.0",
        "add usb 1-1:1.1",
        "add net wwan0",
        "bind usb 1-1:1.1",
        "add usb 1-1:1.2",
        "bind usb 1-1:1.2",
        "bind usb 1-1",
    ]


def test_unplugging_tells_the_opposite_in_reverse() -> None:
    events = [brief(event) for event in between(STICK, NOTHING)]
    assert events[0] == "unbind usb 1-1"
    assert events[-3:] == ["remove tty ttyUSB0", "remove usb 1-1:1.0", "remove usb 1-1"]


def test_each_event_carries_what_hotplug_scripts_match() -> None:
    events = {brief(event): event for event in between(NOTHING, STICK)}
    device, control = events["add usb 1-1"], events["add usb 1-1:1.0"]
    assert (device["DEVTYPE"], device["PRODUCT"]) == ("usb_device", "12d1/1506/102")
    assert "MODALIAS" not in device
    assert control["DEVTYPE"] == "usb_interface"
    assert control["INTERFACE"] == "255/2/18"
    assert control["MODALIAS"] == "usb:v12D1p1506d0102dc00dsc00dp00icFFisc02ip12in00"
    storage = events["add usb 1-1:1.2"]["MODALIAS"]
    assert storage == "usb:v12D1p1506d0102dc00dsc00dp00ic08isc06ip50in02"
    assert events["bind usb 1-1:1.1"]["DRIVER"] == "huawei_cdc_ncm"
    assert events["add tty ttyUSB0"]["DEVNAME"] == "ttyUSB0"
    assert events["add net wwan0"]["INTERFACE"] == "wwan0"


def test_a_wdm_device_is_of_another_subsystem_and_interface() -> None:
    events = between(NOTHING, Plugged(Composition.NCM, 1, tty="cdc-wdm0"))
    found = [event for event in events if event["SUBSYSTEM"] == "usbmisc"]
    assert [event["DEVPATH"].rpartition("1-1:")[2] for event in found] == ["1.1/usbmisc/cdc-wdm0"]


def test_without_drivers_nothing_is_bound() -> None:
    events = between(NOTHING, Plugged(Composition.DRIVERLESS, 1))
    assert [brief(event) for event in events if event["ACTION"] == "bind"] == ["bind usb 1-1"]


def test_a_stick_that_was_plugged_in_again_goes_and_comes() -> None:
    again = Plugged(Composition.NCM, 2, tty="ttyUSB0", netdev="wwan0")
    events = [brief(event) for event in between(STICK, again)]
    assert events.index("remove tty ttyUSB0") < events.index("add tty ttyUSB0")
    assert between(again, again) == []


@pytest.mark.parametrize("composition", [each for each in Composition if each != "absent"])
def test_every_composition_can_come_and_go(composition: Composition) -> None:
    events = between(NOTHING, Plugged(composition, 1))
    back = between(Plugged(composition, 1), NOTHING)
    assert len(events) == len(back) >= 3
