# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Comments of a UCI file, each with the line to which it belongs.

uci itself drops them when it writes. Here they travel with their sections and options, and are no
part of what is compared.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

Lines = tuple[str, ...]
"""Comment lines, indented by a tab or not; an empty one between two stands for empty lines."""


@dataclass(frozen=True)
class LineComments:
    """Of one line: the lines above it and what stands behind it.

    `item` is that of a list, None for the line of an option or a section.
    """

    above: Lines = ()
    behind: str = ""
    item: str | None = None

    def joined(self, more: LineComments) -> LineComments:
        """With those of another line that goes into the same one."""
        above = (*self.above, *more.above, *filter(None, (self.behind if more.behind else "",)))
        return replace(self, above=above, behind=more.behind or self.behind)


@dataclass(frozen=True)
class SectionComments:
    """Of the line `config ...`, of each line of an option that has comments, and the last lines."""

    section: LineComments = LineComments()
    options: tuple[tuple[str, LineComments], ...] = ()
    below: Lines = ()

    def of_items(self, option: str, items: tuple[str, ...]) -> list[LineComments]:
        """One for each line of a list; those of an option that became a list are on the first."""
        known = [each for name, each in self.options if name == option]
        whole = [each for each in known if each.item is None]
        lines: list[LineComments] = []
        for number, item in enumerate(items):
            mine = [each for each in known if each.item == item and item not in items[:number]]
            lines.append(_joined([*(whole if number == 0 else ()), *mine]))
        return lines

    def of_option(self, option: str) -> LineComments:
        """Those of a line; of a list that became an option, those of all its lines."""
        return _joined([each for name, each in self.options if name == option])


def _joined(comments: list[LineComments]) -> LineComments:
    joined = LineComments()
    for each in comments:
        joined = joined.joined(each)
    return joined


@dataclass
class Collector:
    """Takes comments while a file is read, until the line comes to which they belong."""

    waiting: list[str] = field(default_factory=list)

    def line(self, comment: str) -> None:
        self.waiting.append(comment)

    def empty_line(self) -> None:
        if not self.waiting or self.waiting[-1]:
            self.waiting.append("")

    def above(self) -> Lines:
        """All that wait, for the line that comes now."""
        lines, self.waiting = self.waiting, []
        return _trimmed(lines)

    def below(self, *, last: bool) -> Lines:
        """Those right below a section: up to an empty line, or to the file's end."""
        if "" not in self.waiting and not last:
            return ()
        end = self.waiting.index("") if "" in self.waiting else len(self.waiting)
        below, self.waiting = self.waiting[:end], self.waiting[end:]
        return tuple(below)

    def head(self) -> Lines:
        """Those of the whole file: above an empty line before the first section."""
        if "" not in self.waiting:
            return ()
        end = len(self.waiting) - self.waiting[::-1].index("")
        head, self.waiting = self.waiting[:end], self.waiting[end:]
        return _trimmed(head)


def _trimmed(lines: list[str]) -> Lines:
    while lines and not lines[0]:
        lines = lines[1:]
    while lines and not lines[-1]:
        lines = lines[:-1]
    return tuple(lines)
