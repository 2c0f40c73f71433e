# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Order of package versions, as apk has it: 1.2_rc3~hash-r4, each part optional but the first.

Differs from opkg's: a tilde starts a commit hash and does not sort before the end, a number with a
leading zero counts as a fraction (apk-tools, src/version.c).
"""

from __future__ import annotations

import re
from typing import TypeVar

_VERSION = re.compile(
    r"(?P<numbers>\d+(?:\.\d+)*)(?P<letter>[a-z]?)(?P<suffixes>(?:_[a-z]+\d*)*)"
    r"(?:~(?P<hash>[0-9a-f]+))?(?:-r(?P<revision>\d+))?"
)
_SUFFIX = re.compile(r"_([a-z]+)(\d*)")
_SUFFIXES = ("alpha", "beta", "pre", "rc", "", "cvs", "svn", "git", "hg", "p")
"""In their order; the empty one stands for a version without a suffix."""

_Rest = tuple[str, tuple[tuple[int, int], ...], str, int]
_T = TypeVar("_T", int, str, _Rest)


def is_version(text: str) -> bool:
    return _VERSION.fullmatch(text) is not None


def compare(one: str, other: str) -> int:
    """Negative when `one` is older than `other`, 0 when they are equal, positive when newer.

    Raises ValueError for what apk does not take for a version.
    """
    left, right = _parts(one), _parts(other)
    numbers = _compare_numbers(left["numbers"].split("."), right["numbers"].split("."))
    return numbers or _order(_rest(left), _rest(right))


def _parts(version: str) -> dict[str, str]:
    match = _VERSION.fullmatch(version)
    if match is None:
        raise ValueError(f"{version!r} is no version")
    return {key: value or "" for key, value in match.groupdict().items()}


def _compare_numbers(left: list[str], right: list[str]) -> int:
    first, *more = zip(left, right, strict=False)
    found = _order(int(first[0]), int(first[1]))
    for one, other in more:
        fraction = one.startswith("0") or other.startswith("0")
        found = found or (_order(one, other) if fraction else _order(int(one), int(other)))
    return found or _order(len(left), len(right))


def _rest(parts: dict[str, str]) -> _Rest:
    suffixes = [
        (_SUFFIXES.index(name) if name in _SUFFIXES else len(_SUFFIXES), int(number or 0))
        for name, number in _SUFFIX.findall(parts["suffixes"])
    ]
    revision = int(parts["revision"]) if parts["revision"] else -1
    none = (_SUFFIXES.index(""), 0)
    return parts["letter"], (*suffixes, none), parts["hash"], revision


def _order(one: _T, other: _T) -> int:
    return (one > other) - (one < other)
