# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import math
from typing import Any

import pytest
from support import bus

from ansible_collections.fleet.openwrt.plugins.plugin_utils.errors import SpecError
from ansible_collections.fleet.openwrt.plugins.plugin_utils.facts import stick
from ansible_collections.fleet.openwrt.plugins.plugin_utils.facts.nodes import NodesProbe
from ansible_collections.fleet.openwrt.plugins.plugin_utils.facts.usb import UsbProbe
from ansible_collections.fleet.openwrt.plugins.plugin_utils.modem.usable import (
    Modem,
    Want,
    modem,
    patience,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.wire import Answer

ANY = Want(None, None)
WDM = "/dev/cdc-wdm0"
TTY = "/dev/ttyUSB0"


def judge(
    table: str, *control: str, want: Want = ANY, **netdevs: str
) -> tuple[str | None, str | None, float]:
    """Device, network device and patience, from what the router's shell prints."""
    devices = UsbProbe().parse(Answer(0, table, ""))
    nodes = NodesProbe(want.device).parse(Answer(0, bus.nodes(*control, **netdevs), ""))
    finding = stick.find(devices, nodes)
    found = modem(want, finding, nodes)
    return found.device, found.netdev, patience(found, finding)


def test_a_stick_that_is_ready_needs_no_patience() -> None:
    assert judge(bus.NCM, WDM, wwan0="huawei_cdc_ncm") == (WDM, "wwan0", 0)


def test_both_ends_must_be_there() -> None:
    assert judge(bus.NCM, WDM) == (WDM, None, math.inf)
    device, netdev, _ = judge(bus.NCM, wwan0="")
    assert (device, netdev) == (None, "wwan0")


def test_a_network_device_with_another_name_is_known_by_its_driver() -> None:
    assert judge(bus.NCM, WDM, eth1="huawei_cdc_ncm", eth2="r8152")[1] == "eth1"


@pytest.mark.parametrize("table", ["", bus.EMPTY], ids=["no table", "a table without a modem"])
def test_nodes_alone_are_enough_where_the_table_knows_no_modem(table: str) -> None:
    assert judge(table, TTY, wwan0="") == (TTY, "wwan0", 0)


@pytest.mark.parametrize(
    "table", [bus.HILINK, bus.STORAGE, bus.DRIVERLESS], ids=["hilink", "storage", "driverless"]
)
def test_nodes_of_something_else_do_not_make_such_a_stick_usable(table: str) -> None:
    device, _, worth = judge(table, TTY, wwan0="")
    assert device is None
    assert 0 < worth < 10


def test_a_path_that_the_user_names_is_trusted_when_it_is_there() -> None:
    want = Want("/dev/modem", "wwan0")
    assert judge(bus.DRIVERLESS, "/dev/modem", want=want, wwan0="") == ("/dev/modem", "wwan0", 0)
    assert judge(bus.NCM, WDM, want=want, wwan0="")[0] is None


def test_a_network_device_that_the_user_names_is_the_one() -> None:
    want = Want(None, "usb0")
    assert judge(bus.NCM, WDM, want=want, wwan0="")[1] is None
    assert judge(bus.NCM, WDM, want=want, wwan0="", usb0="")[1] == "usb0"


def test_an_empty_bus_is_worth_the_whole_wait() -> None:
    assert judge(bus.EMPTY) == (None, None, math.inf)


def test_the_path_that_the_user_names_is_looked_for() -> None:
    assert "/dev/serial/by-id/modem" in NodesProbe("/dev/serial/by-id/modem").script()


@pytest.mark.parametrize(
    ("option", "value"),
    [("device", "cdc-wdm0"), ("device", ""), ("netdev", "wwan0;reboot"), ("netdev", "a" * 16)]
    + [("interface", "wwan.0")],
)
def test_impossible_names_are_refused(option: str, value: str) -> None:
    params: dict[str, Any] = {"device": None, "netdev": None, "interface": "wwan", option: value}
    with pytest.raises(SpecError, match=option):
        Want.from_params(params)


def test_usable_means_both() -> None:
    assert Modem(WDM, "wwan0").usable
    assert not Modem(WDM, None).usable
    assert not Modem(None, "wwan0").usable
