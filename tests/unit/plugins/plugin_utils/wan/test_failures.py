# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Failures that people have met, each from what its router answers to the one verdict on it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from support import bus
from support.timeline import State, Timeline
from support.wan import (
    AROUND,
    GONE,
    LINK,
    MODEM,
    PENDING,
    PORT_SILENT,
    RECORDED,
    TRAFFIC,
    UP,
    around,
    down,
    dump,
    network,
    says,
    state,
)

from ansible_collections.fleet.openwrt.plugins.plugin_utils.diagnosis import STARTS
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.wire import Answer
from ansible_collections.fleet.openwrt.plugins.plugin_utils.uci.probe import UciProbe
from ansible_collections.fleet.openwrt.plugins.plugin_utils.wan import remarks
from ansible_collections.fleet.openwrt.plugins.plugin_utils.wan.check import WanError, check
from ansible_collections.fleet.openwrt.plugins.plugin_utils.wan.reasons import REASONS
from ansible_collections.fleet.openwrt.plugins.plugin_utils.wan.request import Check
from tests.unit.plugins.plugin_utils.wan.test_traffic import LOG as REJECTED
from tests.unit.plugins.plugin_utils.wan.test_traffic import SILENT, UNKNOWN


def unknown(word: str) -> str:
    return f"WARNING: Variable '{word}' does not exist or is not an array/object"


REFUSED = ("Connecting modem", "Failed to connect", "Stopping network wwan")
MUTE = ("Failed to get modem information", "Stopping network wwan")
NO_REPLY = {TRAFFIC: f"=== ping 198.51.100.1\n{SILENT}"}
NO_NAME = {TRAFFIC: f"=== lookup my.yota.ru\n{UNKNOWN}"}
PLUGGED = "dmesg [  {}.1] usb 1-1: new high-speed USB device number {} using xhci_hcd"
QMI = (
    "T:  Bus=01 Lev=01 Prnt=01 Port=00 Cnt=01 Dev#=  2 Spd=480  MxCh= 0\n"
    "D:  Ver= 2.00 Cls=00(>ifc ) Sub=00 Prot=00 MxPS=64 #Cfgs=  1\n"
    "P:  Vendor=2c7c ProdID=0125 Rev= 3.18\n"
    "C:* #Ifs= 1 Cfg#= 1 Atr=a0 MxPwr=500mA\n"
    "I:* If#= 0 Alt= 0 #EPs= 3 Cls=ff(vend.) Sub=ff Prot=ff Driver=qmi_wwan\n"
)


# What brought the interface back on a genuine router, in conformance/answers/revive.json.
ANSWERS = Path(__file__).parents[4] / "conformance/answers/revive.json"
RECORDED_REVIVAL = next(
    step["do"]
    for scene in json.loads(ANSWERS.read_text(encoding="utf-8"))["sequences"]
    for step in scene["steps"]
    if "notify_proto" in step["do"]
)


@dataclass(frozen=True)
class Case:
    """What a router answers, the verdict, and what it must say; `row` is that of REPORTED."""

    code: str
    router: State
    says: str
    recommended: dict[str, Any]
    row: int = 0
    ping: bool = False
    lookup: bool = False
    remark: str = ""
    asked: bool = True


def wan_down(
    code: str, says_: str, recommended: dict[str, Any], router: State, **more: Any
) -> Case:
    return Case(code, router, says_, recommended, **more)


MODULE = bus.table("2c7c:6005", "02/06/00 cdc_ether", "ff/00/00 option")
DIALS = bus.table("12d1:1001", "ff/ff/ff option", "ff/ff/ff option", "08/06/50 usb-storage")
OFF = bus.DRIVERLESS.replace("C:*", "C: ").replace("I:* If#", "I:  If#")
IFUP = {"action": "ifup", "interface": "wwan"}
REVIVE = {"action": "revive", "interface": "wwan"}
SET_APN = {"action": "set_apn", "interface": "wwan", "apn": "internet"}


def device(value: str) -> dict[str, Any]:
    return {"action": "set_option", "option": "device", "interface": "wwan", "value": value}


