# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A modem's report as a playbook sees it."""

from __future__ import annotations

import json

import pytest
from support.modem_talk import printed, said, stick

from ansible_collections.fleet.openwrt.plugins.plugin_utils.at.talk import Port
from ansible_collections.fleet.openwrt.plugins.plugin_utils.modem.describe import answers, describe
from ansible_collections.fleet.openwrt.plugins.plugin_utils.modem.report import ModemProbe, report
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.wire import Answer

PROBE = ModemProbe(Port(None))


def test_all_values_are_plain_ones() -> None:
    found = PROBE.parse(Answer(0, printed(stick(), "huawei"), ""))
    shown = {"modem": describe(found), "raw": answers(found)}
    assert json.loads(json.dumps(shown)) == shown
    # Ansible takes no enumerations, which compare like texts.
    assert type(shown["modem"]["registration"]) is str
    assert type(shown["modem"]["sim"]["state"]) is str  # type: ignore[index]
    assert shown["modem"]["ports"] == {"layout": "FF;12,16", "functions": {"PCUI": 0, "NCM": 1}}
    assert shown["modem"]["contexts"] == [{"cid": 1, "type": "IP", "apn": "internet"}]
    assert shown["raw"]["AT+CSQ"] == {"lines": ["+CSQ: 18,99"], "result": "OK"}


@pytest.mark.parametrize("show", [False, True])
def test_the_imsi_is_nowhere_unless_it_is_asked_for(show: bool) -> None:
    modem = stick()
    found = PROBE.parse(Answer(0, printed(modem, "huawei"), ""))
    shown = str({**describe(found, show_imsi=show), **answers(found, show_imsi=show)})
    assert (modem.sim.imsi in shown) is show
    assert ("00101**********" in shown) is not show
    assert found.iccid is not None
    assert found.iccid in shown


def test_an_imsi_is_hidden_in_what_came_unasked_and_in_odd_answers() -> None:
    imsi = "001010000000017"
    found = report(
        said(
            {
                "AT+CIMI": f"{imsi}\nOK",
                "AT+CSQ": f"^SIMST: {imsi},1\n+CSQ: 9,99\nOK",
            }
        )
    )
    assert describe(found)["unsolicited"] == ["^SIMST: 00101**********,1"]
    odd = report(said({"AT+CIMI": "+CIMI: 0010100000\nOK"}))
    assert odd.imsi is None
    assert answers(odd)["AT+CIMI"] == {"lines": ["+CIMI: 00101*****"], "result": "OK"}
