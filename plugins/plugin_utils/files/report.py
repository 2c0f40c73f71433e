# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What differs between two states of a path, for people: texts as texts, the rest in words."""

from __future__ import annotations

from dataclasses import dataclass

from ..secrets import HIDDEN
from .state import FileState, Kind, as_bytes


@dataclass(frozen=True)
class Report:
    before: str
    after: str


def report(
    before: FileState, after: FileState, *, secret: bool = False, brief: bool = False
) -> Report:
    """What to show of the two: nothing where they are alike, no text of secret or brief files."""
    if before == after:
        return Report("", "")
    heads = _heads(before, after)
    if before.digest == after.digest:
        return Report(*heads)
    if secret:
        old = f"{HIDDEN}\n" if before.digest else ""
        new = f"{HIDDEN} (changed)\n" if after.digest else ""
        return Report(heads[0] + old, heads[1] + new)
    states = (before, after)
    plain = not brief and all(_is_shown(state) for state in states)
    # The old content of a file that becomes binary was not even fetched.
    binary = any(state.content is not None and not is_text(state.content) for state in states)
    bodies = (state.content or "" if plain else _words(state, binary=binary) for state in states)
    return Report(*(head + body for head, body in zip(heads, bodies, strict=True)))


def _heads(before: FileState, after: FileState) -> tuple[str, str]:
    """Kind, target, owner and mode, as far as they differ or are all there is to see."""

    def head(state: FileState, other: FileState) -> str:
        lines = []
        if state.kind is not other.kind and state.kind in {Kind.DIRECTORY, Kind.OTHER}:
            lines.append(state.kind.value)
        if state.target != other.target and state.target is not None:
            lines.append(f"link to {state.target}")
        if state.owner != other.owner and state.exists and other.exists:
            lines.append(f"owner {state.owner or 'root'}")
        if state.mode != other.mode and state.mode is not None:
            lines.append(f"mode {state.mode}")
        return "".join(f"{line}\n" for line in lines)

    return head(before, after), head(after, before)


def _is_shown(state: FileState) -> bool:
    """Whether all of it is there to be shown and is text."""
    if state.kind is not Kind.FILE:
        return True
    return state.content is not None and is_text(state.content)


def is_text(content: str) -> bool:
    try:
        as_bytes(content).decode()
    except UnicodeDecodeError:
        return False
    return "\0" not in content


def _words(state: FileState, *, binary: bool) -> str:
    if state.kind is not Kind.FILE:
        return ""
    return f"({'binary, ' if binary else ''}{state.size} bytes, sha256 {state.digest})\n"
