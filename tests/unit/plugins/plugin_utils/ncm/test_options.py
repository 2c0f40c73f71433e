# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ansible_collections.fleet.openwrt.plugins.plugin_utils.errors import SpecError
from ansible_collections.fleet.openwrt.plugins.plugin_utils.ncm.advice import warnings
from ansible_collections.fleet.openwrt.plugins.plugin_utils.ncm.options import (
    AT_PROTOCOLS,
    DEAD_OPTIONS,
    INTERFACE_OPTIONS,
    OPTIONS,
    check_against_handler,
    check_option,
    check_options,
)

ANSWERS = Path(__file__).parents[4] / "conformance" / "answers" / "system.json"
GOOD = {"device": "/dev/cdc-wdm0", "apn": "internet", "pdptype": "IPV4V6", "delay": 15}


@pytest.fixture(scope="module")
def handler() -> dict[str, object]:
    cases = json.loads(ANSWERS.read_text())
    answer = next(case for case in cases if "get_proto_handlers" in case["cmd"])
    found: dict[str, object] = json.loads(answer["stdout"])
    return found


def test_the_texts_for_uci() -> None:
    options = GOOD | {
        "proto": "ncm", "auth": "chap", "username": "u", "password": "p", "profile": 2,
        "peerdns": False, "metric": 10, "pincode": None, "mode": "", "dns": ["9.9.9.9"],
    }  # fmt: skip
    assert check_options(options, vendor="huawei") == {
        "proto": "ncm", "device": "/dev/cdc-wdm0", "apn": "internet", "pdptype": "IPV4V6",
        "delay": "15", "auth": "2", "username": "u", "password": "p", "profile": "2",
        "peerdns": "0", "metric": "10", "dns": ["9.9.9.9"],
    }  # fmt: skip


def test_auth_none_is_left_out_where_the_vendor_has_no_choice() -> None:
    for word in ("none", "None"):
        assert "auth" not in check_options(GOOD | {"auth": word}, vendor="quectel")


@pytest.mark.parametrize(
    ("options", "concerns"),
    [
        ({"username": "u"}, "password"),
        ({"password": "p"}, "username"),
        ({"auth": "1"}, "username"),
        ({"apm": 'inter"net'}, "apm"),
        ({"apn": ["internet"]}, "apn"),
        ({"sourcefilter": "maybe"}, "sourcefilter"),
        ({"metric": "-1"}, "metric"),
        ({"auth": "pap", "username": "u", "password": "p"}, "auth"),
    ],
)
def test_what_is_refused_names_its_option(options: dict[str, object], concerns: str) -> None:
    with pytest.raises(SpecError) as caught:
        check_options(options)
    assert caught.value.option == concerns


def test_an_apn_is_due_where_the_command_needs_one() -> None:
    with pytest.raises(SpecError) as caught:
        check_options({"device": "/dev/ttyUSB0"}, vendor="quectel")
    assert caught.value.option == "apn"
    assert check_options({"device": "/dev/ttyUSB0"}, vendor="huawei")


def test_the_table_holds_what_a_genuine_handler_declares(handler: dict[str, object]) -> None:
    declared = handler["validate"]
    assert isinstance(declared, dict)
    assert {name: OPTIONS[name].kind for name in declared} == declared
    assert set(OPTIONS) - set(declared) == {"mtu"}
    assert not set(OPTIONS) & (INTERFACE_OPTIONS | set(DEAD_OPTIONS))


def test_options_that_this_router_declares_pass(handler: dict[str, object]) -> None:
    check_against_handler(GOOD | {"proto": "ncm", "auto": True, "peerdns": "0"}, handler)


def test_an_option_that_no_release_has_is_for_the_router_to_judge(
    handler: dict[str, object],
) -> None:
    assert check_options({"apm": "internet"}) == {"apm": "internet"}
    with pytest.raises(SpecError, match="apn, auth, defaultroute") as caught:
        check_against_handler({"apm": "internet"}, handler)
    assert caught.value.option == "apm"


