# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What stands around the monitor: init script, hotplug, the registration for packets only."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from support.monitor_world import BUSYBOX, DOWN, FILES, REVIVED, World

STARTS = [
    "at /dev/null AT^NDISDUP=1,0",
    'at /dev/null AT^NDISDUP=1,1,"internet"',
    "ifup wwan",
]
MODALIAS = "usb:v12D1p1506d0102dc00dsc00dp00icFFisc02ip16in02"


def bring_up(world: World, action: str, name: str = "init") -> list[str]:
    world.uci |= {"ncm_monitor.init": "init", "ncm_monitor.init.interface": "wwan"}
    done = world.run("lib/bring-up", action, name)
    assert not done.stderr, done
    return world.touched


def test_start_connects_anew_whatever_is_up(world: World) -> None:
    assert bring_up(world, "start") == STARTS


@pytest.mark.parametrize(("action", "name"), [("wake", "init"), ("ifup", "wwan")])
def test_what_is_up_is_left_alone(world: World, action: str, name: str) -> None:
    assert bring_up(world, action, name) == []
    assert world.log() == ["wwan: it is up already"]


def test_what_comes_up_by_itself_is_waited_for(world: World) -> None:
    world.down()
    comes = world.home / "comes"
    path = world.home / "ubus/network.interface.wwan"
    shutil.copy(path, comes)
    world.interface()
    path.rename(world.home / "up")
    shutil.copy(comes, path)
    late = f'[ "$(cut -d. -f1 "{world.home}/uptime")" -lt 100010 ] || cp "{world.home}/up" "{path}"'
    world.meanwhile("sleep", late)
    assert bring_up(world, "wake") == []
    assert world.now == 100_010


def test_but_not_for_ever(world: World) -> None:
    world.down()
    assert bring_up(world, "ifup", "wwan") == ["ifup wwan"]
    assert world.now == 100_060


@pytest.mark.parametrize("action", ["start", "wake"])
def test_what_somebody_has_stopped_stays_so(world: World, action: str) -> None:
    world.down(pending=False, autostart=False)
    assert bring_up(world, action) == []
    assert "hands off: it was stopped by hand" in world.log()[-1]


def test_no_start_that_would_cost_a_try_of_the_pin(world: World) -> None:
    world.interface(**{**DOWN, "available": False})
    world.modem("AT+CPIN?=+CPIN: SIM PUK")
    assert bring_up(world, "wake") == []
    assert world.log()[-1] == "wwan: hands off: the SIM is locked and asks for its PUK"


def test_a_missing_port_is_logged(world: World) -> None:
    world.network(device="/dev/no-such-port")
    assert bring_up(world, "start") == []
    assert world.log() == ["wwan: there is no /dev/no-such-port"]


def test_stop_ends_both(world: World) -> None:
    assert bring_up(world, "stop") == ["ifdown wwan", "at /dev/null AT^NDISDUP=1,0"]


def test_stop_ends_a_session_that_it_cannot_hang_up(world: World) -> None:
    world.interface(data={})
    assert bring_up(world, "stop") == ["ifdown wwan"]


# hotplug ------------------------------------------------------------------------------------------


def plug(world: World, action: str = "add", modalias: str = MODALIAS, **env: str) -> None:
    world.uci |= {"ncm_monitor.hotplug": "hotplug"}
    world.uci.setdefault("ncm_monitor.hotplug.match", "usb:v12D1p1506d*icFFisc*")
    done = world.run("lib/plugged", ACTION=action, MODALIAS=modalias, **env)
    assert done.returncode == 0, done
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("modalias", "ours"),
    [
        (MODALIAS, True),
        (MODALIAS.replace("d0102", "d0FF0"), True),
        (MODALIAS.replace("isc02ip16", "isc03ip16"), True),
        (MODALIAS.replace("p1506", "p1F01"), False),
        (MODALIAS.replace("v12D1", "v19D2"), False),
        (MODALIAS.replace("icFF", "ic08"), False),
        ("", False),
    ],
)
def test_the_stick_is_known_whatever_its_firmware(world: World, modalias: str, ours: bool) -> None:
    world.interface(**{**DOWN, "available": False})
    plug(world, modalias=modalias)
    assert world.touched == (REVIVED if ours else [])


@pytest.mark.parametrize(("uptime", "pause"), [(60, 10), (61, 5)])
def test_the_pause_is_longer_at_boot(world: World, uptime: int, pause: int) -> None:
    world.at_time(uptime)
    plug(world)
    assert world.now == uptime + pause
    assert f"looking after it in {pause} s" in world.log()[0]
    assert world.log()[-1] == "wwan: it is up already"


