# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What every dialect of AT may tell, and how to take its answers apart."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from typing import ClassVar, TypeVar

from ...at.reply import Reply
from ...at.talk import Dialogue
from ..state import Context, Levels, Mode, Ports, SimState, Tries

T = TypeVar("T")

_LONGEST = 4096
"""Characters of a line; csv gives up at some length, with an error of its own."""


class Dialect:
    """The commands that some modems have, and what their answers mean.

    `makers` are the words of AT+CGMI, in small letters, by which its speakers are known. A modem
    that does not know a command says ERROR, which tells nothing. A method returns None for what was
    not told.
    """

    makers: ClassVar[tuple[str, ...]] = ()
    queries: ClassVar[tuple[str, ...]] = ()

    def sim(self, said: Dialogue) -> SimState | None:
        """The state of the SIM card."""

    def tries(self, said: Dialogue) -> Tries | None:
        """How many tries the SIM has left."""

    def iccid(self, said: Dialogue) -> str | None:
        """The number of the SIM card, as it is answered."""

    def technology(self, said: Dialogue) -> str | None:
        """What kind of network the modem is in, as one of the values of `network`."""

    def levels(self, said: Dialogue) -> Levels | None:
        """How strong the signal is."""

    def connected(self, said: Dialogue) -> bool | None:
        """Whether a data session is up."""

    def contexts(self, said: Dialogue) -> tuple[Context, ...] | None:
        """The PDP contexts that are defined."""

    def mode(self, said: Dialogue) -> Mode | None:
        """Which networks are to be used."""

    def domain(self, said: Dialogue) -> str | None:
        """Which services are to be used: cs, ps, both or any."""

    def roaming_allowed(self, said: Dialogue) -> bool | None:
        """Whether the modem goes into networks of other operators."""

    def ports(self, said: Dialogue) -> Ports | None:
        """What the stick shows on USB."""


def first(values: Iterable[T | None]) -> T | None:
    """The first of the values that was told."""
    return next((value for value in values if value is not None), None)


def value(reply: Reply) -> str | None:
    """What stands behind the command's name, or the line itself where none bears the name.

    The last one: an unsolicited line of the same name comes before the answer.
    """
    named = [text for line, text in zip(reply.lines, reply.values, strict=True) if text != line]
    return next(reversed(named or reply.values), None)


def rows(reply: Reply) -> list[list[str]]:
    """The fields of each line."""
    return [fields(each) for each in reply.values]


def fields(text: str | None) -> list[str]:
    """Values between commas, without their quotes; none of None or of no modem's answer."""
    if text is None or len(text) > _LONGEST:
        return []
    return [field.strip() for field in next(csv.reader([text], skipinitialspace=True), [])]


def at(values: list[str], index: int) -> str:
    """A value, or an empty text where there are fewer."""
    return values[index] if index < len(values) else ""


def number(text: str) -> int | None:
    """An integer; None for any other text."""
    return int(text) if re.fullmatch(r"-?[0-9]{1,20}", text) else None


_NETWORKS = (
    (r"NR|5G|ENDC|EN-DC", "NR5G"),
    (r"LTE|4G|CAT-M|EMTC|NB-?IOT|E-UTRA", "LTE"),
    (r"HS(D|U)?PA|HSPA|DC-", "HSPA"),
    (r"WCDMA|UMTS|UTRA|TD-?SCDMA|3G", "UMTS"),
    (r"GSM|GPRS|EDGE|2G", "GSM"),
    (r"CDMA|EVDO|1X|HDR", "CDMA"),
)


def network(name: str) -> str | None:
    """The technology that a name such as FDD LTE, HSDPA or GPRS/EDGE means."""
    return next(
        (word for pattern, word in _NETWORKS if re.search(pattern, name, re.IGNORECASE)), None
    )
