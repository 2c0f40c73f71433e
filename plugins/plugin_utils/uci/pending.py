# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Changes that somebody has made with `uci` and not committed: what becomes of them, their names.

uci keeps them in /tmp/.uci/PACKAGE, one change after the other, until a commit of whomever
(uci, delta.c).
"""

from __future__ import annotations

import re
from enum import Enum

from .scanner import Scanner, StatementError

_CHANGE = r"[-+@^|~]?({package}(?:\.[A-Za-z0-9_]+){{0,2}})(?:=|$)"


class Pending(Enum):
    """What a task does where it must write a package with such changes; the values are its words.

    REFUSE writes nothing. INCLUDE starts from the package as uci shows it with them, so that they
    are committed too. DISCARD starts from the committed file and drops them when it writes.
    """

    REFUSE = "refuse"
    INCLUDE = "include"
    DISCARD = "discard"


def staged_names(delta: str, package: str) -> tuple[str, ...]:
    """What the changes in /tmp/.uci/PACKAGE are about, such as network.wwan.apn; each once.

    Never a value, for those may be secret. That is why `uci changes` is not asked: in its output a
    line of a value that spans lines cannot be told from a change.
    """
    change = re.compile(_CHANGE.format(package=re.escape(package)))
    words = (word.decode("utf-8", "surrogateescape") for word in _first_words(delta))
    found = [match[1] for match in map(change.match, words) if match]
    return tuple(dict.fromkeys(found))


def _first_words(delta: str) -> list[bytes]:
    """The first word of each statement; a value may hold line ends."""
    scanner = Scanner(delta.encode("utf-8", "surrogateescape"))
    words: list[bytes] = []
    try:
        while scanner.next_line():
            words.append(scanner.word())
    except StatementError:
        # A quote that is never closed: uci itself passes over such a change without a word.
        return words
    return words