def up(**more: Any) -> State:
    return {**state(UP), **more}


CASES = [
    # The configuration.
    wan_down(
        "NO_NETIFD", "does not run", {"action": "restart_network"},
        {**state(), LINK: Answer(4, "", "Not found")}, asked=False,
    ),
    wan_down(
        "NO_INTERFACE", "no interface wwan", {"action": "reload_network"},
        {**state(), LINK: dump()}, asked=False,
    ),
    wan_down(
        "DISABLED", "disabled", {"action": "remove_option", "option": "disabled",
                                 "interface": "wwan"},
        {**state(), LINK: dump(), UciProbe("network").title: network(disabled="1")}, asked=False,
    ),
    wan_down(
        "HANDLER_UNLOADED", "network restart", {"action": "restart_network"},
        down(status={**GONE, "proto": "none"}), asked=False,
    ),
    wan_down(
        "HANDLER_MISSING", "comgt-ncm",
        {"action": "install_package", "packages": ["comgt-ncm"]},
        down(status={**GONE, "proto": "none"},
             surroundings="device there\nkernel 6.6.110\nuptime 10.0 9.0\n"), asked=False,
    ),
    wan_down(
        "WRONG_PROTO", "proto wwan",
        {"action": "use_other_proto", "proto": "ncm", "interface": "wwan"},
        down(status={**PENDING, "proto": "wwan"}, options={"proto": "wwan"}), asked=False, row=13,
    ),
    wan_down("STOPPED", "ifup wwan", IFUP,
             down(status={**PENDING, "pending": False, "autostart": False}), asked=False),
    # The stick.
    wan_down("STICK_ABSENT", "No modem is on the USB bus", {"action": "plug_in"},
             down("Control device not valid", status=GONE, stick=bus.EMPTY, nodes=()),
             asked=False),
    wan_down("STORAGE_MODE", "as a disk", {"action": "switch_stick"},
             down("Control device not valid", status=GONE, stick=bus.STORAGE, nodes=()),
             asked=False),
    wan_down("HILINK", "HiLink", {"action": "use_other_proto", "proto": "dhcp", "netdev": "wwan0"},
             down("Control device not valid", status=GONE, stick=bus.HILINK, nodes=()),
             row=11, asked=False),
    wan_down(
        "DRIVER_MISSING", "kmod-usb-net-huawei-cdc-ncm",
        {"action": "install_package",
         "packages": ["kmod-usb-net-huawei-cdc-ncm", "kmod-usb-serial-option"]},
        down("Control device not valid", status=GONE, stick=bus.DRIVERLESS, nodes=()),
        row=12, asked=False,
    ),
    wan_down("STICK_OFF", "none is missing", {"action": "switch_on"},
             down("Control device not valid", status=GONE, stick=OFF, nodes=()), asked=False),
    wan_down(
        "KERNEL_MISMATCH", "another kernel",
        {"action": "install_package",
         "packages": ["kmod-usb-net-huawei-cdc-ncm", "kmod-usb-serial-option"]},
        down("Control device not valid", status=GONE, stick=bus.DRIVERLESS, nodes=(),
             surroundings=around("module option 6.6.73/option.ko", device="missing")),
        row=29, asked=False,
    ),
    wan_down("OTHER_MODE", "another protocol", {"action": "use_other_proto", "proto": "qmi"},
             down("Control device not valid", status=GONE, stick=QMI, nodes=()),
             row=24, asked=False),
    wan_down("NO_CONTROL", "no node that takes AT commands", {"action": "set_ports"},
             down("Control device not valid", status=GONE, stick=bus.CDC_NCM, nodes=()),
             row=8, asked=False),
    wan_down("NO_USB", "no USB device at all",
             {"action": "install_package", "packages": ["kmod-usb2", "kmod-usb3"]},
             down("Control device not valid", status=GONE, stick="", nodes=()), asked=False),
    wan_down(
        "USB_LOOP", "5 times within five minutes", {"action": "replug"},
        down("Control device not valid", status=GONE, stick=bus.EMPTY, nodes=(),
             surroundings=around(*(PLUGGED.format(900 + n, n) for n in range(5)),
                                 device="missing")),
        row=19, asked=False,
    ),
    wan_down(
        "DEVICE_MOVED", "/dev/ttyUSB1", device("/dev/ttyUSB1"),
        down("Control device not valid", status=GONE, nodes=("/dev/ttyUSB1",),
             surroundings=around(device="missing"), modem=says(port="/dev/ttyUSB1")), row=28,
    ),
    wan_down(
        "DEVICE_MOVED", "/dev/ttyUSB3", device("/dev/ttyUSB3"),
        down("Control device not valid", status=GONE, stick=MODULE, nodes=("/dev/ttyUSB3",),
             surroundings=around(device="missing"), modem=says(port="/dev/ttyUSB3")),
    ),
    wan_down("OTHER_MODE", "it dials", {"action": "use_other_proto", "proto": "3g"},
             down("Control device not valid", status=GONE, stick=DIALS, nodes=()), asked=False),
    wan_down("NO_DEVICE", "no control device", device("/dev/ttyUSB0"),
             down("No control device specified", status=GONE, options={"device": ""},
                  surroundings="kernel 6.6.110\nhandler\nuptime 10.0 9.0\n", modem=says())),
    wan_down("GIVEN_UP", "does not try again", REVIVE,
             down("Control device not valid", status=GONE, modem=says()), row=15),
    wan_down("DEVICE_MISSING", "plugged in", REVIVE,
             {**down("Control device not valid", status=GONE, nodes=(),
                     modem=Answer(71, "", "no port")), bus.USB: Answer(1, "", "")}),
    wan_down("NO_IFACE", "ifname", {"action": "set_option", "option": "ifname",
                                    "interface": "wwan"},
             down("The interface could not be found.", status=GONE, modem=says())),
    # netifd's own faults, of which the modem knows nothing.
    wan_down("CARRIAGE_RETURN", "24.10.0", {"action": "upgrade"},
             down(unknown("huawei\r"), "Unsupported modem", status=GONE), row=1, asked=False),
    wan_down("GCOM_CRASHED", "crashed", {"action": "upgrade"},
             down("Segmentation fault", *MUTE), row=2, asked=False),
    wan_down("CHATTER", "AT^CURC=0", REVIVE,
             down(unknown("^boot:1"), "Unsupported modem", status=GONE), row=3, asked=False),
    wan_down("CHATTER", "of its own accord", REVIVE,
             down(unknown("^rssi:18"), "Unsupported modem", status=GONE), row=5, asked=False),
    wan_down("CHATTER", "'^hcsq:\"lte\"'", REVIVE,
             down(unknown('^hcsq:"lte"'), "Unsupported modem", status=GONE), row=6, asked=False),
    wan_down("GCOM_TEXT", "delay", REVIVE,
             down(unknown("no"), "Unsupported modem", status=GONE), row=7, asked=False),
    wan_down("UNSUPPORTED_MODEM", "'fibocom'", {"action": "upgrade"},
             down(unknown("fibocom"), "Unsupported modem", status=GONE,
                  modem=says("vendor=fibocom")), row=22),
    # The line is an old one: another stick is in its place, or this one has come to itself.
    wan_down("GIVEN_UP", "does not try again", REVIVE,
             down(unknown("acme"), "Unsupported modem", status=GONE, modem=says())),
    wan_down("MODEL_AS_MAKER", "gives its model ('e3372')", {"action": "upgrade"},
             down(unknown("e3372"), "Unsupported modem", status=GONE,
                  modem=says("vendor=E3372")), row=26),
    wan_down("UNSUPPORTED_MODEM", "'acme'", {"action": "upgrade"},
             down(status={**GONE, "errors": [{"subsystem": "interface", "code": "NO_DEVICE"}]},
                  modem=says("vendor=acme"))),
    wan_down("NO_APN", "Set apn", {"action": "set_apn", "interface": "wwan"},
             down("No APN specified", status=GONE), asked=False),
    # The port.
    wan_down("GCOM_MISSING", "comgt-ncm",
             {"action": "install_package", "packages": ["comgt-ncm"]},
             down(*MUTE, modem=Answer(70, "", "gcom is not installed"))),
    wan_down("PORT_BUSY", "ModemManager", {"action": "stop_program", "program": "ModemManager",
                                           "pid": 812},
             down(*MUTE, modem=Answer(
                 72, "", "/dev/ttyUSB0 is in use by ModemManager (812)\n")), row=16),
    wan_down("PORT_BUSY", "ModemManager", {"action": "stop_program", "program": "ModemManager",
                                           "pid": 812},
             down("Could not write to COM device. (1)", *MUTE, modem=PORT_SILENT,
                  surroundings=around("program ModemManager 812")), row=16),
    wan_down("GETINFO_FAILED", "delay",
             {"action": "set_option", "option": "delay", "value": "30", "interface": "wwan"},
             down(*MUTE, modem=Answer(72, "", "/dev/ttyUSB0 is in use by gcom (99)\n"))),
    wan_down("MODEM_SILENT", "take its power away", {"action": "replug"},
             down(*MUTE, modem=PORT_SILENT), row=27),
    wan_down("WRONG_PORT", "but on /dev/ttyUSB0", device("/dev/ttyUSB0"),
             down(*MUTE, options={"device": "/dev/cdc-wdm0"},
                  nodes=("/dev/cdc-wdm0", "/dev/ttyUSB0"),
                  modem=Answer(0, says(), "/dev/cdc-wdm0 does not answer\n")), row=10),
    wan_down(
        "NO_LEASE_HERE", "serial port", device("/dev/ttyUSB0"),
        {**state({**UP, "wwan_4": {"up": False, "proto": "dhcp"}}),
         UciProbe("network").title: network(device="/dev/cdc-wdm0"), MODEM: says(),
         **bus.state(bus.NCM, "/dev/cdc-wdm0", "/dev/ttyUSB0", wwan0="huawei_cdc_ncm")}, row=9,
    ),
    wan_down("NO_LEASE", "no address", IFUP,
             {**state({**UP, "wwan_4": {"up": False, "proto": "dhcp"}}), MODEM: says()}),
    wan_down("NO_CHILD", "is not there", IFUP, {**state({**UP, "wwan_4": None}), MODEM: says()}),
    wan_down(
        "PORT_LAYOUT", "FF;10,12", {"action": "set_ports", "ports": "FF;10,12"},
        down(*REFUSED, modem=says(answers={"AT^SETPORT?": "^SETPORT:FF;10,12\r\nOK"})), row=20,
    ),
    # The SIM.
    wan_down("NO_SIM", "finds no SIM", {"action": "insert_sim"},
             {**state(RECORDED["nosim"]), MODEM: says("nosim")}),
    wan_down("SIM_PIN", "2 tries are left", {"action": "unlock_sim", "using": "pin", "left": 2},
             down(*REFUSED, modem=says("pin=1234,2"))),
    wan_down("SIM_PIN", "and none is configured",
             {"action": "unlock_sim", "using": "pin", "left": 3},
             down(*REFUSED, modem=says("pin=1234"))),
    wan_down("SIM_PIN", "the one that is configured has not unlocked it",
             {"action": "unlock_sim", "using": "pin", "left": 3},
             down(*REFUSED, options={"pincode": "1234"}, modem=says("pin=1234"))),
    wan_down("SIM_PUK", "10 tries are left", {"action": "unlock_sim", "using": "puk", "left": 10},
             {**state(RECORDED["puk"]), MODEM: says("puk")}, row=23),
    wan_down("SIM_PUK", "PUK by hand", {"action": "unlock_sim", "using": "puk", "left": 10},
             {**state(RECORDED["pin"]), MODEM: says("puk")}, row=23),
    wan_down("PIN_FAILED", "Do not repeat",
             {"action": "unlock_sim", "using": "pin", "left": 1},
             {**state(RECORDED["pin"]), MODEM: says("pin=1234,1")}),
    wan_down("PIN_FAILED", "Do not repeat",
             {"action": "unlock_sim", "using": "pin", "left": 2},
             down(status={**PENDING, "pending": False, "autostart": False},
                  options={"pin_refused": "1", "auto": "0"}, modem=says("pin=1234,2"))),
    # Refused once, and unlocked since: netifd stays where the refusal has left it.
    wan_down("STOPPED", "ifup wwan", IFUP, {**state(RECORDED["pin"]), MODEM: says()}),
    wan_down("SIM_FAILURE", "another device", {"action": "insert_sim"},
             down(*REFUSED, modem=says(answers={"AT+CPIN?": "+CME ERROR: 13"}))),
    wan_down("SIM_NOT_READY", "AT+CPIN?", {"action": "insert_sim"},
             {**state(RECORDED["nosim"]), MODEM: PORT_SILENT}),
    # The network.
    wan_down("NO_SIGNAL", "no network at all", {"action": "move_antenna"},
             down(*REFUSED, modem=says("registration=2", "signal=99"))),
    wan_down("NOT_REGISTERED", "searching; signal -77 dBm", {"action": "wait", "seconds": 60},
             down(*REFUSED, modem=says("registration=2"))),
    wan_down("REGISTRATION_DENIED", "refuses the SIM", {"action": "ask_operator"},
             down(*REFUSED, modem=says("registration=3"))),
    wan_down("NO_DATA_ATTACH", "not attached", {"action": "ask_operator"},
             down(*REFUSED, modem=says(answers={"AT+CGATT?": "+CGATT: 0\r\nOK"}))),
    wan_down("CONNECT_FAILED", "APN", SET_APN, {**state(RECORDED["apn"]), MODEM: says()}),
    wan_down("CONNECT_FAILED", "APN", SET_APN, {**state(RECORDED["nosim"]), MODEM: says()}),
    wan_down("CONNECT_FAILED", "APN", SET_APN, down(*REFUSED, modem=PORT_SILENT)),
    wan_down("INITIALIZE_FAILED", "ATQ0", {"action": "set_option", "option": "pdptype",
                                           "interface": "wwan"},
             down("sending -> ATQ0", "Failed to initialize modem", modem=says()), row=8),
    wan_down("CONFIGURE_FAILED", "pdptype", SET_APN,
             down("sending -> AT+QICSGP=1,1", "Failed to configure modem", modem=says())),
    wan_down("SETMODE_FAILED", "mode", {"action": "remove_option", "option": "mode",
                                        "interface": "wwan"},
             down("Failed to set operating mode", modem=says())),
    wan_down("FINALIZE_FAILED", "profile", {"action": "remove_option", "option": "profile",
                                            "interface": "wwan"},
             down("Setting up wwan0", "Failed to configure modem", modem=says())),
    wan_down("DISCONNECT_FAILED", "plug the stick", IFUP,
             down("Stopping network wwan", "Failed to disconnect", modem=says())),
    wan_down("NETWORK_REGISTRATION_FAILED", "antenna", {"action": "move_antenna"},
             down(status={**PENDING, "errors": [
                 {"subsystem": "ncm", "code": "NETWORK_REGISTRATION_FAILED"}]}, modem=says())),
    wan_down("SETTING_UP", "Wait", {"action": "wait", "seconds": 30}, down(modem=says())),
    # Up, and of no use.
    Case("SESSION_DROPPED", up(**NO_REPLY, **{MODEM: says("drop=quiet")}), "session has ended",
         IFUP, row=4, ping=True),
    Case("NO_TRAFFIC", up(**NO_REPLY, **{MODEM: says()}), "198.51.100.1", IFUP, ping=True),
    Case("NO_SIM", up(**NO_REPLY, **{MODEM: says("nosim")}), "finds no SIM",
         {"action": "insert_sim"}, ping=True),
    Case("NO_DEFAULT_ROUTE",
         {**state({**UP, "wwan_4": {**UP["wwan_4"], "route": []}}), **NO_REPLY, MODEM: says()},
         "defaultroute",
         {"action": "set_option", "option": "defaultroute", "value": "1", "interface": "wwan"},
         ping=True),
    Case("DNS_REBIND", {**state({**UP, "log": [*UP["log"], REJECTED]}), **NO_NAME},
         "whitelist yota.ru with", {"action": "whitelist_domain", "domains": ["yota.ru"]},
         lookup=True, asked=False),
    Case("NO_DNS_SERVER",
         {**state({**UP, "wwan_4": {**UP["wwan_4"], "dns-server": []}}), **NO_NAME,
          MODEM: says()}, "brought no DNS server",
         {"action": "set_option", "option": "dns", "interface": "wwan"}, lookup=True),
    Case("NO_NAMES", up(**NO_NAME, **{MODEM: says()}), "my.yota.ru",
         {"action": "set_option", "option": "dns", "interface": "wwan"}, lookup=True),
    Case("SESSION_DROPPED", up(**NO_NAME, **{MODEM: says("drop=quiet")}), "session has ended",
         IFUP, row=4, lookup=True),
    Case("OTHER_ROUTE",
         {**up(**NO_NAME, **{MODEM: says()}),
          LINK: dump(
              wwan=UP["wwan"],
              wwan_4={**UP["wwan_4"], "metric": 20},
              wan={**UP["wwan_4"], "metric": 10})},
         "goes through wan,", {"action": "set_option", "option": "metric", "interface": "wwan"},
         lookup=True),
    # What is no verdict, but said beside one.
    wan_down("CONNECT_FAILED", "The option service is not read by proto ncm; use mode", SET_APN,
             down(*REFUSED, options={"service": "preferlte"}, modem=says()),
             row=18, remark="DEAD_OPTION"),
    wan_down("CONNECT_FAILED", "The option mtu is not read by this release's", SET_APN,
             down(*REFUSED, options={"mtu": "1400"}, modem=says()),
             row=21, remark="OPTION_IGNORED"),
    wan_down("CONNECT_FAILED", "The option ip4table does not reach", SET_APN,
             down(*REFUSED, options={"ip4table": "7"}, modem=says()),
             row=21, remark="OPTION_IGNORED"),
    wan_down("CONNECT_FAILED", "There are 2 modems", SET_APN,
             down(*REFUSED, stick=bus.NCM + "\n" + bus.CDC_NCM, modem=says()),
             row=17, remark="TWO_STICKS"),
    wan_down("CONNECT_FAILED", "older than 4.2", SET_APN,
             down(*REFUSED, surroundings=around(kernel="3.18.45"), modem=says()),
             row=25, remark="OLD_KERNEL"),
    Case("NO_TRAFFIC", {**up(**NO_REPLY, **{MODEM: says()}), AROUND: around("mwan3", "mwan3 wan")},
         "mwan3 is configured and knows wan", IFUP, row=14, ping=True, remark="MWAN3"),
    wan_down("CONNECT_FAILED", "'ifdown wwan' ends that", SET_APN,
             {**state({**RECORDED["apn"], "log": RECORDED["apn"]["log"] * 2}), MODEM: says()},
             remark="FLASH_WEAR"),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.code}-{case.row}{case.remark}")
