# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulated stick seen from inside a router: its tty, its link, its carrier, its faults."""

from __future__ import annotations

import json
import re
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bench.engine import Engine

TESTS = Path(__file__).resolve().parent.parent
FLEET = str(TESTS / "bench" / "fleet")
STICK = str(TESTS / "modem" / "stick")
PREFIX = "conformance-modem"
TTY = "/dev/ttyUSB0"
INTERNET = "198.51.100.1"
GATEWAY = "100.64.1.1"


AT = TESTS.parent / "plugins" / "plugin_utils" / "at" / "program"
GCOM_SCRIPT = f"""\
cat > /tmp/send.gcom <<'E'
opengt
 set com 115200n81
 set senddelay {{delay}}
 send "AT+CGMM^m"
 get 2 "^m^j" $l
 get 2 "^m^j" $l
 print $l,"\\n"
 exit 0
E
gcom -d {TTY} -s /tmp/send.gcom
"""


@dataclass(frozen=True)
class Router:
    """A running router with a stick; `sh` runs a script on it and returns what it printed."""

    engine: Engine
    name: str

    def sh(self, script: str) -> str:
        done = subprocess.run(
            [self.engine.program, "exec", "--interactive", self.name, "/bin/sh", "-s"],
            input=script, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            check=False, timeout=60,
        )  # fmt: skip
        return done.stdout

    def at(self, *commands: str) -> str:
        """Say something on the control device and return all that it says within a second."""
        said = " ".join(f"'{command}\\r'" for command in commands)
        return self.sh(
            f'exec 3<>{TTY}; cat <&3 & reader=$!; for each in {said}; do printf "$each" >&3; '
            "done; sleep 1; kill $reader"
        ).replace("\r", "")

    def converse(self, *commands: str, seconds: int = 5) -> str:
        """What the collection's own program says of a conversation, and its exit status."""
        said = " ".join(f"'{command}'" for command in commands)
        return self.sh(
            f"AT_GCOM=/tmp/at.gcom\n. /tmp/at.sh\nat_say {TTY} {seconds} {said}; echo rc $?"
        )

    def fault(self, *what: str) -> None:
        subprocess.run([STICK, "ctl", self.name, "fault", *what], check=True, timeout=30)

    def state(self) -> dict[str, Any]:
        asked = subprocess.run(
            [STICK, "ctl", self.name, "state"], check=True, timeout=30, capture_output=True
        )
        state: dict[str, Any] = json.loads(asked.stdout)
        return state

    def connect(self) -> None:
        assert "OK" in self.at("ATE0", 'AT^NDISDUP=1,1,"internet"')

    def lease(self) -> str:
        """Have the router's own DHCP client ask; set and return the address that it got."""
        said = self.sh(
            "ip address flush dev wwan0; ip link set wwan0 up\n"
            "udhcpc -f -n -q -t 5 -i wwan0 -s /bin/true 2>&1"
        )
        found = re.search(r"lease of (\S+) obtained from (\S+), lease time 3600", said)
        assert found is not None, said
        assert found[2] == GATEWAY
        self.sh(
            f"ip address add {found[1]}/24 dev wwan0; ip route replace {INTERNET} via {GATEWAY}"
        )
        return found[1]

    def pings(self) -> bool:
        return "1 packets received" in self.sh(f"ping -c 1 -W 1 {INTERNET}")

    def carrier(self) -> str:
        return self.sh("ip link set wwan0 up; cat /sys/class/net/wwan0/carrier").strip()


@pytest.fixture(scope="module")
def started() -> Iterator[Router]:
    subprocess.run([FLEET, "up", "--count", "1", "--prefix", PREFIX], check=True, timeout=300)
    yield Router(Engine.find(), f"{PREFIX}-1")
    subprocess.run([FLEET, "down", "--prefix", PREFIX], check=True, timeout=60)


@pytest.fixture
def router(started: Router) -> Router:
    """The router with its stick healthy, freshly plugged in, and nothing said to it yet."""
    started.fault("healthy", "unplug", "replug")
    wait_for(lambda: started.state()["netdev"] is not None)
    subprocess.run([STICK, "ctl", started.name, "forget"], check=True, timeout=30)
    return started


@pytest.fixture
def talking(router: Router) -> Router:
    """That router with gcom and the collection's program for AT conversations."""
    router.sh("command -v gcom || { opkg update && opkg install comgt; }")
    for name in ("at.sh", "at.gcom"):
        router.sh(f"cat > /tmp/{name} <<'EOF'\n{(AT / name).read_text()}EOF\n")
    return router


