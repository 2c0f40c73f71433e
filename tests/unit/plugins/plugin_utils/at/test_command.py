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
        "AT+CGSN=1", "AT^GETPORTMODE", "AT!GSTATUS?", "ATE0V1Q0+CSQ;+CREG?", "AT+CSQ ; +CREG?",
        # Executed or chosen by a value, whoever made the modem.
        "AT+QTEMP", "AT+QCAINFO", "AT+QGMR", "AT+QRSRP", "AT+CPMUTEMP", "AT+CCELLINFO", "AT#RFSTS",
        "AT#MONI", "AT!GSTATUS", "AT+GTSENRDTEMP=1", "AT+XCCINFO", "AT$QCRSRP", "AT^NDISSTATQRY",
        "AT+ZRSSI", "AT+SGCELLINFO", "AT+CLCC", "AT+CBC", "AT+CPBR=1,10", "AT+CRSM=176,12258",
        'AT+QNWPREFCFG="mode_pref"', 'AT+QENG="servingcell"', "AT+EGMR=0,7", "AT+COPS=3,0;+COPS?",
        'AT^SCFG="Serial/USB/DDD"', "AT^HWVER", "AT*CELLINFO", "AT+GTFWVER",
        "ATS0?", "ATS7?+CSQ", "AT*CNTI=0", "AT+SPIC", "AT#PCT", "AT+UPINCNT", "AT+SIMCOMATI",
    ],
)  # fmt: skip
def test_it_only_asks(command: str) -> None:
    assert is_query(command)


@pytest.mark.parametrize(
    "command",
    [
        "ATZ", "AT+CFUN=1", "AT+CFUN=1,1", "AT^RESET", 'AT^NDISDUP=1,1,"internet"', "AT+COPS=?",
        "AT+CSQ;+CFUN=0", 'AT+QCFG="servicedomain",1', 'AT+CLCK="SC",0,"1234"', "AT^UNHEARDOF",
        "AT+EGMR=1,7,\"1\"", "AT+CRSM=214,28486,0,0,3,\"00\"", "AT+QPOWD", "AT+CFUN=1;+QTEMP",
        'AT+QNWPREFCFG="all_band_reset"', 'AT+QMBNCFG="Deactivate"', "AT+RECOVER", "AT+RESETINFO",
        "AT+CRESET", "AT+CMGR=1", "AT&F", "ATE0Z", "AT+COPS=0", "ATS0=1",
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
        ('AT+CPIN2="1234"', "pincode"),
        ('AT^SPWD="SC","1234","4321"', "pincode"),
        ('AT^SLCK="SC",0,"1234"', "pincode"),
        ('AT^DATALOCK="1234"', "pincode"),
        ('AT+ZNCK="1234"', "pincode"),
        ('AT^SETPORT="FF;16"', "modem_config"),
        ("AT^U2DIAG=0", "modem_config"),
        ('AT+QCFG="usbnet",1', "by hand"),
        ("AT+QCFG = usbcfg,1", "by hand"),
        ('at+qcfg="data_interface",1,0', "by hand"),
        ("AT!USBCOMP=1,1,10D", "by hand"),
        ("AT!UDUSBCOMP=6", "by hand"),
        ("AT+CUSBPIDSWITCH=9001,1,1", "by hand"),
        ("AT+CUSBSELNV=1", "by hand"),
        ('AT$MYCONFIG="usbnetmode",1', "by hand"),
        ("AT+GTUSBMODE=41", "by hand"),
        ("AT+CSQ; +GTUSBMODE = 41", "by hand"),
        ("AT#USBCFG=1", "by hand"),
        ("AT+XUSBMODE=1", "by hand"),
        ("AT+ZSWITCH=L", "by hand"),
        ("AT+ZCDRUN=8", "by hand"),
        ("AT+SER=1,1", "by hand"),
        ("AT+UUSBCONF=2", "by hand"),
        ("AT^PIDSWITCH=1", "by hand"),
        ('AT^SSRVSET="actSrvSet",1', "by hand"),
        ("AT$QCDMG", "by hand"),
        ('AT+SYSNV=1,"usbmode",8', "by hand"),
        ("AT+QDOWNLOAD=1", "by hand"),
        ("AT^GODLOAD", "by hand"),
        ("AT!BOOTHOLD", "by hand"),
    ],
)
def test_what_can_do_harm_takes_force(command: str, hint: str) -> None:
    with pytest.raises(SpecError) as refused:
        check_command(command, force=False)
    assert hint in str(refused.value)
    assert "1234" not in str(refused.value)
    assert check_command(command, force=True) == command


@pytest.mark.parametrize(
    "command",
    [
        "AT+CPIN?", "AT+CPIN=?", "AT^SETPORT?", 'AT+CLCK="SC",2', 'AT+QCFG="usbnet"',
        "AT+CUSBPIDSWITCH?", "AT+GTUSBMODE=?", "AT#USBCFG?", "AT+GTRNDIS=1,1", "AT+ECMDUP=1,1,1",
    ],
)  # fmt: skip
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
