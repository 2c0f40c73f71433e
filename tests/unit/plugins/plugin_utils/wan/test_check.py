# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from support.rendered import assert_clean_shell
from support.timeline import Timeline
from support.wan import LINK, LOG, MODEM, PORT_SILENT, RECORDED, TRAFFIC, UP, dump, says, state

from ansible_collections.fleet.openwrt.plugins.plugin_utils.errors import SpecError
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.wire import Answer
from ansible_collections.fleet.openwrt.plugins.plugin_utils.wan.check import (
    Check,
    WanError,
    check,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.wan.link import LinkProbe
from ansible_collections.fleet.openwrt.plugins.plugin_utils.wan.log import WanLogProbe
from tests.unit.plugins.plugin_utils.wan.test_traffic import (
    ANSWERED,
    RESOLVED,
    SILENT,
    UNKNOWN,
)
from tests.unit.plugins.plugin_utils.wan.test_traffic import LOG as REJECTED


def wanted(**changes: Any) -> Check:
    params = {"interface": "wwan", "timeout": 60, "ping": [], "lookup": []}
    return Check.from_params({**params, **changes})


def failure(router: Timeline, **changes: Any) -> dict[str, Any]:
    with pytest.raises(WanError) as caught:
        check(router, wanted(**changes))
    facts: dict[str, Any] = caught.value.facts()
    assert facts["diagnosis"]["text"] in str(caught.value)
    assert facts["diagnosis"]["action"] in str(caught.value)
    return facts


def test_a_wan_that_is_up_costs_one_round_trip() -> None:
    router = Timeline((0, state(UP)))
    assert check(router, wanted()) == {
        "changed": False,
        "interface": "wwan",
        "l3_device": "wwan0",
        "address": "100.64.0.16",
        "addresses": ["100.64.0.16/24"],
        "gateway": "100.64.0.1",
        "dns": ["9.9.9.9"],
        "waited_s": 0,
        "ping": {},
        "lookup": {},
        "remarks": [],
    }
    assert router.round_trips == 1


def test_up_without_an_address_is_not_up() -> None:
    connected = {LINK: dump(wwan=UP["wwan"])}
    router = Timeline((0, connected), (9, state(UP)))
    assert check(router, wanted())["waited_s"] == 9


def test_a_failing_wan_that_recovers_in_time_is_fine() -> None:
    router = Timeline((0, state(RECORDED["apn"])), (31, state(UP)))
    assert check(router, wanted())["waited_s"] == 31


@pytest.mark.parametrize(
    ("fault", "code", "waited"),
    [
        ("apn", "CONNECT_FAILED", 60),
        ("silent", "GETINFO_FAILED", 60),
        ("nosim", "SIM_NOT_READY", 60),
        ("puk", "SIM_NOT_READY", 60),
        # What netifd has given up does not get better by waiting.
        ("pin", "PIN_FAILED", 6),
        ("chatter", "CHATTER", 6),
        ("vendor", "UNSUPPORTED_MODEM", 6),
    ],
)
def test_the_cause_is_read_from_the_log(fault: str, code: str, waited: int) -> None:
    facts = failure(Timeline((0, state(RECORDED[fault]))))
    assert facts["diagnosis"]["code"] == code
    assert facts["waited_s"] == waited
    assert 0 < len(facts["log"]) <= 40


def test_an_interface_that_was_just_configured_has_a_few_seconds() -> None:
    router = Timeline((0, {LINK: dump()}), (4, state(UP)))
    assert check(router, wanted())["waited_s"] == 4


def cut_after(log: list[str], text: str) -> list[str]:
    return log[: next(n for n, line in enumerate(log, start=1) if text in line)]


MOMENTS = pytest.mark.parametrize("last", ["Failed to connect", "Stopping network wwan"])


@MOMENTS
def test_a_failure_that_is_not_taken_down_yet_gives_way_to_the_one_before(last: str) -> None:
    log = RECORDED["nosim"]["log"]
    first = cut_after(log, "is now down")
    case = {**RECORDED["nosim"], "log": [*first, *cut_after(log, last)]}
    facts = failure(Timeline((0, state(case))))
    assert facts["diagnosis"]["code"] == "SIM_NOT_READY"
    assert facts["waited_s"] == 60


@MOMENTS
def test_the_first_failure_is_judged_once_it_is_taken_down(last: str) -> None:
    case = RECORDED["nosim"]
    begun, done = ({**case, "log": cut_after(case["log"], text)} for text in (last, "is now down"))
    router = Timeline((0, state(begun)), (3, state(done)))
    assert failure(router, timeout=0)["diagnosis"]["code"] == "SIM_NOT_READY"
    assert router.now == 3


def test_a_teardown_that_does_not_end_is_not_waited_for_long() -> None:
    case = {**RECORDED["nosim"], "log": cut_after(RECORDED["nosim"]["log"], "Stopping network")}
    router = Timeline((0, state(case)))
    assert failure(router, timeout=0)["diagnosis"]["code"] == "CONNECT_FAILED"
    assert router.now == 10


def test_how_an_earlier_session_ended_is_not_the_cause() -> None:
    ended = [
        *UP["log"],
        "daemon.notice netifd: wwan (9): Stopping network wwan",
        "daemon.notice netifd: wwan (9): Failed to disconnect",
        "daemon.notice netifd: Interface 'wwan' is now down",
    ]
    begun = RECORDED["silent"]["log"][:1]
    open_ = {**RECORDED["silent"], "log": [*RECORDED["apn"]["log"], *ended, *begun]}
    facts = failure(Timeline((0, state(open_))))
    assert facts["diagnosis"]["code"] == "SETTING_UP"
    assert "Failed to disconnect" in str(facts["log"]), "all is shown, if not all is judged"
    failed = {**RECORDED["silent"], "log": [*ended, *RECORDED["silent"]["log"]]}
    assert failure(Timeline((0, state(failed))))["diagnosis"]["code"] == "GETINFO_FAILED"


def test_a_netifd_that_is_being_restarted_is_waited_for() -> None:
    gone = {LINK: Answer(4, "", "Command failed: Not found\n")}
    assert check(Timeline((0, gone), (12, state(UP))), wanted())["waited_s"] == 12
    with pytest.raises(WanError, match="netifd") as caught:
        check(Timeline((0, {**state(), **gone})), wanted())
    assert caught.value.facts()["recommended"] == {"action": "restart_network"}


def test_time_that_goes_by_is_no_change(tmp_path: Path) -> None:
    ubus = tmp_path / "ubus"
    ubus.write_text('#!/bin/sh\n[ "$1" != -S ] && cat "$DUMP" || tr -d "\\n\\t " <"$DUMP"\n')
    ubus.chmod(0o755)

    def looked(**changes: Any) -> str:
        path = tmp_path / "dump"
        path.write_text(json.dumps({"interface": [{**UP["wwan"], **changes}]}, indent="\t"))
        return subprocess.run(
            ["sh", "-c", LinkProbe("wwan").look],
            env={"PATH": f"{tmp_path}:/usr/bin:/bin", "DUMP": str(path)},
            capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip

    assert looked() == looked(uptime=39, pending=True) != looked(available=False)


def test_no_such_interface() -> None:
    facts = failure(Timeline((0, {**state(), LINK: dump(), LOG: ""})))
    assert facts["diagnosis"]["code"] == "NO_INTERFACE"
    assert facts["waited_s"] < 10


def test_a_second_protocol_has_a_few_seconds_to_follow() -> None:
    pending = {"up": False, "pending": True, "proto": "dhcpv6"}
    both = dump(wwan=UP["wwan"], wwan_4=UP["wwan_4"], wwan_6=pending)
    assert check(Timeline((0, {LINK: both})), wanted())["waited_s"] == 6


def test_secrets_stay_out_of_the_result() -> None:
    secret = 'daemon.notice netifd: wwan (1): sending -> AT^NDISDUP=1,1,"internet","me","s3cret",1'
    case = {**RECORDED["apn"], "log": [*RECORDED["apn"]["log"], secret]}
    facts = failure(Timeline((0, state(case))))
    assert "s3cret" not in json.dumps(facts)
    assert any('"internet"' in line for line in facts["log"])


PINGED = f"=== ping 198.51.100.1\n{ANSWERED}"
ASKED = f"=== lookup my.yota.ru\n{UNKNOWN}"


def test_ping_and_lookup_cost_one_more_round_trip() -> None:
    said = f"{PINGED}=== lookup openwrt.org\n{RESOLVED}"
    router = Timeline((0, state(UP, **{TRAFFIC: said})))
    result: Any = check(router, wanted(ping=["198.51.100.1"], lookup=["openwrt.org"]))
    assert result["ping"] == {"198.51.100.1": {"received": 2, "loss": 33, "ms": 0.12}}
    assert result["lookup"]["openwrt.org"][0] == "64.226.122.113"
    assert router.round_trips == 2


def test_no_answer_to_any_ping_is_a_failure() -> None:
    router = Timeline((0, state(UP, **{TRAFFIC: f"=== ping 198.51.100.1\n{SILENT}"})))
    facts = failure(router, ping=["198.51.100.1"])
    assert facts["diagnosis"]["code"] == "NO_TRAFFIC"
    assert facts["ping"]["198.51.100.1"]["loss"] == 100
    assert facts["address"] == "100.64.0.16"


def test_a_rejected_answer_names_the_domain_to_whitelist() -> None:
    case = {**UP, "log": [*UP["log"], REJECTED]}
    router = Timeline((0, state(case, **{TRAFFIC: ASKED})))
    facts = failure(router, lookup=["my.yota.ru"])
    assert facts["diagnosis"]["code"] == "DNS_REBIND"
    assert "whitelist yota.ru with" in facts["diagnosis"]["action"]


def test_an_unknown_name_is_no_rebind_attack() -> None:
    router = Timeline((0, state(UP, **{TRAFFIC: ASKED})))
    assert failure(router, lookup=["my.yota.ru"])["diagnosis"]["code"] == "NO_NAMES"


@pytest.mark.parametrize(
    "found",
    [dump(), dump(wwan={"up": False, "available": False, "proto": "none"})],
    ids=["no interface", "no handler"],
)
def test_in_check_mode_a_wan_that_is_not_configured_is_a_warning(found: str) -> None:
    router = Timeline((0, {LINK: found}))
    result: Any = check(router, wanted(), rehearsal=True)
    assert result["warnings"] == ["wwan is not configured yet."]
    assert result["waited_s"] == 0


def test_in_check_mode_a_configured_wan_that_is_down_is_a_failure() -> None:
    with pytest.raises(WanError):
        check(Timeline((0, state(RECORDED["pin"]))), wanted(), rehearsal=True)


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("interface", "wwan; reboot"),
        ("interface", ""),
        ("ping", ["openwrt.org"]),
        ("lookup", ["-type=any"]),
        ("lookup", ["a b"]),
        ("min_signal", 95),
        ("networks", ["10.0.0.1/8"]),
        ("min_signal", -120),
    ],
)
def test_bad_arguments_are_refused(option: str, value: object) -> None:
    with pytest.raises(SpecError, match=option):
        wanted(**{option: value})