def wait_for(condition: Callable[[], bool], seconds: float = 15.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.1)


def test_the_far_end_of_the_link_has_a_number_that_no_device_of_the_router_has(
    router: Router,
) -> None:
    # netifd would take such a device, the uplink for one, for a part of wwan0.
    far = router.sh("cat /sys/class/net/wwan0/iflink").strip()
    assert far.isdigit()
    assert far not in router.sh("cat /sys/class/net/*/ifindex").split()
    assert int(far) > 1000, "nor will one that comes later"


def test_the_control_device_is_a_character_device_of_its_own_name(router: Router) -> None:
    assert router.sh(f"[ -c {TTY} ] && readlink -f {TTY}") == f"{TTY}\n"


def test_the_tty_talks_and_everything_said_is_logged(router: Router) -> None:
    assert "huawei\n\nOK" in router.at("ATE0", "AT+CGMI")
    assert router.state()["log"] == ["ATE0", "AT+CGMI"]


def test_what_nobody_read_is_gone_when_the_port_is_opened_again(router: Router) -> None:
    router.sh(f"printf 'AT+CGMM\\r' >{TTY}")
    wait_for(lambda: router.state()["log"] == ["AT+CGMM"])
    time.sleep(0.3)
    assert "E3372" not in router.at("AT")


def test_a_port_refuses_what_comes_faster_than_its_driver_sends(talking: Router) -> None:
    """As usb_wwan does with gcom's single bytes; half the command stays in the modem."""
    said = talking.sh(GCOM_SCRIPT.format(delay="0"))
    assert "Could not write to COM device" in said
    assert talking.state()["log"] == []
    assert "OK" not in talking.at("AT"), "it ends the half that is there"
    assert "OK" in talking.at("AT")
    said = talking.sh(GCOM_SCRIPT.format(delay="0.02"))
    assert "E3372" in said


def test_a_conversation_does_not_wait_for_a_slow_port(talking: Router) -> None:
    """What another program has left half-sent does not spoil the first command."""
    talking.sh(f"printf 'AT+HALF' >{TTY}")
    commands = ["AT", "AT+CGMI", *["AT+CGMM"] * 30, "AT+CSQ"]
    started = time.monotonic()
    said = talking.converse(*commands).removesuffix("rc 0\n").split("@ ")
    assert time.monotonic() - started < 6.0
    assert [part.splitlines()[-1] for part in said[1:]] == ["OK"] * 33
    assert "+CSQ: 18,99" in said[-1]
    assert talking.state()["log"] == ["AT+HALF", *commands]


def test_a_line_that_gcom_cannot_hold_is_read(talking: Router) -> None:
    talking.fault(f"vendor={'x' * 2500}")
    assert talking.converse("AT+CGMI", "AT").splitlines() == [
        "@ 1", "AT+CGMI", "x" * 2500, "OK", "@ 2", "AT", "OK", "rc 0",
    ]  # fmt: skip


def test_a_conversation_with_a_port_that_falls_silent(talking: Router) -> None:
    talking.fault("silent")
    assert talking.converse("AT+CGMI", "AT", seconds=1).splitlines() == ["@ 1", "@ silent", "rc 73"]


def test_a_conversation_with_a_stick_that_is_unplugged(talking: Router) -> None:
    talking.fault("delay=5")
    threading.Timer(2.0, talking.fault, ["unplug"]).start()
    assert talking.converse("AT+CGMI", seconds=20).splitlines() == [
        "@ 1", "@ silent", f"{TTY} was hung up", "rc 75",
    ]  # fmt: skip


def test_a_silent_port_hears_all_the_same(router: Router) -> None:
    router.fault("silent")
    assert router.at("AT+CGMI") == ""
    assert router.state()["log"] == ["AT+CGMI"]


def test_answers_can_be_slow(router: Router) -> None:
    router.fault("delay=3")
    assert "OK" not in router.at("AT")
    router.fault("delay=0")
    assert "OK" in router.at("AT")


def test_the_link_has_carrier_only_during_a_session(router: Router) -> None:
    assert router.carrier() == "0"
    router.connect()
    assert router.carrier() == "1"
    router.at("AT^NDISDUP=1,0")
    assert router.carrier() == "0"


def test_the_carrier_hands_out_an_address_and_answers_pings(router: Router) -> None:
    router.connect()
    address = router.lease()
    assert router.pings()
    state = router.state()
    assert state["session"] == {"cid": 1, "apn": "internet", "address": address}
    assert state["leases"][-1]["address"] == address


