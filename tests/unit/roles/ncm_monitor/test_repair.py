# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the monitor does about it: one thing after another, in growing pauses, and what it dares."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.monitor_world import DOWN, REVIVED, World

HANGS_UP = "at /dev/null AT^NDISDUP=1,0"
CONNECTS = 'at /dev/null AT^NDISDUP=1,1,"internet"'
RECONNECT = [HANGS_UP, CONNECTS, "ubus wwan_4 renew"]


def usb_device(world: World) -> Path:
    """The stick in sysfs, as far as it is needed: the control port is one of its interfaces."""
    stick = world.home / "sys/devices/1-1"
    (stick / "1-1:1.0").mkdir(parents=True)
    (stick / "idVendor").write_text("12d1\n")
    (stick / "authorized").write_text("1\n")
    node = world.home / "sys/class/tty/null"
    node.mkdir(parents=True)
    (node / "device").symlink_to(stick / "1-1:1.0")
    return stick


def dead(world: World) -> None:
    """Nothing answers any more, as it did at boot."""
    now = world.now
    world.at_time(10)
    world.once()
    world.at_time(now)
    world.forget()
    world.alive()
    world.option("retries", "1")


def watch(world: World, seconds: int, *, every: int = 10) -> list[tuple[int, str]]:
    """When, in seconds from now, each action was taken, in so many seconds."""
    start, taken = world.now, []
    before = {"reconnect": 0, "ifup": 0, "usb": 0, "reboot": 0}
    for moment in range(0, seconds, every):
        world.at_time(start + moment)
        now = world.once()["actions"]
        taken += [(moment, name) for name in now if now[name] != before[name]]
        before = now
    return taken


def test_step_by_step_with_pauses_that_double_up_to_a_most(world: World) -> None:
    dead(world)
    usb_device(world)
    # The backoff is 10 and at most 40; a reconnection takes 6 s itself, and looks are 20 s apart.
    assert watch(world, 180, every=20) == [
        (0, "reconnect"),
        (20, "ifup"),
        (40, "usb"),
        (100, "reconnect"),
        (160, "ifup"),
    ]


def test_the_data_session_first(world: World) -> None:
    dead(world)
    state = world.once()
    assert world.touched == RECONNECT
    assert state["delay"] == 10
    assert state["next_try"] == world.now + 10
    assert world.log()[-1] == "wwan: reconnect: the modem has connected anew"


def test_without_the_interface_above_only_a_start_brings_it_back(world: World) -> None:
    """netifd has deleted it together with the link; a new session alone changes nothing."""
    dead(world)
    world.missing("wwan_4")
    state = world.once()
    assert world.touched == ["ifup wwan"]
    assert (state["step"], world.log()[-1]) == (
        "reconnect",
        "wwan: reconnect: netifd starts it anew",
    )


def test_what_the_reconnection_mends_is_left_alone(world: World) -> None:
    dead(world)
    world.once()
    world.alive("192.0.2.7")
    world.forget()
    state = world.once(after=5)
    assert (state["state"], state["failures"]) == ("up", 0)
    assert world.once(after=10)["step"] == ""
    assert world.touched == []
    assert world.log() == ["wwan: up: it works"]


def test_what_comes_up_only_to_fail_again_does_not_begin_anew(world: World) -> None:
    dead(world)
    world.once()
    world.alive("192.0.2.7")
    world.once(after=5)
    world.alive()
    state = world.once(after=5)
    assert (state["step"], state["delay"]) == ("ifup", 20)
    world.alive("192.0.2.7")
    world.once(after=5)
    assert world.once(after=20)["delay"] == 0
    world.alive()
    assert world.once(after=5)["step"] == "reconnect"


def test_targets_that_never_answered_are_no_reason_for_more_than_a_new_start(world: World) -> None:
    usb_device(world)
    world.alive()
    world.option("retries", "1")
    world.option("allow_reboot", "1")
    taken = watch(world, 300, every=20)
    assert {name for _when, name in taken} == {"reconnect", "ifup"}
    assert world.log()[0].endswith("nor ever since boot")


