# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of USB devices for each way that a stick can present itself."""

from __future__ import annotations

import re

import pytest

from modem.usb import Composition, table, usbmode_listing

INTERFACE = re.compile(
    r"^I:(?P<active>[* ]) If#= *(?P<number>\d+) Alt= *(?P<alt>\d+) #EPs= *(?P<endpoints>\d+) "
    r"Cls=(?P<cls>..)\(.{5}\) Sub=(?P<sub>..) Prot=(?P<prot>..) Driver=(?P<driver>\S+)$",
    re.MULTILINE,
)


def stick(composition: Composition) -> str:
    """The record of the stick alone."""
    return table(composition).split("\n\n")[1]


@pytest.mark.parametrize(
    ("composition", "device", "interfaces"),
    [
        (
            Composition.NCM,
            "12d1:1506",
            {"ff/02/12 option", "ff/02/16 huawei_cdc_ncm", "08/06/50 usb-storage"},
        ),
        (Composition.STORAGE, "12d1:1f01", {"08/06/50 usb-storage"}),
        (
            Composition.HILINK,
            "12d1:14db",
            {"02/06/00 cdc_ether", "0a/00/00 cdc_ether", "08/06/50 usb-storage"},
        ),
        (
            Composition.DRIVERLESS,
            "12d1:1506",
            {"ff/02/12 (none)", "ff/02/16 (none)", "08/06/50 (none)"},
        ),
        (
            Composition.CDC_NCM,
            "12d1:155e",
            {"ff/03/12 option", "02/0d/00 cdc_ncm", "0a/00/01 cdc_ncm"},
        ),
    ],
)
def test_record(composition: Composition, device: str, interfaces: set[str]) -> None:
    record = stick(composition)
    vendor, product = device.split(":")
    assert f"P:  Vendor={vendor} ProdID={product} Rev=" in record
    found = [match.groupdict() for match in INTERFACE.finditer(record)]
    assert {f"{i['cls']}/{i['sub']}/{i['prot']} {i['driver']}" for i in found} == interfaces
    assert len(found) == record.count("\nI:"), "each line of an interface is well formed"


@pytest.mark.parametrize("composition", [each for each in Composition if each != "absent"])
def test_counts_agree_with_what_is_listed(composition: Composition) -> None:
    record = stick(composition)
    declared = re.search(r"#Ifs= *(\d+)", record)
    assert declared is not None
    found = list(INTERFACE.finditer(record))
    assert int(declared[1]) == len({each["number"] for each in found})
    for each in found:
        following = record[each.end() :].split("\nI:")[0]
        assert following.count("\nE:") == int(each["endpoints"])
    active = [each["number"] for each in found if each["active"] == "*"]
    assert sorted(active) == sorted({each["number"] for each in found}), "one active setting each"


def test_an_empty_bus_has_its_root_hub() -> None:
    assert "Driver=hub" in table(Composition.ABSENT)
    assert "12d1" not in table(Composition.ABSENT)


def test_usbmode_lists_only_what_can_be_switched() -> None:
    assert usbmode_listing(Composition.STORAGE).startswith("Found device: 12d1:1f01 (")
    assert usbmode_listing(Composition.NCM) == ""