def test_the_resolver_answers_with_a_private_address_and_with_new_names(router: Router) -> None:
    router.connect()
    router.lease()
    router.fault("dns=portal.test=10.9.8.7")
    assert "10.0.0.1" in router.sh(f"nslookup my.yota.ru {GATEWAY}")
    assert "10.9.8.7" in router.sh(f"nslookup portal.test {GATEWAY}")
    assert "NXDOMAIN" in router.sh(f"nslookup nowhere.test {GATEWAY}")


def test_a_session_that_the_operator_drops_takes_the_carrier_away(router: Router) -> None:
    router.connect()
    router.lease()
    router.fault("drop")
    assert router.carrier() == "0"
    assert '^NDISSTATQRY: 0,,,"IPV4"' in router.at("AT^NDISSTATQRY?")


def test_a_quiet_drop_leaves_a_dead_link_that_looks_alive(router: Router) -> None:
    router.connect()
    router.lease()
    router.fault("drop=quiet")
    assert router.carrier() == "1"
    assert not router.pings()
    router.connect()
    router.lease()
    assert router.pings()


def test_unplugged_means_gone_from_everywhere(router: Router) -> None:
    router.fault("unplug")
    assert router.sh(f"ls {TTY} /sys/class/net/wwan0 2>/dev/null") == ""
    assert "12d1" not in router.sh("cat /sys/kernel/debug/usb/devices")
    router.fault("replug")
    wait_for(lambda: router.sh(f"[ -c {TTY} ] && ls -d /sys/class/net/wwan0").strip() != "")
    assert "Driver=huawei_cdc_ncm" in router.sh("cat /sys/kernel/debug/usb/devices")


def test_reset_brings_the_stick_back_without_its_session(router: Router) -> None:
    router.connect()
    router.sh(f"printf 'AT^RESET\r' >{TTY}")
    wait_for(lambda: router.state()["composition"] == "absent")
    assert router.sh(f"ls {TTY} /sys/class/net/wwan0 2>/dev/null") == ""
    wait_for(lambda: router.state()["netdev"] is not None)
    assert router.state()["session"] is None
    assert "OK" in router.at("AT")


def test_a_layout_that_was_stored_counts_after_a_reset(router: Router) -> None:
    router.at('AT^SETPORT="FF;10,16"')
    router.sh(f"printf 'AT^RESET\r' >{TTY}")
    wait_for(lambda: router.state()["composition"] == "absent")
    wait_for(lambda: router.state()["netdev"] is not None)
    assert router.sh(f"ls {TTY} 2>/dev/null") == "", "no code 12 or 2, no AT port"
    router.fault("setport=FF;12")
    assert router.sh(f"ls -d {TTY} /sys/class/net/wwan0 2>/dev/null") == f"{TTY}\n"


def test_no_session_can_be_had_during_an_outage(router: Router) -> None:
    router.connect()
    router.fault("outage")
    assert router.carrier() == "0"
    assert "ERROR" in router.at("ATE0", 'AT^NDISDUP=1,1,"internet"')
    router.fault("outage=off")
    router.connect()
    assert router.carrier() == "1"


@pytest.fixture
def told(router: Router) -> Iterator[Router]:
    """A router that writes down what it is told of."""
    for kind in ("usb", "tty", "net"):
        router.sh(
            f"mkdir -p /etc/hotplug.d/{kind}; cat >/etc/hotplug.d/{kind}/99-told <<'END'\n"
            "echo $HOTPLUG_TYPE $ACTION $DEVICENAME $INTERFACE $PRODUCT $MODALIAS >>/tmp/told\nEND"
        )
    router.sh("rm -f /tmp/told")
    yield router
    router.sh("rm -f /etc/hotplug.d/*/99-told /tmp/told")


def lines_told(router: Router) -> list[str]:
    wait_for(lambda: router.state()["hotplug"] == "idle")
    return router.sh("cat /tmp/told; rm -f /tmp/told").splitlines()


def test_the_router_is_told_of_each_part_that_goes_and_comes(told: Router) -> None:
    told.fault("unplug")
    gone = lines_told(told)
    assert gone[-1] == "usb remove 1-1 12d1/1506/102"
    assert "tty remove ttyUSB0" in gone
    assert "net remove wwan0 wwan0" in gone
    told.fault("replug")
    come = lines_told(told)
    at_port = "1-1:1.0 255/2/18 12d1/1506/102 usb:v12D1p1506d0102dc00dsc00dp00icFFisc02ip12in00"
    assert come[:4] == [
        "usb add 1-1 12d1/1506/102",
        f"usb add {at_port}",
        "tty add ttyUSB0",
        f"usb bind {at_port}",
    ]
    assert "net add wwan0 wwan0" in come