def test_the_log_without_netifd_is_no_error() -> None:
    assert WanLogProbe("wwan").parse(Answer(0, "", "")) == ()


def test_shell_is_clean() -> None:
    log = WanLogProbe("wwan")
    assert_clean_shell({log.title: log.script(), "look": LinkProbe("wwan").look})


def test_a_threshold_asks_the_modem_of_a_wan_that_works() -> None:
    router = Timeline((0, {**state(), MODEM: says()}))
    result: Any = check(router, wanted(min_signal=-80, registered=True))
    assert result["modem"]["signal"]["dbm"] == -77
    assert result["modem"]["registration"] == "home"
    assert router.round_trips == 2


@pytest.mark.parametrize(
    ("faults", "wishes", "code"),
    [
        (("signal=5",), {"min_signal": -100}, "WEAK_SIGNAL"),
        (("signal=99",), {"min_signal": -100}, "MODEM_UNREADABLE"),
        (("registration=2",), {"registered": True}, "NOT_REGISTERED"),
        (("registration=3",), {"registered": True, "min_signal": -60}, "REGISTRATION_DENIED"),
    ],
)
def test_thresholds_that_are_not_met(
    faults: tuple[str, ...], wishes: dict[str, object], code: str
) -> None:
    facts = failure(Timeline((0, {**state(), MODEM: says(*faults)})), **wishes)
    assert facts["diagnosis"]["code"] == code
    assert facts["modem"]["sim"]["state"] == "ready"
    assert facts["address"] == "100.64.0.16"


