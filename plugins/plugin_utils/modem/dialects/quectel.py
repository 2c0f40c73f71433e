# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Quectel's modules tell beyond the standard.

Source: Quectel EC2x&EG2x&EG9x&EM05 Series AT Commands Manual and their QCFG AT Commands Manual.
"""

from __future__ import annotations

from ...at.talk import Dialogue
from ...ncm.vendors import VENDORS, by_code
from ..state import Levels, Mode, Tries
from .dialect import Dialect, at, fields, network, number, rows, value

_MODE = 'AT+QCFG="nwscanmode"'
_DOMAIN = 'AT+QCFG="servicedomain"'
_MODES = by_code(VENDORS["quectel"].kept.mode)
_DOMAINS = by_code(VENDORS["quectel"].kept.domain)


class Quectel(Dialect):
    """Commands with a Q."""

    makers = ("quectel",)
    queries = (
        "AT+QNETDEVCTL?",
        'AT+QPINC="SC"',
        "AT+QCSQ",
        "AT+QNWINFO",
        "AT+QCCID",
        _MODE,
        _DOMAIN,
    )

    def tries(self, said: Dialogue) -> Tries | None:
        # kind, PIN, PUK
        left = {at(row, 0): row for row in rows(said.reply('AT+QPINC="SC"'))}.get("SC")
        return Tries(number(at(left, 1)), number(at(left, 2))) if left else None

    def iccid(self, said: Dialogue) -> str | None:
        return value(said.reply("AT+QCCID"))

    def technology(self, said: Dialogue) -> str | None:
        return network(at(fields(value(said.reply("AT+QNWINFO"))), 0))

    def levels(self, said: Dialogue) -> Levels | None:
        system, *told = fields(value(said.reply("AT+QCSQ"))) or [""]
        levels = [number(each) for each in told] + [None] * 4
        if network(system) == "NR5G":
            return Levels(rsrp=levels[0], sinr=_sinr(levels[1]), rsrq=levels[2])
        if network(system) != "LTE":
            return Levels(rssi=levels[0])
        rssi, rsrp, sinr, rsrq = levels[:4]
        return Levels(rssi=rssi, rsrp=rsrp, rsrq=rsrq, sinr=_sinr(sinr))

    def connected(self, said: Dialogue) -> bool | None:
        # op, cid, urc, state
        state = at(fields(value(said.reply("AT+QNETDEVCTL?"))), 3)
        return {"0": False, "1": True}.get(state)

    def mode(self, said: Dialogue) -> Mode | None:
        raw = at(fields(value(said.reply(_MODE))), 1)
        return Mode(raw, _MODES.get(raw)) if raw else None

    def domain(self, said: Dialogue) -> str | None:
        return _DOMAINS.get(at(fields(value(said.reply(_DOMAIN))), 1))


def _sinr(coded: int | None) -> float | None:
    """0 to 250 stands for -20 to 30 dB; what is below 0 is in dB."""
    if coded is None or coded < 0:
        return coded
    return round(coded / 5 - 20, 1)
