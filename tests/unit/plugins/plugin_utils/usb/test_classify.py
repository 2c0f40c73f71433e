# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from dataclasses import replace

import pytest

from ansible_collections.fleet.openwrt.plugins.plugin_utils.usb.classify import Kind, classify
from ansible_collections.fleet.openwrt.plugins.plugin_utils.usb.explain import explain
from ansible_collections.fleet.openwrt.plugins.plugin_utils.usb.table import (
    UsbDevice,
    UsbInterface,
)


def interface(number: int, code: str, driver: str | None, *nodes: str) -> UsbInterface:
    cls, subclass, protocol = (int(part, 16) for part in code.split("/"))
    return UsbInterface(number, cls, subclass, protocol, driver, True, nodes)


def device(id_: str, *interfaces: UsbInterface, number: int = 2) -> UsbDevice:
    vendor, _, product = id_.partition(":")
    return UsbDevice(
        1, 0, number, "480", vendor, product, "1.02", "HUAWEI", "Mobile", None, interfaces
    )  # fmt: skip


HUB = device("1d6b:0002", interface(0, "09/00/00", "hub"), number=1)
NCM = interface(2, "ff/02/16", "huawei_cdc_ncm")
AT = interface(1, "ff/02/12", "option")
MODEM = interface(0, "ff/02/10", "option")
DIAG = interface(3, "ff/02/13", "option")
CARD = interface(4, "08/06/50", None)


def test_a_huawei_stick_is_ready_and_its_wdm_comes_before_its_at_port() -> None:
    finding = classify(
        (HUB, device("12d1:1506", MODEM, AT, NCM, CARD)),
        nodes=["ttyUSB1", "/dev/ttyUSB0", "/dev/cdc-wdm0", "ttyS0"],
        netdevs=["br-lan", "eth0", "wwan0"],
    )
    assert finding.kind is Kind.NCM_READY
    assert finding.control == ("/dev/cdc-wdm0", "/dev/ttyUSB1", "/dev/ttyUSB0")
    assert (finding.netdev, finding.driver, finding.missing) == ("wwan0", "huawei_cdc_ncm", ())
    assert "huawei_cdc_ncm" in explain(finding)
    assert "/dev/cdc-wdm0 takes AT commands" in explain(finding)


@pytest.mark.parametrize("code", ["ff/02/13", "ff/03/13", "ff/01/03"])
def test_the_diag_port_is_never_offered(code: str) -> None:
    diag = interface(0, code, "option")
    finding = classify(
        (HUB, device("12d1:1506", diag, AT, NCM)), nodes=["ttyUSB0", "ttyUSB1"], netdevs=[]
    )
    assert finding.control == ("/dev/ttyUSB1",)


def test_ports_that_may_be_the_diag_port_are_named_but_not_offered() -> None:
    # Three ports on the bus, two nodes: which is which cannot be known.
    finding = classify(
        (HUB, device("12d1:1506", MODEM, AT, NCM, DIAG)), nodes=["ttyUSB0", "ttyUSB4"], netdevs=[]
    )
    assert finding.kind is Kind.NCM_NO_CONTROL
    assert (finding.control, finding.unsure) == ((), ("/dev/ttyUSB0", "/dev/ttyUSB4"))
    assert "/dev/ttyUSB0, /dev/ttyUSB4 cannot be told from the diag port" in explain(finding)


def test_without_a_diag_port_a_lone_node_is_offered_although_counts_differ() -> None:
    finding = classify(
        (HUB, device("12d1:1506", MODEM, AT, NCM)), nodes=["ttyUSB7"], netdevs=["wwan0"]
    )
    assert (finding.kind, finding.control) == (Kind.NCM_READY, ("/dev/ttyUSB7",))


def test_nodes_that_sysfs_names_are_believed() -> None:
    stick = device(
        "12d1:1506",
        replace(DIAG, number=0, nodes=("ttyUSB5",)),
        replace(AT, nodes=("ttyUSB6",)),
        replace(NCM, nodes=("eth2", "cdc-wdm1")),
    )
    finding = classify(
        (HUB, stick), nodes=["ttyUSB5", "ttyUSB6", "cdc-wdm1"], netdevs=["eth2", "wwan0"]
    )
    assert finding.control == ("/dev/cdc-wdm1", "/dev/ttyUSB6")
    assert finding.netdev == "eth2"