def test_a_threshold_needs_a_modem_that_answers() -> None:
    facts = failure(Timeline((0, {**state(), MODEM: PORT_SILENT})), registered=True)
    assert facts["diagnosis"]["code"] == "MODEM_UNREADABLE"
    assert "did not answer" in facts["diagnosis"]["text"]
    assert "modem" not in facts


@pytest.mark.parametrize("wan", [UP, RECORDED["silent"]], ids=["up", "down"])
def test_the_modem_is_left_alone_on_request(wan: dict[str, Any]) -> None:
    router = Timeline((0, state(wan, **{TRAFFIC: f"=== ping 198.51.100.1\n{SILENT}"})))
    failure(router, ping=["198.51.100.1"], ask_modem=False, timeout=0)
    assert not any(MODEM in asked for asked in router.asked)


def test_a_wan_that_works_and_is_not_used_is_remarked_on() -> None:
    wan_4 = {**UP["wwan_4"], "metric": 20}
    found = dump(wwan=UP["wwan"], wwan_4=wan_4, wan={**UP["wwan_4"], "metric": 10})
    result: Any = check(Timeline((0, {LINK: found})), wanted())
    assert [remark["code"] for remark in result["remarks"]] == ["OTHER_ROUTE"]
    without = dump(wwan=UP["wwan"], wwan_4={**wan_4, "route": []})
    result = check(Timeline((0, {LINK: without})), wanted())
    assert [remark["code"] for remark in result["remarks"]] == ["NO_DEFAULT_ROUTE"]


def test_of_two_default_routes_the_smaller_metric_counts() -> None:
    found = dump(wwan=UP["wwan"], wwan_4=UP["wwan_4"], wan={**UP["wwan_4"], "metric": 10})
    assert check(Timeline((0, {LINK: found})), wanted())["remarks"] == []


def test_the_imsi_stays_out_of_the_result() -> None:
    result = check(Timeline((0, {**state(), MODEM: says()})), wanted(registered=True))
    modem: Any = result["modem"]
    assert modem["imsi"].startswith("00101")
    assert "*" in modem["imsi"]


def test_an_address_of_another_network_hints_at_the_apn() -> None:
    facts = failure(Timeline((0, state())), networks=["10.0.0.0/8", "2001:db8::/32"])
    assert facts["diagnosis"]["code"] == "WRONG_ADDRESS"
    assert "100.64.0.16/24" in facts["diagnosis"]["text"]
    assert facts["recommended"] == {"action": "set_apn", "interface": "wwan", "apn": "internet"}
    fits = check(Timeline((0, state())), wanted(networks=["10.0.0.0/8", "100.64.0.0/10"]))
    assert fits["address"] == "100.64.0.16"
