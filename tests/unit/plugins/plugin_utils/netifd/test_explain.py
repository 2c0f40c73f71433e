# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The diagnosis, held to nine bring-ups recorded on a genuine OpenWrt 24.10 router."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.fleet.openwrt.plugins.plugin_utils.diagnosis import Diagnosis, conclude
from ansible_collections.fleet.openwrt.plugins.plugin_utils.netifd.explain import diagnose
from ansible_collections.fleet.openwrt.plugins.plugin_utils.netifd.reasons import REASONS

ANSWERS = Path(__file__).parents[4] / "conformance" / "answers"
BRING_UPS: dict[str, Any] = {
    case["fault"]: case for case in json.loads((ANSWERS / "ncm.json").read_text())
}
PENDING = {"up": False, "pending": True, "available": True, "autostart": True, "proto": "ncm"}
GIVEN_UP = PENDING | {"pending": False, "available": False}


def recorded(fault: str, *, dated: bool = False) -> Diagnosis:
    case = BRING_UPS[fault]
    date = "Sun Nov 22 14:53:01 2026 " if dated else ""
    return diagnose(
        case["wwan"],
        [date + line for line in case["log"]],
        interface="wwan",
        children={"wwan_4": case["wwan_4"]},
    )


def judged(*messages: str, status: Mapping[str, object] = PENDING) -> Diagnosis:
    lines = ["daemon.notice netifd: Interface 'wwan' is setting up now"]
    lines += [f"daemon.notice netifd: wwan (2250): {message}" for message in messages]
    return diagnose(status, lines, interface="wwan", children={})


@pytest.mark.parametrize("dated", [False, True])
@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("none", "up"),
        ("pin-right", "up"),
        ("apn", "CONNECT_FAILED"),
        ("silent", "GETINFO_FAILED"),
        ("chatter", "CHATTER"),
        ("vendor", "UNSUPPORTED_MODEM"),
        ("pin", "PIN_FAILED"),
        ("puk", "SIM_NOT_READY"),
        ("nosim", "SIM_NOT_READY"),
    ],
)
def test_every_recorded_bring_up_gets_its_reason(fault: str, code: str, dated: bool) -> None:
    assert recorded(fault, dated=dated).code == code


def test_all_recordings_are_judged() -> None:
    assert len(BRING_UPS) == 9


def test_the_texts_name_what_was_seen() -> None:
    assert "'acme'" in recorded("vendor").text
    assert "'^rssi:18'" in recorded("chatter").text
    assert "tried 4 times" in recorded("apn").text
    assert "pincode" in recorded("pin").action
    assert "notify_proto" in recorded("chatter").action


def test_a_bring_up_that_is_still_open_does_not_hide_the_last_failure() -> None:
    case = BRING_UPS["apn"]
    assert case["log"][-1].endswith("ATE1")
    found = recorded("apn")
    assert "Failed to connect" in found.evidence
    assert found.attempts == 4


def test_bring_ups_that_ended_with_another_fault_are_not_counted() -> None:
    """An APN that was refused for an hour says nothing of a PIN that was tried once."""
    log = [*BRING_UPS["apn"]["log"], *BRING_UPS["pin"]["log"]]
    found = diagnose(BRING_UPS["pin"]["wwan"], log, interface="wwan", children={})
    assert (found.code, found.attempts) == ("PIN_FAILED", 1)
    assert "has been tried" not in found.text
    again = diagnose(PENDING, [*log, *BRING_UPS["silent"]["log"]], interface="wwan", children={})
    assert again.attempts == recorded("silent").attempts


def test_the_children_s_bring_ups_are_not_counted() -> None:
    case = BRING_UPS["none"]
    found = diagnose(PENDING, case["log"], interface="wwan", children={})
    assert found.attempts == 1


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("No control device specified", "NO_DEVICE"),
        ("Control device not valid", "DEVICE_MISSING"),
        ("The interface could not be found.", "NO_IFACE"),
        ("Failed to get modem information", "GETINFO_FAILED"),
        ("Failed to initialize modem", "INITIALIZE_FAILED"),
        ("Failed to configure modem", "CONFIGURE_FAILED"),
        ("Failed to set operating mode", "SETMODE_FAILED"),
        ("Failed to connect", "CONNECT_FAILED"),
        ("Unable to verify PIN", "PIN_FAILED"),
    ],
)
def test_every_message_of_the_handler_has_its_code(message: str, code: str) -> None:
    assert judged("sending -> AT", message).code == code


def test_a_refusal_after_the_connection_is_the_last_command_s() -> None:
    found = judged("Connecting modem", "Setting up wwan0", "Failed to configure modem")
    assert found.code == "FINALIZE_FAILED"


def test_the_teardown_s_words_do_not_replace_the_cause() -> None:
    found = judged(
        "Failed to initialize modem", "Stopping network wwan", "Failed to get modem information"
    )
    assert found.code == "INITIALIZE_FAILED"
    assert judged("Stopping network wwan", "Failed to disconnect").code == "DISCONNECT_FAILED"


def test_a_stick_that_is_gone_by_the_teardown_is_missing() -> None:
    gone = ("Stopping network wwan", "Control device not valid")
    assert judged(*gone, status=GIVEN_UP).code == "DEVICE_MISSING"
    assert judged("Failed to get modem information", *gone).code == "GETINFO_FAILED"