def test_only_in_the_order_that_is_asked_for(world: World) -> None:
    dead(world)
    world.option("action", "ifup reconnect nonsense")
    assert [name for _when, name in watch(world, 60)] == ["ifup", "reconnect", "ifup"]


def test_nothing_at_all_is_done_where_nothing_is_asked_for(world: World) -> None:
    dead(world)
    world.option("action", "none")
    assert watch(world, 30) == []
    assert world.touched == []


def test_what_cannot_be_done_here_is_passed_over(world: World) -> None:
    dead(world)
    world.interface(data={})
    assert world.once()["step"] == "ifup"
    assert world.touched == ["ifup wwan"]


# usb ----------------------------------------------------------------------------------------------


def test_a_stick_in_storage_mode_is_switched(world: World) -> None:
    dead(world)
    world.option("action", "usb")
    world.switchable('Found device: 12d1:1f01 (Manufacturer: "HUAWEI")')
    world.once()
    assert world.touched == ["usbmode -s"]
    assert world.log()[-1] == "wwan: usb: usbmode switches the stick: /dev/null is there"


def test_any_other_is_taken_off_the_bus_and_put_back(world: World) -> None:
    dead(world)
    world.option("action", "usb")
    stick = usb_device(world)
    world.meanwhile("sleep", f'cat "{stick}/authorized" >> "{world.home}/seen"')
    world.once()
    assert world.touched == []
    assert (world.home / "seen").read_text() == "0\n1\n", "it is off the bus for a while"
    assert (stick / "authorized").read_text() == "1\n"


def test_usbmode_is_judged_by_what_comes_of_it(world: World) -> None:
    world.network(device="/dev/no-such-port")
    world.interface(**{**DOWN, "available": False})
    world.switchable("Found device: 12d1:1f01")
    world.once()
    assert world.log()[-1].endswith("/dev/no-such-port has not come")


def test_a_stick_that_left_a_moment_ago_may_come_back(world: World) -> None:
    world.option("action", "usb")
    usb_device(world)
    world.switchable("Found device: 12d1:1f01")
    world.once()
    unplugged(world)
    for _each in range(4):
        assert world.once(after=12)["state"] == "failing"
    assert world.touched == []
    world.once(after=12)
    assert world.touched == ["usbmode -s"]


def test_a_stick_that_has_just_come_back_is_left_on_the_bus(world: World) -> None:
    """netifd hears of it up to half a minute later, and of its leave once more before that."""
    stick = usb_device(world)
    (stick / "devnum").write_text("4\n")
    world.option("action", "usb")
    world.once()
    (stick / "devnum").write_text("5\n")
    given_up(world)
    for seconds in (1, 20, 20):
        world.once(after=seconds)
    assert world.state()["actions"]["usb"] == 0
    world.interface()
    assert world.once(after=20)["state"] == "up"


def test_the_look_is_repeated_right_before_the_stick_is_touched(world: World) -> None:
    dead(world)
    world.option("action", "usb")
    stick = usb_device(world)
    # While the modem is asked for its SIM all is well again.
    world.meanwhile("at", f'echo 192.0.2.7 > "{world.home}/alive"; echo 1.5 > "{stick}/authorized"')
    world.once()
    assert (stick / "authorized").read_text() == "1.5\n"
    assert world.state()["actions"]["usb"] == 0


def test_netifd_gets_its_time_anew_for_a_stick_that_came_back(world: World) -> None:
    stick = usb_device(world)
    (stick / "devnum").write_text("4\n")
    world.option("action", "usb")
    world.down()
    world.once()
    (stick / "devnum").write_text("5\n")
    assert world.once(after=299)["state"] == "waiting"
    assert world.once(after=100)["state"] == "waiting", "its own 300 s are not over"
    assert world.once(after=200)["actions"]["usb"] == 1


