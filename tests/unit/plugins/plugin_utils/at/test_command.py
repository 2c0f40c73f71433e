# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which commands only ask, and which are not sent without somebody insisting."""

from __future__ import annotations

import pytest

from ansible_collections.fleet.openwrt.plugins.plugin_utils.at.command import (
    MAX_LENGTH,
    check_command,
    is_query,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.errors import SpecError


@pytest.mark.parametrize(
    "command",
    [
        "AT", "ATI", "ATE0", "AT+CSQ", "at+csq", "AT+CPIN?", "AT^SYSCFGEX?", "AT+CGDCONT=?",
        "AT+CGATT?;+CSQ", 'AT+QCFG="servicedomain"', 'AT+CPINR="SIM*"', 'AT+CLCK="SC",2',
        "AT+CGSN=1", "AT^GETPORTMODE", "AT!GSTATUS?",
    ],
)  # fmt: skip
def test_it_only_asks(command: str) -> None:
    assert is_query(command)


@pytest.mark.parametrize(
    "command",
    [
        "ATZ", "AT+CFUN=1", "AT+CFUN=1,1", "AT^RESET", 'AT^NDISDUP=1,1,"internet"', "AT+COPS=?",
        "AT+CSQ;+CFUN=0", 'AT+QCFG="servicedomain",1', 'AT+CLCK="SC",0,"1234"', "AT^UNHEARDOF",
        'AT+CGDCONT=1,"IP","?"', 'AT+CGDCONT=1,"IP","a;b?"',
    ],
)  # fmt: skip
def test_it_may_change_something(command: str) -> None:
    assert not is_query(command)


@pytest.mark.parametrize(
    ("command", "hint"),
    [
        ('AT+CPIN="1234"', "pincode"),
        ("at+cpin=1234", "pincode"),
        ('AT+CSQ;+CPIN="1234"', "pincode"),
        ('AT+CLCK="SC",0,"1234"', "pincode"),
        ('AT^SETPORT="FF;16"', "modem_config"),
        ('AT+QCFG="usbnet",1', "by hand"),
    ],
)
def test_what_can_do_harm_takes_force(command: str, hint: str) -> None:
    with pytest.raises(SpecError) as refused:
        check_command(command, force=False)
    assert hint in str(refused.value)
    assert "1234" not in str(refused.value)
    assert check_command(command, force=True) == command


@pytest.mark.parametrize("command", ["AT+CPIN?", "AT+CPIN=?", "AT^SETPORT?", 'AT+CLCK="SC",2'])
def test_questions_about_it_do_no_harm(command: str) -> None:
    assert check_command(command, force=False) == command


@pytest.mark.parametrize(
    "command", ["", "CSQ", "AT+CSQ\rAT^RESET", "AT\n", 'AT+X="', "AT+Ü", "AT" + "x" * MAX_LENGTH]
)
def test_what_is_no_command(command: str) -> None:
    if command.strip() == "AT":
        assert check_command(command, force=False) == "AT"
        return
    with pytest.raises(SpecError):
        check_command(command, force=False)
