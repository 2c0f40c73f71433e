# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What differs between two packages, in the words of a task's result."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from .likeness import Anonymous
from .model import Package, Section, Value
from .serialise import labels, value_text

Pairs = dict[int, int]


@dataclass(frozen=True)
class Difference:
    """One thing that differs.

    ``section`` is a name or ``@type[index]``, as it is after the change (before it, when removed);
    ``None`` means that the package itself came or went. ``option`` is ``None`` when the section is
    meant: then ``before`` and ``after`` are its types, or its positions when it was moved. Of a
    section that came or went each option follows as a difference of its own.
    """

    change: Literal["added", "removed", "changed", "moved"]
    package: str
    section: str | None = None
    option: str | None = None
    before: Value | int | None = None
    after: Value | int | None = None

    @property
    def path(self) -> str:
        """Where it differs, as uci writes it: ``network.wwan.apn``."""
        return ".".join(part for part in (self.package, self.section, self.option) if part)

    def as_dict(self) -> dict[str, object]:
        """For the result of a module: change, path, before, after; lists as lists."""
        return {
            "change": self.change,
            "path": self.path,
            "before": _plain(self.before),
            "after": _plain(self.after),
        }

    def __str__(self) -> str:
        sides = [_readable(side) for side in (self.before, self.after) if side is not None]
        return f"{self.path} {self.change}" + (f": {' -> '.join(sides)}" if sides else "")


def differences(before: Package | None, after: Package | None) -> tuple[Difference, ...]:
    """All that differs; empty when both are equal as uci sees them. ``None``: no such package.

    The order of the options in a section is no difference, as nothing reads it; the order of
    sections is one.
    """
    return tuple(_differences(before, after))


def equal(before: Package | None, after: Package | None) -> bool:
    """Whether uci gives the same answers for both: same sections in the same order, same values."""
    return not differences(before, after)


def _differences(before: Package | None, after: Package | None) -> Iterator[Difference]:
    if before is None and after is not None:
        yield Difference("added", after.name)
        before = Package(after.name)
    elif after is None and before is not None:
        yield Difference("removed", before.name)
        after = Package(before.name)
    if before is None or after is None:
        return
    came_from = _pair(before.sections, after.sections)
    kept = set(came_from.values())
    for index, label in enumerate(labels(before)):
        if index not in kept:
            yield from _gone(before.name, label, before.sections[index])
    moved = _moved(came_from)
    for index, label in enumerate(labels(after)):
        section = after.sections[index]
        if index not in came_from:
            yield from _new(after.name, label, section)
            continue
        if index in moved:
            yield Difference("moved", after.name, label, None, came_from[index], index)
        yield from _changed(after.name, label, before.sections[came_from[index]], section)


def _new(package: str, label: str, section: Section) -> Iterator[Difference]:
    yield Difference("added", package, label, None, None, section.type)
    for option, value in section.options:
        yield Difference("added", package, label, option, None, value)


def _gone(package: str, label: str, section: Section) -> Iterator[Difference]:
    yield Difference("removed", package, label, None, section.type, None)
    for option, value in section.options:
        yield Difference("removed", package, label, option, value, None)


def _changed(package: str, label: str, old: Section, new: Section) -> Iterator[Difference]:
    if old.options == new.options and old.type == new.type:
        return
    was, now = old.as_dict(), new.as_dict()
    if old.type != new.type:
        yield Difference("changed", package, label, None, old.type, new.type)
    for option, value in was.items():
        if option not in now:
            yield Difference("removed", package, label, option, value, None)
    for option, value in now.items():
        if option not in was:
            yield Difference("added", package, label, option, None, value)
        elif was[option] != value:
            yield Difference("changed", package, label, option, was[option], value)


def _pair(before: tuple[Section, ...], after: tuple[Section, ...]) -> Pairs:
    """Which section of ``before`` each one of ``after`` comes from, by index.

    Named sections are told by their names. Anonymous ones have no identity, so the equal ones are
    paired first, then those of one type that have the most in common.
    """
    old_keys: defaultdict[object, deque[int]] = defaultdict(deque)
    for index, section in enumerate(before):
        old_keys[_identity(section)].append(index)
    pairs: Pairs = {}
    for index, section in enumerate(after):
        if same := old_keys.get(_identity(section)):
            pairs[index] = same.popleft()
    taken = set(pairs.values())
    left = Anonymous(
        {i: each for i, each in enumerate(before) if each.name is None and i not in taken}
    )
    for index, section in enumerate(after):
        if section.name is None and index not in pairs:
            origin = left.take_closest(section)
            if origin is not None:
                pairs[index] = origin
    return pairs


def _identity(section: Section) -> object:
    return section.name or (section.type, frozenset(section.options))


def _moved(came_from: Pairs) -> set[int]:
    """The fewest sections whose moving explains the new order of those that stayed.

    All others form a longest run of sections that keep their order among each other.
    """
    order = sorted(came_from)
    ends: list[int] = []
    """Of the runs of each length the one that ends earliest in ``before``: where that is."""
    last: list[int] = []
    """The section of ``after`` with which that run ends."""
    previous: dict[int, int | None] = {}
    for index in order:
        length = bisect_left(ends, came_from[index])
        previous[index] = last[length - 1] if length else None
        ends[length : length + 1] = [came_from[index]]
        last[length : length + 1] = [index]
    stayed = set()
    step = last[-1] if last else None
    while step is not None:
        stayed.add(step)
        step = previous[step]
    return set(order) - stayed


def _plain(side: Value | int | None) -> object:
    return list(side) if isinstance(side, tuple) else side


def _readable(side: Value | int) -> str:
    return str(side) if isinstance(side, int) else value_text(side)