def test_one_verdict_and_one_action(case: Case) -> None:
    router = Timeline((0, case.router))
    wanted = Check.from_params(
        {
            "interface": "wwan",
            "timeout": 0,
            "ping": ["198.51.100.1"] if case.ping else [],
            "lookup": ["my.yota.ru"] if case.lookup else [],
            "ask_modem": True,
        }
    )
    with pytest.raises(WanError) as caught:
        check(router, wanted)
    facts: dict[str, Any] = caught.value.facts()
    assert facts["diagnosis"]["code"] == case.code
    assert case.says in str(caught.value)
    assert "(unknown)" not in str(caught.value)
    assert facts["recommended"] == case.recommended
    assert case.remark in ("", *(each["code"] for each in facts["remarks"]))
    assert any(MODEM in asked for asked in router.asked) is case.asked
    first = 2 if case.ping or case.lookup else 1
    assert router.round_trips == first + (2 if case.asked else 1)


def test_what_is_worth_a_start_costs_the_sim_nothing() -> None:
    """The role ncm_wan starts the interface again for these, and only for these."""
    worth = {code for code, reason in REASONS.items() if reason.worth_a_start}
    started = {c for c, reason in REASONS.items() if reason.recommended.action in STARTS}
    assert worth == started | {"NO_DEVICE", "NO_IFACE"}, "which may have come meanwhile"
    assert {"GIVEN_UP", "CHATTER", "NO_CHILD", "SESSION_DROPPED", "STOPPED"} <= worth
    assert not [code for code in worth if code.startswith(("SIM", "PIN", "NO_SIM"))]


