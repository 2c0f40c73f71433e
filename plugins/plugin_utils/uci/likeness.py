# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sections without a name, found again by what they have in common with others.

Packages with thousands of them exist (blocklists, static leases), so no section is compared with
all others: only with those that share one of its options, of which it looks at a bounded number.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Mapping
from itertools import islice

from .model import Section, Value

_MOST = 24
"""Sections that are looked at for each option: the first ones that are left, in file order."""

_Key = tuple[str, str, Value] | str
"""A type with an option and its value; the type alone stands for sections without options."""


class Anonymous:
    """Sections by index; each may be taken once."""

    def __init__(self, sections: Mapping[int, Section]) -> None:
        self._keys = {index: _keys(section) for index, section in sections.items()}
        # Of a plain dict the first keys are slow to find once many of them have been deleted.
        self._left: defaultdict[_Key, OrderedDict[int, None]] = defaultdict(OrderedDict)
        self._of_type: defaultdict[str, OrderedDict[int, None]] = defaultdict(OrderedDict)
        self._types = {index: section.type for index, section in sections.items()}
        for index, keys in self._keys.items():
            self._of_type[self._types[index]][index] = None
            for key in keys:
                self._left[key][index] = None
        self.comparisons = 0

    def take_closest(self, section: Section) -> int | None:
        """The one of its type that has the most in common with it; None where none has anything.

        Sections without options have nothing to be told by: any of the type may be meant.
        """
        index = self._closest(section)
        if index is not None:
            del self._of_type[self._types[index]][index]
            for key in self._keys[index]:
                del self._left[key][index]
        return index

    def _closest(self, section: Section) -> int | None:
        if not section.options:
            return next(iter(self._of_type.get(section.type, ())), None)
        keys = _keys(section)
        near = {index for key in keys for index in islice(self._left.get(key, ()), _MOST)}
        self.comparisons += len(near)
        if near:
            return max(sorted(near), key=lambda index: len(self._keys[index] & keys))
        return next(iter(self._left.get(section.type, ())), None)


def _keys(section: Section) -> frozenset[_Key]:
    if not section.options:
        return frozenset((section.type,))
    return frozenset((section.type, option, value) for option, value in section.options)
