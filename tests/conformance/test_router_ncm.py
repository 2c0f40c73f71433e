# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The nine recorded bring-ups of an NCM interface, driven by a scripted stick.

Compared are the AT dialogue, netifd's log, and the status of the interface and of its child.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from conformance.stand_in import Router, recorded, running

CASES = recorded("ncm")
MODEM = Path(__file__).with_name("scripted_modem.lua")
SECONDS = 120

# A network device with a DHCP server behind it. Both ends are in the router: it may have no other
# network of its own.
CARRIER = """
ip link add wwan0 type veth peer name carrier0
[ -e /sys/class/net/carrier0 ] || ip link set veth0 name carrier0
ip link set carrier0 up
ip addr add 100.64.0.1/24 dev carrier0
dnsmasq -p 0 -i carrier0 -z --dhcp-range=100.64.0.10,100.64.0.20,3600 --dhcp-option=6,9.9.9.9 \
    --dhcp-leasefile=/tmp/carrier.leases -x /tmp/carrier.pid
mkdir -p /usr/share/nftables.d/chain-pre/input
echo 'iifname "carrier0" accept' > /usr/share/nftables.d/chain-pre/input/carrier.nft
fw4 -q reload 2> /dev/null
"""
# What the carrier's range holds, both ends included.
LEASED = re.compile(r"100\.64\.0\.(1\d|20)\b")
# A port that is there belongs to this modem, not to the one before it.
START = """
start-stop-daemon -K -p /tmp/modem.pid > /dev/null 2>&1
# While it runs no other is started; one that only waits to be reaped has no program any more.
while readlink "/proc/$(cat /tmp/modem.pid 2> /dev/null)/exe" > /dev/null; do sleep 0.1; done
rm -f /dev/ttyUSB0
start-stop-daemon -S -b -m -p /tmp/modem.pid -x /usr/bin/lua5.3 -- /tmp/modem.lua {fault}
uci batch <<EOF
set network.wwan=interface
set network.wwan.proto=ncm
set network.wwan.device=/dev/ttyUSB0
set network.wwan.ifname=wwan0
set network.wwan.apn=internet
{pincode}
commit network
EOF
n=0
until [ -c /dev/ttyUSB0 ] || [ $n = 200 ]; do n=$((n + 1)); sleep 0.1; done
# What the interface before had to say comes into the log a little after it has gone.
until [ "$(logread | wc -l)" = "$(cat /tmp/mark 2> /dev/null)" ]; do
    logread | wc -l > /tmp/mark
    sleep 0.5
done
ubus call network reload
"""
STOP = """
uci -q delete network.wwan; uci commit network; ubus call network reload
while ubus call network.interface.wwan status > /dev/null 2>&1; do sleep 0.2; done
"""
PINS = {"pin": "9999", "pin-right": "1234"}


ROUTERS = 3  # a bring-up is mostly waiting, so three go on at a time


@dataclass(frozen=True)
class BringUp:
    """What was seen of one: netifd's log, the AT dialogue, the status of both interfaces."""

    log: list[str]
    dialogue: list[str]
    statuses: dict[str, Any]


def prepare(router: Router) -> None:
    """A router that knows the handler, has a carrier, and has wwan in its wan zone."""
    router.shell("opkg update > /dev/null; opkg install comgt-ncm > /dev/null")
    router.shell("/etc/init.d/network restart")
    router.shell(f"cat > /tmp/modem.lua <<'EOF'\n{MODEM.read_text()}\nEOF\n{CARRIER}")
    router.shell("uci add_list firewall.@zone[1].network=wwan; uci commit firewall")


def bring_up_some(number: int) -> dict[str, BringUp]:
    """Every third fault, on a router of its own."""
    with running(f"ncm-{number}") as router:
        prepare(router)
        return {case["fault"]: bring_up(router, case) for case in CASES[number::ROUTERS]}


@pytest.fixture(scope="module")
def seen() -> dict[str, BringUp]:
    """Fault -> what was seen."""
    found: dict[str, BringUp] = {}
    with ThreadPoolExecutor(ROUTERS) as pool:
        for some in pool.map(bring_up_some, range(ROUTERS)):
            found |= some
    return found


