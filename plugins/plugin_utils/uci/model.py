# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""UCI configuration as immutable values: a package holds sections, a section holds options.

Nothing here reads or writes anything. Every edit returns a new value, so that the state that was
read from a router and the state that is wanted can be held side by side and compared.

An option is a non-empty ``str``, a list is a non-empty ``tuple`` of ``str``. UCI knows no empty
option: one without a value does not exist (an item of a list may be empty). The order of sections
and of options is kept, because it is part of what the router's services see.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from .comments import Lines, SectionComments

Value = str | tuple[str, ...]

_ITEMS = re.compile(r"[^ \t\n]+")

_NO_MATCH: Mapping[str, str | Sequence[str]] = MappingProxyType({})


@dataclass(frozen=True)
class Section:
    """A section: its type, its name (``None`` when anonymous) and its options in file order."""

    type: str
    name: str | None
    options: tuple[tuple[str, Value], ...] = ()
    comments: SectionComments = field(default=SectionComments(), compare=False, repr=False)

    def get(self, option: str) -> Value | None:
        """The value of an option, as it is stored; ``None`` when absent."""
        for name, value in self.options:
            if name == option:
                return value
        return None

    def has(self, option: str) -> bool:
        return self.get(option) is not None

    def items_of(self, option: str) -> tuple[str, ...]:
        """The items of a list; those of an old-style ``'wan wan6'`` string; ``()`` when absent.

        Such a string is split as the router's shell does it (config_list_foreach): at its three
        blanks and at none of the others that Unicode has.
        """
        value = self.get(option)
        if value is None:
            return ()
        return tuple(_ITEMS.findall(value)) if isinstance(value, str) else value

    def as_dict(self) -> dict[str, Value]:
        return dict(self.options)

    def matches(self, match: Mapping[str, str | Sequence[str]]) -> bool:
        """Whether every option of ``match`` has the wanted value here.

        A wanted ``str`` equals an option of that value or a list of that one item. A wanted
        sequence equals a list of exactly these items in this order, or the old-style string that
        means the same.
        """
        return all(self._holds(option, wanted) for option, wanted in match.items())

    def _holds(self, option: str, wanted: str | Sequence[str]) -> bool:
        if isinstance(wanted, str):
            return self.get(option) in (wanted, (wanted,))
        return self.items_of(option) == tuple(wanted)

    def with_option(self, option: str, value: Value) -> Section:
        """Set an option where it stands, else append it. An empty value removes it, as in uci."""
        if not value:
            return self.without_option(option)
        if not self.has(option):
            return replace(self, options=(*self.options, (option, value)))
        return replace(
            self,
            options=tuple((name, value if name == option else old) for name, old in self.options),
        )

    def without_option(self, option: str) -> Section:
        return replace(self, options=tuple(pair for pair in self.options if pair[0] != option))

    def with_item(self, option: str, item: str) -> Section:
        """Append an item as ``uci add_list`` does: an option becomes a list, its value one item."""
        old = self.get(option)
        items = () if old is None else (old,) if isinstance(old, str) else old
        return self.with_option(option, (*items, item))

    def without_item(self, option: str, item: str) -> Section:
        """Drop every equal item as ``uci del_list`` does: the last one takes the list with it.

        An option that is no list stays as it is.
        """
        old = self.get(option)
        if old is None or isinstance(old, str):
            return self
        return self.with_option(option, tuple(kept for kept in old if kept != item))

    def with_option_renamed(self, option: str, new: str) -> Section:
        """Rename an option where it stands; nothing happens when it is absent."""
        return replace(
            self,
            options=tuple((new if name == option else name, old) for name, old in self.options),
        )


@dataclass(frozen=True)
class Package:
    """A package (one file of /etc/config): its name and its sections in file order.

    Sections are addressed by their index, since most sections of a router have no name. `head` and
    `tail` are the comments at the file's start and end that belong to no section.
    """

    name: str
    sections: tuple[Section, ...] = ()
    head: Lines = field(default=(), compare=False, repr=False)
    tail: Lines = field(default=(), compare=False, repr=False)

    def index_of(self, name: str) -> int | None:
        """The index of the section of that name; ``None`` when there is none."""
        for index, section in enumerate(self.sections):
            if section.name == name:
                return index
        return None

    def named(self, name: str) -> Section | None:
        index = self.index_of(name)
        return None if index is None else self.sections[index]

    def indices(
        self, section_type: str, match: Mapping[str, str | Sequence[str]] = _NO_MATCH
    ) -> tuple[int, ...]:
        """The indices of all sections of a type, named or not, whose options equal ``match``."""
        return tuple(
            index
            for index, section in enumerate(self.sections)
            if section.type == section_type and section.matches(match)
        )

    def with_section(self, index: int, section: Section) -> Package:
        """Replace the section at ``index``; an ``IndexError`` when there is none."""
        self._check(index)
        return replace(
            self, sections=(*self.sections[:index], section, *self.sections[index + 1 :])
        )

    def append(self, section: Section) -> Package:
        return replace(self, sections=(*self.sections, section))

    def without(self, index: int) -> Package:
        self._check(index)
        return replace(self, sections=(*self.sections[:index], *self.sections[index + 1 :]))

    def moved(self, index: int, position: int) -> Package:
        """Move a section as ``uci reorder`` does: a position beyond the end means last."""
        self._check(index)
        rest = self.without(index).sections
        at = max(position, 0)
        return replace(self, sections=(*rest[:at], self.sections[index], *rest[at:]))

    def _check(self, index: int) -> None:
        # A negative index would quietly edit another section than the one that was meant.
        if not 0 <= index < len(self.sections):
            raise IndexError(f"package {self.name} has no section {index}")
