# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Buses as people have them: modules, adapters, phones, docking stations and several at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from ansible_collections.fleet.openwrt.plugins.plugin_utils.usb.classify import (
    Finding,
    Kind,
    classify,
    classify_all,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.usb.explain import explain
from ansible_collections.fleet.openwrt.plugins.plugin_utils.usb.table import UsbDevice, parse

HUB = "1d6b:0002 | 09/00/00 hub"
OPTION = "ff/00/00 option"
OPTION_FF = "ff/ff/ff option"
DISK = "08/06/50 usb-storage"
ECM = ("02/06/00 cdc_ether", "0a/00/00 cdc_ether")
CDC_NCM = ("02/0d/00 cdc_ncm", "0a/00/01 cdc_ncm")
TTYS = ("/dev/ttyUSB0", "/dev/ttyUSB1", "/dev/ttyUSB2")

QUECTEL_ECM = ("2c7c:6005 Android Android", *ECM, OPTION, OPTION, OPTION)
SIMCOM_RNDIS = (
    "1e0e:9011 SimTech",
    *("02/02/ff rndis_host", "0a/00/00 rndis_host", "ff/ff/ff option", OPTION, OPTION, OPTION),
    *(OPTION, "ff/42/01"),
)
TELIT_ECM = (
    *("1bc7:10c7 Telit FE910", *ECM, "ff/ff/40 option", "ff/ff/40 option", "ff/ff/30 option"),
)
UNLISTED_ECM = ("4321:10c7 Somebody", *ECM, OPTION_FF, OPTION_FF)
HUAWEI_320 = ("12d1:155e HUAWEI_MOBILE", OPTION_FF, OPTION_FF, OPTION_FF, *CDC_NCM)
E173_ETHERNET = (
    *("12d1:1436 HUAWEI", OPTION_FF, "02/06/ff cdc_ether", "0a/00/00 cdc_ether"),
    *(OPTION_FF, OPTION_FF, DISK, DISK),
)
E169 = ("12d1:1001 HUAWEI", OPTION_FF, OPTION_FF, OPTION_FF, DISK, DISK)
NCM_STICK = ("12d1:1506 HUAWEI_MOBILE", "ff/02/12 option", "ff/02/16 huawei_cdc_ncm")
ASLEEP = ("12d1:1f01 HUAWEI_MOBILE", DISK)

AX88179 = ("0b95:1790 ASIX AX88179A", *CDC_NCM)
DOCK = ("17e9:6006 DisplayLink Dock", *CDC_NCM, "ff/00/00", "01/01/00 snd-usb-audio")
DLINK_ADAPTER = ("2001:4a00 D-Link DUB-1312", *CDC_NCM)
PIXEL = ("18d1:4eec Google Pixel", *CDC_NCM, "ff/42/01")
TETHERING = ("2717:ff80 Xiaomi Mi", "e0/01/03 rndis_host", "0a/00/00 rndis_host")
GALAXY = (
    *("04e8:6864 SAMSUNG", "e0/01/03 rndis_host", "0a/00/00 rndis_host"),
    *("02/02/01 cdc_acm", "0a/00/00 cdc_acm"),
)
HUAWEI_PHONE = ("12d1:108a HUAWEI P30", "e0/01/03 rndis_host", "0a/00/00 rndis_host", "ff/42/01")
ZTE_PHONE = ("19d2:1365 ZTE Blade", "e0/01/03 rndis_host", "0a/00/00 rndis_host", "ff/42/01")
WIFI = ("2357:010c TP-Link TL-WN722N", "ff/ff/ff")
IPHONE = ("05ac:12a8 Apple iPhone", "06/01/01", "ff/fe/02", "ff/fd/01 ipheth")
ARDUINO = ("2341:0043 Arduino", "02/02/01 cdc_acm", "0a/00/00 cdc_acm")
ZIGBEE = ("1cf1:0030 dresden ConBee", "02/02/01 cdc_acm", "0a/00/00 cdc_acm")
GPS = ("1546:01a7 u-blox GPS", "02/02/01 cdc_acm", "0a/00/00 cdc_acm")
FTDI = ("0403:6001 FTDI FT232R", "ff/ff/ff ftdi_sio")
CP210X = ("10c4:ea60 Silicon_Labs CP2102", "ff/00/00 cp210x")
CH341 = ("1a86:7523 QinHeng", "ff/01/02 ch341")
PL2303 = ("067b:2303 Prolific", "ff/00/00 pl2303")
UPS = ("051d:0002 APC Back-UPS", "03/00/00 usbhid")
LENOVO_LAN = ("17ef:3062 Lenovo USB-C LAN", "ff/ff/00 r8152")
LENOVO_KEYBOARD = ("17ef:6099 Lenovo Keyboard", "03/01/01 usbhid")
SAMSUNG_DISK = ("04e8:61f5 Samsung T5", "08/06/50 usb-storage")
MEDIATEK_WIFI = ("0e8d:7612 MediaTek Wireless", "ff/ff/ff mt76x2u")
DISPLAYLINK = ("17e9:436e DisplayLink", "ff/00/00", "ff/00/00", *CDC_NCM)
WEBCAM_DOCK = ("4321:0001 Somebody Dock", "ff/00/00", "ff/00/00", "0e/01/00 uvcvideo", *CDC_NCM)
MEMORY = ("0951:1666 Kingston DataTraveler", DISK)
R8152 = ("0bda:8153 Realtek LAN", "ff/ff/00 r8152")


