# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from support.wan import PORT_SILENT, says

from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.wire import Answer
from ansible_collections.fleet.openwrt.plugins.plugin_utils.wan.asked import AskProbe

ASK = AskProbe("wwan")


@pytest.mark.parametrize(
    ("said", "holder"),
    [
        ("/dev/ttyUSB0 is in use by ModemManager (812)\n", ("ModemManager", 812)),
        ("/dev/ttyUSB0 is in use by gcom (99)\n", None),
        ("/dev/ttyUSB0 is in use by another task\n", None),
    ],
)
def test_who_holds_the_port(said: str, holder: tuple[str, int] | None) -> None:
    asked = ASK.parse(Answer(72, "", said))
    assert asked.trouble == "busy"
    assert asked.holder == holder


def test_a_port_that_was_silent_is_remembered_when_another_answers() -> None:
    asked = ASK.parse(Answer(0, says(), "/dev/cdc-wdm0 does not answer\n"))
    assert asked.report is not None
    assert asked.was_silent("/dev/cdc-wdm0")
    assert not asked.was_silent("/dev/ttyUSB0")
    assert ASK.parse(PORT_SILENT).trouble == "silent"
