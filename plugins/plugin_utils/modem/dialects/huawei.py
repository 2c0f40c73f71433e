# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Huawei's sticks tell beyond the standard.

Source: HUAWEI ME909s Series LTE Module AT Command Interface Specification, and the manuals of the
E3372 family.
"""

from __future__ import annotations

import re

from ...at.talk import Dialogue
from ...ncm.vendors import VENDORS, by_code
from ..state import Levels, Mode, Ports, SimState, Tries
from .dialect import Dialect, at, fields, network, number, rows, value

# <acqorder> of ^SYSCFGEX, by pairs; the whole ones that proto ncm has a name for.
_NETWORKS = {
    "00": "auto", "01": "gsm", "02": "umts", "03": "lte", "04": "cdma", "07": "cdma", "08": "nr5g"
}  # fmt: skip
_MODES = by_code(VENDORS["huawei"].kept.mode)
_DOMAINS = by_code(VENDORS["huawei"].kept.domain)
_UNKNOWN_LEVEL = 255
_FAMILIES = ("IPV4", "IPV6")


class Huawei(Dialect):
    """Commands with a caret."""

    makers = ("huawei",)
    queries = (
        "AT^NDISSTATQRY?",
        "AT^CPIN?",
        "AT^HCSQ?",
        "AT^SYSINFOEX",
        "AT^ICCID?",
        "AT^SYSCFGEX?",
        "AT^SETPORT?",
        "AT^GETPORTMODE",
    )

    def sim(self, said: Dialogue) -> SimState | None:
        # <sim_state>: 1 is valid, 255 is no card; the others do not tell a locked one from a bad.
        states = {"1": SimState.READY, "255": SimState.ABSENT}
        return states.get(at(fields(value(said.reply("AT^SYSINFOEX"))), 3))

    def tries(self, said: Dialogue) -> Tries | None:
        counters = fields(value(said.reply("AT^CPIN?")))
        # code, tries of what is asked for now, PUK, PIN, PUK2, PIN2
        found = Tries(number(at(counters, 3)), number(at(counters, 2)))
        return found if found != Tries() else None

    def iccid(self, said: Dialogue) -> str | None:
        return value(said.reply("AT^ICCID?"))

    def technology(self, said: Dialogue) -> str | None:
        system = fields(value(said.reply("AT^SYSINFOEX")))
        return network(at(system, 8)) or network(at(system, 6))

    def levels(self, said: Dialogue) -> Levels | None:
        # With 5G beside LTE there is a line for each.
        systems = [row for row in rows(said.reply("AT^HCSQ?")) if network(at(row, 0)) != "NR5G"]
        told = systems[-1] if systems else []
        steps = [number(each) for each in told[1:]]
        coded = [None if each == _UNKNOWN_LEVEL else each for each in steps] + [None] * 4
        rssi = _scale(coded[0], 1, -121)
        if not told:
            return None  # A line of 5G begins with another level, on another scale.
        if at(told, 0).upper() != "LTE":
            return Levels(rssi=_whole(rssi))
        return Levels(
            rssi=_whole(rssi),
            rsrp=_whole(_scale(coded[1], 1, -141)),
            sinr=_scale(coded[2], 0.2, -20.2),
            rsrq=_scale(coded[3], 0.5, -20),
        )

    def connected(self, said: Dialogue) -> bool | None:
        lines = said.reply("AT^NDISSTATQRY?").values
        states = [state for line in lines for state in sessions(line)]
        return any(states) if states else None

    def mode(self, said: Dialogue) -> Mode | None:
        order = at(_system(said), 0)
        if not order:
            return None
        pairs = re.findall("..", order)
        names = [_NETWORKS.get(pair, pair) for pair in pairs]
        return Mode(order, _MODES.get(order, ", ".join(names)))

    def domain(self, said: Dialogue) -> str | None:
        return _DOMAINS.get(at(_system(said), 3))

    def roaming_allowed(self, said: Dialogue) -> bool | None:
        return {"0": False, "1": True}.get(at(_system(said), 2))

    def ports(self, said: Dialogue) -> Ports | None:
        layout = value(said.reply("AT^SETPORT?"))
        told = fields(value(said.reply("AT^GETPORTMODE")))
        # TYPE: WCDMA: huawei, then NAME:NUMBER each
        pairs = [each.split(":") for each in told if each.count(":") == 1]
        functions = tuple(
            (name.strip(), place)
            for name, interface in pairs
            if (place := number(interface.strip())) is not None
        )
        return Ports(layout, functions) if layout or functions else None


def sessions(line: str) -> list[bool]:
    """The state of the session of each IP family in an answer of ^NDISSTATQRY.

    There are `stat,err,wx,"IPV4"`, two such groups in one line or in two, a number of the context
    before the first, and a bare `stat`.
    """
    states, group = [], list[str]()
    for each in fields(line):
        if each.upper() in _FAMILIES:
            states.append(_connected(group))
            group = []
        else:
            group.append(each)
    return states or ([_connected(group)] if group else [])


def _connected(group: list[str]) -> bool:
    named = len(group) > 3 and number(group[1]) is not None
    return at(group, 1 if named else 0) == "1"


def _system(said: Dialogue) -> list[str]:
    """acqorder, band, roam, srvdomain, lteband"""
    return fields(value(said.reply("AT^SYSCFGEX?")))


def _scale(coded: int | None, step: float, offset: float) -> float | None:
    return None if coded is None else round(coded * step + offset, 1)


def _whole(level: float | None) -> int | None:
    return None if level is None else int(level)
