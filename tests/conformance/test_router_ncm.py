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
from pathlib import Path
from typing import Any

import pytest

from conformance.stand_in import Router, recorded, running

CASES = recorded("ncm")
MODEM = Path(__file__).with_name("scripted_modem.lua")
SECONDS = 40

# A network device with a DHCP server behind it. Both ends are in the router: it may have no other
# network of its own.
CARRIER = """
ip link add wwan0 type veth peer name carrier0
[ -e /sys/class/net/carrier0 ] || ip link set veth0 name carrier0
ip link set carrier0 up
ip addr add 100.64.0.1/24 dev carrier0
dnsmasq -p 0 -i carrier0 -z --dhcp-range=100.64.0.10,100.64.0.20,3600 --dhcp-option=6,9.9.9.9 \
    --dhcp-leasefile=/tmp/carrier.leases -x /tmp/carrier.pid
"""
START = """
start-stop-daemon -K -p /tmp/modem.pid > /dev/null 2>&1
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
sleep 1
logread | wc -l > /tmp/mark
ubus call network reload
"""
STOP = """
uci -q delete network.wwan; uci commit network; ubus call network reload
while ubus call network.interface.wwan status > /dev/null 2>&1; do sleep 0.2; done
"""
PINS = {"pin": "9999", "pin-right": "1234"}


@pytest.fixture(scope="module")
def router() -> Iterator[Router]:
    with running("ncm") as started:
        started.shell("opkg update > /dev/null; opkg install comgt-ncm > /dev/null")
        started.shell("/etc/init.d/network restart")
        started.shell(f"cat > /tmp/modem.lua <<'EOF'\n{MODEM.read_text()}\nEOF\n{CARRIER}")
        started.shell("uci add_list firewall.@zone[1].network=wwan; uci commit firewall")
        yield started


def log_of(router: Router) -> list[str]:
    """What netifd has said of the interface since the start, process ids left out."""
    lines = router.shell("logread | tail -n +$(($(cat /tmp/mark) + 1)) | cut -c26-").splitlines()
    return normal_log(lines)


def normal_log(lines: list[str]) -> list[str]:
    """Lines about wwan; the client's release number and what it says of every packet left out."""
    kept = [line for line in lines if "wwan" in line and "udhcpc: broadcasting" not in line]
    kept = [re.sub(r"\(\d+\)", "(PID)", line) for line in kept]
    kept = [re.sub(r"udhcpc: started, v[\d.]+", "udhcpc: started", line) for line in kept]
    return [re.sub(r"100\.64\.0\.1\d", "100.64.0.ADDRESS", line) for line in kept]


def status_of(router: Router, name: str) -> Any:
    text = router.shell(f"ubus -S call network.interface.{name} status || true")
    return normal_status(json.loads(text) if text.strip() else None)


def normal_status(status: Any) -> Any:
    """Without the time since the interface is up and the address that was leased."""
    text = re.sub(r"100\.64\.0\.1\d", "100.64.0.ADDRESS", json.dumps(status))
    return json.loads(re.sub(r'"uptime": \d+', '"uptime": 0', text))


def first_cycle(log: list[str]) -> int:
    """How many lines the first attempt has, up to the beginning of the second."""
    starts = [n for n, line in enumerate(log) if "'wwan' is setting up now" in line]
    return starts[1] + 1 if len(starts) > 1 else len(log)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["fault"])
def test_bring_up_goes_as_recorded(case: dict[str, Any], router: Router) -> None:
    fault = case["fault"]
    pincode = f"set network.wwan.pincode={PINS[fault]}" if fault in PINS else ""
    router.shell(START.format(fault=fault, pincode=pincode))
    expected = normal_log(case["log"])
    wanted = first_cycle(expected)
    deadline = time.monotonic() + SECONDS
    while len(log := log_of(router)) < wanted and time.monotonic() < deadline:
        time.sleep(1)
    loops = wanted < len(expected)
    if not loops:
        time.sleep(2)  # what must not come any more would come now
        log = log_of(router)
    statuses = {name: status_of(router, name) for name in ("wwan", "wwan_4")}
    dialogue = router.shell("cat /tmp/modem.at").splitlines()
    router.shell(STOP)

    shared = min(len(log), len(expected)) if loops else max(len(log), len(expected))
    assert log[:shared] == expected[:shared]
    assert shared >= wanted
    told = min(len(dialogue), len(case["at"])) if loops else max(len(dialogue), len(case["at"]))
    assert dialogue[:told] == case["at"][:told]
    assert told >= min(len(case["at"]), 3)
    if loops and statuses["wwan"]["pending"] is False:
        pytest.fail(f"an interface that is tried again and again reads {statuses['wwan']}")
    assert statuses["wwan"] == normal_status(case["wwan"])
    assert statuses["wwan_4"] == normal_status(case["wwan_4"])


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
    router.shell(STOP)
