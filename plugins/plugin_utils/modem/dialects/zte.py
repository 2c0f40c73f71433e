# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ZTE's sticks, and others of that firmware (MikroTik, Marvell), tell beyond the standard.

Source: AT Command Set for ZTE Module 1.4.1 and AT Commands Reference Guide for ZTEWelink modules.
"""

from __future__ import annotations

from ...at.talk import Dialogue
from ..state import Context, Mode, Tries
from .dialect import Dialect, at, fields, network, number, rows, value
from .standard import contexts

# By networks and order of +ZSNT.
_MODES = {"00": "auto", "02": "preferumts", "10": "gsm", "20": "umts", "60": "lte"}


class Zte(Dialect):
    """Commands with a Z."""

    makers = ("zte", "mikrotik", "marvell")
    queries = ("AT+ZGACT?", "AT+ZPAS?", "AT+ZGDCONT?", "AT+ZPINPUK=?", "AT+ZICCID?", "AT+ZSNT?")

    def tries(self, said: Dialogue) -> Tries | None:
        left = fields(value(said.reply("AT+ZPINPUK=?")))
        found = Tries(number(at(left, 0)), number(at(left, 1)))
        return found if found != Tries() else None

    def iccid(self, said: Dialogue) -> str | None:
        return value(said.reply("AT+ZICCID?"))

    def technology(self, said: Dialogue) -> str | None:
        return network(at(fields(value(said.reply("AT+ZPAS?"))), 0))

    def connected(self, said: Dialogue) -> bool | None:
        states = [at(row, 1) for row in rows(said.reply("AT+ZGACT?"))]
        return "1" in states if states else None

    def contexts(self, said: Dialogue) -> tuple[Context, ...] | None:
        return contexts(said.reply("AT+ZGDCONT?"))

    def mode(self, said: Dialogue) -> Mode | None:
        # networks, how one is chosen (0 by itself, 1 by hand), order
        raw = value(said.reply("AT+ZSNT?"))
        networks, _ignored, order = ([*fields(raw), "", "", ""])[:3]
        return Mode(raw, _MODES.get(networks + order)) if raw else None
