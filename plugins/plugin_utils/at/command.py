# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an AT command does, as far as its text tells: asks, changes, or endangers.

Sources: 3GPP TS 27.007 and the AT manuals of Huawei (E3372, ME909s), Quectel (EC25) and Sierra.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..errors import SpecError

MAX_LENGTH = 400
"""Characters; gcom's strings hold 1023, the line buffers of modems are shorter."""

MAX_SECONDS = 300
"""What takes longest is a scan of networks: AT+COPS=? needs up to three minutes."""

# Parts of a line: AT+CGATT?;+CSQ. A semicolon between quotes is text.
_PARTS = re.compile(r'(?:"[^"]*"|[^";])+')

# Commands without `?` that only tell. AT+COPS=? would leave the network to look for others.
_TELLING = re.compile(
    r"I\d?|E[01]|"
    r"\+(?:C?G(?:MI|MM|MR|SN)|CSQ|CESQ|CIMI|CCID|ICCID|QCCID|QCSQ|QNWINFO|QSPN|CNUM|CPAS|CEER|GCAP"
    r"|CGPADDR|CGCONTRDP)(?:=\d+)?|"
    r"\^(?:HCSQ|SYSINFO|SYSINFOEX|GETPORTMODE|VERSION|CSNR|DSFLOWQRY|FHVER|MONSC|EONS=\d+)|"
    r'\+CLCK="[A-Z]+",2|\+CPINR="[^"]+"|\+QPINC="[^"]+"|\+QCFG="[a-z/_0-9]+"|\+QENG="[a-z]+"|'
    r"!GSTATUS",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Danger:
    """Commands that are refused unless somebody insists: `what` they can do, and what to do."""

    pattern: re.Pattern[str]
    what: str
    instead: str


_DANGERS = (
    Danger(
        re.compile(
            r'[+^]CPIN=(?!\?)|\+CPWD=|\^CARDLOCK=|\+CLCK=[^,]*,[01]|\+QPINC=.*,', re.IGNORECASE
        ),
        "spends a try of a PIN or a lock code: after three the SIM wants its PUK",
        "Give the PIN to fleet.openwrt.interface as pincode: it counts the tries that are left.",
    ),
    Danger(
        re.compile(r"\^SETPORT=(?!\?)|\^U2DIAG=(?!\?)", re.IGNORECASE),
        "changes which ports the stick has, and may take the AT port away for good",
        "Use ports of fleet.openwrt.modem_config.",
    ),
    Danger(
        re.compile(r'\+QCFG="(?:usbnet|usbcfg)",|!USBCOMP=|!UDUSBCOMP=', re.IGNORECASE),
        "changes what the modem is on the bus, and may take the AT port away for good",
        "Do it by hand, with the modem within reach.",
    ),
)  # fmt: skip


def check_commands(
    one: str | None, several: Sequence[str] | None, *, force: bool
) -> tuple[str, ...]:
    """The commands of a task that gives one or several; raises SpecError."""
    if (one is None) == (not several):
        raise SpecError(
            option="command", value=one, expected="either command or commands, and not both"
        )
    return tuple(check_command(each, force=force) for each in several or [one or ""])


def check_command(text: str, *, force: bool) -> str:
    """A command that may be sent; raises SpecError."""
    command = text.strip()
    if not command.isascii() or not command.isprintable() or len(command) > MAX_LENGTH:
        raise SpecError(
            option="commands",
            value=text,
            expected=f"at most {MAX_LENGTH} printable ASCII characters in a command",
            hint="A line end would start another command.",
        )
    if not command.upper().startswith("AT"):
        raise SpecError(
            option="commands",
            value=text,
            expected="commands that begin with AT",
            hint="Where a list belongs a text is split at its commas: use command instead.",
        )
    if command.count('"') % 2:
        raise SpecError(option="commands", value=text, expected="quotes in pairs")
    danger = next((each for each in _DANGERS if each.pattern.search(command)), None)
    if danger is not None and not force:
        raise SpecError(
            option="commands",
            value=command.partition("=")[0] + "=...",
            expected=f"no command that {danger.what}",
            hint=f"{danger.instead} With force: true it is sent all the same.",
        )
    return command


def check_seconds(option: str, value: int, *, least: int) -> int:
    """How long a wait may be; raises SpecError."""
    if not least <= value <= MAX_SECONDS:
        raise SpecError(option=option, value=value, expected=f"{least} to {MAX_SECONDS} seconds")
    return value


def is_query(command: str) -> bool:
    """Whether every part of a command only asks; what is not known is taken for a change."""
    return all(_asks(part.strip()) for part in _PARTS.findall(command[2:]))


def _asks(part: str) -> bool:
    if part.upper() == "+COPS=?":
        return False
    return (part.endswith("?") and '"' not in part) or _TELLING.fullmatch(part) is not None
