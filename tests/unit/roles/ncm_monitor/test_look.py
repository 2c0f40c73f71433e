# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the monitor sees, and what it takes that for."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from support.monitor_world import DOWN, PORT, REVIVED, World


def nothing(world: World) -> None:
    del world


def second_address_answers(world: World) -> None:
    world.alive("192.0.2.8")


def only_ipv6(world: World) -> None:
    world.missing("wwan_4")
    world.child(
        "wwan_6",
        **{
            "ipv4-address": [],
            "ipv6-address": [{"address": "2001:db8::2", "mask": 64}],
            "route": [{"target": "::", "mask": 0}],
        },
    )
    world.option("target", "2001:db8::7")
    world.alive("2001:db8::7")


def no_default_route_wanted(world: World) -> None:
    world.child(route=[])
    world.network(defaultroute="0")


def nothing_to_ping(world: World) -> None:
    world.alive()
    world.option("target", "")


def addresses_of_its_own(world: World) -> None:
    """A stick in HiLink mode: no interface above it."""
    world.missing("wwan_4")
    world.network(proto="dhcp")
    world.interface(
        proto="dhcp",
        **{"ipv4-address": [{"address": "192.168.8.100"}], "route": [{"target": "0.0.0.0"}]},
    )


@pytest.mark.parametrize(
    "given",
    [
        nothing,
        second_address_answers,
        only_ipv6,
        no_default_route_wanted,
        nothing_to_ping,
        addresses_of_its_own,
    ],
)
def test_all_is_well(world: World, given: Callable[[World], None]) -> None:
    given(world)
    state = world.once()
    assert (state["state"], state["last_reason"]) == ("up", "it works")
    assert state["last_ok"] == state["since"] == 100_000
    assert world.touched == []


def child_down(world: World) -> None:
    world.child(up=False)


def child_missing(world: World) -> None:
    world.missing("wwan_4")


def no_address(world: World) -> None:
    world.child(**{"ipv4-address": []})


def no_default_route(world: World) -> None:
    world.child(route=[{"target": "100.64.0.0", "mask": 24}])


def no_device_under_it(world: World) -> None:
    world.child(l3_device=None)


def no_answer(world: World) -> None:
    world.alive("198.51.100.1")


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (child_down, "neither wwan_4 nor wwan_6 is up"),
        (
            child_missing,
            "neither wwan_4 nor wwan_6 is there, as netifd deletes them when the link is lost",
        ),
        (no_address, "wwan_4 has no address"),
        (no_default_route, "wwan_4 has no default route"),
        (no_device_under_it, "wwan_4 has no network device"),
        (no_answer, "no answer from 192.0.2.7 192.0.2.8 through wwan0, nor ever since boot"),
    ],
)
def test_up_and_dead(world: World, given: Callable[[World], None], reason: str) -> None:
    """netifd says up once the modem has said OK, and does not look again."""
    given(world)
    state = world.once()
    assert (state["state"], state["last_reason"], state["failures"]) == ("failing", reason, 1)
    assert state["step"] == "reconnect"


@pytest.mark.parametrize("given", [child_missing, no_answer])
def test_what_has_just_come_up_gets_time(world: World, given: Callable[[World], None]) -> None:
    given(world)
    world.interface(uptime=44)
    assert world.once()["state"] == "waiting"
    assert world.touched == []
    world.interface(uptime=45)
    assert world.once()["state"] == "failing"


def test_pings_go_through_the_link_and_are_repeated(world: World) -> None:
    world.alive()
    world.option("timeout", "4")
    world.once()
    asked = [f"ping -c 1 -W 4 -I wwan0 192.0.2.{last}" for last in (7, 8)]
    assert world.calls("ping") == asked * 3, "one round more right before anything is done"


def test_one_answer_is_enough(world: World) -> None:
    world.once()
    assert world.calls("ping") == ["ping -c 1 -W 5 -I wwan0 192.0.2.7"]


def test_ipv6_is_pinged_with_its_own_program(world: World) -> None:
    only_ipv6(world)
    world.once()
    assert world.calls("ping") == ["ping6 -c 1 -W 5 -I wwan0 2001:db8::7"]