def test_what_stays_given_up_after_that_is_started(world: World) -> None:
    """With `usb` alone it would leave the bus again and again, and be given up each time."""
    stick = usb_device(world)
    world.option("action", "usb")
    given_up(world)
    world.once()
    assert world.touched == []
    (stick / "authorized").unlink()
    assert world.once(after=60)["actions"]["usb"] == 2
    assert world.touched == REVIVED


# A stick that is switched off --------------------------------------------------------------------


def switched_off(world: World, authorized: str = "0") -> Path:
    """A stick whose driver has let go of it: there is no port, and no way to it but its place."""
    stick = usb_device(world)
    place = world.home / "sys/bus/usb/devices/1-1"
    place.parent.mkdir(parents=True)
    place.symlink_to(stick)
    (stick / "bConfigurationValue").write_text("1\n")
    world.once()
    assert world.state()["stick"] == "1-1"
    unplugged(world)
    (stick / "authorized").write_text(f"{authorized}\n")
    (stick / "bConfigurationValue").write_text("")
    return stick


def unplugged(world: World) -> None:
    (world.home / "sys/class/tty/null/device").unlink()
    world.network(device="/dev/no-such-port")
    world.interface(**{**DOWN, "available": False})


@pytest.mark.parametrize(("authorized", "how"), [("0", "authorized 0"), ("1", "no configuration")])
def test_a_stick_that_was_left_switched_off_is_switched_on_at_once(
    world: World, authorized: str, how: str
) -> None:
    """The daemon was killed in the middle of its step, or the kernel gave it no drivers."""
    stick = switched_off(world, authorized)
    state = world.once(after=5)
    assert state["last_reason"] == f"the stick at 1-1 is switched off ({how})"
    assert state["actions"]["usb"] == 1
    assert (stick / "authorized").read_text() == "1\n"
    assert (stick / "bConfigurationValue").read_text() == "1\n"
    assert "usb: the stick was switched off and is on again" in world.log()[-1]
    assert world.touched == []


def test_the_step_is_finished_whoever_ends_the_daemon(world: World) -> None:
    dead(world)
    world.option("action", "usb")
    stick = usb_device(world)
    world.meanwhile("sleep", f'[ "$(cat "{stick}/authorized")" = 1 ] || kill -TERM 0')
    world.run("ncm-monitor", "once")
    assert (stick / "authorized").read_text() == "1\n"


# reboot -------------------------------------------------------------------------------------------

DAY = 86400


def only_a_reboot_is_left(world: World) -> None:
    dead(world)
    world.option("action", "reboot")
    world.option("allow_reboot", "1")


def test_no_reboot_unless_allowed(world: World) -> None:
    only_a_reboot_is_left(world)
    world.option("allow_reboot", "0")
    assert watch(world, 30) == []
    assert not (world.home / "stamp").exists()


def test_a_reboot_leaves_its_stamp_first(world: World) -> None:
    only_a_reboot_is_left(world)
    world.meanwhile("reboot", f'cp "{world.home}/stamp" "{world.home}/stamp-at-reboot"')
    world.at_time(5000, clock=1_700_000_123)
    world.once()
    assert world.touched == ["sync", "reboot"]
    assert (world.home / "stamp-at-reboot").read_text() == "1700000123\n"


@pytest.mark.parametrize(
    ("uptime", "clock", "reboots"),
    [
        (600, 1_700_000_600, False),
        (600, 1_700_000_000 + DAY - 1, False),
        (600, 1_700_000_000 + DAY, True),
        # A clock that has not been set yet proves nothing.
        (600, 1_600_000_000, False),
        # But who has been up for a day has not been rebooted for a day.
        (DAY, 1_600_000_000, True),
        (DAY - 1, 1_600_000_000, False),
    ],
)
def test_one_reboot_a_day(world: World, uptime: int, clock: int, reboots: bool) -> None:
    only_a_reboot_is_left(world)
    (world.home / "stamp").write_text("1700000000\n")
    world.at_time(uptime, clock=clock)
    world.once()
    assert bool(world.calls("reboot")) is reboots


