# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Named blocks in a shell script, each between two comment lines, where the shell runs them."""

from __future__ import annotations

import re

from ..ash.script import Script, read

_BEGIN = "# BEGIN fleet.openwrt "
_END = "# END fleet.openwrt "
_SPLIT = "# fleet.openwrt: the lines above and below were one\n"


class NoEndError(Exception):
    """A block begins and has no end line."""

    def __init__(self, name: str, *, line: int) -> None:
        self.end_line = f"{_END}{name}"
        self.line = line
        super().__init__(f"the block {name!r} begins at line {line} and has no end line")


def holds_a_mark(text: str) -> bool:
    """True if a line of ours would be taken for the begin or end of a block."""
    return any(line.startswith((_BEGIN, _END, _SPLIT.rstrip())) for line in text.split("\n"))


def with_block(text: str, name: str, commands: str) -> str:
    """The text with the block where it stands, if it runs there; else before the script's end.

    Raises ShellSyntaxError when the script cannot be followed, NoEndError when a block has no end.
    """
    own = f"{_BEGIN}{name}\n{commands}\n{_END}{name}\n"
    if not text:
        return f"{own}\nexit 0\n"
    rest, at = _taken_out(text, name)
    script = read(rest)
    if at is not None and script.runs_at(at):
        return rest[:at] + own + rest[at:]
    rest = _joined(rest)
    return _inserted(rest, _place(rest, read(rest)), own)


def doubtful_line(text: str, name: str) -> int:
    """The first line above the block with a command that can end the script, 0 without one."""
    _rest, at = _taken_out(text, name)
    doubts = [offset for offset in read(text).doubts if at is not None and offset < at]
    return text.count("\n", 0, doubts[0]) + 1 if doubts else 0


def without_block(text: str, name: str) -> str:
    """Raises NoEndError when the block has no end."""
    rest, at = _taken_out(text, name)
    return text if at is None else _joined(rest)


def _taken_out(text: str, name: str) -> tuple[str, int | None]:
    """The text without the block, and the offset at which it stood."""
    lines = _lines_of(text)
    for number, line in enumerate(lines):
        if line.rstrip() == f"{_BEGIN}{name}":
            behind = _behind(lines, number)
            if behind is None:
                raise NoEndError(name, line=number + 1)
            above = "".join(lines[:number])
            return above + "".join(lines[behind:]), len(above)
    return text, None


def _behind(lines: list[str], begin: int) -> int | None:
    """The line behind the block that begins at a line; None when it has no end line."""
    end = _END + lines[begin].rstrip().removeprefix(_BEGIN)
    for number in range(begin, len(lines)):
        if lines[number].rstrip() == end:
            return number + 1
    return None


def _place(text: str, script: Script) -> int:
    """Where a new block goes: before what ends the script, outside of other blocks."""
    lines = _lines_of(text)
    offset = 0
    for number, line in enumerate(lines):
        behind = _behind(lines, number) if line.startswith(_BEGIN) else None
        if behind and offset < script.end < offset + len("".join(lines[number:behind])):
            return offset
        offset += len(line)
    return script.end


def _inserted(text: str, at: int, own: str) -> str:
    above, below = text[:at], text[at:]
    if above.endswith(("\\", "\\\n")):
        # The backslash joins the next line; an empty one ends the command.
        above = above.rstrip("\n") + "\n\n"
    if not above or above.endswith("\n"):
        return above + own + below
    return f"{above}\n{own if not below else _SPLIT + own}{below}"


def _joined(text: str) -> str:
    """The text with those lines joined again between which no block stands any more."""
    lines = _lines_of(text)
    joined: list[str] = []
    for number, line in enumerate(lines):
        follower = lines[number + 1] if number + 1 < len(lines) else ""
        if line == _SPLIT and joined and not follower.startswith(_BEGIN):
            joined[-1] = joined[-1].removesuffix("\n")
        else:
            joined.append(line)
    return "".join(joined)


def _lines_of(text: str) -> list[str]:
    """Lines with their line feeds; no other character ends a line for a shell."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)