def test_plain_cdc_ncm_without_a_port_lacks_its_control() -> None:
    stick = device("12d1:155e", interface(0, "02/0d/00", "cdc_ncm"))
    finding = classify((HUB, stick), nodes=[], netdevs=["usb0"])
    assert (finding.kind, finding.netdev) == (Kind.NCM_NO_CONTROL, "usb0")
    assert "makes no /dev/cdc-wdm" in explain(finding)
    assert "kmod-usb-serial-option" in explain(finding)
    assert "kmod-usb-acm" in explain(finding)


def test_a_huawei_stick_whose_wdm_has_not_come_yet_lacks_its_control() -> None:
    finding = classify((HUB, device("12d1:1506", NCM)), nodes=[], netdevs=["wwan0"])
    assert finding.kind is Kind.NCM_NO_CONTROL
    assert "not there (yet)" in explain(finding)
    assert "diag" not in explain(finding)


def test_plain_cdc_ncm_with_an_acm_port_is_ready() -> None:
    stick = device(
        "12d1:155e",
        interface(0, "02/0d/00", "cdc_ncm"),
        interface(2, "02/02/01", "cdc_acm"),
        interface(3, "0a/00/00", "cdc_acm"),
    )
    finding = classify((HUB, stick), nodes=["ttyACM0"], netdevs=["usb0"])
    assert (finding.kind, finding.control) == (Kind.NCM_READY, ("/dev/ttyACM0",))


def test_the_data_half_of_an_acm_port_is_no_port_of_its_own() -> None:
    # The diag port is bound, so only a node that belongs for certain is offered.
    stick = device(
        "12d1:155e",
        interface(0, "02/0d/00", "cdc_ncm"),
        interface(2, "02/02/01", "cdc_acm"),
        interface(3, "0a/00/00", "cdc_acm"),
        replace(DIAG, number=5),
    )
    finding = classify((HUB, stick), nodes=["ttyACM0", "ttyUSB0"], netdevs=["usb0"])
    assert (finding.control, finding.unsure) == (("/dev/ttyACM0",), ())


def test_the_wdm_of_another_function_is_not_offered() -> None:
    stick = device(
        "2c7c:0125",
        interface(0, "02/0d/00", "cdc_ncm", "usb0"),
        interface(4, "ff/ff/ff", "qmi_wwan", "cdc-wdm0"),
    )
    finding = classify((HUB, stick), nodes=["cdc-wdm0"], netdevs=["usb0"])
    assert (finding.kind, finding.control) == (Kind.NCM_NO_CONTROL, ())


@pytest.mark.parametrize(
    ("code", "driver", "package"),
    [
        ("ff/02/16", "huawei_cdc_ncm", "kmod-usb-net-huawei-cdc-ncm"),
        ("ff/03/76", "huawei_cdc_ncm", "kmod-usb-net-huawei-cdc-ncm"),
        ("02/0d/00", "cdc_ncm", "kmod-usb-net-cdc-ncm"),
    ],
)
def test_a_network_function_without_its_driver_is_named_with_the_package(
    code: str, driver: str, package: str
) -> None:
    stick = device("12d1:1506", interface(0, code, None), AT)
    finding = classify((HUB, stick), nodes=["ttyUSB0"], netdevs=[])
    assert finding.kind is Kind.DRIVER_MISSING
    assert [(item.driver, item.package) for item in finding.missing] == [(driver, package)]
    assert f"{driver} for {code}" in explain(finding)
    assert f"Install {package}" in explain(finding)
    assert "Not every port" not in explain(finding)


