# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Calls of the guard, the program on the router that puts back what nobody confirms.

It is written in POSIX sh, in `program/`. It travels with the scripts that need it, and stands on
the router's flash while a transaction is open.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..router.wire import Section
from ..shell import quote
from .places import HOME, RAM

_PROGRAM = "#!/bin/sh\n" + "".join(
    (Path(__file__).parent / "program" / name).read_text(encoding="utf-8")
    for name in ("state.sh", "save.sh", "restore.sh", "transaction.sh")
)
_STAGED = "guard"
_HELD = f'FLEET_LOCK=held sh "$T/{_STAGED}"'
# An open transaction is ended by the program that has opened it, be it of another version.
_FREE = f'G={HOME}/guard\n[ -x "$G" ] || G="$T/{_STAGED}"\nsh "$G"'

RELOAD_JOB = f"{RAM}/reload"
"""Where the guard looks for the job that reloads the services."""

ROLL_BACK = "roll back"
CONFIRM = "confirm"
STATUS = "the state of the transaction"

CONFIRMED = 0
BUSY = 75
ROLLED_BACK = 78
UNKNOWN = 79
"""Exit statuses of `guard confirm`, the last where it has never heard of the transaction."""


@dataclass(frozen=True)
class Guarded:
    """What the guard must know of a transaction.

    `paths` are what to save, a folder with all that is in it where the path ends in a slash.
    `before` and `after` are lines of shell that run around putting back, where services had been
    reloaded; `packages` are such that remove packages. `limit` is in how many seconds all must be
    applied.
    """

    id: str
    by: str
    timeout: int
    limit: int
    paths: tuple[str, ...]
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()

    def opening(self) -> Section:
        return self._start("open", "set up the guard")

    def extending(self) -> Section:
        """For a transaction that is open already."""
        return self._start("extend", "extend the guard")

    def _start(self, act: str, title: str) -> Section:
        words = " ".join(quote(word) for word in (str(self.timeout), str(self.limit), self.by))
        texts = " ".join(
            quote("\n".join(lines)) for lines in (self.before, self.after, self.packages)
        )
        paths = " ".join(map(quote, self.paths))
        body = f"{_HELD} {act} {quote(self.id)} $$ {words} {texts} {paths}"
        return Section(title, body, {_STAGED: _PROGRAM})

    def applied(self) -> Section:
        """From here on the time runs in which somebody must confirm."""
        body = f"{_HELD} applied {quote(self.id)} {self.timeout}"
        return Section("start the time to confirm", body)

    def closing(self) -> Section:
        """Confirm without a look from outside, in the script that applied."""
        return Section("end the transaction", f"{_HELD} confirm {quote(self.id)} >/dev/null")

    def rescue(self) -> Section:
        """Put all back when a section failed; says nothing where nothing was open yet."""
        mine = quote(f"^id={self.id}$")
        return Section(
            ROLL_BACK,
            f"if {_HELD} status | grep -q {mine}; then\n"
            f"{_HELD} rollback {quote(self.id)} 'a step failed'\nfi",
        )


def status() -> Section:
    return Section(STATUS, f"{_FREE} status", {_STAGED: _PROGRAM})


def by_hand(transaction: str) -> str:
    """What a person types on the router."""
    return f"{HOME}/guard confirm {transaction}"


def confirm(transaction: str) -> Section:
    return Section(CONFIRM, f"{_FREE} confirm {quote(transaction)}", {_STAGED: _PROGRAM})


def roll_back(transaction: str, why: str) -> Section:
    body = f"{_FREE} rollback {quote(transaction)} {quote(why)}"
    return Section(ROLL_BACK, body, {_STAGED: _PROGRAM})
