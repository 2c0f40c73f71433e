# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from ansible_collections.fleet.openwrt.plugins.plugin_utils.errors import RouterError
from ansible_collections.fleet.openwrt.plugins.plugin_utils.usb.table import (
    SYSFS_SCRIPT,
    parse,
    parse_sysfs,
)

ROOT_HUB = """
T:  Bus=03 Lev=00 Prnt=00 Port=00 Cnt=00 Dev#=  1 Spd=480  MxCh= 4
B:  Alloc=  0/800 us ( 0%), #Int=  0, #Iso=  0
D:  Ver= 2.00 Cls=09(hub  ) Sub=00 Prot=01 MxPS=64 #Cfgs=  1
P:  Vendor=1d6b ProdID=0002 Rev= 6.06
S:  Manufacturer=Linux 6.6.110 xhci-hcd
S:  Product=xHCI Host Controller
C:* #Ifs= 1 Cfg#= 1 Atr=e0 MxPwr=  0mA
I:* If#= 0 Alt= 0 #EPs= 1 Cls=09(hub  ) Sub=00 Prot=00 Driver=hub
E:  Ad=81(I) Atr=03(Int.) MxPS=   4 Ivl=256ms
"""

STICK = """
T:  Bus=03 Lev=01 Prnt=01 Port=02 Cnt=01 Dev#= 12 Spd=480  MxCh= 0
D:  Ver= 2.10 Cls=00(>ifc ) Sub=00 Prot=00 MxPS=64 #Cfgs=  2
P:  Vendor=12D1 ProdID=1506 Rev= 1.02
S:  Manufacturer=HUAWEI_MOBILE
S:  Product=HUAWEI=MOBILE, Rev=9 Driver=none
C:  #Ifs= 2 Cfg#= 2 Atr=80 MxPwr=500mA
I:  If#= 0 Alt= 0 #EPs= 1 Cls=02(comm.) Sub=0d Prot=00 Driver=
I:  If#= 1 Alt= 0 #EPs= 0 Cls=0a(data ) Sub=00 Prot=01 Driver=
C:* #Ifs= 4 Cfg#= 1 Atr=80 MxPwr=500mA
I:* If#= 0 Alt= 0 #EPs= 3 Cls=ff(vend.) Sub=02 Prot=10 Driver=(none)
I:* If#= 1 Alt= 0 #EPs= 2 Cls=ff(vend.) Sub=02 Prot=12 Driver=option
I:  If#= 2 Alt= 0 #EPs= 1 Cls=ff(vend.) Sub=02 Prot=16 Driver=huawei_cdc_ncm
I:* If#= 2 Alt= 1 #EPs= 3 Cls=ff(vend.) Sub=02 Prot=16 Driver=huawei_cdc_ncm
I:* If#= 3 Alt= 0 #EPs= 2 Cls=08(stor.) Sub=06 Prot=50 Driver=usb-storage
E:  Ad=04(O) Atr=02(Bulk) MxPS= 512 Ivl=0ms
"""


def test_every_record_becomes_a_device_with_its_padded_values() -> None:
    hub, stick = parse(ROOT_HUB + STICK)
    assert (hub.id, hub.speed, hub.serial) == ("1d6b:0002", "480", None)
    assert (stick.bus, stick.port, stick.device) == (3, 2, 12)
    assert (stick.id, stick.revision) == ("12d1:1506", "1.02")


def test_free_text_may_look_like_fields() -> None:
    (stick,) = parse(STICK)
    assert stick.product_name == "HUAWEI=MOBILE, Rev=9 Driver=none"
    assert stick.manufacturer == "HUAWEI_MOBILE"


def test_only_the_active_configuration_counts_and_each_interface_once() -> None:
    (stick,) = parse(STICK)
    assert [(i.number, i.code, i.driver, i.active) for i in stick.interfaces] == [
        (0, "ff/02/10", None, True),
        (1, "ff/02/12", "option", True),
        (2, "ff/02/16", "huawei_cdc_ncm", True),
        (3, "08/06/50", "usb-storage", True),
    ]


