# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sections by what people call them: a name, `@type[index]`, or what uci calls a nameless one."""

from __future__ import annotations

import re

from .generated import generated_name
from .model import Package

_BY_INDEX = re.compile(r"@(?P<type>[^\[\]]+)\[(?P<index>-?[0-9]{1,6})\]")


def index_at(package: Package, address: str) -> int | None:
    """The index of the section; None when there is none at this address."""
    named = package.index_of(address)
    if named is not None:
        return named
    if by_index := _BY_INDEX.fullmatch(address):
        return nth(package.indices(by_index["type"]), int(by_index["index"]))
    for number, section in enumerate(package.sections):
        if section.name is None and generated_name(section.type, number + 1) == address:
            return number
    return None


def nth(found: tuple[int, ...], index: int) -> int | None:
    """One of the sections found, counted from the first (0) or from the last (-1)."""
    return found[index] if -len(found) <= index < len(found) else None
