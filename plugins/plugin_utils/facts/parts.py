# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The parts that facts are made of: what each asks the router, and how it shows the answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ..engine.probe import Known, Probe
from ..packages.managers import MANAGERS
from ..packages.probe import PackagesProbe
from ..router.router import Router
from . import interfaces, stick, ubus, usb
from .ask import ask
from .customary import CustomaryProbe
from .nodes import NodesProbe
from .system import OverlayProbe, ReleaseProbe

_RELEASE = ReleaseProbe()
_OVERLAY = OverlayProbe()
_PACKAGES = PackagesProbe()
_USB = usb.UsbProbe()
_NODES = NodesProbe()
_CUSTOMARY = CustomaryProbe()


@dataclass(frozen=True)
class Part:
    """One key of the facts; `show` gives JSON values out of what the probes have read."""

    name: str
    probes: tuple[Probe[Any], ...]
    show: Callable[[Known], object]


@dataclass(frozen=True)
class Gathered:
    """Our own facts, the customary ones, and a warning for each question without an answer."""

    openwrt: dict[str, object]
    customary: dict[str, object]
    warnings: list[str]


def gather(router: Router, parts: Sequence[Part], *, customary: bool = False) -> Gathered:
    """The facts; one round trip.

    A part whose question has no answer on this router (no debugfs, an older release) is None. The
    round trip is made even when no part is wanted: that a router answers is a fact, too.
    """
    wanted = [probe for part in parts for probe in part.probes]
    known, warnings = ask(router, [*wanted, _CUSTOMARY] if customary else wanted)
    ours = {
        part.name: part.show(known) if all(probe in known for probe in part.probes) else None
        for part in parts
    }
    others = known.of(CustomaryProbe)
    return Gathered(ours, known[others[0]] if others else {}, warnings)


def _release(known: Known) -> object:
    release = known[_RELEASE]
    return {**asdict(release), "series": release.series}


def _board(known: Known) -> object:
    board = known[ubus.SYSTEM_BOARD]
    return {key: board.get(key) for key in ("model", "board_name", "kernel", "hostname", "system")}


def _memory(known: Known) -> object:
    memory = known[ubus.SYSTEM_INFO].get("memory", {})
    return {key: memory.get(key) for key in ("total", "free", "available")}


def _package_manager(known: Known) -> object:
    manager = known[_PACKAGES].manager
    return manager if manager in MANAGERS else None


def _packages(known: Known) -> object:
    if _package_manager(known) is None:
        return None
    packages = known[_PACKAGES].packages
    return {name: packages[name].version for name in sorted(packages)}


def _interfaces(known: Known) -> object:
    found = interfaces.interfaces(known[ubus.INTERFACES])
    return {name: interface.compact() for name, interface in found.items()}


def _handlers(known: Known) -> object:
    handlers = known[ubus.PROTO_HANDLERS]
    return sorted(handlers)


def _usb(known: Known) -> object:
    bus = known[_USB]
    return {
        "table_readable": bus.readable,
        "devices": [usb.describe(device) for device in bus.devices],
        "finding": stick.describe(stick.find(bus, known[_NODES])),
    }


def _modem(known: Known) -> object:
    nodes = known[_NODES]
    return {
        "control": list(nodes.control),
        "netdevs": {device.name: {"driver": device.driver} for device in nodes.netdevs},
    }


ALL = (
    Part("release", (_RELEASE,), _release),
    Part("board", (ubus.SYSTEM_BOARD,), _board),
    Part("package_manager", (_PACKAGES,), _package_manager),
    Part("packages", (_PACKAGES,), _packages),
    Part("memory", (ubus.SYSTEM_INFO,), _memory),
    Part("uptime_s", (ubus.SYSTEM_INFO,), lambda known: known[ubus.SYSTEM_INFO].get("uptime")),
    Part("overlay", (_OVERLAY,), lambda known: asdict(known[_OVERLAY])),
    Part("interfaces", (ubus.INTERFACES,), _interfaces),
    Part("proto_handlers", (ubus.PROTO_HANDLERS,), _handlers),
    Part("usb", (_USB, _NODES), _usb),
    Part("modem", (_NODES,), _modem),
)


def chosen(subset: Iterable[str]) -> tuple[Part, ...]:
    """The parts that a `gather_subset` means, in the notation of ansible.builtin.setup.

    What is named, without what is named with `!`. Where nothing is named without `!`, that is all
    but those; `!all` takes away whatever is not named itself.
    """
    words = frozenset(subset)
    everything = "!all" not in words and (
        "all" in words or all(word.startswith("!") for word in words)
    )
    return tuple(
        part for part in ALL if (everything or part.name in words) and f"!{part.name}" not in words
    )


def wants_customary(subset: Iterable[str]) -> bool:
    """True unless the customary facts are left out; with setup they come with whatever is asked."""
    return "!min" not in subset
