# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names and values that are refused, and what the user is told."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ansible_collections.fleet.openwrt.plugins.plugin_utils.errors import SpecError
from ansible_collections.fleet.openwrt.plugins.plugin_utils.uci.names import (
    UciNameError,
    UciValueError,
    check_option_name,
    check_package_name,
    check_section_name,
    check_type,
    check_value,
)


@pytest.mark.parametrize(
    ("check", "name"),
    [
        (check_package_name, "wireless-2"),
        (check_section_name, "4g"),
        (check_section_name, "_"),
        (check_option_name, "rx_buffer"),
        (check_type, "wifi-iface"),
        (check_type, "a.b/c!~"),
    ],
)
def test_accepted(check: Callable[[str], str], name: str) -> None:
    assert check(name) == name


@pytest.mark.parametrize(
    ("check", "name", "told"),
    [
        (check_package_name, "network.bak", "without a dot"),
        (check_package_name, "../shadow", "without a path"),
        (check_package_name, "", "package name"),
        (check_section_name, "my-wan", "Use for example 'my_wan'."),
        (check_section_name, "wan\n", "Use for example 'wan_'."),
        (check_section_name, "é", "letters a-z"),
        (check_option_name, "a b", "an option name"),
        (check_option_name, "", "an option name"),
        (check_type, "two words", "without blanks"),
        (check_type, "zöne", "printable ASCII"),
        (check_type, "a#b", "'#'"),
        (check_type, "it's", "quotes"),
        (check_type, "", "section type"),
    ],
)
def test_refused_names(check: Callable[[str], str], name: str, told: str) -> None:
    with pytest.raises(UciNameError) as caught:
        check(name)
    assert isinstance(caught.value, SpecError)
    assert caught.value.value == name
    assert told in str(caught.value)


def test_no_silly_name_is_suggested() -> None:
    with pytest.raises(UciNameError) as caught:
        check_section_name("--")
    assert caught.value.hint == ""


def test_the_argument_that_is_wrong_is_named() -> None:
    with pytest.raises(UciNameError, match=r"^interface: 'a-b' cannot be used"):
        check_section_name("a-b", option="interface")


@pytest.mark.parametrize("value", ["", "a\tb\r\nc", "Zürich ☃", "\udcff", "\x7f", ("a", "")])
def test_accepted_values(value: str | tuple[str, ...]) -> None:
    assert check_value(value) == value


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("a\0b", r"Character 2 is the control character '\x00'"),
        ("\x1b[0m", r"Character 1 is the control character '\x1b'"),
        ("a\x0b", r"'\x0b'"),
        (("fine", "not\x1f"), r"'\x1f'"),
        ("\ud83d", "half a surrogate pair"),
    ],
)
def test_refused_values(value: str | tuple[str, ...], told: str) -> None:
    with pytest.raises(UciValueError) as caught:
        check_value(value, option="apn")
    assert told in str(caught.value)
    assert caught.value.option == "apn"


def test_a_secret_is_not_told() -> None:
    with pytest.raises(UciValueError) as caught:
        check_value("hunter2\x01", option="password", secret=True)
    assert "hunter2" not in str(caught.value) + repr(caught.value.facts()) + repr(caught.value)