def test_a_known_maker_that_was_not_found_has_a_carriage_return() -> None:
    text = "WARNING: Variable 'huawei\r' does not exist or is not an array/object"
    assert judged(text, "Unsupported modem", status=GIVEN_UP).code == "CARRIAGE_RETURN"


def test_old_failures_do_not_count_once_a_connection_has_held() -> None:
    failed = BRING_UPS["silent"]["log"]
    good = BRING_UPS["none"]["log"]
    down = ["daemon.notice netifd: Interface 'wwan' is now down"]
    stopped = PENDING | {"autostart": False, "pending": False}
    found = diagnose(stopped, [*failed, *good, *down], interface="wwan", children={})
    assert found.code == "STOPPED"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, "SETTING_UP"),
        ({"available": False}, "DEVICE_MISSING"),
        ({"autostart": False, "pending": False}, "STOPPED"),
        ({"errors": [{"subsystem": "interface", "code": "NO_DEVICE"}]}, "DEVICE_MISSING"),
        ({"errors": [{"subsystem": "ncm", "code": "NO_DEVICE"}]}, "NO_DEVICE"),
        ({"errors": [{"subsystem": "ncm", "code": "PIN_FAILED"}]}, "PIN_FAILED"),
        (
            {"errors": [{"subsystem": "ncm", "code": "NETWORK_REGISTRATION_FAILED"}]},
            "NETWORK_REGISTRATION_FAILED",
        ),
        ({"proto": "none", "errors": [{"code": "NO_DEVICE"}]}, "HANDLER_MISSING"),
    ],
)
def test_without_a_log_the_status_must_do(change: dict[str, object], code: str) -> None:
    assert diagnose(PENDING | change, [], interface="wwan", children={}).code == code


def test_a_handler_that_netifd_never_loaded_as_a_genuine_router_shows_it() -> None:
    cases = json.loads((ANSWERS / "system.json").read_text())
    answer = next(
        case for case in cases if "install comgt-ncm" in case["cmd"] and "status" in case["cmd"]
    )
    found = diagnose(json.loads(answer["stdout"]), [], interface="wwan", children={})
    assert found.code == "HANDLER_MISSING"
    assert "/etc/init.d/network restart" in found.action


def test_no_such_interface() -> None:
    assert diagnose(None, [], interface="wwan", children={}).code == "NO_INTERFACE"


def test_connected_without_an_address_is_not_up() -> None:
    status = BRING_UPS["none"]["wwan"]
    waiting = BRING_UPS["none"]["wwan_4"] | {"up": False, "ipv4-address": []}
    without = diagnose(status, [], interface="wwan", children={"wwan_4": waiting})
    assert without.code == "NO_LEASE"
    nowhere = diagnose(status, [], interface="wwan", children={"wwan_4": None})
    assert nowhere.code == "NO_CHILD"


def test_evidence_is_free_of_secrets() -> None:
    found = judged(
        'sending -> AT^NDISDUP=1,1,"internet","alice","hunter2",1', "Failed to connect"
    )  # fmt: skip
    assert found.evidence[0] == 'sending -> AT^NDISDUP=1,1,"internet",********'
    assert "hunter2" not in repr(found)


def test_every_reason_says_what_to_do() -> None:
    assert [code for code, reason in REASONS.items() if not reason.action] == ["up"]


@pytest.mark.parametrize("word", ["could", "can't", "no", "timeout"])
def test_a_complaint_of_gcom_is_no_maker(word: str) -> None:
    text = f"WARNING: Variable '{word}' does not exist or is not an array/object"
    assert judged(text, "Unsupported modem", status=GIVEN_UP).code == "GCOM_TEXT"


@pytest.mark.parametrize("word", ["at^iccid?", "at+cpin?", "at$qcpdpp=1", "at^ndisdup=1,0"])
def test_the_echo_of_somebody_else_s_command_is_no_maker(word: str) -> None:
    text = f"WARNING: Variable '{word}' does not exist or is not an array/object"
    found = judged(text, "Unsupported modem", status=GIVEN_UP)
    assert (found.code, found.worth_a_start) == ("CHATTER", True)


def test_a_maker_may_begin_like_a_command() -> None:
    text = "WARNING: Variable 'atel' does not exist or is not an array/object"
    assert judged(text, "Unsupported modem", status=GIVEN_UP).code == "UNSUPPORTED_MODEM"


def test_a_gcom_that_crashed_is_told_from_a_modem_that_is_silent() -> None:
    found = judged("Segmentation fault", "Failed to get modem information")
    assert found.code == "GCOM_CRASHED"


def test_the_command_that_was_refused_is_named_without_its_secrets() -> None:
    found = judged("sending -> ATZ", "sending -> ATQ0", "Failed to initialize modem")
    assert "ATQ0" in found.text
    secret = judged('sending -> AT+CPIN="4711"', "Failed to initialize modem")
    assert "4711" not in repr(secret)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("NO_DEVICE", "ncm_wan_device, which finds it out with auto"),
        ("NO_IFACE", "ncm_wan_ifname"),
        ("GETINFO_FAILED", "ncm_wan_delay"),
    ],
)
def test_an_advice_names_the_variable_of_the_role_beside_the_option(code: str, words: str) -> None:
    assert words in str(conclude(REASONS, code, {}))
