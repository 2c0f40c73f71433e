# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The recorded ways in which netifd gives an interface up, loses its child, and gets both back.

Compared are the status of the interface and of its child after each step, and the log.
"""

from __future__ import annotations

import json
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conformance.stand_in import ANSWERS, Router, running

SCENES = json.loads((ANSWERS / "revive.json").read_text())["sequences"]
STICK = str(Path(__file__).resolve().parent.parent / "modem" / "stick")
NAME = "conformance-revive"
WAN = """
opkg update > /dev/null; opkg install comgt-ncm > /dev/null
uci batch <<EOF
set network.wwan=interface
set network.wwan.proto=ncm
set network.wwan.device=/dev/ttyUSB0
set network.wwan.ifname=wwan0
set network.wwan.apn=internet
commit network
EOF
uci add_list firewall.@zone[1].network=wwan
uci commit firewall
/etc/init.d/network restart
"""
HOLDS = 2.5  # seconds in which what was given up would have shown that it starts again
SLACK = 45.0
# The child's client says more of its packets or less, by its release; the kernel's links are told
# in another order from time to time.
NOISE = (
    *("udhcpc", "Command failed", "sending -> ", "WARNING: "),
    *("Network device", "Network alias", "link connectivity", "is enabled", "is disabled"),
)


@pytest.fixture(scope="module")
def router() -> Iterator[Router]:
    with running("revive") as started:
        start = [STICK, "start", "--name", NAME, "--container", started.name]
        subprocess.run([*start, "--engine", started.engine.program], check=True, timeout=30)
        try:
            started.shell(WAN, timeout=120)
            yield started
        finally:
            subprocess.run([STICK, "stop", NAME], check=False, timeout=30)


def brief(status: dict[str, Any] | None) -> dict[str, Any] | None:
    """What the records have of a status."""
    if status is None:
        return None
    names = ("up", "pending", "available", "autostart", "dynamic", "proto", "l3_device")
    shown = {name: status[name] for name in names if name in status}
    shown["errors"] = [error["code"] for error in status.get("errors", [])]
    return {**shown, "addresses": len(status.get("ipv4-address", []))}


def seen(router: Router) -> dict[str, Any]:
    found = {}
    for name in ("wwan", "wwan_4"):
        text = router.shell(f"ubus -S call network.interface.{name} status || true").strip()
        found[name] = brief(json.loads(text) if text else None)
    return found


def lasting(status: dict[str, Any]) -> dict[str, Any]:
    """What a record says that was made in the middle of a bring-up or of its end."""
    return {name: value for name, value in status.items() if name not in ("pending", "errors")}


def middle(router: Router) -> dict[str, Any]:
    return lasting(seen(router)["wwan"])


def soon(
    router: Router,
    wanted: dict[str, Any],
    seconds: float,
    of: Callable[[Router], dict[str, Any]] = seen,
) -> dict[str, Any]:
    """What is seen once it is as wanted, or at last."""
    deadline = time.monotonic() + seconds
    while True:
        found = of(router)
        if found == wanted or time.monotonic() > deadline:
            return found
        time.sleep(0.3)


def log_since(router: Router, mark: int) -> list[str]:
    return plain(router.shell(f"logread | tail -n +{mark + 1} | cut -c26-").splitlines())


def plain(lines: list[str]) -> list[str]:
    """netifd's lines without process ids, and without those that differ from client to client."""
    kept = [line for line in lines if "netifd: " in line and "wwan" in line]
    kept = [line for line in kept if not any(noise in line for noise in NOISE)]
    return [re.sub(r"\(\d+\)", "(PID)", line).rstrip() for line in kept]


def by_speaker(lines: list[str]) -> tuple[list[str], list[str]]:
    """netifd's own lines and its handler's: two programs, whose lines come in either order."""
    return [x for x in lines if "(PID)" not in x], [x for x in lines if "(PID)" in x]


def act(router: Router, step: dict[str, Any]) -> None:
    if step["kind"] == "stick":
        subprocess.run([STICK, "ctl", NAME, "fault", step["do"]], check=True, timeout=30)
        return
    answer, told = router.run_one(step["do"]), step["answer"]
    assert (answer.rc, answer.stdout, answer.stderr) == tuple(
        told[name] for name in ("rc", "stdout", "stderr")
    )


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene["title"])
def test_scene_goes_as_recorded(router: Router, scene: dict[str, Any]) -> None:
    before_the_scene(router)
    settled, mark = True, 0
    for step in scene["steps"]:
        where = f"{scene['title']}: {step['do']}"
        wanted = {name: step[name] for name in ("wwan", "wwan_4")}
        # What was recorded in the middle of an end may be over here, and its words in the log.
        mark = int(router.shell("logread | wc -l")) if settled else mark
        act(router, step)
        settled = not step["wwan"]["pending"]
        if not settled:
            still = lasting(wanted["wwan"])
            assert soon(router, still, step["waited_s"] + SLACK, of=middle) == still, where
            continue
        assert soon(router, wanted, step["waited_s"] + SLACK) == wanted, where
        time.sleep(HOLDS)
        assert seen(router) == wanted, f"{where}: it must stay so"
        told = plain(step["log"])
        said = log_since(router, mark)[-len(told) :] if told else []
        assert by_speaker(said) == by_speaker(told), where


def before_the_scene(router: Router) -> None:
    """Each scene was recorded with a healthy stick and the interface up."""
    subprocess.run([STICK, "ctl", NAME, "fault", "healthy"], check=True, timeout=30)
    router.shell("uci -q delete network.wwan.pincode; uci commit network")
    available = json.dumps({"interface": "wwan", "action": 5, "available": True})
    router.shell(f"ubus call network.interface notify_proto '{available}'; ifup wwan")
    up = "ubus call network.interface.wwan_4 status | grep -q address.:"
    assert router.wait_for(up, SLACK)
