# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a modem's registration says against a WAN, whichever network it is in."""

from __future__ import annotations

import pytest
from support.modem import dialogue

from ansible_collections.fleet.openwrt.plugins.plugin_utils.modem.report import report
from ansible_collections.fleet.openwrt.plugins.plugin_utils.wan.modem import network_trouble


@pytest.mark.parametrize(
    ("answers", "trouble"),
    [
        ({"AT+C5GREG?": "+C5GREG: 2,1,\"2D66\",\"1C64\",11", "AT+CGATT?": "+CGATT: 0"}, None),
        ({"AT+C5GREG?": "+C5GREG: 0,1", "AT+COPS?": '+COPS: 0,2,"26202",11',
          "AT+CEREG?": "+CEREG: 0,0", "AT+CGATT?": "+CGATT: 0"}, None),
        ({"AT+CEREG?": "+CEREG: 0,1", "AT+CGATT?": "+CGATT: 0"}, "NO_DATA_ATTACH"),
        ({"AT+C5GREG?": "+C5GREG: 0,3", "AT+CEREG?": "+CEREG: 0,0"}, "REGISTRATION_DENIED"),
        ({"AT+C5GREG?": "+C5GREG: 0,2", "AT+CSQ": "+CSQ: 20,99"}, "NOT_REGISTERED"),
    ],
)  # fmt: skip
def test_a_registration_over_5g_counts(answers: dict[str, str], trouble: str | None) -> None:
    found = network_trouble(report(dialogue(answers)))
    assert (found[0] if found else None) == trouble
