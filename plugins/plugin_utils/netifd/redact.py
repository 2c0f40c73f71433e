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
    ("+CPWD", 1),
    ("+CLCK", 2),
    ("^CARDLOCK", 0),
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
    ("+SPTZCMD", 0),
)

_ARGUMENT = r'(?:"[^"]*"|[^,"]*)'
_NDISDUP = re.compile(r"(?P<head>\bAT\^NDISDUP\s*=)(?P<tail>.*)", re.IGNORECASE)
_STRING = re.compile(r'"[^"]*"?')


def _pattern(command: str, kept: int) -> re.Pattern[str]:
    arguments = rf"{_ARGUMENT}(?:,{_ARGUMENT}){{{kept - 1}}}," if kept else ""
    # The query forms (`=?`) tell nothing.
    return re.compile(
        rf"(?P<kept>\bAT{re.escape(command)}\s*=(?!\?){arguments})(?P<secret>.+)", re.IGNORECASE
    )


_PATTERNS = tuple(_pattern(command, kept) for command, kept in _COMMANDS)


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
