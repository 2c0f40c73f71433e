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
from .reading import only_reads, parts

MAX_LENGTH = 400
"""Characters; the line buffers of modems are not much longer."""

MAX_SECONDS = 300
"""What takes longest is a scan of networks: AT+COPS=? needs up to three minutes."""

_BLANKS = re.compile(r'("[^"]*")|\s+')


@dataclass(frozen=True)
class Danger:
    """Commands that are refused unless somebody insists: `what` they can do, and what to do."""

    pattern: re.Pattern[str]
    what: str
    instead: str


# Most makers have USB in the name of such a command or setting. The others: SIMCom, Dell, Foxconn,
# Qualcomm (the port turns into a diag port), Sierra, Thales, Telit, Huawei, ZTE, MeigLink, Neoway.
_COMPOSITION = "|".join(
    (
        r"[+^$!*#%_]\w*USB\w*=(?!\?)",
        r'[+^$!*#%_]\w+=(?:\d+,)?"?(?:usb\w*|data_interface|pcie/mode)"?,',
        r"[+^$!*#%_]\w*PIDSWITCH\w*=(?!\?)",
        r"(?:\+DIALMODE|\$MYCONFIG|!UDPID|!NVPORTMODE|#PORTCFG|\^SETMODE)=(?!\?)",
        r'\^SSRVSET="[^"]*",|\^SCFG="Serial/USB[^"]*",',
        r"\+(?:ZSWITCH|ZCDRUN|SER|NETSHAREMODE|NWECM|ECMMODE|RNDISMODE)=(?!\?)",
        r"\$QCDMG\b",
        # These wait for new firmware, and for nothing else.
        r"\+QDOWNLOAD=(?!\?)|\^GODLOAD|\^TMODE=(?!\?)|!BOOTHOLD|\$QCDNLD",
    )
)

_DANGERS = (
    Danger(
        re.compile(
            r"[+^]CPIN2?=(?!\?)|\+CPWD=(?!\?)|\^SPWD=(?!\?)|\^(?:CARD|DATA)LOCK=(?!\?)|\+ZNCK=(?!\?)"
            r"|(?:\+CLCK|\^SLCK)=[^,]*,[01]|\+QPINC=.*,",
            re.IGNORECASE,
        ),
        "spends a try of a PIN or a lock code: after three the SIM wants its PUK",
        "Give the PIN to fleet.openwrt.interface as pincode: it counts the tries that are left.",
    ),
    Danger(
        re.compile(r"\^(?:SETPORT|U2DIAG)=(?!\?)", re.IGNORECASE),
        "changes which ports the stick has, and may take the AT port away for good",
        "Use ports of fleet.openwrt.modem_config.",
    ),
    Danger(
        re.compile(_COMPOSITION, re.IGNORECASE),
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
    # Blanks count to no modem.
    bare = _BLANKS.sub(lambda found: found[1] or "", command)
    danger = next((each for each in _DANGERS if each.pattern.search(bare)), None)
    if danger is not None and not force:
        raise SpecError(
            option="commands",
            value=bare.partition("=")[0] + "=...",
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
    return all(map(only_reads, parts(command)))
