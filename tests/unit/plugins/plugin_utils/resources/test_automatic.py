# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an interface finds out on the router: its port, its network device and its vendor."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest
from support import bus
from support.fake_router import NETWORK, params, plan, uci
from support.rendered import assert_clean_shell

from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.plan import Plan
from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.probe import (
    Known,
    Probe,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.errors import PlanError, SpecError
from ansible_collections.fleet.openwrt.plugins.plugin_utils.facts.nodes import NodesProbe
from ansible_collections.fleet.openwrt.plugins.plugin_utils.facts.usb import UsbProbe
from ansible_collections.fleet.openwrt.plugins.plugin_utils.modem.control_port import (
    AskProbe,
    Heard,
    InUse,
    InUseProbe,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.modem.sticks import HandlerNetProbe
from ansible_collections.fleet.openwrt.plugins.plugin_utils.ncm.arguments import INTERFACE_SPEC
from ansible_collections.fleet.openwrt.plugins.plugin_utils.netifd.handlers import (
    HandlerFileProbe,
    HandlersProbe,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.resources.interface import (
    NetworkInterface,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.wire import Answer

AUTO = {"name": "wwan", "proto": "ncm", "device": "auto", "ifname": "auto", "apn": "internet"}
LOGIN = {"auth": "chap", "username": "u", "password": "p4ss"}
WDM, TTY0, TTY1 = "/dev/cdc-wdm0", "/dev/ttyUSB0", "/dev/ttyUSB1"

HUAWEI = bus.table("12d1:1506", "ff/02/12 option", "ff/02/16 huawei_cdc_ncm")
MODULE = bus.table("2c7c:6005", "02/06/00 cdc_ether", "ff/00/00 option", "ff/00/00 option")
UNBOUND = bus.table("12d1:1506", "ff/02/12", "ff/02/16")
ADAPTER = bus.table("0403:6001", "ff/ff/ff ftdi_sio")
ROOT = bus.EMPTY


class Router:
    """What the probes find; `asked` is answered whatever ports are asked and in what order."""

    def __init__(
        self,
        table: str,
        *nodes: str,
        in_use: InUse | None = None,
        heard: Heard | None = None,
        nets: dict[str, str] | None = None,
        network: str = "",
        **netdevs: str,
    ) -> None:
        self.heard = heard
        self.asked: tuple[str, ...] = ()
        self.answers: dict[Probe[Any], Any] = {
            **uci("network", NETWORK + network),
            HandlersProbe(): None,
            HandlerFileProbe("ncm"): True,
            UsbProbe(): UsbProbe().parse(Answer(0, table, "")),
            NodesProbe(): NodesProbe().parse(Answer(0, bus.nodes(*nodes, **netdevs), "")),
            InUseProbe("wwan"): in_use or InUse(),
            HandlerNetProbe(): nets or {},
        }

    def plan(self, *, rehearsal: bool = False, **more: Any) -> Plan:
        resource = NetworkInterface.from_params(params(INTERFACE_SPEC, **{**AUTO, **more}))
        for probe in resource.reads(Known(self.answers)):
            if isinstance(probe, AskProbe):
                self.asked = probe.ports
                assert self.heard is not None, f"{probe.ports} were asked"
                self.answers[probe] = self.heard
        return plan(resource, self.answers, rehearsal=rehearsal)

    def options(self, **more: Any) -> dict[str, object]:
        (outcome,) = self.plan(**more).outcomes
        differences = outcome.details["differences"]
        assert isinstance(differences, list)
        return {each["path"].removeprefix("network.wwan."): each["after"] for each in differences}


def configured(device: str, *options: str) -> str:
    lines = [f"\toption device '{device}'", *options]
    return "\nconfig interface 'wwan'\n\toption proto 'ncm'\n\toption apn 'internet'\n" + "\n".join(
        [*lines, ""]
    )


def test_a_fresh_router_gets_the_port_that_answered() -> None:
    router = Router(HUAWEI, WDM, TTY0, heard=Heard(TTY0, "huawei", (WDM,)), nets={TTY0: "wwan0"})
    assert router.options()["device"] == TTY0
    assert router.asked == (WDM, TTY0)


def test_what_was_found_is_in_the_result() -> None:
    router = Router(MODULE, TTY0, TTY1, heard=Heard(TTY1, "Quectel"), nets={TTY1: "usb0"})
    (outcome,) = router.plan().outcomes
    assert outcome.details["found"] == {
        "device": TTY1,
        "netdev": "usb0",
        "vendor": "quectel",
        "id": "2c7c:6005",
    }


def test_the_network_device_is_written_only_where_the_handler_does_not_find_it() -> None:
    heard = Heard(WDM, "huawei")
    known = Router(HUAWEI, WDM, heard=heard, nets={WDM: "wwan0"}, wwan0="huawei_cdc_ncm")
    assert "ifname" not in known.options()
    unknown = Router(HUAWEI, WDM, heard=heard, wwan0="huawei_cdc_ncm")
    assert unknown.options()["ifname"] == "wwan0"


def test_what_is_in_use_is_neither_asked_nor_changed() -> None:
    router = Router(MODULE, TTY0, TTY1, in_use=InUse(TTY1, TTY1, up=True), network=configured(TTY1))
    assert not router.plan(ifname=None).changed
    assert router.asked == ()


@pytest.mark.parametrize(
    "heard",
    [
        Heard(TTY1),
        Heard(TTY0, busy=(TTY1,)),
        Heard(None, silent=(TTY1, TTY0)),
        Heard(None, no_gcom=True),
    ],
    ids=["it answers", "held by somebody", "all are silent", "no gcom"],
)
def test_a_configured_port_stays_unless_something_speaks_against_it(heard: Heard) -> None:
    router = Router(
        MODULE, TTY0, TTY1, in_use=InUse(TTY1, TTY1), heard=heard, network=configured(TTY1)
    )
    assert not router.plan(ifname=None).changed
    assert router.asked == (TTY1, TTY0)


def test_a_configured_port_that_is_silent_while_another_answers_is_replaced() -> None:
    router = Router(
        MODULE,
        *(TTY0, TTY1),
        in_use=InUse(TTY0, TTY0),
        heard=Heard(TTY1, silent=(TTY0,)),
        network=configured(TTY0),
    )
    assert router.options(ifname=None) == {"device": TTY1}


def test_a_link_to_the_port_that_answers_stays_a_link() -> None:
    router = Router(
        MODULE,
        *(TTY0, TTY1),
        in_use=InUse("/dev/modem", TTY1),
        heard=Heard(TTY1),
        network=configured("/dev/modem"),
    )
    assert not router.plan(ifname=None).changed


def test_a_number_that_moved_is_followed() -> None:
    moved = InUse("/dev/ttyUSB4", "/dev/ttyUSB4")
    router = Router(
        MODULE, TTY0, TTY1, in_use=moved, heard=Heard(TTY0), network=configured("/dev/ttyUSB4")
    )
    assert router.options(ifname=None) == {"device": TTY0}


def test_without_a_modem_the_message_names_the_variable() -> None:
    with pytest.raises(PlanError, match=r"No modem is on the USB bus.*ncm_wan_device"):
        Router(ROOT).plan()


def test_the_port_of_a_serial_adapter_is_not_asked() -> None:
    with pytest.raises(PlanError, match="a serial device"):
        Router(ADAPTER, TTY0).plan()


def test_ports_that_do_not_answer_are_named() -> None:
    router = Router(MODULE, TTY0, TTY1, heard=Heard(None, silent=(TTY0, TTY1)))
    with pytest.raises(PlanError, match=f"{TTY0}, {TTY1} did not answer AT"):
        router.plan()


def test_a_port_that_the_bus_is_sure_of_is_taken_while_the_modem_still_starts() -> None:
    router = Router(HUAWEI, WDM, TTY0, heard=Heard(None, silent=(WDM, TTY0)))
    assert router.options()["device"] == WDM


def test_without_gcom_the_package_is_named() -> None:
    with pytest.raises(PlanError, match="install comgt-ncm"):
        Router(MODULE, TTY0, TTY1, heard=Heard(no_gcom=True)).plan()


TWO = HUAWEI + "\n" + MODULE.replace("Dev#=  2", "Dev#=  3")


def _two_sticks(**more: Any) -> Router:
    router = Router(TWO, WDM, TTY0, TTY1, "/dev/ttyUSB2", **more)
    devices = UsbProbe().parse(Answer(0, TWO + _SYSFS, ""))
    router.answers[UsbProbe()] = devices
    return router


_SYSFS = """
--- sysfs
at=1-1
busnum=1
devnum=2
idVendor=12d1
idProduct=1506
if=1-1:1.0
bInterfaceNumber=00
node=ttyUSB2
if=1-1:1.1
bInterfaceNumber=01
node=cdc-wdm0
at=1-2
busnum=1
devnum=3
idVendor=2c7c
idProduct=6005
if=1-2:1.1
bInterfaceNumber=01
node=ttyUSB0
if=1-2:1.2
bInterfaceNumber=02
node=ttyUSB1
"""


def test_of_several_sticks_somebody_has_to_choose() -> None:
    listed = r"12d1:1506 \(/dev/cdc-wdm0 or /dev/ttyUSB2\), 2c7c:6005 \(/dev/ttyUSB0 or"
    with pytest.raises(PlanError, match=f"Several sticks.*{listed}.*ncm_wan_device"):
        _two_sticks().plan()


def test_the_stick_that_is_configured_is_chosen() -> None:
    router = _two_sticks(in_use=InUse(TTY1, TTY1), heard=Heard(TTY1), network=configured(TTY1))
    assert not router.plan(ifname=None).changed
    assert router.asked == (TTY1, TTY0)


def test_the_stick_of_another_interface_is_not_taken() -> None:
    other = "\nconfig interface 'wan2'\n\toption proto 'ncm'\n\toption device '/dev/ttyUSB0'\n"
    assert _two_sticks(heard=Heard(WDM), network=other).options()["device"] == WDM


def test_check_mode_on_a_fresh_router_plans_all_but_the_port_and_does_not_warn() -> None:
    planned = Router(UNBOUND).plan(rehearsal=True)
    assert planned.changed
    assert not [text for text in planned.warnings if "port" in text]
    assert "device" not in Router(UNBOUND).options(rehearsal=True)


def test_check_mode_without_any_stick_warns() -> None:
    (warning,) = (text for text in Router(ROOT).plan(rehearsal=True).warnings if "port" in text)
    assert "No modem is on the USB bus" in warning


@pytest.mark.parametrize(("maker", "code"), [("huawei", "2"), ("SIERRA wireless", "2")])
def test_a_word_for_the_login_becomes_what_the_maker_of_the_modem_wants(
    maker: str, code: str
) -> None:
    router = Router(HUAWEI, WDM, heard=Heard(WDM, maker))
    assert router.options(**LOGIN)["auth"] == code


def test_netifd_knows_the_maker_of_a_modem_that_is_up() -> None:
    seen = InUse(WDM, WDM, up=True, maker="huawei")
    router = Router(HUAWEI, WDM, in_use=seen, network=configured(WDM))
    assert router.options(**LOGIN)["auth"] == "2"
    assert router.asked == ()


def test_a_named_port_is_asked_for_the_maker_only_where_a_word_needs_it() -> None:
    router = Router(HUAWEI, WDM, heard=Heard(WDM, "huawei"))
    assert router.options(device=WDM, ifname=None, **LOGIN)["auth"] == "2"
    assert router.asked == (WDM,)
    plain = NetworkInterface.from_params(
        params(INTERFACE_SPEC, **{**AUTO, "device": WDM, "ifname": None})
    )
    assert not plain.automatic.looks


@pytest.mark.parametrize(
    ("heard", "words"),
    [(Heard(WDM, None), "did not tell"), (Heard(WDM, "fibocom"), "says fibocom")],
)
def test_a_word_without_a_known_maker_is_refused_and_the_variables_are_named(
    heard: Heard, words: str
) -> None:
    with pytest.raises(PlanError, match=rf"{words}.*ncm_wan_vendor.*ncm_wan_auth"):
        Router(HUAWEI, WDM, heard=heard).plan(**LOGIN)


def test_what_no_vendor_takes_is_refused_before_anything_is_read() -> None:
    with pytest.raises(SpecError, match="auth"):
        NetworkInterface.from_params(params(INTERFACE_SPEC, **{**AUTO, **LOGIN, "auth": "md5"}))


def test_the_handler_s_own_way_to_the_network_device_is_read() -> None:
    answer = Answer(0, "/dev/ttyUSB0 wwan0\n/dev/cdc-wdm0 wwan0\n", "")
    assert HandlerNetProbe().parse(answer) == {TTY0: "wwan0", WDM: "wwan0"}


def test_a_port_without_a_place_in_sysfs_has_no_network_device() -> None:
    script = HandlerNetProbe().script()
    assert_clean_shell({HandlerNetProbe().title: script})
    nodes = script.replace("/dev/cdc-wdm* /dev/ttyUSB* /dev/ttyACM*", "/dev/null")
    done = subprocess.run(
        ["busybox", "ash", "-c", nodes], check=True, capture_output=True, text=True
    )
    assert done.stdout == ""