def table(*devices: Sequence[str]) -> tuple[UsbDevice, ...]:
    """Devices as the kernel lists them: each an id with its maker, then code and driver a part."""
    records = [_record(1, *HUB.split(" | "))]
    records += [_record(number, *device) for number, device in enumerate(devices, start=2)]
    return parse("\n\n".join(records))


def _record(number: int, head: str, *parts: str) -> str:
    id_, _, name = head.partition(" ")
    vendor, _, product = id_.partition(":")
    lines = [f"T:  Bus=01 Lev=01 Prnt=01 Port={number - 2:02} Cnt=01 Dev#={number:3} Spd=480"]
    lines += [f"P:  Vendor={vendor} ProdID={product} Rev= 3.18"]
    lines += [f"S:  Product={name}"] if name else []
    lines += [f"C:* #Ifs={len(parts):2} Cfg#= 1 Atr=e0 MxPwr=500mA"]
    return "\n".join([*lines, *(_part(index, part) for index, part in enumerate(parts))])


def _part(index: int, part: str) -> str:
    code, _, driver = part.partition(" ")
    cls, sub, prot = code.split("/")
    name = {"ff": "vend.", "02": "comm.", "08": "stor.", "0a": "data "}.get(cls, "misc ")
    return (
        f"I:* If#={index:2} Alt= 0 #EPs= 3 Cls={cls}({name}) Sub={sub} Prot={prot} "
        f"Driver={driver or '(none)'}"
    )


def look(
    *devices: Sequence[str], ttys: int = 0, netdevs: Sequence[str] = (), acms: int = 0
) -> Finding:
    nodes = [f"ttyUSB{number}" for number in range(ttys)]
    nodes += [f"ttyACM{number}" for number in range(acms)]
    return classify(table(*devices), nodes=nodes, netdevs=netdevs)


@pytest.mark.parametrize(
    ("device", "ttys"),
    [(QUECTEL_ECM, 3), (SIMCOM_RNDIS, 5), (UNLISTED_ECM, 2), (HUAWEI_320, 3), (E173_ETHERNET, 3)],
    ids=["quectel ecm", "simcom rndis", "no listed vendor", "huawei cdc_ncm", "huawei ecm"],
)
def test_ports_that_a_modem_driver_has_bound_may_take_at(device: Sequence[str], ttys: int) -> None:
    finding = look(device, ttys=ttys, netdevs=["usb0"])
    assert finding.kind is Kind.NCM_NO_CONTROL
    assert finding.control == ()
    assert finding.unsure == finding.to_ask == tuple(f"/dev/ttyUSB{n}" for n in range(ttys))
    words = explain(finding)
    assert "/dev/ttyUSB0, /dev/ttyUSB1" in words
    assert "may take AT commands" in words
    for wrong in ("takes no AT", "HiLink", "kmod-usb-serial-option", "SETPORT", "diag"):
        assert wrong not in words


