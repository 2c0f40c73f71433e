# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from support import bus

from ansible_collections.fleet.openwrt.plugins.plugin_utils.facts.usb import UsbProbe, joined
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.wire import Answer
from ansible_collections.fleet.openwrt.plugins.plugin_utils.usb.table import parse, parse_sysfs

SYSFS = """\
at=1-1
busnum=1
devnum={number}
devpath=1
speed=480
idVendor=12d1
idProduct={product}
if=1-1:1.1
bInterfaceNumber=01
bInterfaceClass=ff
bInterfaceSubClass=02
bInterfaceProtocol=16
driver=huawei_cdc_ncm
node=wwan0
node=cdc-wdm0
"""


def test_the_table_learns_its_nodes_from_sysfs() -> None:
    (stick,) = parse_sysfs(SYSFS.format(number=3, product="1506"))
    _, device = joined(parse(bus.NCM), [stick])
    by_number = {interface.number: interface.nodes for interface in device.interfaces}
    assert by_number[1] == ("wwan0", "cdc-wdm0")
    assert by_number[0] == ()


def test_the_host_of_a_container_is_not_taken_for_the_router() -> None:
    other_number = SYSFS.format(number=7, product="1506")
    other_device = SYSFS.format(number=3, product="14db")
    for text in (other_number, other_device):
        devices = joined(parse(bus.NCM), parse_sysfs(text))
        assert [device.id for device in devices] == ["1d6b:0002", "12d1:1506"]
        assert not any(interface.nodes for device in devices for interface in device.interfaces)


def test_sysfs_alone_is_enough() -> None:
    said = "--- sysfs\n" + SYSFS.format(number=3, product="1506")
    found = UsbProbe().parse(Answer(0, said, ""))
    assert found.readable
    assert [device.id for device in found.devices] == ["12d1:1506"]


def test_neither_is_no_error() -> None:
    found = UsbProbe().parse(Answer(0, "", ""))
    assert not found.readable
    assert found.devices == ()
