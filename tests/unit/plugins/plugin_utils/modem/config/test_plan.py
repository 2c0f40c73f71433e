# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is written to which modem: the commands, and what is refused before any is sent."""

from __future__ import annotations

from typing import Any

import pytest
from support.fake_router import params
from support.modem import HUAWEI, QUECTEL, SIERRA, dialogue

from ansible_collections.fleet.openwrt.plugins.modules.modem_config import ARGUMENT_SPEC
from ansible_collections.fleet.openwrt.plugins.plugin_utils.errors import PlanError, SpecError
from ansible_collections.fleet.openwrt.plugins.plugin_utils.modem.config.commands import (
    COMMANDS,
    active_ports,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.modem.config.plan import (
    choices,
    plan,
    shown,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.modem.config.wanted import Wanted
from ansible_collections.fleet.openwrt.plugins.plugin_utils.ncm.vendors import VENDORS


def wanted(**options: Any) -> Wanted:
    return Wanted.from_params(params(ARGUMENT_SPEC, **options))


@pytest.mark.parametrize(
    ("modem", "options", "orders"),
    [
        (HUAWEI, {}, ()),
        (HUAWEI, {"mode": "auto", "domain": "both", "roaming": True, "ports": "ff;12,16"}, ()),
        (HUAWEI, {"mode": "lte"}, ('AT^SYSCFGEX="03",40000000,2,4,40000000,,',)),
        (HUAWEI, {"mode": "preferlte"}, ('AT^SYSCFGEX="030201",40000000,2,4,40000000,,',)),
        (HUAWEI, {"mode": "preferumts"}, ('AT^SYSCFGEX="0201",40000000,2,4,40000000,,',)),
        (HUAWEI, {"domain": "ps"}, ('AT^SYSCFGEX="99",40000000,2,1,40000000,,',)),
        (HUAWEI, {"domain": "any"}, ('AT^SYSCFGEX="99",40000000,2,3,40000000,,',)),
        (HUAWEI, {"roaming": False}, ('AT^SYSCFGEX="99",40000000,0,4,40000000,,',)),
        # What is right already is left as it is also in a command that sets something else.
        (
            HUAWEI,
            {"mode": "gsm", "domain": "both", "roaming": False},
            ('AT^SYSCFGEX="01",40000000,0,4,40000000,,',),
        ),
        (
            HUAWEI,
            {"mode": "umts", "ports": "A1,A2; 12,16", "allow_port_change": True},
            ('AT^SYSCFGEX="02",40000000,2,4,40000000,,', 'AT^SETPORT="A1,A2;12,16"'),
        ),
        (QUECTEL, {"mode": "auto", "domain": "both"}, ()),
        (QUECTEL, {"mode": "lte"}, ('AT+QCFG="nwscanmode",3',)),
        (QUECTEL, {"mode": "auto", "domain": "ps"}, ('AT+QCFG="servicedomain",1,1',)),
        (SIERRA, {"mode": "auto"}, ()),
        (SIERRA, {"mode": "lte"}, ("AT!SELRAT=06",)),
    ],
)
def test_orders(modem: dict[str, str], options: dict[str, Any], orders: tuple[str, ...]) -> None:
    assert plan(dialogue(modem), wanted(**options)).orders == orders


def test_what_modems_tell_in_words() -> None:
    huawei = plan(dialogue(HUAWEI), wanted(mode="lte", roaming=False))
    assert shown(huawei.vendor, huawei.before) == {
        "mode": "auto", "domain": "both", "roaming": True, "ports": "FF;12,16"
    }  # fmt: skip
    assert shown(huawei.vendor, huawei.after) == {
        "mode": "lte", "domain": "both", "roaming": False, "ports": "FF;12,16"
    }  # fmt: skip
    assert active_ports(huawei.vendor, dialogue(HUAWEI)) == ["PCUI", "NCM"]
    sierra = plan(dialogue(SIERRA), wanted())
    assert shown(sierra.vendor, sierra.before) == {
        "mode": "auto", "domain": None, "roaming": None, "ports": None
    }  # fmt: skip
    assert active_ports(sierra.vendor, dialogue(SIERRA)) == []


def test_an_order_that_has_no_word_is_shown_as_it_is() -> None:
    modem = {**HUAWEI, "AT^SYSCFGEX?": '^SYSCFGEX: "0302",3fffffff,0,1,7fffffffffffffff,,'}
    change = plan(dialogue(modem), wanted(mode="preferlte"))
    assert shown(change.vendor, change.before)["mode"] == "0302"
    assert change.orders == ('AT^SYSCFGEX="030201",40000000,2,4,40000000,,',)


def test_an_unsolicited_line_is_no_answer() -> None:
    modem = {**HUAWEI, "AT+CGMI": "^RSSI:18\nhuawei", "AT^SETPORT?": '^RSSI:9\n^SETPORT:"FF;12,16"'}
    assert plan(dialogue(modem), wanted(ports="FF;12,16")).orders == ()


@pytest.mark.parametrize(
    ("modem", "options", "says"),
    [
        (
            QUECTEL,
            {"mode": "preferlte"},
            "cannot be set to preferlte, only to lte, umts, gsm, auto",
        ),
        (QUECTEL, {"domain": "any"}, "cannot be set to any"),
        (QUECTEL, {"roaming": False}, "roaming: no command is known"),
        (QUECTEL, {"ports": "FF;12,16"}, "ports: no command is known"),
        (SIERRA, {"domain": "ps"}, "huawei: mode, domain, roaming, ports; sierra: mode; quectel"),
        ({"AT+CGMI": '"ZTE CORPORATION"'}, {"mode": "lte"}, "modems of zte"),
        ({"AT+CGMI": "acme"}, {"mode": "lte"}, "answered 'acme'"),
        ({"AT+CGMI": "ERROR"}, {}, "answered 'ERROR'"),
        (HUAWEI, {"ports": "FF;10,12,16"}, "allow_port_change"),
        (
            {**HUAWEI, "AT^SYSCFGEX?": "COMMAND NOT SUPPORT"},
            {"mode": "lte"},
            "AT^SYSCFGEX? answered 'COMMAND NOT SUPPORT'",
        ),
        (
            {**SIERRA, "AT!SELRAT?": "!SELRAT: Unknown RAT mode. Use AT!SELRAT to set band."},
            {"mode": "lte"},
            "does not tell what it is now",
        ),
    ],
)
def test_refusals(modem: dict[str, str], options: dict[str, Any], says: str) -> None:
    with pytest.raises(PlanError, match="Nothing was changed") as refused:
        plan(dialogue(modem), wanted(**options))
    assert says in str(refused.value)


@pytest.mark.parametrize(
    ("layout", "says"),
    [
        ("FF;10,16", "12 or 2"),
        ("12;16", "12 or 2"),
        ("FF;16,112", "semicolon"),
        ("FF;12,10", "16 behind"),
        ("FF;12,16;2", "one semicolon"),
        ("12,16", "semicolon"),
        ("", "semicolon"),
        ('FF;12,16"\rAT+CFUN=0', "semicolon"),
    ],
)
def test_layouts_that_lose_the_modem(layout: str, says: str) -> None:
    with pytest.raises(SpecError, match="ports: ") as refused:
        wanted(ports=layout, allow_port_change=True)
    assert says in str(refused.value)


@pytest.mark.parametrize("layout", ["FF;12,16", "FF;2,16", "A1,A2;10,12,16,A1,A2", "a1; 12, 16"])
def test_layouts_that_keep_it(layout: str) -> None:
    assert wanted(ports=layout).ports == layout.replace(" ", "").upper()


def test_every_setting_that_a_vendor_keeps_has_a_command() -> None:
    for vendor in VENDORS.values():
        commands = {name for each in COMMANDS.get(vendor.name, ()) for name in each.settings}
        kept = {name for name in ("mode", "domain", "roaming") if choices(vendor.kept, name)}
        assert commands == kept | ({"ports"} if vendor.kept.ports else set())


def test_modes_are_those_that_the_handler_has() -> None:
    for vendor in VENDORS.values():
        assert not vendor.kept.mode or set(vendor.kept.mode) == set(vendor.modes)
