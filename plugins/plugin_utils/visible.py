# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Text as a terminal may have it: what would act on the terminal is shown as an escape.

A router's log, a file or the value of a variable may hold escape sequences that rewrite lines
which were printed before, and marks that turn the direction of text around.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

FOR_PEOPLE = frozenset(
    {
        *("msg", "warnings", "deprecations", "diff", "steps", "story", "log"),
        *("diagnosis", "remarks", "evidence"),
    }
)
"""Keys of a task's result that hold text for people; the others hold data and stay exact."""

_ACTS = re.compile(
    "["
    "\x00-\x08\x0b-\x1f"  # C0 without tab and line end
    "\x7f-\x9f"  # DEL and C1
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f"  # directions of text
    "\u2028\u2029\ufeff\ufff9-\ufffb"  # separators of lines, marks within text
    "\ud800-\udfff"  # bytes that are no UTF-8 and halves of characters
    "\U000e0000-\U000e007f"  # tags that nobody sees
    "]"
)
_BYTES = range(0xDC80, 0xDD00)
"""Stand for bytes of 0x80 and more that are no UTF-8."""


def visible(text: str) -> str:
    r"""The text with its control characters written out, such as \x1b; tab and line end stay."""
    return _ACTS.sub(lambda found: _escape(ord(found[0])), text)


def visible_result(result: Mapping[str, Any]) -> dict[str, Any]:
    """A task's result whose texts for people are visible ones."""
    return {key: _visible(each) if key in FOR_PEOPLE else each for key, each in result.items()}


def _visible(value: Any) -> Any:
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, Mapping):
        return {key: _visible(each) for key, each in value.items()}
    return [_visible(each) for each in value] if isinstance(value, Sequence) else value


def _escape(code: int) -> str:
    if code in _BYTES:
        code -= 0xDC00
    if code <= 0xFF:
        return {0x0D: r"\r"}.get(code, f"\\x{code:02x}")
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
