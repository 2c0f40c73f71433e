# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""All that is known of a WAN when it is judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from ..engine.probe import Known, Probe
from ..facts import stick
from ..facts.ask import ask
from ..facts.nodes import NodesProbe
from ..facts.usb import UsbProbe
from ..netifd.handlers import Handlers, HandlersProbe
from ..netifd.wan import default_routes
from ..router.router import Router
from ..uci.model import Section
from ..uci.probe import UciProbe
from ..usb.classify import Finding
from .asked import Asked, AskProbe
from .link import Link
from .log import WanLogProbe
from .surroundings import Surroundings, SurroundingsProbe
from .traffic import Traffic

T = TypeVar("T")

_USB = UsbProbe()
_NETWORK = UciProbe("network")
_NODES = NodesProbe()
_HANDLERS = HandlersProbe()


@dataclass(frozen=True)
class Evidence:
    """`section` is the interface in /etc/config/network; None stands for what was not read."""

    now: Link
    log: tuple[str, ...] = ()
    section: Section | None = None
    finding: Finding | None = None
    around: Surroundings | None = None
    declared: frozenset[str] | None = None
    traffic: Traffic | None = None
    asked: Asked | None = None

    @property
    def device(self) -> str | None:
        """The control device that is configured."""
        return self.option("device")

    def has(self, name: str) -> bool:
        return self.section is not None and self.section.has(name)

    def option(self, name: str) -> str | None:
        value = self.section.get(name) if self.section else None
        return value if isinstance(value, str) else None

    @property
    def device_there(self) -> bool | None:
        """Whether that is a character device; None where nobody knows."""
        return self.around.device if self.around else None

    @property
    def other_port(self) -> str | None:
        """The best control node that is not the configured one, or one that may be it."""
        nodes = (*self.finding.control, *self.finding.to_ask) if self.finding else ()
        return next((node for node in nodes if node != self.device), None)

    def details(self) -> Mapping[str, object]:
        """What reasons may name, whatever the verdict."""
        report = self.asked.report if self.asked else None
        return {
            "interface": self.now.interface,
            "device": self.device,
            "apn": self.option("apn"),
            "pin": "the one that is configured has not unlocked it"
            if self.option("pincode")
            else "none is configured",
            "proto": self.now.proto,
            "netdev": self.now.wan.device or (self.finding.netdev if self.finding else None),
            "kernel": self.around.kernel if self.around else None,
            "operator": (report.operator if report else None) or "a network",
            "registration": report.registration.value if report else None,
            "signal": report.signal.dbm if report else None,
            "ports": report.ports.layout if report and report.ports else None,
            "other": self.preferred_route,
        }

    @property
    def preferred_route(self) -> str | None:
        """The interface through which the default route goes instead of through this one."""
        ours = {self.now.interface, *self.now.children}
        routes = [route for route in default_routes(self.now.everything) if not route.ipv6]
        best = min((route.metric for route in routes if route.interface in ours), default=None)
        others = [
            route.interface
            for route in routes
            if route.interface not in ours and (best is None or route.metric < best)
        ]
        return next(iter(others), None)


def gather(router: Router, now: Link, traffic: Traffic | None = None) -> Evidence:
    """Everything but the modem's own words, in one round trip; what has no answer stays None."""
    log, around = WanLogProbe(now.interface), SurroundingsProbe(now.interface)
    known, _ignored = ask(router, (log, around, _NETWORK, _NODES, _USB, _HANDLERS))
    network, bus, nodes = _answer(known, _NETWORK), _answer(known, _USB), _answer(known, _NODES)
    return Evidence(
        now=now,
        log=_answer(known, log) or (),
        section=network.committed.named(now.interface) if network else None,
        finding=stick.find(bus, nodes) if bus and nodes else None,
        around=_answer(known, around),
        declared=_declared(_answer(known, _HANDLERS)),
        traffic=traffic,
    )


def ask_modem(router: Router, seen: Evidence) -> Evidence:
    """The same with the modem's words, and with what the log says after them; one round trip."""
    modem = AskProbe(seen.now.interface, restless=not seen.now.wan.up)
    log = WanLogProbe(seen.now.interface)
    known, _ignored = ask(router, (modem, log))
    return replace(seen, asked=_answer(known, modem), log=_answer(known, log) or seen.log)


def _answer(known: Known, probe: Probe[T]) -> T | None:
    return known[probe] if probe in known else None  # noqa: SIM401 - Known is no dict


def _declared(handlers: Handlers | None) -> frozenset[str] | None:
    """The options that this router's handler of proto ncm reads."""
    validate = (handlers or {}).get("ncm", {}).get("validate")
    return frozenset(validate) if isinstance(validate, Mapping) else None