def test_an_at_port_without_driver_is_a_fault_only_when_nothing_else_takes_commands() -> None:
    stick = device("12d1:1506", replace(AT, driver=None), NCM)
    with_wdm = classify((HUB, stick), nodes=["cdc-wdm0"], netdevs=["wwan0"])
    assert with_wdm.kind is Kind.NCM_READY
    assert "kmod-usb-serial-option would bring it" in explain(with_wdm)
    without = classify((HUB, stick), nodes=[], netdevs=["wwan0"])
    assert without.kind is Kind.DRIVER_MISSING
    assert [item.package for item in without.missing] == ["kmod-usb-serial-option"]


@pytest.mark.parametrize("id_", ["12d1:1f01", "12d1:14fe", "19d2:1225"])
def test_a_modem_that_is_only_a_disk_is_in_storage_mode(id_: str) -> None:
    finding = classify((HUB, device(id_, CARD)), nodes=[], netdevs=[])
    assert finding.kind is Kind.STORAGE_MODE
    assert "usbmode -s" in explain(finding)
    assert id_ in explain(finding)


def test_a_memory_stick_is_no_modem() -> None:
    finding = classify((HUB, device("0951:1666", CARD)), nodes=[], netdevs=[])
    assert (finding.kind, finding.device) == (Kind.ABSENT, None)
    assert "0951:1666 HUAWEI Mobile" in explain(finding)


def test_a_network_adapter_is_no_hilink_stick() -> None:
    adapter = device("0bda:8153", interface(0, "02/06/00", "cdc_ether"))
    assert classify((HUB, adapter), nodes=[], netdevs=["eth1"]).kind is Kind.ABSENT


@pytest.mark.parametrize("id_", ["12d1:14db", "12d1:14dc", "19d2:1405"])
def test_hilink_takes_no_at_commands(id_: str) -> None:
    stick = device(id_, interface(0, "02/06/00", "cdc_ether", "eth1"))
    finding = classify((HUB, stick), nodes=[], netdevs=["eth1"])
    assert (finding.kind, finding.netdev, finding.driver) == (Kind.HILINK, "eth1", "cdc_ether")
    assert "proto dhcp" in explain(finding)


def test_a_modem_behind_rndis_with_an_at_port_is_no_hilink() -> None:
    stick = device(
        "2cd2:0001",
        interface(0, "e0/01/03", "rndis_host"),
        interface(2, "02/02/01", "cdc_acm"),
    )
    finding = classify((HUB, stick), nodes=["ttyACM0"], netdevs=["usb0"])
    assert (finding.kind, finding.driver) == (Kind.NCM_READY, "rndis_host")


@pytest.mark.parametrize(
    ("code", "driver"), [("02/0e/00", "cdc_mbim"), ("02/0e/00", None), ("ff/ff/ff", "qmi_wwan")]
)
def test_qmi_and_mbim_are_another_mode(code: str, driver: str | None) -> None:
    stick = device("2c7c:0125", interface(4, code, driver))
    finding = classify((HUB, stick), nodes=["cdc-wdm0"], netdevs=["wwan0"])
    assert finding.kind is Kind.OTHER_MODE
    assert (driver or "cdc_mbim") in explain(finding)


def test_the_stick_that_works_wins_over_the_one_that_does_not() -> None:
    asleep = device("12d1:1f01", CARD, number=2)
    ready = device("12d1:1506", NCM, number=3)
    finding = classify((HUB, asleep, ready), nodes=["cdc-wdm0"], netdevs=["wwan0"])
    assert finding.device == ready


def test_only_hubs_is_absent() -> None:
    finding = classify((HUB,), nodes=[], netdevs=["wwan0"])
    assert finding.kind is Kind.ABSENT
    assert "The bus is empty" in explain(finding)


def test_no_table_is_judged_from_the_nodes() -> None:
    finding = classify((), nodes=["ttyUSB0", "cdc-wdm0"], netdevs=["eth0", "wwan0"])
    assert finding.kind is Kind.NO_TABLE
    assert finding.control == ("/dev/cdc-wdm0", "/dev/ttyUSB0")
    assert finding.netdev == "wwan0"
    assert "/dev/cdc-wdm0 (wwan0)" in explain(finding)
