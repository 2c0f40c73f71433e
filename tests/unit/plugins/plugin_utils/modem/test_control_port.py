# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.fleet.openwrt.plugins.plugin_utils.errors import ProbeError
from ansible_collections.fleet.openwrt.plugins.plugin_utils.modem.control_port import (
    AskProbe,
    Heard,
    InUse,
    InUseProbe,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.wire import Answer

PORTS = ("/dev/ttyUSB0", "/dev/ttyUSB2")
ASK = AskProbe(PORTS, "wwan")


def in_use(text: str) -> InUse:
    return InUseProbe("wwan").parse(Answer(0, text, ""))


def test_nothing_is_in_use_on_a_fresh_router() -> None:
    assert in_use("\n--\n") == InUse()


def test_the_configured_port_and_what_netifd_says_of_it() -> None:
    status = '{"up": true, "data": {"manufacturer": "huawei"}}'
    seen = in_use(f"/dev/ttyUSB2\n/dev/ttyUSB2\n--\n{status}\n")
    assert seen == InUse("/dev/ttyUSB2", "/dev/ttyUSB2", True, "huawei")


@pytest.mark.parametrize("status", ["", "no JSON", "[]", '{"up": "yes"}', '{"data": 4}'])
def test_what_netifd_does_not_say_is_not_up(status: str) -> None:
    assert in_use(f"/dev/ttyUSB2\n/dev/ttyUSB2\n--\n{status}\n").up is False


def test_a_link_to_a_port_is_that_port() -> None:
    seen = in_use("/dev/modem\n/dev/ttyUSB2\n--\n")
    assert seen.among(PORTS) == "/dev/modem"
    assert seen.first(PORTS) == ("/dev/ttyUSB2", "/dev/ttyUSB0")


def test_a_port_of_another_device_is_not_among_them() -> None:
    seen = in_use("/dev/ttyUSB7\n/dev/ttyUSB7\n--\n")
    assert seen.among(PORTS) is None
    assert seen.first(PORTS) == PORTS


@pytest.mark.parametrize(
    ("line", "maker"),
    [
        ("Quectel", "Quectel"),
        ("+CGMI: huawei", "huawei"),
        ('"ZTE CORPORATION"', '"ZTE CORPORATION"'),
        ("^RSSI: 20\nmaker huawei", "huawei"),
        ("RDY\nmaker +CPIN: READY\nmaker Quectel", "Quectel"),
    ],
)
def test_the_port_that_answered_and_its_maker(line: str, maker: str) -> None:
    answer = Answer(
        0, f"began 7\nport /dev/ttyUSB2\nmaker {line}\nended 12\n", "/dev/ttyUSB0 does not answer\n"
    )
    assert ASK.parse(answer) == Heard("/dev/ttyUSB2", maker, ("/dev/ttyUSB0",), seconds=5)


def test_ports_that_others_hold_are_told_from_silent_ones() -> None:
    said = "/dev/ttyUSB0 is in use by ModemManager (77)\n/dev/ttyUSB2 does not answer\n"
    heard = ASK.parse(Answer(73, "began 7\nended 21\n", said))
    assert (heard.port, heard.busy, heard.silent) == (None, ("/dev/ttyUSB0",), ("/dev/ttyUSB2",))


def test_without_gcom_nothing_was_asked() -> None:
    assert ASK.parse(Answer(70, "began 7\nended 7\n", "gcom is not installed\n")).no_gcom


def test_a_shell_that_failed_is_no_silent_modem() -> None:
    with pytest.raises(ProbeError, match="takes AT commands"):
        ASK.parse(Answer(2, "", "syntax error"))
