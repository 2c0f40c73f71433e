# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.fleet.openwrt.plugins.plugin_utils.errors import SpecError
from ansible_collections.fleet.openwrt.plugins.plugin_utils.ncm import values
from ansible_collections.fleet.openwrt.plugins.plugin_utils.ncm.vendors import VENDORS, vendor_of
from ansible_collections.fleet.openwrt.plugins.plugin_utils.secrets import HIDDEN

BREAKS_OUT = ['int"ernet', "inter\\net", "internet\r", "inter\nnet", "\x00", "caf\u00e9", "\x7f"]


@pytest.mark.parametrize("option", ["apn", "username", "password"])
@pytest.mark.parametrize("text", BREAKS_OUT)
def test_what_breaks_out_of_an_at_command_is_refused(option: str, text: str) -> None:
    with pytest.raises(SpecError) as caught:
        values.check_at_string(option, text)
    assert caught.value.option == option


@pytest.mark.parametrize("text", ["a,b", "a;b"])
def test_comma_and_semicolon_are_refused_in_an_apn_only(text: str) -> None:
    assert values.check_at_string("password", text) == text
    with pytest.raises(SpecError):
        values.check_at_string("apn", text)


def test_at_strings_have_a_length() -> None:
    assert values.check_at_string("apn", "a" * 99) == "a" * 99
    for text in ("", "a" * 100):
        with pytest.raises(SpecError, match="1 to 99"):
            values.check_at_string("apn", text)


@given(st.text(max_size=120))
def test_an_accepted_apn_stays_between_its_quotes(text: str) -> None:
    try:
        accepted = values.check_at_string("apn", text)
    except SpecError:
        return
    assert accepted == text
    assert text.isascii()
    assert not set(text) & set('"\\\r\n,;')


@pytest.mark.parametrize("pin", ["0000", "1234", "12345678", "0123"])
def test_pins_keep_their_leading_zeros(pin: str) -> None:
    assert values.check_pincode("pincode", pin) == pin


@pytest.mark.parametrize("pin", ["123", "123456789", "12a4", "\u0661\u0662\u0663\u0664", "1234\n"])
def test_other_pins_are_refused_and_not_shown(pin: str) -> None:
    with pytest.raises(SpecError) as caught:
        values.check_pincode("pincode", pin)
    assert caught.value.value == HIDDEN
    assert pin not in str(caught.value)


def test_a_pin_that_yaml_made_a_number_is_refused() -> None:
    # 0123 without quotes is the octal number 83 in YAML.
    with pytest.raises(SpecError, match="quotes") as caught:
        values.check_pincode("pincode", 5349)
    assert "5349" not in str(caught.value)


@pytest.mark.parametrize("option", ["password", "username"])
def test_secrets_do_not_appear_in_errors(option: str) -> None:
    with pytest.raises(SpecError) as caught:
        values.check_at_string(option, 'hunter2"')
    assert "hunter2" not in str(caught.value)
    assert HIDDEN in str(caught.value)


def test_pdptype_is_written_as_the_handler_compares_it() -> None:
    assert values.check_pdptype("pdptype", "ipv4v6") == "IPV4V6"
    with pytest.raises(SpecError, match="IP, IPV6, IPV4V6"):
        values.check_pdptype("pdptype", "IPV4")


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [
        (values.check_profile, [1, "16", 255], [0, 256, "x", -1, True, 1.5]),
        (values.check_delay, [0, "30", 3600], [-1, "5s", 3601, False]),
        (values.check_mtu, [1428, "1500"], [67, 65536, "big"]),
    ],
)
def test_numbers(check: values.Check, good: list[object], bad: list[object]) -> None:
    assert [check("option", value) for value in good] == [str(value) for value in good]
    for value in bad:
        with pytest.raises(SpecError, match="whole number"):
            check("option", value)


