# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is said to the modem, and what is not."""

from __future__ import annotations

import json

import pytest
from support.monitor_world import World

VENDORS = {
    "quectel": {
        "connect": "AT+qnetdevctl=${profile},1,1",
        "disconnect": "AT+qnetdevctl=${profile},0,0",
    },
    "samsung": {"connect": "AT+CGATT=1", "disconnect": "AT+CGATT=0"},
    "clever": {"connect": 'AT+X="${apn:+$apn}"', "disconnect": "AT+X=0"},
    "spread": {"connect": "AT+SP=`id`", "disconnect": "AT+SP=0"},
}


def said(world: World) -> list[str]:
    """To a modem whose session is dead."""
    world.alive()
    world.option("retries", "1")
    world.option("action", "reconnect")
    (world.home / "ncm.json").write_text(json.dumps(VENDORS))
    world.once()
    return [line.removeprefix("at /dev/null AT") for line in world.calls("at")]


@pytest.mark.parametrize(
    ("options", "connects"),
    [
        ({}, '^NDISDUP=1,1,"internet"'),
        ({"apn": ""}, "^NDISDUP=1,1"),
        ({"profile": "3"}, '^NDISDUP=3,1,"internet"'),
        (
            {"username": "it's", "password": "a b", "auth": "1"},
            '^NDISDUP=1,1,"internet","it\'s","a b",1',
        ),
        ({"auth": "pap"}, '^NDISDUP=1,1,"internet"'),
    ],
)
def test_huawei(world: World, options: dict[str, str], connects: str) -> None:
    world.network(**options)
    cid = options.get("profile", "1")
    assert said(world) == [f"^NDISDUP={cid},0", connects]


@pytest.mark.parametrize(
    "options",
    [
        {"apn": 'x";+CFUN=0;"'},
        {"apn": "x\\"},
        {"username": "ü", "password": "x"},
        {"password": "without a name"},
        {"apn": "x" * 100},
        {"profile": "1;+CFUN=0"},
        {"proto": "3g"},
    ],
)
def test_what_would_be_misunderstood_is_not_said(world: World, options: dict[str, str]) -> None:
    world.network(**options)
    assert said(world) == []


def test_what_the_monitor_has_of_its_own_goes_first(world: World) -> None:
    world.option("apn", "other")
    world.option("device", "/dev/zero")
    assert said(world) == ["at /dev/zero AT^NDISDUP=1,0", 'at /dev/zero AT^NDISDUP=1,1,"other"']


@pytest.mark.parametrize(
    ("maker", "says"),
    [
        ("quectel", ["+qnetdevctl=1,0,0", "+qnetdevctl=1,1,1"]),
        ("samsung", ["+CGATT=0", "+CGATT=1"]),
        ("clever", []),
        ("spread", []),
        ("acme", []),
        ('"zte', []),
        ("", ["+CGMI"]),
    ],
)
def test_others_as_far_as_it_is_plain(world: World, maker: str, says: list[str]) -> None:
    world.interface(data={"manufacturer": maker})
    assert said(world) == says


def test_the_modem_itself_says_who_made_it_where_netifd_does_not_know(world: World) -> None:
    world.interface(data={})
    world.modem("AT+CGMI=", "AT+CGMI=+CGMI: Huawei Technologies")
    assert said(world) == ["+CGMI"] * 2 + ["^NDISDUP=1,0", '^NDISDUP=1,1,"internet"']


def test_other_protocols_over_a_port_that_is_named(world: World) -> None:
    world.network(proto="dhcp")
    world.option("device", "/dev/null")
    world.interface(
        proto="dhcp",
        data={"manufacturer": "huawei"},
        **{"ipv4-address": [{"address": "192.0.2.99"}], "route": [{"target": "0.0.0.0"}]},
    )
    assert len(said(world)) == 2
    assert world.calls("ubus") == ["ubus wwan down", "ubus wwan up"]


def test_a_session_that_has_ended_is_begun_all_the_same(world: World) -> None:
    world.modem("AT^NDISDUP=1,0!1")
    assert len(said(world)) == 2
    assert world.state()["step"] == "reconnect"


def test_a_modem_that_refuses_has_been_tried(world: World) -> None:
    world.modem('AT^NDISDUP=1,1,"internet"!1')
    said(world)
    assert world.log()[-1] == "wwan: reconnect: the modem did not connect anew"
    assert not world.calls("ubus"), "there is no new address to be had"


@pytest.mark.parametrize("status", [70, 71, 74])
def test_without_a_port_there_is_nothing_to_try(world: World, status: int) -> None:
    world.modem(f"!{status}")
    assert said(world) == ["^NDISDUP=1,0"]
    assert world.state()["step"] == ""


def test_both_interfaces_above_get_new_addresses(world: World) -> None:
    world.child("wwan_6", up=False)
    said(world)
    # A `down` would delete them.
    assert world.calls("ubus") == ["ubus wwan_4 renew", "ubus wwan_6 renew"]


def test_an_interface_above_that_went_with_the_link_takes_a_start(world: World) -> None:
    """netifd deletes it when the session ends, and a new one does not bring it back."""
    gone = f'rm -f "{world.home}/ubus/network.interface.wwan_4"'
    world.meanwhile("at", f"case $1 in *DUP=1,0) {gone} ;; esac")
    assert len(said(world)) == 2
    assert world.touched[-1] == "ifup wwan"
