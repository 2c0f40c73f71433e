# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stand-in can be lost: by a plan that moves its address, and by one that shuts SSH out."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest
from conformance.stand_in import Router, running

from bench import clock, routers, uplink

UPLINK = "head -n 1 /usr/lib/router/uplinks | cut -d' ' -f1"
DEFAULT_ROUTE = "ip route | sed -n /^default/p"
MOVED = "10.88.254.253"
# As long as what an SSH server reads first of a packet, and with no length that a packet may have.
NO_PACKET = b"\xff" * 8
REMOVE = """
for section in network.mgmt firewall.mgmt; do uci -q delete "$section"; done
uci commit
/etc/init.d/network reload
/etc/init.d/firewall reload
"""


@pytest.fixture(scope="module")
def started() -> Iterator[Router]:
    with running("uplink", "--restart=always") as router:
        yield router


@pytest.fixture
def router(started: Router) -> Iterator[Router]:
    yield started
    started.shell(REMOVE)
    assert greets(address_of(started)), "what the engine gave has not come back"


def address_of(router: Router) -> str:
    container = router.engine.inspect(router.name)
    found = container and routers.address(container)
    assert found
    return found


def connect(host: str) -> socket.socket:
    connection = socket.create_connection((host, 22), timeout=3)
    connection.settimeout(3)
    return connection


def drain(connection: socket.socket) -> bytes:
    """All that has come or comes before a second of silence."""
    connection.settimeout(1)
    heard = b""
    try:
        while more := connection.recv(4096):
            heard += more
    except TimeoutError:
        connection.settimeout(3)
    return heard


def greets(host: str, seconds: float = 60) -> bool:
    """Whether SSH answers a new connection within a time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            with connect(host) as connection:
                # A router that is losing its power closes what it has just accepted.
                if connection.recv(4) == b"SSH-":
                    return True
        except OSError:
            pass
        time.sleep(0.3)
    return False


def configure(router: Router, settings: str) -> None:
    """Set and commit, then reload what it takes."""
    sets = "\n".join(f"uci set {line}" for line in settings.split())
    reloads = "/etc/init.d/network reload; /etc/init.d/firewall reload"
    router.shell(f"{sets}\nuci commit\n{reloads}")


def test_the_stock_configuration_leaves_the_uplink_alone(router: Router) -> None:
    assert greets(address_of(router))
    assert "jump handle_reject" in router.shell("nft list chain inet fw4 input")


def test_an_address_moves_and_comes_back(router: Router) -> None:
    before = router.shell(DEFAULT_ROUTE)
    assert before
    connection = connect(address_of(router))
    device = router.shell(UPLINK).strip()
    configure(
        router,
        f"network.mgmt=interface network.mgmt.device={device} network.mgmt.proto=static "
        f"network.mgmt.ipaddr={MOVED} network.mgmt.netmask=255.255.0.0",
    )
    connection.close()
    assert greets(MOVED)
    assert not greets(address_of(router), seconds=1)
    assert router.shell(DEFAULT_ROUTE) == "", "the configuration names no gateway"
    router.shell(REMOVE)
    assert greets(address_of(router))
    assert not greets(MOVED, seconds=1)
    assert router.shell(DEFAULT_ROUTE) == before


def test_an_address_that_moved_stays_moved_through_a_power_cut(router: Router) -> None:
    uplink.adopt(router.engine, router.name)
    configure(router, f"network.mgmt.ipaddr={MOVED}")
    routers.power_cut(router.engine, router.name)
    assert greets(MOVED, seconds=120)
    assert not greets(address_of(router), seconds=1)


@pytest.mark.parametrize("policy", ["REJECT", "DROP"])
def test_a_zone_shuts_out_new_connections_only(router: Router, policy: str) -> None:
    address = address_of(router)
    uplink.adopt(router.engine, router.name)
    assert greets(address), "adopting changes nothing"
    with connect(address) as kept:
        kept.sendall(b"SSH-2.0-test\r\n")
        assert drain(kept).startswith(b"SSH-")
        configure(router, f"firewall.mgmt.input={policy}")
        assert not greets(address, seconds=1)
        kept.sendall(NO_PACKET)
        assert kept.recv(1) == b"", "the server hears it and hangs up"
    configure(router, "firewall.mgmt.input=ACCEPT")
    assert greets(address)


def test_a_rule_lets_one_port_in(router: Router) -> None:
    uplink.adopt(router.engine, router.name)
    configure(
        router,
        "firewall.mgmt.input=DROP firewall.ssh=rule firewall.ssh.src=mgmt firewall.ssh.proto=tcp "
        "firewall.ssh.dest_port=22 firewall.ssh.target=ACCEPT",
    )
    assert greets(address_of(router))
    configure(router, "firewall.ssh.enabled=0")
    assert not greets(address_of(router), seconds=1)
    router.shell("uci delete firewall.ssh; uci commit")


def test_a_zone_may_name_the_device(router: Router) -> None:
    device = router.shell(UPLINK).strip()
    settings = f"firewall.mgmt=zone firewall.mgmt.name=mgmt firewall.mgmt.device={device}"
    configure(router, f"{settings} firewall.mgmt.input=REJECT")
    assert not greets(address_of(router), seconds=1)


def test_a_rule_that_names_no_zone_to_come_from_shuts_nothing_out(router: Router) -> None:
    """It is about what goes out (fw3, rules.c)."""
    configure(router, "firewall.odd=rule firewall.odd.name=Odd firewall.odd.target=DROP")
    assert greets(address_of(router))


def test_stopping_the_firewall_lets_everything_in(router: Router) -> None:
    uplink.adopt(router.engine, router.name)
    configure(router, "firewall.mgmt.input=REJECT")
    router.shell("/etc/init.d/firewall stop")
    assert greets(address_of(router))


def test_rules_follow_an_interface_that_comes_up(router: Router) -> None:
    router.shell("/etc/init.d/firewall stop; ifdown lan; ifup lan")
    assert router.wait_for("nft list chain inet fw4 input | grep -q br-lan", 10)


@pytest.mark.parametrize("years", [-30, 20])
def test_date_lies_and_uptime_does_not(router: Router, years: int) -> None:
    offset = years * 365 * 86400
    uptime = float(router.shell("cut -d' ' -f1 /proc/uptime"))
    clock.lie(router.engine, router.name, offset)
    assert int(router.shell("date +%s")) == pytest.approx(time.time() + offset, abs=5)
    assert router.shell("date -d @86400 +%F -u").strip() == "1970-01-02"
    assert float(router.shell("cut -d' ' -f1 /proc/uptime")) == pytest.approx(uptime, abs=10)
    clock.lie(router.engine, router.name, 0)
    assert int(router.shell("date +%s")) == pytest.approx(time.time(), abs=5)