def test_the_diag_port_among_them_is_not_asked() -> None:
    finding = look(TELIT_ECM, ttys=3, netdevs=["usb0"])
    assert (finding.kind, finding.to_ask) == (Kind.NCM_NO_CONTROL, TTYS[:2])


def test_a_debug_bridge_beside_ports_without_driver_is_a_module_s() -> None:
    bare = ("1e0e:9011 SimTech", "e0/01/03 rndis_host", "ff/ff/ff", "ff/00/00", "ff/42/01")
    finding = look(bare, netdevs=["usb0"])
    assert finding.kind is Kind.DRIVER_MISSING
    assert [item.driver for item in finding.missing] == ["option"]


def test_a_port_with_the_code_of_at_is_asked_first() -> None:
    module = ("2c7c:0801 Quectel", "02/0d/00 cdc_ncm", OPTION, "ff/ff/40 option")
    assert look(module, ttys=2).to_ask == ("/dev/ttyUSB1", "/dev/ttyUSB0")


@pytest.mark.parametrize("driver", ["option", "qcserial", "sierra"])
def test_the_answer_decides(driver: str) -> None:
    module = ("2c7c:6005", *ECM, f"ff/00/00 {driver}", f"ff/00/00 {driver}")
    finding = look(module, ttys=2, netdevs=["usb0"])
    asked = finding.answered("/dev/ttyUSB1", ["/dev/ttyUSB0"])
    assert (asked.kind, asked.control) == (Kind.NCM_READY, ("/dev/ttyUSB1",))
    assert asked.unsure == ("/dev/ttyUSB0",)
    assert "/dev/ttyUSB1 takes AT commands" in explain(asked)
    silent = finding.answered(None, finding.to_ask)
    assert silent.kind is Kind.NCM_NO_CONTROL
    assert "/dev/ttyUSB0, /dev/ttyUSB1 did not answer AT" in explain(silent)


@pytest.mark.parametrize(
    "device",
    [AX88179, DOCK, DLINK_ADAPTER, PIXEL, TETHERING, GALAXY, HUAWEI_PHONE, ZTE_PHONE, IPHONE]
    + [LENOVO_LAN, LENOVO_KEYBOARD, SAMSUNG_DISK, MEDIATEK_WIFI, DISPLAYLINK, WEBCAM_DOCK]
    + [R8152, WIFI, ARDUINO, ZIGBEE, GPS, FTDI, CP210X, CH341, PL2303, UPS, MEMORY],
    ids=lambda device: device[0],
)
def test_what_is_no_modem_is_named_and_never_said_to_sit_loosely(device: Sequence[str]) -> None:
    finding = look(device, netdevs=["eth1", "usb0"], ttys=1, acms=1)
    assert (finding.kind, finding.device, finding.control) == (Kind.ABSENT, None, ())
    assert device[0] in explain(finding)
    assert "firmly" not in explain(finding)


@pytest.mark.parametrize(
    ("device", "words"),
    [
        (AX88179, "a network adapter"),
        (R8152, "a network adapter"),
        (LENOVO_LAN, "a network adapter"),
        (LENOVO_KEYBOARD, "an input device or a UPS"),
        (SAMSUNG_DISK, "a disk"),
        (PIXEL, "a phone"),
        (FTDI, "a serial device"),
        (ZIGBEE, "a serial device"),
        (UPS, "an input device or a UPS"),
        (MEMORY, "a disk"),
    ],
)
def test_what_a_device_is_instead_is_said(device: Sequence[str], words: str) -> None:
    assert f"{device[0]} ({words})" in explain(look(device))


@pytest.mark.parametrize("other", [AX88179, DOCK, PIXEL, GALAXY, MEMORY, FTDI, ARDUINO])
@pytest.mark.parametrize(
    ("stick", "kind"),
    [
        (ASLEEP, Kind.STORAGE_MODE),
        (NCM_STICK, Kind.NCM_READY),
        (E169, Kind.OTHER_MODE),
        (("12d1:14dc HUAWEI", *ECM), Kind.HILINK),
    ],
    ids=["storage mode", "ready", "dial-up", "hilink"],
)
def test_it_never_stands_before_the_real_one(
    other: Sequence[str], stick: Sequence[str], kind: Kind
) -> None:
    for devices in ((other, stick), (stick, other)):
        nodes = ["cdc-wdm0"] if stick is NCM_STICK else []
        finding = classify(table(*devices), nodes=nodes, netdevs=["eth1"])
        assert (finding.kind, finding.device and finding.device.id) == (kind, stick[0][:9])


