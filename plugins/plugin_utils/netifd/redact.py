# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Takes secrets out of log lines: the ncm handler logs every AT command that it sends."""

from __future__ import annotations

import re

from ..secrets import HIDDEN

# AT commands that carry a user name, a password or a PIN, and how many of their first arguments
# may be read; everything behind these is hidden, since a value may itself hold quotes and commas.
_COMMANDS: tuple[tuple[str, int], ...] = (
    ("+CPIN", 0),
    ("^CPIN", 0),
    ("+CPIN2", 0),
    ("+QPINC", 1),
    ("+CPWD", 1),
    ("^SPWD", 1),
    ("+CLCK", 2),
    ("^SLCK", 2),
    ("^CARDLOCK", 0),
    ("^DATALOCK", 0),
    ("+ZNCK", 0),
    ("!ENTERCND", 0),
    ("$QCPDPP", 2),
    ("$QCPDPLT", 0),
    # What is left of sierra's AT$QCPDPP once ncm.sh has expanded it.
    ("", 2),
    ("*EIAAUW", 2),
    ("+QICSGP", 3),
    ("+ZGPCOAUTH", 1),
    ("+CGAUTH", 2),
    ("^AUTHDATA", 2),
    ("+UAUTHREQ", 2),
    ("#PDPAUTH", 2),
    ("#SGACTAUTH", 0),
    ("+XGAUTH", 2),
    ("+MGAUTH", 2),
    ("*AUTHREQ", 2),
    ("^SGAUTH", 2),
    ("+EGPAU", 1),
    ("+CSTT", 1),
    ("%PDNSET", 4),
    ("+SPTZCMD", 0),
)

# The same for what a modem answers when it is asked for such settings.
_ANSWERS: tuple[tuple[str, int], ...] = (
    ("$QCPDPP", 2),
    ("+QICSGP", 2),
    ("+ZGPCOAUTH", 1),
    ("+CGAUTH", 2),
    ("^AUTHDATA", 2),
    ("+UAUTHREQ", 2),
    ("#PDPAUTH", 2),
    ("+XGAUTH", 2),
    ("+MGAUTH", 2),
    ("*AUTHREQ", 2),
    ("^SGAUTH", 2),
    ("+EGPAU", 1),
    ("+CSTT", 1),
)

_ARGUMENT = r'(?:\s*"[^"]*"\s*|[^,"]*)'
# A command may stand behind basic ones (ATE0+CPIN=) and behind others (AT+CSQ;+CPIN=).
_BEGINS = r"(?:\bAT(?:\s|&?[A-Z]\d*)*|;\s*)"
_NDISDUP = re.compile(rf"(?P<head>{_BEGINS}\^NDISDUP\s*=)(?P<tail>.*)", re.IGNORECASE)
_STRING = re.compile(r'"[^"]*"?')


def _pattern(command: str, kept: int) -> re.Pattern[str]:
    begins = f"{_BEGINS}{re.escape(command)}" if command else r"\bAT"
    # The query forms (`=?`) tell nothing.
    return re.compile(
        rf"(?P<kept>{begins}\s*=(?!\?){_arguments(kept)})(?P<secret>.+)", re.IGNORECASE
    )


def _answer(command: str, kept: int) -> re.Pattern[str]:
    return re.compile(
        rf"(?P<kept>(?:^|\s){re.escape(command)}:{_arguments(kept)})(?P<secret>.+)", re.IGNORECASE
    )


def _arguments(kept: int) -> str:
    return rf"{_ARGUMENT}(?:,{_ARGUMENT}){{{kept - 1}}}," if kept else ""


_PATTERNS = (
    *(_pattern(command, kept) for command, kept in _COMMANDS),
    *(_answer(command, kept) for command, kept in _ANSWERS),
)


def redact(line: str) -> str:
    """The line without user names, passwords and PINs; the APN stays readable."""
    line = _NDISDUP.sub(_connect, line)
    for pattern in _PATTERNS:
        line = pattern.sub(lambda found: f"{found['kept']}{HIDDEN}", line)
    return line


def _connect(found: re.Match[str]) -> str:
    """Huawei's `profile,1,"apn","user","password",auth`, of which each but the first two may lack.

    With exactly two strings they may be user and password of a connection without an APN: then
    both are hidden.
    """
    head, tail = found["head"], found["tail"]
    strings = list(_STRING.finditer(tail))
    if len(strings) < 2:
        return found[0]
    end = strings[0].start() if len(strings) == 2 else strings[0].end() + 1
    return f"{head}{tail[:end]}{HIDDEN}"
