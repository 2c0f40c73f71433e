# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The text of a value as its author wrote it, where Ansible still knows in which line it stands.

YAML turns a bare 0123 into the number 83 and yes into a switch, and forgets how they were written.
ansible-core tags numbers, dictionaries and lists with their place in a file, also through variables
and templates, but in no public interface. Without such a tag nothing is known here.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

_PROPERTIES = r"(?:[&!]\S*\s+)*"
"""An anchor and a tag, which may stand before a value."""

_SCALAR = re.compile(rf"{_PROPERTIES}([^\s,\[\]{{}}#]+)")
_FURTHER = 400
"""Lines in which a key of a dictionary is looked for."""


def of_number(value: object) -> str | None:
    """How a number or a date is written; None where that is not known."""
    place = _place(value)
    if place is None:
        return None
    lines, line, column = place
    found = _SCALAR.match(lines[line], column)
    return found[1] if found and _means(found[1], value) else None


def of_switch(holder: object, key: str, value: bool) -> str | None:
    """How true or false is written behind a key of a dictionary; None where that is not known."""
    place = _place(holder)
    if place is None:
        return None
    lines, line, column = place
    entry = re.compile(rf"(?:^|[\s{{,])([\"']?){re.escape(key)}\1\s*:\s+{_SCALAR.pattern}")
    for number in range(line, min(line + _FURTHER, len(lines))):
        found = entry.search(lines[number], max(column - 1, 0) if number == line else 0)
        if found:
            return found[2] if _means(found[2], value) else None
    return None


def _place(value: object) -> tuple[tuple[str, ...], int, int] | None:
    """The lines of the file, and line and column counted from 0."""
    origin = _origin(value)
    if origin is None or not origin.path or not origin.line_num or not origin.col_num:
        return None
    lines = _lines(origin.path)
    if origin.line_num > len(lines):
        return None
    return lines, origin.line_num - 1, origin.col_num - 1


def _origin(value: object) -> Any:
    try:
        from ansible._internal._datatag._tags import Origin
    except ImportError:
        return None
    return Origin.get_tag(value)


def _lines(path: str) -> tuple[str, ...]:
    try:
        state = Path(path).stat()
        return _lines_of(path, state.st_mtime_ns, state.st_size)
    except (OSError, ValueError):
        return ()


@lru_cache(maxsize=64)
def _lines_of(path: str, _changed: int, _size: int) -> tuple[str, ...]:
    return tuple(Path(path).read_text(encoding="utf-8").split("\n"))


def _means(text: str, value: object) -> bool:
    """True if YAML reads the text as this value: otherwise it is not what was looked for."""
    if text[0] in "&!*\"'|>":
        return False
    try:
        read = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError):
        return False
    if isinstance(read, float) and math.isnan(read):
        return True
    return bool(read == value and read.__class__ is _plain_type(value))


def _plain_type(value: object) -> type:
    """The type of YAML's own value behind Ansible's tagged one."""
    kinds = type(value).__mro__
    return next(kind for kind in kinds if not kind.__module__.startswith("ansible"))
