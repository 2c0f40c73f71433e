# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Order of package versions, as opkg has it.

The algorithm is Debian's (epoch, upstream version, revision; a tilde sorts before the end), which
opkg implements in libopkg/pkg.c.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_PARTS = re.compile(r"(\D*)(\d*)")

_TESTS: dict[str, Callable[[int], bool]] = {
    "=": lambda order: order == 0,
    "<<": lambda order: order < 0,
    "<": lambda order: order <= 0,
    "<=": lambda order: order <= 0,
    ">=": lambda order: order >= 0,
    ">": lambda order: order >= 0,
    ">>": lambda order: order > 0,
}
"""Debian's relations; a single < or > is its old spelling of <= or >=."""

Run = tuple[tuple[int, ...], int]
Key = tuple[Run, ...]
_END: Run = ((0,), 0)
"""What is left of a version that has ended: nothing, which counts as the number zero."""


def compare(one: str, other: str) -> int:
    """Negative when `one` is older than `other`, 0 when they are equal, positive when newer."""
    left, right = version_key(one), version_key(other)
    return (left > right) - (left < right)


def fulfils(version: str, relation: str, wanted: str) -> bool:
    """Whether `version` stands in `relation` to `wanted`; no relation is always fulfilled."""
    return not relation or bool(_TESTS[relation](compare(version, wanted)))


def version_key(version: str) -> tuple[int, Key, Key]:
    """What sorts as the version does."""
    epoch, colon, rest = version.partition(":")
    if not (colon and epoch.isdigit()):
        epoch, rest = "0", version
    upstream, _ignored, revision = rest.rpartition("-") if "-" in rest else (rest, "", "")
    return int(epoch), _runs(upstream), _runs(revision)


def _runs(text: str) -> Key:
    """Runs of other characters and of digits by turns; 0 ends a run, so that ~ is less than it."""
    runs = [((*map(_weight, other), 0), int(digits or 0)) for other, digits in _PARTS.findall(text)]
    while runs and runs[-1] == _END:
        runs.pop()
    return (*runs, _END)


def _weight(character: str) -> int:
    if character == "~":
        return -1
    return ord(character) if character.isalpha() else ord(character) + 256
