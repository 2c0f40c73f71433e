# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Sierra Wireless's modules tell beyond the standard.

Source: Sierra Wireless AirPrime EM74xx/MC74xx AT Command Reference.
"""

from __future__ import annotations

import re

from ...at.talk import Dialogue
from ...ncm.vendors import VENDORS, by_code
from ..state import Levels, Mode, Tries
from .dialect import Dialect, at, fields, network, number, rows, value

# The indices that proto ncm sets.
_MODES = by_code(VENDORS["sierra"].kept.mode)


class Sierra(Dialect):
    """Commands with an exclamation mark."""

    makers = ("sierra",)
    queries = ("AT!SCACT?", "AT!GSTATUS?", "AT!SELRAT?", "AT+CPINC?", "AT!ICCID?")

    def tries(self, said: Dialogue) -> Tries | None:
        # PIN, PIN2, PUK, PUK2
        left = fields(value(said.reply("AT+CPINC?")))
        found = Tries(number(at(left, 0)), number(at(left, 2)))
        return found if found != Tries() else None

    def iccid(self, said: Dialogue) -> str | None:
        return value(said.reply("AT!ICCID?"))

    def technology(self, said: Dialogue) -> str | None:
        found = re.search(r"System mode:\s*(\S+)", _status(said), re.IGNORECASE)
        return network(found[1]) if found else None

    def levels(self, said: Dialogue) -> Levels | None:
        status = _status(said)
        # Of the receivers' levels the strongest counts.
        rssi = re.findall(r"(?:PCC RxM|PCC RxD) RSSI:\s*(-\d+)", status)
        rsrp = re.findall(r"RSRP(?: \(dBm\))?:\s*(-\d+)", status)
        return Levels(
            rssi=max(map(int, rssi), default=None),
            rsrp=max(map(int, rsrp), default=None),
            rsrq=_decimal(r"RSRQ \(dB\):\s*(-?\d+(?:\.\d+)?)", status),
            sinr=_decimal(r"SINR \(dB\):\s*(-?\d+(?:\.\d+)?)", status),
        )

    def connected(self, said: Dialogue) -> bool | None:
        states = [at(row, 1) for row in rows(said.reply("AT!SCACT?"))]
        return "1" in states if states else None

    def mode(self, said: Dialogue) -> Mode | None:
        raw, *words = fields(value(said.reply("AT!SELRAT?"))) or [""]
        if number(raw) is None:
            return None
        return Mode(raw, _MODES.get(raw) or at(words, 0) or None)


def _status(said: Dialogue) -> str:
    return "\n".join(said.reply("AT!GSTATUS?").lines)


def _decimal(pattern: str, text: str) -> float | None:
    found = re.search(pattern, text)
    return float(found[1]) if found else None
