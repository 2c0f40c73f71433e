# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ansible_collections.fleet.openwrt.plugins.plugin_utils.netifd.wan import (
    Wan,
    child_names,
    up,
    wan,
)

ANSWERS = Path(__file__).parents[4] / "conformance" / "answers" / "ncm.json"
GOOD: dict[str, Any] = json.loads(ANSWERS.read_text())[0]


def test_a_link_that_is_up_adds_up_to_address_gateway_and_dns() -> None:
    assert wan(GOOD["wwan"], {"wwan_4": GOOD["wwan_4"], "wwan_6": None}) == Wan(
        up=True,
        device="wwan0",
        addresses=("100.64.0.16/24",),
        gateways=("100.64.0.1",),
        dns=("9.9.9.9",),
    )


def test_connected_is_not_up() -> None:
    assert not up(GOOD["wwan"], {"wwan_4": None})
    assert not up(GOOD["wwan"], {"wwan_4": GOOD["wwan_4"] | {"up": False}})
    assert not up(GOOD["wwan"] | {"up": False}, {"wwan_4": GOOD["wwan_4"]})
    assert up(GOOD["wwan"], {"wwan_4": GOOD["wwan_4"]})


def test_ipv6_alone_is_up() -> None:
    child = {
        "up": True,
        "l3_device": "wwan0",
        "ipv6-address": [{"address": "2001:db8::2", "mask": 64}],
        "route": [{"target": "::", "mask": 0, "nexthop": "fe80::1"}],
        "dns-server": ["2001:db8::53"],
    }
    found = wan(GOOD["wwan"], {"wwan_6": child})
    assert found.up
    assert (found.addresses, found.gateways) == (("2001:db8::2/64",), ("fe80::1",))


def test_only_a_default_route_names_a_gateway() -> None:
    child = GOOD["wwan_4"] | {"route": [{"target": "10.0.0.0", "mask": 8, "nexthop": "10.0.0.1"}]}
    assert wan(GOOD["wwan"], {"wwan_4": child}).gateways == ()


def test_an_interface_that_is_not_there() -> None:
    assert wan(None, {}) == Wan(up=False, device=None, addresses=(), gateways=(), dns=())


def test_the_children_of_an_interface() -> None:
    assert child_names("wwan") == ("wwan_4", "wwan_6")
