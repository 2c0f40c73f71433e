# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from support.rendered import assert_clean_shell

from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.wire import Answer
from ansible_collections.fleet.openwrt.plugins.plugin_utils.wan.traffic import (
    Ping,
    TrafficProbe,
    parse_lookup,
    parse_ping,
    rebind_domain,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.wan.whitelist import domain_to_allow

ANSWERED = """\
PING 198.51.100.1 (198.51.100.1): 56 data bytes
64 bytes from 198.51.100.1: seq=0 ttl=64 time=0.081 ms

--- 198.51.100.1 ping statistics ---
3 packets transmitted, 2 packets received, 33% packet loss
round-trip min/avg/max = 0.081/0.120/0.211 ms
"""
SILENT = """\
PING 198.51.100.1 (198.51.100.1): 56 data bytes

--- 198.51.100.1 ping statistics ---
3 packets transmitted, 0 packets received, 100% packet loss
"""
RESOLVED = """\
Server:\t\t127.0.0.1
Address:\t127.0.0.1:53

Name:\topenwrt.org
Address: 64.226.122.113

Name:\topenwrt.org
Address: 2a03:b0c0:3:d0::1a51:c001

"""
OLDER = """\
Server:    127.0.0.1
Address 1: 127.0.0.1 localhost

Name:      openwrt.org
Address 1: 64.226.122.113 wiki
"""
UNKNOWN = """\
Server:\t\t127.0.0.1
Address:\t127.0.0.1:53

** server can't find nosuch.example: NXDOMAIN

"""


@pytest.mark.parametrize(
    ("said", "ping"),
    [
        (ANSWERED, Ping(received=2, loss=33, ms=0.120)),
        (SILENT, Ping(received=0, loss=100, ms=None)),
        ("ping: can't bind to device wwan0: No such device\n", Ping(0, 100, None)),
        (
            "3 packets transmitted, 3 received, 0% packet loss\nrtt min/avg/max = 1.1/2.5/3.0 ms\n",
            Ping(3, 0, 2.5),
        ),
    ],
)
def test_pings(said: str, ping: Ping) -> None:
    assert parse_ping(said) == ping


@pytest.mark.parametrize(
    ("said", "addresses"),
    [
        (RESOLVED, ("64.226.122.113", "2a03:b0c0:3:d0::1a51:c001")),
        (UNKNOWN, ()),
        (";; connection timed out; no servers could be reached\n", ()),
        (OLDER, ("64.226.122.113",)),
    ],
)
def test_lookups_leave_out_the_server_itself(said: str, addresses: tuple[str, ...]) -> None:
    assert parse_lookup(said) == addresses


def probe(*, ping: tuple[str, ...] = (), lookup: tuple[str, ...] = ()) -> TrafficProbe:
    return TrafficProbe("wwan0", ping, lookup)


def test_answers_are_told_apart_though_ping_draws_lines_of_its_own() -> None:
    asked = probe(ping=("198.51.100.1", "198.51.100.2"), lookup=("openwrt.org",))
    said = (
        f"=== ping 198.51.100.1\n{SILENT}=== ping 198.51.100.2\n{ANSWERED}"
        f"=== lookup openwrt.org\n{RESOLVED}"
    )
    traffic = asked.parse(Answer(0, said, ""))
    assert [traffic.ping[host].received for host in asked.ping] == [0, 2]
    assert traffic.passes, "one host that answers is enough"
    assert traffic.unresolved == ()


def test_nothing_came_through() -> None:
    asked = probe(ping=("198.51.100.1",), lookup=("nosuch.example",))
    said = f"=== ping 198.51.100.1\n{SILENT}=== lookup nosuch.example\n{UNKNOWN}"
    traffic = asked.parse(Answer(0, said, ""))
    assert not traffic.passes
    assert traffic.unresolved == ("nosuch.example",)


def test_pings_are_bound_to_the_device() -> None:
    assert "ping -I wwan0 " in probe(ping=("198.51.100.1",)).script()


LOG = (
    "Sun Nov 22 15:00:01 2026 daemon.warn dnsmasq[1]: "
    "possible DNS-rebind attack detected: my.yota.ru"
)


@pytest.mark.parametrize(
    ("name", "domain"),
    [("my.yota.ru", "yota.ru"), ("yota.ru", None), ("not-my.yota.ru", None), ("openwrt.org", None)],
)
def test_the_domain_to_whitelist(name: str, domain: str | None) -> None:
    assert rebind_domain(name, [LOG]) == domain


def test_a_domain_without_a_parent_is_whitelisted_itself() -> None:
    assert rebind_domain("yota.ru", [LOG.replace("my.", "")]) == "yota.ru"


def test_the_case_of_a_name_does_not_matter() -> None:
    assert rebind_domain("My.Yota.ru", [LOG]) == "yota.ru"


@pytest.mark.parametrize(
    ("name", "domain"),
    [
        ("my.yota.ru", "yota.ru"),
        ("lk.megafon.ru", "megafon.ru"),
        ("my.operator.co.uk", "operator.co.uk"),
        ("my.operator.com", "operator.com"),
        ("portal.eu.operator.com", "eu.operator.com"),
        # A public suffix, or one that could be.
        ("my.org.cn", "my.org.cn"),
        ("www.co.uk", "www.co.uk"),
        ("my.com.br", "my.com.br"),
        ("my.kawasaki.jp", "my.kawasaki.jp"),
        ("www.k12.ca.us", "www.k12.ca.us"),
        ("my.uk.com", "my.uk.com"),
        ("my.spb.ru", "my.spb.ru"),
        ("my.duckdns.org", "my.duckdns.org"),
        ("www.nip.io", "www.nip.io"),
        ("my.ru", "my.ru"),
        ("login.hotel.hu", "login.hotel.hu"),
        ("my.seoul.kr", "my.seoul.kr"),
        ("m.sochi.su", "m.sochi.su"),
        ("login.riik.ee", "login.riik.ee"),
        ("my.conf.au", "my.conf.au"),
        ("lk.pyatigorsk.ru", "lk.pyatigorsk.ru"),
        ("my.xn--55qx5d.xn--j6w193g", "my.xn--55qx5d.xn--j6w193g"),
        ("wifi.dnsalias.net", "wifi.dnsalias.net"),
        # Anybody's name below a domain that may be shared.
        ("router.example.com", "router.example.com"),
        ("192-168-1-1.abc.plex.direct", "192-168-1-1.abc.plex.direct"),
        ("10.0.0.1.nip.io", "10.0.0.1.nip.io"),
        ("box", "box"),
    ],
)
def test_the_smallest_domain_that_helps(name: str, domain: str) -> None:
    assert domain_to_allow(name) == domain


def test_shell_is_clean() -> None:
    asked = probe(ping=("198.51.100.1", "2001:db8::1"), lookup=("openwrt.org",))
    assert_clean_shell({asked.title: asked.script()})
