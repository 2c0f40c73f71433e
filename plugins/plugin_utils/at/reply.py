# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a modem says: replies taken apart into information, unsolicited lines and the final result.

Result codes: ITU-T V.250, 3GPP TS 27.007 (9.2) and 27.005; COMMAND NOT SUPPORT is Huawei's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .reading import name, parts

_MARK = re.compile(r"^@ (\d+|silent)$")
_FINAL = re.compile(
    r"OK|ERROR|NO CARRIER|BUSY|NO ANSWER|NO DIALTONE|CONNECT.*|COMMAND NOT? SUPPORT.*"
    r"|\+CM[ES] ERROR:.*"
)
# The end of a call is the result of what may have dialled; to other commands it comes unasked, of
# somebody else's call. As at_is_simple of program/at.sh.
_CALL_ENDS = re.compile(r"NO CARRIER|BUSY|NO ANSWER|NO DIALTONE")
_SIMPLE = re.compile(r"AT[+^!$*#%_][^=;]*", re.IGNORECASE)
_PREFIX = re.compile(r"(?P<name>[+^$!*&#%_][A-Za-z0-9]+):")
# Unsolicited lines that have no such form: of a SIM, a boot, a call, a short message.
_BARE = re.compile(
    r"(?:APP )?RDY|START|RING|\+?PB ?(?:DONE|READY)|SMS DONE|(?:CALL|SMS) READY"
    r"|(?:OPL|PNN) UPDATING|(?:NORMAL )?POWER(?:ED)? DOWN|(?:UNDER|OVER)-VOLTAGE.*"
    r"|(?:VOICE CALL|MISSED_CALL):.*|NO CARRIER|BUSY|NO ANSWER|NO DIALTONE",
    re.IGNORECASE,
)
# Answers that begin otherwise than their command does: makers have many names for the card's
# number, and those of V.250 (+GMR) are those of TS 27.007 (+CGMR) without the C.
_CARD = re.compile(r"[+^$!*#%_](?:Q|C|Z|X)?I?CCID")
_OWN = re.compile(r"\+C?(G(?:MI|MM|MR|SN))")


@dataclass(frozen=True)
class Reply:
    """One command and what came back.

    `lines` are the information lines, `result` is the final one (None where the modem fell silent
    or was not asked any more), `unsolicited` is what it said of its own accord meanwhile.
    """

    command: str
    lines: tuple[str, ...] = ()
    result: str | None = None
    unsolicited: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        return self.result == "OK"

    @property
    def values(self) -> tuple[str, ...]:
        """The information lines without the name of the command before them."""
        return tuple(_PREFIX.sub("", line, count=1).strip() for line in self.lines)


def replies(text: str, commands: Sequence[str]) -> tuple[Reply, ...]:
    """The replies to all `commands`, in order, from what at_converse prints."""
    heard: dict[int, list[str]] = {}
    current = 0
    for line in text.splitlines():
        mark = _MARK.match(line)
        if mark is None:
            heard.setdefault(current, []).append(line.strip())
        elif mark[1] != "silent":
            current = int(mark[1])
    return tuple(
        reply(command, heard.get(number, ())) for number, command in enumerate(commands, 1)
    )


def reply(command: str, lines: Sequence[str]) -> Reply:
    """Sort what came after a command; its echo is dropped."""
    echo = command.strip()
    said = [line for line in lines if line and line != echo]
    result = next((line for line in said if _is_final(echo, line)), None)
    before = said[: said.index(result)] if result is not None else said
    mine = [line for line in before if _answers(command, line)]
    others = [line for line in said if line not in mine and line != result]
    return Reply(command, tuple(mine), result, tuple(others))


def _is_final(command: str, line: str) -> bool:
    if _CALL_ENDS.fullmatch(line) and _SIMPLE.fullmatch(command):
        return False
    return _FINAL.fullmatch(line) is not None


def _answers(command: str, line: str) -> bool:
    """Whether a line answers one of the commands on a line; the names of others do not."""
    prefix = _PREFIX.match(line)
    if prefix is None:
        return _BARE.fullmatch(line) is None
    asked = [name(part) for part in parts(command)]
    found = prefix["name"].upper()
    return not asked or any(_bears(found, each) for each in asked)


def _bears(found: str, asked: str) -> bool:
    # ATI names the modem's abilities as +GCAP; AT&V shows its settings.
    return _family(found) == _family(asked) or asked in ("I", "&V", "+SIMCOMATI")


def _family(command: str) -> str:
    """The name of a command, the same for all that answer alike."""
    if _CARD.fullmatch(command):
        return "CCID"
    own = _OWN.fullmatch(command)
    return own[1] if own else command