def log_of(router: Router) -> list[str]:
    """What netifd has said of the interface since the start, process ids left out."""
    lines = router.shell("logread | tail -n +$(($(cat /tmp/mark) + 1)) | cut -c26-").splitlines()
    return normal_log(lines)


def normal_log(lines: list[str]) -> list[str]:
    """netifd's lines about wwan; the client's release number and what it says of every packet left
    out."""
    kept = [line for line in lines if " netifd: " in line and "wwan" in line]
    kept = [line for line in kept if "udhcpc: broadcasting" not in line]
    kept = [re.sub(r"\(\d+\)", "(PID)", line) for line in kept]
    kept = [re.sub(r"udhcpc: started, v[\d.]+", "udhcpc: started", line) for line in kept]
    return [LEASED.sub("100.64.0.ADDRESS", line) for line in kept]


def status_of(router: Router, name: str) -> Any:
    text = router.shell(f"ubus -S call network.interface.{name} status || true")
    return normal_status(json.loads(text) if text.strip() else None)


def normal_status(status: Any) -> Any:
    """Without the time since the interface is up and the address that was leased."""
    text = LEASED.sub("100.64.0.ADDRESS", json.dumps(status))
    return json.loads(re.sub(r'"uptime": \d+', '"uptime": 0', text))


def first_cycle(log: list[str]) -> int:
    """How many lines the first attempt has, up to the beginning of the second."""
    starts = [n for n, line in enumerate(log) if "'wwan' is setting up now" in line]
    return starts[1] + 1 if len(starts) > 1 else len(log)


def is_endless(case: dict[str, Any]) -> bool:
    """Whether netifd tries again and again."""
    log = normal_log(case["log"])
    return first_cycle(log) < len(log)


def bring_up(router: Router, case: dict[str, Any]) -> BringUp:
    """Start the stick with a fault and the interface, and watch its first attempt."""
    fault = case["fault"]
    pincode = f"set network.wwan.pincode={PINS[fault]}" if fault in PINS else ""
    router.shell(START.format(fault=fault, pincode=pincode))
    wanted = first_cycle(normal_log(case["log"]))
    deadline = time.monotonic() + SECONDS
    while len(log_of(router)) < wanted and time.monotonic() < deadline:
        time.sleep(0.5)
    if not is_endless(case):
        time.sleep(2)  # what must not come any more would come now
    found = BringUp(
        log=log_of(router),
        statuses={name: status_of(router, name) for name in ("wwan", "wwan_4")},
        dialogue=router.shell("cat /tmp/modem.at").splitlines(),
    )
    router.shell(STOP)
    return found


def compared(seen: list[str], told: list[str], endless: bool) -> tuple[list[str], list[str]]:
    """Both in full, or of an endless loop as much as both have."""
    length = min(len(seen), len(told)) if endless else None
    return seen[:length], told[:length]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["fault"])
def test_bring_up_goes_as_recorded(case: dict[str, Any], seen: dict[str, BringUp]) -> None:
    found, told, endless = seen[case["fault"]], normal_log(case["log"]), is_endless(case)
    log, expected_log = compared(found.log, told, endless)
    assert log == expected_log
    assert len(log) >= first_cycle(told)
    dialogue, expected_dialogue = compared(found.dialogue, case["at"], endless)
    assert dialogue == expected_dialogue
    for name in ("wwan", "wwan_4"):
        assert found.statuses[name] == normal_status(case[name])


@pytest.fixture
def router() -> Iterator[Router]:
    with running("ncm") as started:
        prepare(started)
        yield started


def test_ifdown_and_ifup_again(router: Router) -> None:
    router.shell(START.format(fault="none", pincode=""))
    up = "ubus call network.interface.wwan_4 status | grep -q '\"up\": true'"
    assert router.wait_for(up, SECONDS)
    assert "dev wwan0" in router.shell("ip route show default")
    assert "nameserver 9.9.9.9" in router.shell("cat /tmp/resolv.conf.d/resolv.conf.auto")
    router.shell("ifdown wwan")
    gone = "! ubus call network.interface.wwan_4 status"
    assert router.wait_for(gone, SECONDS)
    assert "dev wwan0" not in router.shell("ip route show default")
    router.shell("ifup wwan")
    assert router.wait_for(up, SECONDS)