@pytest.mark.parametrize("code", sorted(c for c, r in REASONS.items() if r.worth_a_start))
def test_a_start_that_is_advised_works_in_that_state(code: str) -> None:
    """ifup does not revive what netifd has given up."""
    reason = REASONS[code]
    given_up = code in {"DEVICE_MISSING", "GIVEN_UP", "CHATTER", "GCOM_TEXT"}
    assert (reason.recommended.action == "revive") is given_up
    if given_up:
        line = reason.command.format_map({"interface": "wwan"})
        assert line == RECORDED_REVIVAL
        assert line in reason.action.format_map({"interface": "wwan"})


def test_every_code_has_its_case() -> None:
    thresholds = {"WRONG_ADDRESS", "WEAK_SIGNAL", "MODEM_UNREADABLE"}
    assert {case.code for case in CASES} == set(REASONS) - thresholds - {"up"}
    assert {case.remark for case in CASES} - {""} == set(remarks.MEANINGS) - {
        "OTHER_ROUTE",
        "NO_DEFAULT_ROUTE",
    }


REPORTED = {
    1: "24.10-rc: the maker's name ends in a carriage return (openwrt 17448)",
    2: "24.10: gcom crashes (openwrt 17998)",
    3: "a line of the boot is taken for the maker, for good (openwrt 25285)",
    4: "no new session after the operator's daily end (openwrt 20599)",
    5: "^RSSI taken for the maker (packages 15614)",
    6: "the same at random on E3372h (openwrt PR 2717, lede PR 1323)",
    7: "gcom's own error taken for the maker (openwrt PR 3231)",
    8: "E3372h-320: ATQ0 refused, no cdc-wdm (forum 126018)",
    9: "E3372s connects on cdc-wdm0 and gets no lease (forum 179654)",
    10: "MS2732h: cdc-wdm0 is silent (gl-inet 4637)",
    11: "E3372h-607 is HiLink (forum 26824)",
    12: "the driver of the network function is missing (forum 69650)",
    13: "proto wwan takes PPP for 12d1:1506 (openwrt 84)",
    14: "mwan3 does not know wwan_4 (packages 6324)",
    15: "a replug does not start it anew (openwrt PR 2352)",
    16: "Could not write to COM device: two programs on one port (OMR 1953)",
    17: "two sticks swap their numbers at boot (OMR 468)",
    18: "option service instead of mode (luci 5877)",
    19: "E5576-320: usb-modeswitch resets it again and again (packages 15893)",
    20: "E3276s does not connect until SETPORT (forum 66505)",
    21: "mtu and ip4table are ignored (openwrt 20216)",
    22: "a maker that ncm.json does not know (openwrt PR 24974)",
    23: "retries drive a SIM to its PUK (gl-inet 10695)",
    24: "a wrong usbnet takes the AT ports away (gl-inet 28294)",
    25: "E3372 needs kernel 4.2 (openwrt-devel 2015-06)",
    26: "AT+CGMI gives the model (gargoyle 537)",
    27: "a modem that hangs until its power is taken away (packages 19794)",
    28: "ttyUSB numbers move (a blog of August 2026)",
    29: "kernel modules for another kernel",
}


def test_everything_that_was_reported_is_recognised() -> None:
    """Which modem a HiLink stick, or a power-hungry one, is within its kind cannot be told apart:

    3, 5 and 6 are one fault to a router, as are 27 and any other reason for silence; whether a
    hash mismatch (29) kept a module from being installed shows when it is installed.
    """
    assert {case.row for case in CASES} - {0} == set(REPORTED)
