# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A router with a WAN, in every state that a WAN can be in: what each question is answered."""

from __future__ import annotations

import json
from collections.abc import Mapping
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

from ansible_collections.fleet.openwrt.plugins.plugin_utils.modem.report import queries
from ansible_collections.fleet.openwrt.plugins.plugin_utils.netifd.handlers import HandlersProbe
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.wire import Answer
from ansible_collections.fleet.openwrt.plugins.plugin_utils.uci.probe import UciProbe
from ansible_collections.fleet.openwrt.plugins.plugin_utils.wan.asked import AskProbe
from ansible_collections.fleet.openwrt.plugins.plugin_utils.wan.link import LinkProbe
from ansible_collections.fleet.openwrt.plugins.plugin_utils.wan.log import WanLogProbe
from ansible_collections.fleet.openwrt.plugins.plugin_utils.wan.surroundings import (
    SurroundingsProbe,
)
from modem.at import Dialogue
from modem.carrier import Carrier
from modem.faults import apply
from modem.modem import Modem
from support import bus
from support.timeline import State

RECORDED: dict[str, dict[str, Any]] = {
    case["fault"]: case
    for case in json.loads(
        (Path(__file__).resolve().parents[1] / "conformance/answers/ncm.json").read_text()
    )
}
UP = RECORDED["none"]
GONE = {"up": False, "pending": False, "available": False, "autostart": True, "proto": "ncm"}
PENDING = {**GONE, "pending": True, "available": True}

LINK = LinkProbe("wwan").title
LOG = WanLogProbe("wwan").title
AROUND = SurroundingsProbe("wwan").title
MODEM = AskProbe("wwan").title
TRAFFIC = "the traffic through wwan0"

_AS_IT_IS: Mapping[str, str] = {}
OPTIONS = {"proto": "ncm", "device": "/dev/ttyUSB0", "ifname": "wwan0", "apn": "internet"}
VALIDATE = ("device", "ifname", "apn", "pincode", "delay", "mode", "pdptype", "profile", "metric")
PORT_SILENT = Answer(73, "", "/dev/ttyUSB0 does not answer\n")


def dump(**by_name: Any) -> str:
    """What ubus shows of all interfaces."""
    found = [{"interface": name, **status} for name, status in by_name.items() if status]
    return json.dumps({"interface": found})


def network(**options: str) -> str:
    """The answer to UciProbe("network")."""
    lines = [f"\toption {name} '{value}'" for name, value in {**OPTIONS, **options}.items()]
    return "\n".join(["@pending", "config interface 'wwan'", *lines, ""])


def around(*lines: str, device: str = "there", kernel: str = "6.6.110") -> str:
    """The answer to SurroundingsProbe; further lines are what is out of the ordinary."""
    whole = [f"device {device}", f"kernel {kernel}", "handler", *lines, "uptime 1000.10 900.20"]
    return "\n".join(whole) + "\n"


def says(*faults: str, port: str = "/dev/ttyUSB0", answers: Mapping[str, str] = _AS_IT_IS) -> str:
    """What the simulated stick, connected, answers to all that is asked, having these faults.

    `answers` are those of another modem, by command: lines and the final result.
    """
    stick = Modem(Carrier(IPv4Network("100.64.0.0/24")), settled=True)
    line = Dialogue(stick)
    line.feed(b'ATE0\rAT^NDISDUP=1,1,"internet"\r')
    for fault in faults:
        apply(stick, {}, fault)
    said = ["@ maker ", f"@ port {port}"]
    for number, command in enumerate(queries(""), 1):
        heard = answers.get(command) or line.feed(f"{command}\r".encode()).decode()
        said += [f"@ {number}", *(text for text in heard.replace("\r", "\n").split("\n") if text)]
    return "\n".join(said) + "\n"


def state(case: Mapping[str, Any] = UP, **more: str | Answer) -> State:
    """A recorded bring-up on a router with a healthy stick; `more` are answers by title."""
    return {
        LINK: dump(wwan=case["wwan"], wwan_4=case["wwan_4"]),
        LOG: "\n".join(case["log"]) + "\n",
        UciProbe("network").title: network(),
        HandlersProbe().title: json.dumps({"ncm": {"validate": dict.fromkeys(VALIDATE, "string")}}),
        AROUND: around(),
        **bus.state(bus.NCM, "/dev/ttyUSB0", wwan0="huawei_cdc_ncm"),
        **more,
    }


def down(
    *messages: str,
    status: Mapping[str, object] = PENDING,
    options: Mapping[str, str] | None = None,
    stick: str = bus.NCM,
    nodes: tuple[str, ...] = ("/dev/ttyUSB0",),
    surroundings: str | None = None,
    modem: str | Answer | None = None,
) -> State:
    """A WAN that is down; `messages` are those of its handler in one bring-up that has ended."""
    log = ["daemon.notice netifd: Interface 'wwan' is setting up now"] if messages else []
    log += [f"daemon.notice netifd: wwan (2250): {message}" for message in messages]
    log += ["daemon.notice netifd: Interface 'wwan' is now down"] if messages else []
    case = {"wwan": status, "wwan_4": None, "log": log}
    answers: dict[str, str | Answer] = {
        UciProbe("network").title: network(**(options or {})),
        AROUND: surroundings or around(device="there" if nodes else "missing"),
        **bus.state(stick, *nodes, wwan0="huawei_cdc_ncm"),
    }
    if modem is not None:
        answers[MODEM] = modem
    return {**state(case), **answers}
