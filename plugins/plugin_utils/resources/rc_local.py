# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A named block of commands in /etc/rc.local, before its final `exit 0`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from ..engine.draft import Draft
from ..engine.plan import Outcome
from ..engine.probe import Known, Probe
from ..engine.resource import Resource
from ..errors import PlanError, SpecError
from ..files.probe import FileProbe
from ..files.state import plain_file

PATH = "/etc/rc.local"
_NAME = re.compile(r"[A-Za-z0-9._-]+")
_EXIT = re.compile(r"\s*exit\s+0\s*(?:;\s*)?(?:#.*)?")
_MARK = re.compile(r"# (?:BEGIN|END) fleet\.openwrt ")


@dataclass(frozen=True)
class RcLocalBlock(Resource):
    """`block` is None when the block shall be gone."""

    kind: ClassVar[str] = "rc_local"

    name: str
    block: str | None

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> RcLocalBlock:
        name = params["name"]
        if not _NAME.fullmatch(name):
            raise SpecError(
                option="name",
                value=name,
                expected="a name of letters, digits, '.', '_' and '-'",
            )
        if params["state"] == "absent":
            return cls(name=name, block=None)
        block = (params["block"] or "").strip("\n")
        if not block.strip():
            raise SpecError(
                option="block",
                value=params["block"],
                expected="at least one command",
                hint="To remove the block use state: absent.",
            )
        if _MARK.search(block) or "\0" in block:
            raise SpecError(
                option="block",
                value=block,
                expected="commands without our own BEGIN and END lines and without NUL bytes",
            )
        return cls(name=name, block=block)

    def reads(self, known: Known) -> Iterable[Probe[Any]]:
        del known
        return (FileProbe(PATH),)

    def plan(self, draft: Draft) -> Outcome:
        state = draft.file(PATH)
        before = state.content
        after = self._edited(before)
        if after is not None and after != before:
            draft.put_file(PATH, plain_file(after, state.mode or "0644"), check="sh -n")
        return Outcome(
            kind=self.kind,
            name=self.name,
            changed=after != before,
            before=before or "",
            after=after or "",
            details={"path": PATH},
        )

    def _edited(self, text: str | None) -> str | None:
        if self.block is None:
            return _without(text, self.name)
        return self._placed(text or "", self.block.split("\n"))

    def _placed(self, text: str, block: list[str]) -> str:
        """The block where it stands, if it is reached there; else before the final exit."""
        lines = _lines_of(text)
        span = _span(lines, self.name)
        own = [f"{line}\n" for line in (_begin(self.name), *block, _end(self.name))]
        if span and (end := _final_exit(lines)) is not None and end < span[0]:
            lines, span = lines[: span[0]] + lines[span[1] :], None
        if span:
            return "".join(lines[: span[0]] + own + lines[span[1] :])
        at = _final_exit(lines)
        if at is None:
            if lines and not lines[-1].endswith("\n"):
                lines[-1] += "\n"
            return "".join(lines + own + ([] if text else ["\n", "exit 0\n"]))
        return "".join(lines[:at] + own + lines[at:])


def _lines_of(text: str) -> list[str]:
    """Lines with their line feeds; no other character ends a line for a shell."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def _begin(name: str) -> str:
    return f"# BEGIN fleet.openwrt {name}"


def _end(name: str) -> str:
    return f"# END fleet.openwrt {name}"


def _without(text: str | None, name: str) -> str | None:
    if text is None:
        return None
    lines = _lines_of(text)
    span = _span(lines, name)
    return "".join(lines[: span[0]] + lines[span[1] :]) if span else text


def _span(lines: list[str], name: str) -> tuple[int, int] | None:
    """First line of the block and the line behind it; raises PlanError when it has no end."""
    bare = [line.rstrip() for line in lines]
    if _begin(name) not in bare:
        return None
    start = bare.index(_begin(name))
    if _end(name) not in bare[start:]:
        raise PlanError(
            f"{PATH}: the block {name!r} begins at line {start + 1} and has no end line.",
            hint=f"Put the line {_end(name)!r} where the block ends, or remove its first line.",
        )
    return start, bare.index(_end(name), start) + 1


def _final_exit(lines: list[str]) -> int | None:
    """The last `exit 0` that stands outside of all managed blocks."""
    inside = False
    found = None
    for number, line in enumerate(lines):
        if line.startswith("# BEGIN fleet.openwrt "):
            inside = True
        elif line.startswith("# END fleet.openwrt "):
            inside = False
        elif not inside and _EXIT.fullmatch(line.rstrip("\n")):
            found = number
    return found