@pytest.mark.parametrize(
    "path", ["/dev/cdc-wdm0", "/dev/ttyUSB1", "/dev/serial/by-id/usb-H_M-if00"]
)
def test_device_paths(path: str) -> None:
    assert values.check_device("device", path) == path


@pytest.mark.parametrize(
    "path", ["ttyUSB0", "/dev/", "/etc/passwd", "/dev/tty USB0", "/dev/tty*", "/dev/../etc/x", ""]
)
def test_other_device_paths_are_refused(path: str) -> None:
    with pytest.raises(SpecError, match="/dev/cdc-wdm0"):
        values.check_device("device", path)


@pytest.mark.parametrize("name", ["wwan0", "usb0", "a" * 15])
def test_interface_names(name: str) -> None:
    assert values.check_ifname("ifname", name) == name


@pytest.mark.parametrize("name", ["", "a" * 16, "ww/an", "ww an", "..", "wwan0\n"])
def test_other_interface_names_are_refused(name: str) -> None:
    with pytest.raises(SpecError):
        values.check_ifname("ifname", name)


@pytest.mark.parametrize(
    ("vendor", "word", "sent"),
    [
        ("huawei", "none", "0"),
        ("huawei", "PAP", "1"),
        ("huawei", "chap", "2"),
        ("huawei", "mschapv2", "3"),
        ("huawei", "2", "2"),
        ("huawei", 1, "1"),
        ("sierra", "chap", "2"),
        ("sony", "pap", "00010"),
        ("quectel", "none", None),
        ("samsung", "none", None),
    ],
)
def test_auth_words_become_what_the_command_takes(vendor: str, word: object, sent: object) -> None:
    assert values.translate_auth(word, vendor) == sent


@pytest.mark.parametrize(
    ("vendor", "word"),
    [("huawei", "4"), ("huawei", "both"), ("sierra", "mschapv2"), ("zte", "pap")],
)
def test_auth_that_the_vendor_lacks_is_refused(vendor: str, word: str) -> None:
    with pytest.raises(SpecError, match=vendor):
        values.translate_auth(word, vendor)


def test_modes_are_those_of_the_vendor() -> None:
    assert values.check_mode("preferlte", "huawei") == "preferlte"
    assert values.check_mode("preferlte", None) == "preferlte"
    for vendor, mode in [("quectel", "preferlte"), ("samsung", "lte"), ("zte", "auto")]:
        with pytest.raises(SpecError, match=vendor):
            values.check_mode(mode, vendor)
    with pytest.raises(SpecError, match="preferumts"):
        values.check_mode("5g", None)


def test_an_unknown_vendor_is_named_with_the_known_ones() -> None:
    with pytest.raises(SpecError, match="huawei, samsung"):
        values.translate_auth("pap", "fibocom")


def test_quoted_makers_are_found_by_their_bare_name() -> None:
    assert VENDORS["zte"].key == '"zte'
    assert vendor_of('"marvell"') is VENDORS["marvell"]
    assert vendor_of("Huawei ") is VENDORS["huawei"]
    assert vendor_of("^rssi:18") is None
    assert VENDORS["huawei"].modes["preferlte"].startswith('AT^SYSCFGEX="030201",')


def test_the_matrix_of_vendors() -> None:
    def names(attribute: str) -> set[str]:
        return {name for name, vendor in VENDORS.items() if getattr(vendor, attribute)}

    assert names("apn_required") == {"mtk1", "quectel", "zte", "marvell", "mikrotik"}
    assert names("credentials") == {"huawei", "sierra", "sony", "quectel", "zte", "marvell"}
    assert names("auth") == {"huawei", "sierra", "sony"}
    assert names("modes") == {"huawei", "samsung", "sierra", "sony", "quectel"}
    assert {name: v.key for name, v in VENDORS.items() if '"' in v.key} == {
        "zte": '"zte', "marvell": '"marvell"', "mikrotik": '"mikrotik"'
    }  # fmt: skip
    assert {v.since for v in VENDORS.values()} == {"", "22.03", "23.05"}