def test_an_adapter_with_a_serial_port_of_no_listed_vendor_has_to_be_asked_and_comes_last() -> None:
    gadget = ("1d6b:0104 Linux Gadget", *CDC_NCM, "02/02/01 cdc_acm", "0a/00/00 cdc_acm")
    finding = look(gadget, acms=1, netdevs=["usb0"])
    assert (finding.kind, finding.to_ask) == (Kind.NCM_NO_CONTROL, ("/dev/ttyACM0",))
    assert finding.answered("/dev/ttyACM0", ()).kind is Kind.NCM_READY
    nothing = finding.answered(None, ["/dev/ttyACM0"])
    assert nothing.kind is Kind.ABSENT
    assert "1d6b:0104 Linux Gadget (a network adapter)" in explain(nothing)
    assert look(gadget, ASLEEP, acms=1).kind is Kind.STORAGE_MODE


@pytest.mark.parametrize("subclass", ["01", "02", "04", "05", "06"])
def test_storage_mode_is_known_whatever_command_set_the_disk_speaks(subclass: str) -> None:
    finding = look(("19d2:2000 ZTE CDMA", f"08/{subclass}/50"))
    assert finding.kind is Kind.STORAGE_MODE
    assert look(("0951:1666 Kingston", f"08/{subclass}/50 usb-storage")).kind is Kind.ABSENT


def test_a_disk_that_calls_itself_a_modem_is_one_in_storage_mode() -> None:
    assert look(("4321:f000 USB Modem", "08/02/50 usb-storage")).kind is Kind.STORAGE_MODE


def test_storage_beside_serial_ports_is_a_card_reader() -> None:
    finding = look(E169, ttys=3)
    assert (finding.kind, finding.driver) == (Kind.OTHER_MODE, "option")
    assert "proto 3g" in explain(finding)
    assert "usbmode" not in explain(finding)


@pytest.mark.parametrize("vendor", ["05c6:9025", "4321:9025"], ids=["listed", "not listed"])
def test_ports_without_drivers_lack_their_module(vendor: str) -> None:
    finding = look((f"{vendor} Generic Broadband", "ff/ff/30", "ff/00/00", "ff/ff/ff"))
    assert finding.kind is Kind.DRIVER_MISSING
    assert [item.package for item in finding.missing] == ["kmod-usb-serial-option"]
    assert "firmly" not in explain(finding)
    assert "new_id" in explain(finding)


RNDIS = ("e0/01/03 rndis_host", "0a/00/00 rndis_host")


@pytest.mark.parametrize(
    "device",
    [
        ("0e8d:7127 FM350-GL", *RNDIS, "ff/00/00", "ff/00/00", "ff/42/01", "ff/00/00", "ff/00/00"),
        ("19d1:0001 Luat", *RNDIS, "ff/00/00", "ff/00/00", "ff/00/00"),
        ("2ecc:3012 ASR", *RNDIS, "ff/00/00", "ff/00/00"),
        ("2001:7e35 D-Link DWM-222", *("ff/ff/ff",) * 5, DISK),
    ],
    ids=lambda device: device[0],
)
def test_a_modem_whose_ports_have_no_driver_yet_is_neither_phone_nor_adapter(
    device: Sequence[str],
) -> None:
    finding = look(device, netdevs=["usb0"])
    assert finding.kind is Kind.DRIVER_MISSING
    assert [item.driver for item in finding.missing] == ["option"]


@pytest.mark.parametrize(
    ("parts", "kind"),
    [((DISK,), Kind.STORAGE_MODE), ((*RNDIS, DISK), Kind.HILINK)],
    ids=["storage", "hilink"],
)
def test_a_stick_of_huawei_s_heir_is_known(parts: Sequence[str], kind: Kind) -> None:
    assert look(("3566:2001 Mobile Mobile", *parts)).kind is kind