def test_without_an_active_alternate_the_last_one_stands() -> None:
    record = STICK.replace("I:* If#= 2 Alt= 1", "I:  If#= 2 Alt= 1").replace(
        "Alt= 1 #EPs= 3 Cls=ff(vend.) Sub=02 Prot=16", "Alt= 1 #EPs= 3 Cls=ff(vend.) Sub=02 Prot=76"
    )
    interface = parse(record)[0].interfaces[2]
    assert (interface.code, interface.active) == ("ff/02/76", False)


def test_an_active_alternate_is_not_overruled_by_a_later_inactive_one() -> None:
    swapped = STICK.replace("I:  If#= 2 Alt= 0", "I:+ If#= 2 Alt= 0").replace(
        "I:* If#= 2 Alt= 1 #EPs= 3 Cls=ff(vend.) Sub=02 Prot=16",
        "I:  If#= 2 Alt= 1 #EPs= 3 Cls=ff(vend.) Sub=02 Prot=76",
    )
    interface = parse(swapped.replace("I:+", "I:*"))[0].interfaces[2]
    assert (interface.code, interface.active) == ("ff/02/16", True)


def test_a_device_that_nobody_configured_shows_its_first_configuration_as_inactive() -> None:
    (stick,) = parse(STICK.replace("C:*", "C: ").replace("I:*", "I: "))
    assert [(i.code, i.active) for i in stick.interfaces] == [
        ("02/0d/00", False),
        ("0a/00/01", False),
    ]


def test_blank_lines_and_what_stands_before_the_first_device_are_skipped() -> None:
    text = "I:* If#= 9 Alt= 0\n\n" + STICK.replace("D:  Ver", "\n\nD:  Ver") + "\n\n"
    assert parse(text) == parse(STICK)


def test_nothing_at_all_is_no_device() -> None:
    assert parse("\n") == ()


def test_a_record_without_ids_is_refused() -> None:
    with pytest.raises(RouterError, match="no readable Vendor"):
        parse(STICK.replace("P:  Vendor=12D1", "P:  Vendor=??"))


# --- sysfs --------------------------------------------------------------------------------------


def _device(root: Path, name: str, **attributes: str) -> Path:
    folder = root / name
    folder.mkdir(parents=True)
    for key, value in attributes.items():
        (folder / key).write_text(value)
    return folder


def _interface(root: Path, name: str, code: str, driver: str | None, *nodes: str) -> None:
    cls, subclass, protocol = code.split("/")
    folder = _device(
        root,
        name,
        bInterfaceNumber=f"{int(name.rpartition('.')[2]):02x}\n",
        bInterfaceClass=f"{cls}\n",
        bInterfaceSubClass=f"{subclass}\n",
        bInterfaceProtocol=f"{protocol}\n",
    )
    if driver:
        target = root.parent / "drivers" / driver
        target.mkdir(parents=True, exist_ok=True)
        (folder / "driver").symlink_to(target)
    for node in nodes:
        (folder / node).mkdir(parents=True)


@pytest.fixture
def sysfs(tmp_path: Path) -> Path:
    root = tmp_path / "devices"
    _device(
        root, "usb3", busnum="3\n", devnum="1\n", devpath="0\n", speed="480\n",
        idVendor="1d6b\n", idProduct="0002\n", bcdDevice="0606\n",
    )  # fmt: skip
    _interface(root, "3-0:1.0", "09/00/00", "hub")
    _device(
        root, "3-1.2", busnum="3\n", devnum="12\n", devpath="1.2\n", speed="480\n",
        idVendor="12d1\n", idProduct="1506\n", bcdDevice="0102\n",
        manufacturer="HUAWEI_MOBILE", product="HUAWEI=MOBILE  \nsecond line\n",
    )  # fmt: skip
    _interface(root, "3-1.2:1.0", "ff/02/12", "option", "ttyUSB0/tty/ttyUSB0")
    _interface(root, "3-1.2:1.1", "02/02/01", "cdc_acm", "tty/ttyACM0")
    _interface(root, "3-1.2:1.2", "ff/02/16", "huawei_cdc_ncm", "net/wwan0", "usbmisc/cdc-wdm0")
    _interface(root, "3-1.2:1.10", "ff/02/13", None)
    return root


