# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Errors that end a shell, where another failure would only be a status.

They are those of a special builtin (a file for `.` or `: >` that is not there), of an expansion
(`${X:?}`, `${x^^}` of bash), and of a variable that is not set under `set -u` (shell/ash.c).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .tree import SPECIAL_BUILTINS, Simple, Token

_BAD_EXPANSION = re.compile(r"\$\{(?:![A-Za-z_]|\w+(?:\[|\^|,|@|:?\?))")
_VARIABLE = re.compile(r"\$(?:[A-Za-z_1-9]|\{#?\w+[}#%/:])(?<!:(?=[-=+?]))")
_FIRMWARE = ("/lib/", "/usr/share/libubox/", "/etc/openwrt_release", "/etc/os-release")
_ALWAYS_THERE = ("/dev/", "/tmp/", "/var/")
_NAMES = {"errexit": "e", "noexec": "n", "nounset": "u"}


class Failures:
    """Knows from the commands above which files a script has looked for."""

    def __init__(self) -> None:
        self.stops_on_unset = False
        self._looked_for: set[str] = set()

    def can_end(self, command: Simple) -> bool:
        """True if an error of this command would end the shell, and nothing rules it out."""
        name, *arguments = [word.text for word in command.words] or [""]
        if name in {"[", "test", "[["}:
            self._looked_for.update(arguments)
        expanding = [
            word.text for word in (*command.words, *command.others, *command.opened) if word.expands
        ]
        if any(map(_BAD_EXPANSION.search, expanding)):
            return True
        if self.stops_on_unset and any(map(_VARIABLE.search, expanding)):
            return True
        if name in {".", "source"} and arguments and not self._is_there(arguments[0]):
            return True
        return name in SPECIAL_BUILTINS and any(map(_may_be_missing, command.opened))

    def _is_there(self, file: str) -> bool:
        return file.startswith(_FIRMWARE) or file in self._looked_for


def set_options(arguments: tuple[Token, ...]) -> Iterator[tuple[bool, str]]:
    """The options of a `set`, each as True for `-` or False for `+`, and its letters."""
    rest = iter(arguments)
    for argument in rest:
        text = argument.text
        if text in {"-", "--"} or not text.startswith(("-", "+")):
            return
        letters = text[1:]
        named = next(rest, None) if "o" in letters else None
        yield text[0] == "-", letters + (_NAMES.get(named.text, "") if named else "")


def _may_be_missing(file: Token) -> bool:
    return not file.text.startswith(_ALWAYS_THERE)
