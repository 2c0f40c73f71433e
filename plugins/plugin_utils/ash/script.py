# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The point of a shell script up to which it always runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .flow import Flow
from .parser import lines
from .tree import Line, ShellSyntaxError


@dataclass(frozen=True)
class Script:
    """`lines` are those that the shell reads. Behind the offset `end` nothing runs for certain.

    `ends_early`: a command at `end` ends the script. `rest_is_shell`: what stands behind that
    command could be read as shell. `doubts` are the offsets of commands above it that can end the
    script, under a condition that only the router knows.
    """

    lines: tuple[Line, ...]
    end: int
    ends_early: bool = False
    rest_is_shell: bool = True
    doubts: tuple[int, ...] = ()

    def runs_at(self, offset: int) -> bool:
        """True if a command that is put at the start of a line is one of the script, and runs."""
        between = not any(line.start < offset < line.end for line in self.lines)
        return between and offset <= self.end


def read(text: str) -> Script:
    """Raises ShellSyntaxError where the shell would stop before the script's end."""
    flow = Flow()
    reached: list[Line] = []
    doubts: list[int] = []
    coming = lines(text)
    for line in coming:
        reached.append(line)
        for number, item in enumerate(line.items):
            outlook = flow.outlook(item)
            if outlook.can_go_on:
                doubts += [item.start] if outlook.can_end else []
                continue
            return Script(
                tuple(reached),
                _place(line, number),
                ends_early=True,
                rest_is_shell=_reads(coming),
                doubts=tuple(doubts),
            )
    return Script(tuple(reached), len(text), doubts=tuple(doubts))


def _place(line: Line, number: int) -> int:
    """Where a command can be put that runs before this item of the line.

    Behind the item above it, unless a here-document of that has its body behind the whole line.
    """
    if number == 0:
        return line.start
    place = line.items[number - 1].end
    torn = any(start < place < end for start, end in line.documents)
    return line.start if torn else place


def _reads(rest: Iterator[Line]) -> bool:
    try:
        for _line in rest:
            pass
    except ShellSyntaxError:
        return False
    return True
