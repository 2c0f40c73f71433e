# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A named block of commands in /etc/rc.local, where the shell runs them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from ..ash.script import read
from ..ash.tree import ShellSyntaxError
from ..engine.draft import Draft
from ..engine.plan import Outcome
from ..engine.probe import Known, Probe
from ..engine.resource import Resource
from ..errors import PlanError, SpecError
from ..files.probe import FileProbe
from ..files.state import plain_file
from .rc_local_blocks import NoEndError, doubtful_line, holds_a_mark, with_block, without_block

PATH = "/etc/rc.local"
_NAME = re.compile(r"[A-Za-z0-9._-]+")


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
        if holds_a_mark(block) or "\0" in block:
            raise SpecError(
                option="block",
                value=block,
                expected="commands without our own BEGIN and END lines and without NUL bytes",
            )
        _check_commands(block)
        return cls(name=name, block=block)

    def reads(self, known: Known) -> Iterable[Probe[Any]]:
        del known
        return (FileProbe(PATH),)

    def plan(self, draft: Draft) -> Outcome:
        state = draft.file(PATH)
        before = state.content
        after = self._edited(before)
        if after is not None and after != before:
            check = "sh -n" if _is_shell(after) else ""
            file = plain_file(after, state.mode or "0644", owner=state.owner)
            draft.put_file(PATH, file, check=check)
        return Outcome(
            kind=self.kind,
            name=self.name,
            changed=after != before,
            before=before or "",
            after=after or "",
            warnings=self._warnings(after or "") if after != before else (),
            details={"path": PATH},
        )

    def _edited(self, text: str | None) -> str | None:
        """Raises PlanError when the block has no place in this file."""
        try:
            if self.block is not None:
                return with_block(text or "", self.name, self.block)
            return None if text is None else without_block(text, self.name)
        except NoEndError as error:
            raise PlanError(
                f"{PATH}: {error}.",
                hint=f"Put the line {error.end_line!r} where the block ends, or remove its first "
                f"line.",
            ) from error
        except ShellSyntaxError as error:
            raise PlanError(
                f"{PATH}, {error}. A block behind that line would never run.",
                hint=_remedy(text or ""),
            ) from error

    def _warnings(self, text: str) -> tuple[str, ...]:
        if self.block is None:
            return ()
        if line := doubtful_line(text, self.name):
            doubt = (
                f"{PATH}: a command in line {line} can end the script before the block "
                f"{self.name!r}, which does not run then."
            )
            return (doubt, *self._warnings_of_block())
        return self._warnings_of_block()

    def _warnings_of_block(self) -> tuple[str, ...]:
        if not read(self.block or "").ends_early:
            return ()
        warning = (
            f"{PATH}: the block {self.name!r} ends the script; what stands behind it never runs."
        )
        return (warning,)


def _remedy(text: str) -> str:
    if "\r\n" in text:
        return "The file has line ends of Windows (CR LF), and a shell needs those of Unix (LF)."
    return f"Correct the file; `sh -n {PATH}` on the router checks it."


def _is_shell(text: str) -> bool:
    """False if something else than shell follows the command that ends the script."""
    try:
        return read(text).rest_is_shell
    except ShellSyntaxError:
        return True


def _check_commands(block: str) -> None:
    try:
        read(block)
    except ShellSyntaxError as error:
        raise SpecError(
            option="block",
            value=block,
            expected="commands that are complete by themselves",
            hint=f"Syntax error in line {error.line}: {error.problem}.",
        ) from error
