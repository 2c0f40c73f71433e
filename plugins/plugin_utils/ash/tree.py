# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The structure of a shell script: words, commands, and the lines that a shell runs one by one."""

from __future__ import annotations

from dataclasses import dataclass

SPECIAL_BUILTINS = frozenset(
    {".", ":", "break", "continue", "eval", "exec", "exit", "export", "local", "readonly",
     "return", "set", "shift", "source", "times", "trap", "unset"}
)  # fmt: skip
"""No function can have such a name, and an error in one of them ends the shell (shell/ash.c)."""


class ShellSyntaxError(Exception):
    """BusyBox ash would stop reading the script in this line."""

    def __init__(self, problem: str, *, line: int) -> None:
        self.problem = problem
        self.line = line
        super().__init__(f"line {line}: {problem}")


@dataclass(frozen=True)
class Token:
    """A word, an operator, a line end or the end of the script.

    `kind` is "word", "newline", "end" or the operator itself. `text` is a word without its quotes.
    A `quoted` word is never a keyword; of one that `expands` only the shell knows the text.
    """

    kind: str
    start: int
    end: int
    text: str = ""
    quoted: bool = False
    expands: bool = False

    @property
    def is_bare(self) -> bool:
        return self.kind == "word" and not self.quoted and not self.expands


@dataclass(frozen=True)
class Item:
    """A command of a list with its `;` or `&`; `end` is the offset behind that sign."""

    command: Command
    start: int
    end: int
    background: bool = False


Body = tuple[Item, ...]


@dataclass(frozen=True)
class Simple:
    """The words of a command, without assignments and redirections before and between them.

    `others` are these assignments; `opened` are the files of the redirections.
    """

    words: tuple[Token, ...]
    others: tuple[Token, ...] = ()
    opened: tuple[Token, ...] = ()


@dataclass(frozen=True)
class Group:
    body: Body


@dataclass(frozen=True)
class Subshell:
    body: Body


@dataclass(frozen=True)
class If:
    """Pairs of condition and body, in order; `otherwise` is empty without an else."""

    arms: tuple[tuple[Body, Body], ...]
    otherwise: Body


@dataclass(frozen=True)
class Loop:
    condition: Body
    body: Body
    until: bool


@dataclass(frozen=True)
class For:
    """`words` are those behind `in`; None without an `in`."""

    words: tuple[Token, ...] | None
    body: Body


@dataclass(frozen=True)
class Case:
    """`complete` when one of the patterns is a bare `*`."""

    bodies: tuple[Body, ...]
    complete: bool


@dataclass(frozen=True)
class Function:
    name: str
    body: Command


@dataclass(frozen=True)
class Pipeline:
    commands: tuple[Command, ...]
    negated: bool


@dataclass(frozen=True)
class AndOr:
    """`rest` are pairs of `&&` or `||` and what stands behind it."""

    first: Pipeline
    rest: tuple[tuple[str, Pipeline], ...]


Command = Simple | Group | Subshell | If | Loop | For | Case | Function | Pipeline | AndOr


@dataclass(frozen=True)
class Line:
    """What the shell reads before it runs any of it: one or more lines of text.

    `start` is where its first line begins, `end` is behind its last line feed and the bodies of
    its here-documents. `documents` are these: from the delimiter behind `<<` to the body's end.
    """

    start: int
    end: int
    items: Body
    documents: tuple[tuple[int, int], ...]
