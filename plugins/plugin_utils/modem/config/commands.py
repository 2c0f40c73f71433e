# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The commands by which modems tell and take settings that they keep in flash.

Sources: the AT manuals of Huawei (ME909s: ^SYSCFGEX, ^SETPORT), Quectel (EC25: +QCFG) and Sierra
Wireless (MC74xx: !SELRAT). What the codes mean is in ncm.vendors.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from ...at.reply import Reply
from ...at.talk import Dialogue

MAKER = "AT+CGMI"
SERIAL = "AT+CGSN"
ACTIVE_PORTS = "AT^GETPORTMODE"

_IMEI = re.compile(r"\b\d{14,16}\b")
_PORT_NAME = re.compile(r"([A-Z][A-Z0-9_ ]*):\d+", re.IGNORECASE)


@dataclass(frozen=True)
class Command:
    """One command and what it is about.

    `answer` finds the codes of settings in an information line, in groups of their names. `order`
    sets them; where it sets several, `unchanged` holds the codes that leave one as it is.
    """

    query: str
    answer: re.Pattern[str]
    order: str
    unchanged: Mapping[str, str] = field(default_factory=dict)

    @property
    def settings(self) -> frozenset[str]:
        return frozenset(self.answer.groupindex)

    def read(self, reply: Reply) -> dict[str, str]:
        """The codes that a reply tells, none where the modem did not tell."""
        found = (self.answer.search(value) for value in reply.values)
        match = next((each for each in found if each), None)
        return {name: code.upper() for name, code in match.groupdict().items()} if match else {}

    def write(self, codes: Mapping[str, str]) -> str:
        return self.order.format(**{**self.unchanged, **codes})


COMMANDS: Mapping[str, tuple[Command, ...]] = {
    "huawei": (
        Command(
            "AT^SYSCFGEX?",
            re.compile(r'"?(?P<mode>\d{2,})"?,[0-9A-F]+,(?P<roaming>\d),(?P<domain>\d)\b', re.I),
            # Order, bands, roaming, domain, bands of LTE, two fields in reserve.
            'AT^SYSCFGEX="{mode}",40000000,{roaming},{domain},40000000,,',
            {"mode": "99", "roaming": "2", "domain": "4"},
        ),
        Command(
            "AT^SETPORT?",
            re.compile(r"(?P<ports>[0-9A-F]+(?:,[0-9A-F]+)*;[0-9A-F]+(?:,[0-9A-F]+)*)", re.I),
            'AT^SETPORT="{ports}"',
        ),
    ),
    "quectel": (
        Command(
            'AT+QCFG="nwscanmode"',
            re.compile(r'"nwscanmode",(?P<mode>\d+)', re.I),
            'AT+QCFG="nwscanmode",{mode}',
        ),
        Command(
            'AT+QCFG="servicedomain"',
            re.compile(r'"servicedomain",(?P<domain>\d+)', re.I),
            # The last field: from now on, and not from the next start.
            'AT+QCFG="servicedomain",{domain},1',
        ),
    ),
    "sierra": (
        Command("AT!SELRAT?", re.compile(r"\b(?P<mode>\d\d)\b"), "AT!SELRAT={mode}"),
    ),
}  # fmt: skip

QUERIES = (
    MAKER,
    SERIAL,
    *(command.query for commands in COMMANDS.values() for command in commands),
    ACTIVE_PORTS,
)
"""Asked of every modem, before it is known whose it is: what it does not know it refuses."""


def command_for(vendor: str, setting: str) -> Command:
    """The command of a vendor that keeps a setting; KeyError for what Vendor.kept does not have."""
    return {name: each for each in COMMANDS[vendor] for name in each.settings}[setting]


def read_codes(vendor: str, dialogue: Dialogue) -> dict[str, str]:
    """By setting the code that the modem tells."""
    codes: dict[str, str] = {}
    for command in COMMANDS.get(vendor, ()):
        codes |= command.read(dialogue.reply(command.query))
    return codes


def imei(dialogue: Dialogue) -> str | None:
    """The modem's serial number."""
    found = (_IMEI.search(value) for value in dialogue.reply(SERIAL).values)
    return next((each[0] for each in found if each), None)


def active_ports(dialogue: Dialogue) -> list[str]:
    """The names of the ports that the stick has now, which a stored layout changes only later."""
    lines = dialogue.reply(ACTIVE_PORTS).values
    return [name.strip() for line in lines for name in _PORT_NAME.findall(line)]
