# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from typing import Any

import pytest
from support import bus
from support.rendered import assert_clean_shell
from support.timeline import WAIT, State, Timeline

from ansible_collections.fleet.openwrt.plugins.plugin_utils.at import talk
from ansible_collections.fleet.openwrt.plugins.plugin_utils.facts.kernel import KernelLogProbe
from ansible_collections.fleet.openwrt.plugins.plugin_utils.modem import wait
from ansible_collections.fleet.openwrt.plugins.plugin_utils.modem.control_port import (
    AskProbe,
    InUseProbe,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.modem.usable import Want
from ansible_collections.fleet.openwrt.plugins.plugin_utils.packages.probe import PackagesProbe
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.wire import Answer

ANY = Want(None, None)
READY = bus.state(bus.NCM, "/dev/cdc-wdm0", wwan0="huawei_cdc_ncm")
EMPTY = bus.state(bus.EMPTY)
STORAGE = bus.state(bus.STORAGE)
KERNEL = KernelLogProbe().title
PACKAGES = PackagesProbe().title
SAID = 'Found device: 12d1:1f01 (Manufacturer: "HUAWEI_MOBILE")\n'


def packages(**versions: str) -> str:
    records = [
        {"name": name.replace("_", "-"), "version": version} for name, version in versions.items()
    ]
    return f"apk\nFilesystem\noverlay 9 4 5 1% /\n{'0' * 64}  -\n{json.dumps(records)}\n"


def failing(state: State, **more: str | Answer) -> dict[str, str | Answer]:
    """A state with the answers to what is asked after a failure."""
    return {**state, KERNEL: "[ 12.3] usb 1-1: new device\n", PACKAGES: packages(), **more}


def run(router: Timeline, *, timeout: int = 60, may_switch: bool = True) -> wait.State:
    return wait.wait(router, ANY, timeout=timeout, may_switch=may_switch)


def failure(router: Timeline, **options: Any) -> tuple[str, dict[str, Any]]:
    with pytest.raises(wait.ModemMissingError) as caught:
        run(router, **options)
    return str(caught.value), caught.value.facts()


def test_a_modem_that_is_there_costs_one_round_trip() -> None:
    router = Timeline((0, READY))
    result = run(router).result()
    assert (result["device"], result["netdev"]) == ("/dev/cdc-wdm0", "wwan0")
    assert (result["switched"], result["waited_s"]) == (False, 0)
    assert router.round_trips == 1


def test_a_stick_that_is_plugged_in_later_is_waited_for() -> None:
    halfway = bus.state(bus.NCM, "/dev/cdc-wdm0")
    router = Timeline((0, EMPTY), (40, halfway), (42, READY))
    assert run(router).waited == 42


def test_a_stick_in_storage_mode_is_switched_and_judged_by_the_bus() -> None:
    router = Timeline(
        (0, {**STORAGE, "usbmode": SAID}), effects={"usbmode": [(2, EMPTY), (9, READY)]}
    )
    result = run(router).result()
    assert result["switched"] is True
    assert result["usbmode"] == SAID.strip()
    assert result["netdev"] == "wwan0"
    assert [trip for trip in router.asked if "usbmode" in trip] == [["usbmode"]], "not once"


def test_hotplug_scripts_may_switch_it_first() -> None:
    router = Timeline((0, STORAGE), (2, EMPTY), (6, READY))
    state = run(router)
    assert (state.switched, state.waited) == (False, 6)


def test_a_switch_that_does_nothing_fails_whatever_usbmode_exits_with() -> None:
    router = Timeline(
        (0, failing(STORAGE, usbmode=SAID, **{PACKAGES: packages(usb_modeswitch="r1")}))
    )
    message, facts = failure(router)
    assert "usb-modeswitch r1 is installed; it said: Found device: 12d1:1f01" in message
    assert facts["switched"] is False
    assert facts["waited_s"] < 40


def test_a_stick_that_usbmode_does_not_know_is_said_to_be_unknown() -> None:
    router = Timeline(
        (0, failing(STORAGE, usbmode="", **{PACKAGES: packages(usb_modeswitch="r1")}))
    )
    assert "its list does not know this stick" in failure(router)[0]


def test_without_usbmode_the_package_is_named_at_once() -> None:
    router = Timeline((0, failing(STORAGE, usbmode=Answer(44, "", ""))))
    message, facts = failure(router)
    assert "usb-modeswitch is not installed." in message
    assert facts["packages"] == {"usb-modeswitch": None}
    assert facts["waited_s"] < 10


def test_nothing_is_said_of_packages_without_a_package_manager() -> None:
    router = Timeline((0, failing(STORAGE, usbmode=Answer(44, "", ""), **{PACKAGES: "none\n"})))
    message, facts = failure(router)
    assert facts["packages"] is None
    assert "not installed" not in message


def test_a_stick_is_left_alone_when_told_so() -> None:
    installed = {PACKAGES: packages(usb_modeswitch="r1")}
    router = Timeline((0, failing(STORAGE, **installed)))
    message, _ = failure(router, may_switch=False)
    assert "option switch" in message
    assert not any("usbmode" in trip for trip in router.asked)


def test_after_a_switch_the_stick_has_time_to_come_back_whatever_is_left() -> None:
    router = Timeline(
        (0, {**STORAGE, "usbmode": SAID}), effects={"usbmode": [(1, EMPTY), (20, READY)]}
    )
    assert run(router, timeout=5).found.usable


def test_a_missing_driver_is_named_with_its_package_and_whether_it_is_installed() -> None:
    router = Timeline(
        (
            0,
            failing(
                bus.state(bus.DRIVERLESS), **{PACKAGES: packages(kmod_usb_serial_option="6.6-r1")}
            ),
        )
    )
    message, facts = failure(router)
    assert "kmod-usb-net-huawei-cdc-ncm is not installed." in message
    assert "kmod-usb-serial-option 6.6-r1 is installed, but its driver" in message
    assert facts["finding"]["kind"] == "driver_missing"
    assert facts["kernel_log"] == ["[ 12.3] usb 1-1: new device"]
    assert facts["waited_s"] == 8, "a missing driver does not come by waiting"


def test_hilink_says_that_dhcp_is_the_way() -> None:
    message, facts = failure(Timeline((0, failing(bus.state(bus.HILINK, usb0="cdc_ether")))))
    assert "HiLink" in message
    assert "proto dhcp" in message
    assert facts["netdev"] == "usb0"
    assert facts["waited_s"] < 10


def test_an_empty_bus_is_said_to_be_empty_after_the_whole_wait() -> None:
    message, facts = failure(Timeline((0, failing(EMPTY))))
    assert "after 60 s" in message
    assert "The bus is empty." in message
    assert facts["waited_s"] == 60


def test_the_cause_is_told_even_if_nothing_more_can_be_found_out() -> None:
    gone = Answer(1, "", "not permitted")
    router = Timeline((0, failing(bus.state(bus.DRIVERLESS), **{KERNEL: gone, PACKAGES: gone})))
    message, facts = failure(router)
    assert "a driver is missing" in message
    assert facts["kernel_log"] is None
    assert facts["packages"] is None


@pytest.mark.parametrize(
    ("want", "said"),
    [
        (Want("/dev/ttyUSB3", None), "/dev/ttyUSB3 is not a character device"),
        (Want(None, "usb7"), "the network device usb7 does not exist"),
    ],
)
def test_what_the_user_named_is_said_to_be_missing(want: Want, said: str) -> None:
    with pytest.raises(wait.ModemMissingError, match=said):
        wait.wait(Timeline((0, failing(READY))), want, timeout=3, may_switch=True)


def rehearse(state: State, *, may_switch: bool = True) -> dict[str, Any]:
    router = Timeline((0, state))
    result = wait.rehearse(router, ANY, may_switch=may_switch)
    assert router.round_trips == 1
    assert router.now == 0
    return result


def test_check_mode_looks_once_and_warns() -> None:
    result = rehearse(EMPTY)
    assert not result["changed"]
    assert "The bus is empty." in result["warnings"][0]
    assert "warnings" not in rehearse(READY)


def test_check_mode_says_that_it_would_switch() -> None:
    assert rehearse(STORAGE)["changed"]
    assert rehearse(STORAGE)["switched"]
    assert not rehearse(STORAGE, may_switch=False)["changed"]


MODULE = bus.table("2c7c:6005", "02/06/00 cdc_ether", "ff/00/00 option", "ff/00/00 option")
UNSURE = bus.state(MODULE, "/dev/ttyUSB0", "/dev/ttyUSB1", usb0="cdc_ether")
USE = InUseProbe("wwan")
ASK = AskProbe(("/dev/ttyUSB0", "/dev/ttyUSB1"), "wwan")
HEARD = "began 10\nport /dev/ttyUSB1\nmaker Quectel\nended 14\n"
NOT_0 = "/dev/ttyUSB0 does not answer\n"
NONE = Answer(73, "began 10\nended 18\n", f"{NOT_0}/dev/ttyUSB1 does not answer\n")


def unsure(heard: Answer, in_use: str = "--\n", ask: AskProbe = ASK) -> Timeline:
    return Timeline((0, failing(UNSURE, **{USE.title: in_use, ask.title: heard})))


def test_ports_of_which_the_bus_does_not_tell_are_asked_and_the_answer_decides() -> None:
    router = unsure(Answer(0, HEARD, NOT_0))
    result = run(router).result()
    assert (result["device"], result["netdev"]) == ("/dev/ttyUSB1", "usb0")
    assert result["finding"]["kind"] == "ncm_ready"
    assert result["waited_s"] == 4
    assert router.round_trips == 3


def test_the_port_that_the_interface_runs_on_is_not_asked() -> None:
    router = unsure(Answer(0, "", ""), '/dev/ttyUSB1\n/dev/ttyUSB1\n--\n{"up": true}\n')
    assert run(router).found.device == "/dev/ttyUSB1"
    assert not any(ASK.title in trip for trip in router.asked)


def test_the_configured_port_is_asked_first() -> None:
    ask = AskProbe(("/dev/ttyUSB1", "/dev/ttyUSB0"), "wwan")
    router = unsure(Answer(0, HEARD, ""), '/dev/modem\n/dev/ttyUSB1\n--\n{"up": false}\n', ask)
    assert run(router).found.device == "/dev/ttyUSB1"


def test_ports_that_stay_silent_are_named_and_asked_again_while_there_is_time() -> None:
    router = unsure(NONE)
    message, facts = failure(router)
    assert "/dev/ttyUSB0, /dev/ttyUSB1 did not answer AT" in message
    assert sum(ASK.title in trip for trip in router.asked) == 4
    assert facts["waited_s"] == 32


def test_without_gcom_nothing_is_asked_twice() -> None:
    router = unsure(Answer(70, "began 10\nended 10\n", "gcom is not installed\n"))
    message, _ = failure(router)
    assert "may take AT commands" in message
    assert sum(ASK.title in trip for trip in router.asked) == 1


def test_check_mode_asks_once() -> None:
    router = unsure(Answer(0, HEARD, NOT_0))
    assert wait.rehearse(router, ANY, may_switch=True)["device"] == "/dev/ttyUSB1"


def test_a_named_port_is_not_asked() -> None:
    router = Timeline((0, bus.state(MODULE, "/dev/ttyUSB0", usb0="cdc_ether")))
    want = Want("/dev/ttyUSB0", None)
    assert wait.wait(router, want, timeout=9, may_switch=True).found.usable
    assert router.round_trips == 1


def test_shell_is_clean() -> None:
    library = "at_find() { :; }; at_ask() { :; }"
    ask = ASK.script().replace(talk.LIBRARY, library)
    assert_clean_shell({USE.title: USE.script(), ASK.title: ask})
    assert_clean_shell({"usbmode": wait._SWITCH, KERNEL: KernelLogProbe().script(), WAIT: ":"})