@pytest.mark.parametrize("stamp", ["", "yesterday\n"])
def test_a_stamp_that_cannot_be_read_forbids(world: World, stamp: str) -> None:
    only_a_reboot_is_left(world)
    (world.home / "stamp").write_text(stamp)
    world.at_time(600)
    world.once()
    assert not world.calls("reboot")


def test_no_reboot_that_leaves_no_stamp(world: World) -> None:
    only_a_reboot_is_left(world)
    (world.home / "stamp").symlink_to("no/such/folder")
    world.once()
    assert not world.calls("reboot")


def test_a_shorter_time_between_reboots_is_not_had(world: World) -> None:
    only_a_reboot_is_left(world)
    world.option("reboot_interval", "60")
    (world.home / "stamp").write_text("1700000000\n")
    world.at_time(7200, clock=1_700_007_200)
    world.once()
    assert not world.calls("reboot")


def test_a_stick_that_was_only_unplugged_is_no_reason_yet(world: World) -> None:
    world.option("allow_reboot", "1")
    world.once()
    world.network(device="/dev/no-such-port")
    world.interface(**{**DOWN, "available": False})
    assert world.once(after=10)["state"] == "failing"
    world.once(after=289)
    assert not world.calls("reboot")
    world.once(after=1)
    assert world.calls("reboot")


# The SIM ------------------------------------------------------------------------------------------


def given_up(world: World) -> None:
    world.interface(**{**DOWN, "available": False})


@pytest.mark.parametrize(
    ("pincode", "answers", "objection"),
    [
        ("1234", ["AT+CPIN?=+CPIN: READY"], ""),
        ("1234", ["!73"], ""),
        ("1234", ["AT+CPIN?!1"], ""),
        ("", ["AT+CPIN?=+CPIN: SIM PIN"], "none is configured"),
        ("1234", ["AT+CPIN?=+CPIN: SIM PIN"], "not known that all its tries are left"),
        ("1234", ["AT+CPIN?=+CPIN: SIM PIN", "AT^CPIN?=^CPIN: SIM PIN,,10,3,10,3"], ""),
        (
            "1234",
            ["AT+CPIN?=+CPIN: SIM PIN", "AT^CPIN?=^CPIN: SIM PIN,,10,2,10,3"],
            "all its tries",
        ),
        ("1234", ["AT+CPIN?=+CPIN: SIM PIN", 'AT+CPINR="SIM PIN"=+CPINR: SIM PIN,3,3'], ""),
        ("1234", ["AT+CPIN?=+CPIN: SIM PIN", 'AT+CPINR="SIM PIN"=+CPINR: SIM PIN,1,3'], "all its"),
        ("1234", ["AT+CPIN?=+CPIN: SIM PIN2"], ""),
        ("1234", ["AT+CPIN?=+CPIN: SIM PUK2"], ""),
        ("1234", ["AT+CPIN?=+CPIN: SIM PUK", "AT^CPIN?=^CPIN: SIM PUK,,10,0,10,3"], "PUK"),
    ],
)
def test_no_start_that_would_cost_a_try_of_the_pin(
    world: World, pincode: str, answers: list[str], objection: str
) -> None:
    given_up(world)
    world.network(pincode=pincode)
    world.modem(*answers)
    state = world.once()
    assert world.touched == ([] if objection else REVIVED)
    assert (state["state"] == "hands_off") is bool(objection)
    assert objection in state["held"]


def test_what_somebody_stops_in_the_last_moment_is_not_started(world: World) -> None:
    world.down(pending=False, autostart=False)
    stopped = world.home / "ubus/network.interface.wwan"
    stopped.rename(world.home / "stopped")
    given_up(world)
    world.meanwhile("at", f'cp "{world.home}/stopped" "{stopped}"')
    world.once()
    assert world.touched == []
    assert world.once(after=5)["state"] == "hands_off"