@pytest.mark.parametrize("brand", [0x00, 0x30, 0x60])
@pytest.mark.parametrize("subclass", [1, 2, 3, 6])
def test_ports_of_operators_brands_of_huawei_have_other_codes(subclass: int, brand: int) -> None:
    for at, diag in ((0x02, 0x03), (0x12, 0x13)):
        ports = [f"ff/{subclass:02x}/{each + brand:02x} option" for each in (diag, at)]
        finding = look(("12d1:157f Vodafone", "ff/02/76 huawei_cdc_ncm", *ports), ttys=2)
        assert (finding.control, finding.to_ask) == (("/dev/ttyUSB1",), ())


def test_ports_beside_a_part_without_driver_may_belong_to_qmi() -> None:
    finding = look(("2c7c:0125 Quectel EC25", OPTION_FF, OPTION, OPTION, "ff/ff/ff"), ttys=3)
    assert finding.kind is Kind.OTHER_MODE
    assert "interface 3 (ff/ff/ff) has no driver" in explain(finding)
    assert "kmod-usb-net-qmi-wwan" in explain(finding)
    assert "qmi" not in explain(look(E169, ttys=3))


def test_a_network_function_beside_ports_without_driver_is_no_hilink() -> None:
    finding = look(("2c7c:6005 Quectel", *ECM, "ff/00/00", "ff/00/00"), netdevs=["usb0"])
    assert finding.kind is Kind.DRIVER_MISSING
    assert "option for ff/00/00" in explain(finding)


def test_a_serial_adapter_s_node_is_not_the_stick_s() -> None:
    stick, adapter = table(NCM_STICK, FTDI)[1:]
    stick = _with_node(_with_node(stick, 0, "ttyUSB1"), 1, "cdc-wdm0")
    finding = classify(
        (stick, _with_node(adapter, 0, "ttyUSB0")),
        nodes=["ttyUSB0", "ttyUSB1", "cdc-wdm0"],
        netdevs=["wwan0"],
    )
    assert (finding.control, finding.unsure) == (("/dev/cdc-wdm0", "/dev/ttyUSB1"), ())
    without_sysfs = classify(
        table(NCM_STICK, FTDI), nodes=["ttyUSB0", "ttyUSB1"], netdevs=["wwan0"]
    )
    assert without_sysfs.control == without_sysfs.to_ask == ()


def _with_node(device: UsbDevice, index: int, node: str) -> UsbDevice:
    parts = list(device.interfaces)
    parts[index] = replace(parts[index], nodes=(node,))
    return replace(device, interfaces=tuple(parts))


def test_the_network_device_of_another_device_is_not_the_stick_s() -> None:
    stick, adapter = table(NCM_STICK, AX88179)[1:]
    adapter = _with_node(adapter, 0, "usb0")
    finding = classify((adapter, stick), nodes=["cdc-wdm0"], netdevs=["usb0"])
    assert finding.netdev is None


def test_each_of_several_sticks_is_found_best_first() -> None:
    devices = table(ASLEEP, QUECTEL_ECM, AX88179)
    findings = classify_all(devices, nodes=["ttyUSB0"], netdevs=[])
    assert [each.kind for each in findings] == [Kind.NCM_NO_CONTROL, Kind.STORAGE_MODE]


def test_hubs_are_no_devices_even_without_an_interface() -> None:
    hubs = table(("05e3:0610 Genesys Hub", "09/00/01 hub"))
    root = replace(hubs[0], product="0003", interfaces=())
    finding = classify((root, *hubs), nodes=[], netdevs=[])
    assert (finding.kind, finding.bus) == (Kind.ABSENT, ())
    assert "sits firmly" in explain(finding)


def test_a_record_without_a_configuration_line_shows_its_interfaces() -> None:
    (device,) = parse(
        "T:  Bus=02 Spd=5000\nP:  Vendor=12D1 ProdID=1F01\n"
        "I:* If#=0 Alt=0 #EPs=2 Cls=08(stor.) Sub= 6 Prot=50 Driver=usb-storage\n"
    )
    assert (device.id, device.interfaces[0].code) == ("12d1:1f01", "08/06/50")