def test_the_init_script_goes_first(world: World) -> None:
    init = world.home / "init"
    init.write_text(f'#!/bin/sh\necho "init $*" >> "{world.home}/calls"\n')
    init.chmod(0o755)
    plug(world, NCM_INIT=str(init))
    assert world.touched == ["init wake"]


def test_once_a_plug(world: World) -> None:
    """A stick has several interfaces, each of which comes with an event of its own."""
    for interface in ("01", "02"):
        world.meanwhile(f"event{interface}", f'{BUSYBOX} ash "{FILES}/lib/plugged"')
    # While the first of them pauses, the others come.
    world.meanwhile("sleep", f'rm "$0"; "{world.home}/on/event01"; "{world.home}/on/event02"')
    plug(world)
    assert len([line for line in world.log() if "its stick is there" in line]) == 1
    assert world.log()[-1] == "wwan: it is up already"


def test_its_leave_is_logged_once(world: World) -> None:
    """Each interface goes with an event of its own, half a minute late and seconds apart."""
    for seconds in (0, 1, 7, 25):
        world.at_time(world.now + seconds)
        plug(world, "remove")
    assert world.log() == ["wwan: its stick is gone"]
    assert world.touched == []
    plug(world)
    plug(world, "remove")
    assert len([line for line in world.log() if "its stick is gone" in line]) == 2


@pytest.mark.parametrize(
    ("env", "runs"),
    [
        ({"ACTION": "add", "DEVTYPE": "usb_interface", "MODALIAS": MODALIAS}, True),
        ({"ACTION": "remove", "DEVTYPE": "usb_interface", "MODALIAS": MODALIAS}, True),
        ({"ACTION": "bind", "DEVTYPE": "usb_interface", "MODALIAS": MODALIAS}, False),
        ({"ACTION": "add", "DEVTYPE": "usb_device", "MODALIAS": MODALIAS}, False),
        ({"ACTION": "add", "DEVTYPE": "usb_interface"}, False),
    ],
)
def test_hotplug_does_not_wait(env: dict[str, str], runs: bool) -> None:
    program = "/usr/lib/ncm-monitor/plugged"
    script = (FILES / "hotplug/70-ncm-network").read_text().replace(program, "echo >&3 ran; :")
    done = subprocess.run(
        [BUSYBOX, "ash", "-c", f"exec 3>&1\n{script}\nwait"],
        env=env, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == ("ran\n" if runs else "")
    assert (
        f"{program} < /dev/null > /dev/null 2>&1 &"
        in (FILES / "hotplug/70-ncm-network").read_text()
    )


# packets only -------------------------------------------------------------------------------------

ASKS = 'AT^SYSCFGEX?=^SYSCFGEX: "00",3FFFFFFF,{roaming},{domain},7FFFFFFFFFFFFFFF'
WRITES = 'at /dev/null AT^SYSCFGEX="99",40000000,2,1,40000000,,'


def ps_only(world: World, *answers: str) -> list[str]:
    world.modem(*answers)
    done = world.run("lib/ps-only", "wwan")
    assert done.stderr + done.stdout == ""
    return world.touched


@pytest.mark.parametrize(
    ("domain", "writes"), [("0", True), ("1", False), ("2", True), ("3", True)]
)
@pytest.mark.parametrize("roaming", ["0", "1"])
def test_it_is_written_only_on_a_difference(
    world: World, domain: str, roaming: str, writes: bool
) -> None:
    written = ps_only(world, ASKS.format(domain=domain, roaming=roaming))
    assert written == ([WRITES] if writes else [])
    assert bool(world.log()) is writes


@pytest.mark.parametrize(("domain", "writes"), [("0", True), ("1", False), ("2", True)])
def test_quectel(world: World, domain: str, writes: bool) -> None:
    world.interface(data={"manufacturer": "quectel"})
    written = ps_only(world, f'AT+QCFG="servicedomain"=+QCFG: "servicedomain",{domain}')
    assert written == (['at /dev/null AT+QCFG="servicedomain",1,1'] if writes else [])


@pytest.mark.parametrize("answers", [[], ["!73"], ["AT^SYSCFGEX?=nonsense"]])
def test_what_cannot_be_asked_is_not_written(world: World, answers: list[str]) -> None:
    assert ps_only(world, *answers) == []
    assert world.log() == ["wwan: the modem could not be asked for packets only"]


def test_other_makers_are_left_alone(world: World) -> None:
    world.interface(data={"manufacturer": "acme"})
    assert ps_only(world) == []
    assert not world.calls("at")