def test_what_the_sim_has_against_it_holds_and_is_logged_once(world: World) -> None:
    given_up(world)
    world.modem("AT+CPIN?=+CPIN: SIM PUK")
    world.once()
    world.forget()
    assert world.once(after=5)["state"] == "hands_off"
    world.down()
    assert world.once(after=1)["state"] == "hands_off"
    given_up(world)
    assert world.once(after=60)["state"] == "hands_off"
    assert world.calls() == ["at /dev/null AT+CPIN?"], "it is not asked all the time"
    assert world.log() == []
    world.modem("AT+CPIN?=+CPIN: READY")
    assert world.once(after=60)["step"] == "ifup"


def test_the_reconnection_sends_no_pin_and_needs_not_ask(world: World) -> None:
    dead(world)
    world.modem("AT+CPIN?=+CPIN: SIM PUK")
    world.once()
    assert world.calls("at") == RECONNECT[:2]


def test_a_port_that_is_taken_is_tried_again_soon(world: World) -> None:
    dead(world)
    world.modem("!72")
    state = world.once()
    assert (state["state"], state["step"], state["next_try"]) == ("failing", "", 0)
    world.modem()
    assert world.once(after=5)["step"] == "reconnect"


# The state ----------------------------------------------------------------------------------------


def test_the_state_may_be_read_by_others(world: World) -> None:
    dead(world)
    world.once()
    assert world.state() == {
        "interface": "wwan",
        "state": "failing",
        "last_reason": "no answer from 192.0.2.7 192.0.2.8 through wwan0",
        "checked": 100_006,
        "since": 100_000,
        "last_ok": 10,
        "down_since": 0,
        "failures": 1,
        "step": "reconnect",
        "delay": 10,
        "next_try": 100_016,
        "held": "",
        "dns": "unknown",
        "stick": "",
        "port": "there ",
        "port_since": 10,
        "actions": {"reconnect": 1, "ifup": 0, "usb": 0, "reboot": 0},
    }
    assert not list((world.home / "run").glob("*.new"))


def test_what_would_break_the_json_is_left_out(world: World) -> None:
    dead(world)
    world.option("target", 'x"y\\z')
    world.once()
    assert world.state()["last_reason"] == "no answer from xyz through wwan0"


def test_a_state_that_is_none_is_begun_anew(world: World) -> None:
    (world.home / "run/wwan.json").write_text("{ cut off")
    assert world.once()["state"] == "up"


def test_without_a_memory_nothing_is_done(world: World) -> None:
    given_up(world)
    (world.home / "run/wwan.json.new").mkdir()
    world.run("ncm-monitor", "once")
    assert world.touched == []


def test_an_interface_is_looked_after_by_one_at_a_time(world: World) -> None:
    lock = world.home / "run/wwan.lock"
    world.meanwhile("ubus", f'flock -n "{lock}" true || echo locked >> "{world.home}/calls"')
    given_up(world)
    world.once()
    assert world.calls() == [
        "at /dev/null AT+CPIN?",
        *(line for call in REVIVED for line in (call, "locked")),
    ]


def test_watches_for_ever(world: World) -> None:
    world.option("interval", "7")
    slept = world.home / "slept"
    ending = f'[ "$(wc -l < "{slept}")" -lt 3 ] || kill "$CALLER"'
    world.meanwhile("sleep", f'echo "$1" >> "{slept}"\n{ending}')
    given_up(world)
    done = world.run("ncm-monitor", "watch", "wwan")
    assert done.returncode == -15, "it ended of its own accord"
    assert slept.read_text().split() == ["7", "7", "7"]
    assert world.state()["checked"] == 100_014
    assert world.touched == REVIVED * 2


def test_says_how_it_is_called(world: World) -> None:
    done = world.run("ncm-monitor", "help")
    assert done.returncode == 1
    assert done.stderr.startswith("Usage: ncm-monitor watch INTERFACE")