def test_a_reset_is_an_unplugging_and_a_plugging_in(told: Router) -> None:
    told.sh(f"printf 'AT^RESET\r' >{TTY}")
    wait_for(lambda: told.state()["composition"] == "absent")
    wait_for(lambda: told.state()["netdev"] is not None)
    lines = lines_told(told)
    assert lines.index("tty remove ttyUSB0") < lines.index("tty add ttyUSB0")


def test_a_hotplug_script_may_talk_to_the_stick(told: Router) -> None:
    told.sh(
        "cat >>/etc/hotplug.d/tty/99-told <<'END'\n"
        '[ "$ACTION" = add ] && printf "AT+CSQ\\r" >/dev/$DEVNAME\nEND'
    )
    told.fault("unplug", "replug")
    wait_for(lambda: told.state()["log"] == ["AT+CSQ"])


def test_usbmode_switches_a_stick_in_storage_mode(router: Router) -> None:
    router.fault("storage")
    router.sh(
        "[ -e /sbin/usbmode ] || { echo '#!/bin/sh' >/sbin/usbmode; chmod 755 /sbin/usbmode; }"
    )
    wait_for(lambda: "12d1:1f01" in router.sh("usbmode -l"))
    assert router.sh("usbmode -l 2>/dev/null; echo $?") == "0\n", "it lists on standard error"
    assert "ProdID=1f01" in router.sh("cat /sys/kernel/debug/usb/devices")
    assert router.sh("usbmode -s; echo $?") == "0\n"
    wait_for(lambda: router.state()["netdev"] is not None)
    assert "ProdID=1506" in router.sh("cat /sys/kernel/debug/usb/devices")
    assert router.sh("usbmode -l; usbmode -s; echo $?") == "0\n", "nothing is left to be switched"


def test_the_stick_is_there_again_after_the_router_restarts(router: Router) -> None:
    before = router.state()["router"]
    router.fault("pin=1234,2")
    router.engine("restart", "--time", "1", router.name)
    wait_for(lambda: router.state()["router"] not in (None, before), seconds=60)
    wait_for(lambda: router.state()["netdev"] is not None)
    assert "+CPIN: SIM PIN" in router.at("AT+CPIN?")
    assert router.state()["sim"]["pin_left"] == 2, "a power cycle refills no counter"


def test_stopping_leaves_nothing_behind_and_starting_again_works(router: Router) -> None:
    before = router.state()["router"]
    subprocess.run([STICK, "stop", router.name], check=True, timeout=30)
    assert router.sh(f"ls {TTY} /sys/class/net/wwan0 2>/dev/null") == ""
    assert "fleet-modem" not in router.sh("cat /proc/mounts")
    start = [STICK, "start", "--name", router.name, "--subnet", "100.64.1.0/24"]
    subprocess.run(
        [*start, "--container", router.name, "--engine", router.engine.program],
        check=True, timeout=30,
    )  # fmt: skip
    assert router.state()["router"] == before
    assert "OK" in router.at("AT")
    twice = subprocess.run([*start, "--pid", "1"], check=False, capture_output=True, text=True)
    assert twice.returncode == 1
    assert "runs already" in twice.stderr


def test_a_second_stick_is_refused_and_harms_nothing(router: Router) -> None:
    done = subprocess.run(
        [STICK, "start", "--name", "second", "--pid", str(router.state()["router"])],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "another stick is plugged in" in done.stderr
    subprocess.run([STICK, "stop", "second"], check=True, timeout=30)
    assert "OK" in router.at("AT")


def test_a_name_that_is_taken_leaves_nothing_half_done(router: Router) -> None:
    pid = router.state()["router"]
    subprocess.run([STICK, "stop", router.name], check=True, timeout=30)
    start = [STICK, "start", "--name", router.name, "--pid", str(pid), "--subnet", "100.64.1.0/24"]
    done = subprocess.run([*start, "--netdev", "lo"], check=False, capture_output=True, text=True)
    assert done.returncode == 1
    assert "File exists" in done.stderr
    assert router.sh(f"ls {TTY} 2>/dev/null; grep fleet-modem /proc/mounts") == ""
    subprocess.run(start, check=True, timeout=30)
    assert "OK" in router.at("AT")


def test_start_says_why_it_cannot() -> None:
    done = subprocess.run(
        [STICK, "start", "--name", "nowhere", "--container", "no-such-container"],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr == "stick: no container no-such-container runs\n"