def _shell() -> list[str]:
    busybox = shutil.which("busybox")
    return [busybox, "ash"] if busybox else ["sh"]


def _run(root: Path) -> str:
    done = subprocess.run(
        [*_shell(), "-seu"],
        input=SYSFS_SCRIPT,
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "USB_SYSFS": str(root)},
    )
    assert done.stderr == ""
    return done.stdout


def test_the_script_and_its_parser_tell_what_sysfs_holds(sysfs: Path) -> None:
    devices = {device.id: device for device in parse_sysfs(_run(sysfs))}
    stick = devices["12d1:1506"]
    assert (stick.bus, stick.port, stick.device, stick.speed) == (3, 1, 12, "480")
    assert (stick.revision, stick.manufacturer, stick.serial) == ("1.02", "HUAWEI_MOBILE", None)
    assert stick.product_name == "HUAWEI=MOBILE"
    assert all(interface.active for interface in stick.interfaces)
    assert [(i.number, i.code, i.driver, i.nodes) for i in stick.interfaces] == [
        (0, "ff/02/12", "option", ("ttyUSB0",)),
        (1, "02/02/01", "cdc_acm", ("ttyACM0",)),
        (2, "ff/02/16", "huawei_cdc_ncm", ("wwan0", "cdc-wdm0")),
        (10, "ff/02/13", None, ()),
    ]
    assert [i.code for i in devices["1d6b:0002"].interfaces] == ["09/00/00"]


def test_a_router_without_usb_prints_nothing(tmp_path: Path) -> None:
    assert _run(tmp_path / "missing") == ""
    assert parse_sysfs("") == ()


def test_a_sysfs_device_with_unreadable_ids_is_refused() -> None:
    with pytest.raises(RouterError, match="no readable idVendor"):
        parse_sysfs("at=3-1\nbusnum=3\nidVendor=??\nidProduct=1506\n")


@pytest.mark.parametrize("left", ["busnum=3\n", "busnum=3\nidVendor=12d1\n"])
def test_a_device_that_is_unplugged_while_it_is_read_is_gone(left: str) -> None:
    other = "at=1-1\nidVendor=2c7c\nidProduct=0125\n"
    assert [each.id for each in parse_sysfs(f"at=3-1\n{left}{other}")] == ["2c7c:0125"]


@pytest.mark.parametrize("odd", ["\u00b2", "9" * 5_000], ids=["superscript", "long"])
def test_odd_numbers_end_in_no_error(odd: str) -> None:
    (device,) = parse(STICK.replace("Dev#=", f"Dev#={odd} Old=").replace("Sub=02", f"Sub={odd}"))
    assert device.device == 0
    (device,) = parse_sysfs(f"at=3-1\nidVendor=12d1\nidProduct=1506\ndevpath=1.{odd}\n")
    assert device.port == 0


@pytest.mark.parametrize("odd", ["\x0b", "\x1c", "\x85", "\u2028"])
def test_odd_characters_in_a_name_begin_no_line(odd: str) -> None:
    (device,) = parse(STICK.replace("S:  Product=", f"S:  Product=a{odd}T: Bus=01 "))
    assert device.id == "12d1:1506"
    (device,) = parse_sysfs(f"at=3-1\nidVendor=12d1\nidProduct=1506\nproduct=a{odd}at=9\n")
    assert device.place == "3-1"