@pytest.mark.parametrize("proto", sorted(AT_PROTOCOLS))
@pytest.mark.parametrize("option", ["apn", "username", "password", "unknown", "auth"])
def test_no_option_breaks_out_of_an_at_command(proto: str, option: str) -> None:
    for text in ('a"b', "a\\b", "a\rATZ", "a\nATZ"):
        with pytest.raises(SpecError) as caught:
            check_option(option, text, proto)
        assert caught.value.option == option


@pytest.mark.parametrize(
    ("option", "value", "proto"),
    [
        ("pincode", "12ab", "qmi"),
        ("apn", 'a"b', "mbim"),
        ("metric", "low", "pppoe"),
        ("defaultroute", "maybe", "dhcp"),
        ("password", "a\nb", "pppoe"),
        ("password", 'a"b', "l2tp"),
        ("dialnumber", "*99#;+CFUN=0", "3g"),
        ("mtu", ["1400"], "static"),
    ],
)
def test_other_protocols_have_the_same_table(option: str, value: object, proto: str) -> None:
    with pytest.raises(SpecError):
        check_option(option, value, proto)


def test_what_other_protocols_may_hold_passes() -> None:
    options = {"password": 'a"b\\c', "username": "u@isp", "device": "br-lan", "mtu": "9000"}
    assert check_options(options, proto="pppoe") == options
    assert check_options({"auth": "both", "pdptype": "ipv4"}, proto="qmi")


def test_an_option_that_this_router_lacks_names_the_ones_it_has(handler: dict[str, object]) -> None:
    with pytest.raises(SpecError, match="apn, auth, defaultroute") as caught:
        check_against_handler(GOOD | {"mtu": 1428}, handler)
    assert caught.value.option == "mtu"


def test_a_value_of_the_wrong_type_is_refused(handler: dict[str, object]) -> None:
    for options in ({"profile": "one"}, {"peerdns": "perhaps"}):
        with pytest.raises(SpecError):
            check_against_handler(options, handler)


def test_a_handler_that_declares_nothing_is_no_judge() -> None:
    check_against_handler({"mtu": 1428}, {})


# --- warnings -----------------------------------------------------------------------------------


def test_a_careful_interface_draws_no_warning() -> None:
    assert warnings(GOOD, section="wwan", vendor="huawei", release="24.10.4") == []
    assert warnings(GOOD | {"pincode": "4711"}, section="wwan", release="24.10.4") == []


@pytest.mark.parametrize(
    ("change", "about"),
    [
        ({"mode": "lte"}, "mode: it is written to the modem"),
        ({"delay": None}, "delay: without it"),
        ({"pdptype": None}, "pdptype: without it"),
        ({"username": "u", "password": "hunter2"}, "auth: user name and password"),
        ({"apn": None}, "apn: it is not given"),
        ({"service": "lte"}, "service: proto ncm does not read it; use mode"),
        ({"dialnumber": "*99#"}, "dialnumber: proto ncm does not read it"),
        ({"ipv6": "1"}, "ipv6: proto ncm does not read it; use pdptype"),
        ({"device": "/dev/serial/by-id/usb-x"}, "device: it is a link"),
    ],
)
def test_each_danger_draws_its_one_warning(change: dict[str, object], about: str) -> None:
    (warning,) = warnings(GOOD | change, section="wwan", release="24.10.4")
    assert warning.startswith(about)
    assert "hunter2" not in warning
    assert "4711" not in warning


def test_delay_means_something_else_before_23_05() -> None:
    assert warnings(GOOD | {"delay": None}, release="22.03.5") == []
    (warning,) = warnings(GOOD, release="22.03.5")
    assert "always sleeps" in warning
    assert warnings(GOOD, release="23.05.0") == []


def test_the_name_of_the_child_must_fit() -> None:
    assert warnings(GOOD, section="a" * 13) == []
    (warning,) = warnings(GOOD, section="a" * 14)
    assert "aaaaaaaaaaaaaa_4" in warning


def test_vendor_faults_are_told() -> None:
    (warning,) = warnings(GOOD, vendor="sierra")
    assert "QCPDPP" in warning
    (warning,) = warnings(GOOD | {"username": "u", "password": "p"}, vendor="samsung")
    assert "neither user name nor password" in warning