def test_a_dead_resolver_is_logged_and_no_reason_to_touch_the_modem(world: World) -> None:
    world.option("name", "example.net example.org")
    world.names("example.org")
    assert world.once()["dns"] == "works"
    world.names()
    for _each in range(2):
        state = world.once(after=60)
        assert (state["state"], state["dns"], state["failures"]) == ("up", "fails", 0)
    world.names("example.net")
    assert world.once()["dns"] == "works"
    about_names = [line for line in world.log() if "names:" in line]
    assert [line.rpartition(" ")[2] for line in about_names] == ["fails", "works"]
    assert world.touched == []


def unknown(world: World) -> None:
    del world.uci["network.wwan"]


def disabled(world: World) -> None:
    world.network(disabled="1")


def stopped(world: World) -> None:
    world.down(pending=False, autostart=False)


def stopped_and_unplugged(world: World) -> None:
    world.down(pending=False, autostart=False, available=False)


def refused_pin(world: World) -> None:
    world.down(pending=False, autostart=False, errors=[{"subsystem": "ncm", "code": "PIN_FAILED"}])


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (unknown, "not configured"),
        (disabled, "disabled"),
        (stopped, "stopped by hand"),
        (stopped_and_unplugged, "stopped by hand"),
        (refused_pin, "refused the PIN"),
    ],
)
def test_hands_off(world: World, given: Callable[[World], None], reason: str) -> None:
    given(world)
    for _each in range(2):
        state = world.once(after=3600)
        assert state["state"] == "hands_off"
        assert reason in state["last_reason"]
    assert world.touched == []
    assert len(world.log()) == 1


def test_waits_for_a_netifd_that_is_away(world: World) -> None:
    world.missing("wwan")
    for _each in range(3):
        assert world.once(after=60)["state"] == "waiting"
    assert world.touched == []


def test_waits_while_netifd_is_at_it_and_does_not_start_it_again(world: World) -> None:
    world.down()
    assert world.once()["state"] == "waiting"
    assert world.once(after=299)["state"] == "waiting"
    assert world.touched == []
    world.switchable("Found device: 12d1:1f01")
    state = world.once(after=1)
    assert state["last_reason"] == "netifd has not brought it up in 300 s"
    assert world.touched == ["usbmode -s"]


def test_time_in_which_nobody_wanted_it_up_does_not_count(world: World) -> None:
    world.switchable("Found device: 12d1:1f01")
    world.down()
    world.once()
    stopped(world)
    world.once(after=200)
    world.down()
    assert world.once(after=200)["state"] == "waiting"


def test_what_netifd_has_given_up_is_started_at_once(world: World) -> None:
    """An unsolicited line of a modem that boots is taken for its maker, and that is that."""
    world.interface(**{**DOWN, "available": False, "errors": [{"code": "NO_DEVICE"}]})
    state = world.once()
    assert f"given it up, although {PORT} is there" in state["last_reason"]
    assert world.touched == REVIVED
    assert state["actions"] == {"reconnect": 0, "ifup": 1, "usb": 0, "reboot": 0}


def test_without_a_control_port_there_is_nothing_to_start(world: World) -> None:
    world.network(device="/dev/no-such-port")
    world.interface(**{**DOWN, "available": False})
    for _each in range(3):
        state = world.once(after=60)
        assert state["last_reason"] == "there is no /dev/no-such-port"
    assert world.touched == []
    world.network(device=PORT)
    world.once(after=60)
    assert world.touched == REVIVED, "once it is there, it is not kept waiting"


def test_the_log_hears_of_changes_only(world: World) -> None:
    for _each in range(2):
        world.once(after=60)
    world.down()
    for _each in range(2):
        world.once(after=60)
    assert world.log() == ["wwan: up: it works", "wwan: waiting: netifd is setting it up"]


def test_a_switched_off_section_is_passed_over(world: World) -> None:
    world.option("enabled", "0")
    assert world.run("ncm-monitor", "once").returncode == 0
    assert not (world.home / "run/wwan.json").exists()


def test_a_section_may_have_another_name_than_its_interface(world: World) -> None:
    renamed = {
        key.replace("ncm_monitor.wwan", "ncm_monitor.main"): value
        for key, value in world.uci.items()
    }
    world.uci = {**renamed, "ncm_monitor.main.interface": "wwan"}
    assert world.once()["interface"] == "wwan"


def test_numbers_that_are_none_are_as_if_they_were_not_there(world: World) -> None:
    world.alive()
    world.option("retries", "$(reboot)")
    world.option("timeout", "-3")
    world.once()
    assert world.calls("ping")[:1] == ["ping -c 1 -W 5 -I wwan0 192.0.2.7"]
    assert len(world.calls("ping")) == 8
    assert not world.calls("reboot")
