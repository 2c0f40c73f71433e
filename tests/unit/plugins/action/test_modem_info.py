# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""modem_info: from a task's arguments to its result, with a modem that is not there."""

from __future__ import annotations

from typing import Any

import pytest
from support import bus
from support.modem_talk import printed, stick
from support.task import run
from support.timeline import State, Timeline

from ansible_collections.fleet.openwrt.plugins.action import modem_info
from ansible_collections.fleet.openwrt.plugins.plugin_utils.at.talk import Port
from ansible_collections.fleet.openwrt.plugins.plugin_utils.modem.report import ModemProbe
from ansible_collections.fleet.openwrt.plugins.plugin_utils.ncm.known import KnownMakersProbe
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.wire import Answer

MODEM = ModemProbe(Port(None)).title
MAKERS = KnownMakersProbe().title
NCM = bus.state(bus.NCM, "/dev/ttyUSB0", wwan0="huawei_cdc_ncm")
HEAD = "@ maker \n@ port /dev/ttyUSB0\n"
SILENT = Answer(73, HEAD + "@ 1\n\n@ silent\n", "")


def router(said: str | Answer, usb: State = NCM, *, makers: str = '{"huawei": {}}') -> Timeline:
    return Timeline((0, {**usb, MODEM: said, MAKERS: makers}))


@pytest.mark.parametrize("check_mode", [False, True])
def test_all_about_a_modem_in_one_round_trip(
    monkeypatch: pytest.MonkeyPatch, check_mode: bool
) -> None:
    asked = router(printed(stick(), "huawei"))
    result = run(modem_info, {}, asked, monkeypatch, check_mode=check_mode)
    assert not result.get("failed")
    assert result["changed"] is False
    assert result["round_trips"] == asked.round_trips == 1
    assert result["modem"]["port"] == "/dev/ttyUSB0"
    assert result["modem"]["sim"]["state"] == "ready"
    assert result["modem"]["imsi"] == "00101**********"
    assert result["raw"]["AT+CGMI"] == {"lines": ["huawei"], "result": "OK"}
    assert result["usb"]["kind"] == "ncm_ready"
    assert (result["vendor"], result["vendor_known"]) == ("huawei", True)
    assert "warnings" not in result


def test_the_whole_imsi_on_request(monkeypatch: pytest.MonkeyPatch) -> None:
    modem = stick()
    asked = router(printed(modem, "huawei"))
    result = run(modem_info, {"show_imsi": True}, asked, monkeypatch)
    assert result["modem"]["imsi"] == modem.sim.imsi
    assert result["raw"]["AT+CIMI"]["lines"] == [modem.sim.imsi]


def test_a_maker_that_proto_ncm_does_not_know_is_warned_of(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = router(printed(stick("make=quectel"), "quectel"))
    result = run(modem_info, {}, asked, monkeypatch)
    assert result["vendor_known"] is False
    assert [each for each in result["warnings"] if "no entry for quectel" in each]


def test_a_table_of_makers_that_cannot_be_read_leaves_that_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = router(printed(stick(), "huawei"), makers="{")
    result = run(modem_info, {}, asked, monkeypatch)
    assert result["vendor_known"] is None
    assert len(result["warnings"]) == 1
    assert result["modem"]["manufacturer"] == "huawei"


@pytest.mark.parametrize(
    ("answer", "usb", "reason", "says"),
    [
        (Answer(71, "", ""), bus.state(bus.HILINK, eth1="cdc_ether"), "no_port", "HiLink"),
        (Answer(71, "", ""), bus.state(bus.STORAGE), "no_port", "usb-modeswitch"),
        (Answer(71, "", ""), bus.state(bus.DRIVERLESS), "no_port", "kmod-usb-net-huawei-cdc-ncm"),
        (Answer(71, "", ""), bus.state(bus.EMPTY), "no_port", "No modem is on the USB bus"),
        (
            Answer(71, "@ port /dev/ttyUSB9\n", "/dev/ttyUSB9 is not a character device"),
            NCM,
            "no_port",
            "/dev/ttyUSB0 takes AT commands",
        ),
        (SILENT, NCM, "silent", "did not answer on /dev/ttyUSB0"),
        (Answer(72, HEAD, "/dev/ttyUSB0 is in use by pppd (71)"), NCM, "busy", "pppd (71)"),
        (Answer(74, HEAD, "/dev/ttyUSB1 is the diag port"), NCM, "diag", "/dev/ttyUSB0 takes"),
        (Answer(70, "", "gcom is not installed"), NCM, "no_gcom", "comgt"),
        (Answer(139, HEAD, "Segmentation fault"), bus.state(bus.EMPTY), "failed", "No modem is on"),
    ],
)
def test_nobody_to_ask(
    monkeypatch: pytest.MonkeyPatch, answer: Answer, usb: State, reason: str, says: str
) -> None:
    result = run(modem_info, {}, router(answer, usb), monkeypatch)
    assert result["failed"]
    assert result["reason"] == reason
    assert says in result["msg"]
    assert result["usb"]["kind"]
    assert result["round_trips"] == 1


@pytest.mark.parametrize("answer", [SILENT, Answer(70, "", ""), Answer(72, HEAD, "in use")])
def test_a_stick_that_looks_right_is_not_praised_where_that_is_no_help(
    monkeypatch: pytest.MonkeyPatch, answer: Answer
) -> None:
    assert "ready for proto ncm" not in run(modem_info, {}, router(answer), monkeypatch)["msg"]


@pytest.mark.parametrize(
    "args",
    [{"device": "ttyUSB0"}, {"interface": "wan-1"}, {"timeout": 0}, {"show_imsi": "maybe"}],
)
def test_nothing_is_asked_with_bad_arguments(
    monkeypatch: pytest.MonkeyPatch, args: dict[str, Any]
) -> None:
    asked = router("")
    result = run(modem_info, args, asked, monkeypatch)
    assert result["failed"]
    assert next(iter(args)) in result["msg"]
    assert asked.round_trips == 0
