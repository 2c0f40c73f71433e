# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tokens of a shell script, as BusyBox ash takes it apart (shell/ash.c, readtoken1)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from .tree import ShellSyntaxError, Token

REDIRECTIONS = frozenset({"<", "<<", "<<-", "<&", "<>", ">", ">>", ">&", ">|", "&>"})
_OPERATORS = REDIRECTIONS | {"&", "&&", "|", "||", ";", ";;", "(", ")"}
_ENDS_WORD = frozenset(" \t\n;&|<>()")
_PARAMETER = re.compile(r"[A-Za-z0-9_@*#?$!-]")
_PATTERN_OPERATOR = re.compile(r"(?:\w+|[@*?$!-])(?:#|%|/)")
_DEEPEST = 60


@dataclass(frozen=True)
class _HereDocument:
    start: int
    delimiter: str
    strips_tabs: bool
    quoted: bool


@dataclass
class _Word:
    """A word while it is read."""

    text: list[str] = field(default_factory=list)
    quoted: bool = False
    expands: bool = False


class Lexer:
    """Hands out one token after the other; `commands` reads those of a `$(...)` up to its end."""

    def __init__(self, text: str, commands: Callable[[], None]) -> None:
        self.text = text
        self.at = 0
        self.documents: list[tuple[int, int]] = []
        self._commands = commands
        self._waiting: list[_HereDocument] = []
        self._depth = 0

    def fail(self, problem: str, at: int) -> ShellSyntaxError:
        return ShellSyntaxError(problem, line=self.text.count("\n", 0, at) + 1)

    def token(self) -> Token:
        self._skip_blanks()
        start, character = self.at, self._peek()
        if not character:
            self._read_bodies()
            return Token("end", start, start)
        if character == "\n":
            self.at += 1
            self._read_bodies()
            return Token("newline", start, self.at)
        operator = "" if self._substitutes_process() else self._operator()
        return Token(operator, start, self.at) if operator else self._word(start)

    def expect_body(self, delimiter: Token, *, strips_tabs: bool) -> None:
        """Note a here-document, whose body begins behind the line."""
        raw = self.text[delimiter.start : delimiter.end]
        word = raw if delimiter.expands else delimiter.text
        self._waiting.append(
            _HereDocument(delimiter.start, word, strips_tabs=strips_tabs, quoted=delimiter.quoted)
        )

    def deeper(self, at: int) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self.fail("commands are nested too deep to be followed", at)

    def back(self) -> None:
        self._depth -= 1

    def _peek(self) -> str:
        """The next character; a backslash before a line end joins two lines."""
        while self.text.startswith("\\\n", self.at):
            self.at += 2
        return self.text[self.at : self.at + 1]

    def _skip_blanks(self) -> None:
        while (character := self._peek()) and character in " \t":
            self.at += 1
        if character == "#":
            end = self.text.find("\n", self.at)
            self.at = len(self.text) if end < 0 else end

    def _operator(self) -> str:
        operator = ""
        while (character := self._peek()) and operator + character in _OPERATORS:
            operator += character
            self.at += 1
        return operator

    def _word(self, start: int) -> Token:
        word = _Word()
        while (character := self._peek()) and (
            character not in _ENDS_WORD or self._substitutes_process()
        ):
            self._piece(character, word)
        return Token("word", start, self.at, "".join(word.text), word.quoted, word.expands)

    def _piece(self, character: str, word: _Word) -> None:
        word.quoted |= character in "'\"\\"
        if character == "'":
            word.text.append(self._single_quoted())
        elif character == '"':
            self._double_quoted(word)
        elif character == "\\":
            word.text.append(self.text[self.at + 1 : self.at + 2] or character)
            self.at = min(self.at + 2, len(self.text))
        elif character in "$`":
            self._expansion(word, in_quotes=False)
        elif character in "<>":
            self._process_substitution(word)
        else:
            word.text.append(character)
            self.at += 1

    def _substitutes_process(self) -> bool:
        """True before `<(` and `>(`, which OpenWrt's ash knows (CONFIG_ASH_BASH_COMPAT)."""
        return self.text.startswith(("<(", ">("), self.at)

    def _process_substitution(self, word: _Word) -> None:
        start = self.at
        self.at += 2
        self.deeper(start)
        self._skip_commands()
        self.back()
        word.expands = True
        word.text.append(self.text[start : self.at])

    def _single_quoted(self) -> str:
        start = self.at + 1
        end = self.text.find("'", start)
        if end < 0:
            raise self.fail("a ' is never closed", self.at)
        self.at = end + 1
        return self.text[start:end]

    def _double_quoted(self, word: _Word) -> None:
        start = self.at
        self.at += 1
        while (character := self._within(start, '"')) != '"':
            if character in "$`":
                self._expansion(word, in_quotes=True)
                continue
            escaped = character == "\\" and self.text[self.at + 1 : self.at + 2] in '$`"\\'
            self.at += escaped
            word.text.append(self.text[self.at : self.at + 1])
            self.at += 1
        self.at += 1

    def _within(self, start: int, opener: str) -> str:
        """The next character of something that must still be closed."""
        character = self._peek()
        if not character:
            raise self.fail(f"a {opener} is never closed", start)
        return character

    def _expansion(self, word: _Word, *, in_quotes: bool) -> None:
        start = self.at
        word.expands |= self._skip_expansion(in_quotes=in_quotes)
        word.quoted |= self.text.startswith("$'", start) and not in_quotes
        word.text.append(self.text[start : self.at])

    def _skip_expansion(self, *, in_quotes: bool) -> bool:
        """Move behind what a `$` or a backquote begins; False when it stands for itself."""
        start = self.at
        if self._peek() == "`":
            self._skip_backquoted()
            return True
        self.at += 1
        follower = self._peek()
        if follower == "(":
            self.at += 1
            self._skip_parenthesis(start)
        elif follower == "{":
            self.at += 1
            self._skip_braces(start, in_quotes=in_quotes)
        elif follower == "'" and not in_quotes:
            self._skip_ansi_quoted(start)
        elif _PARAMETER.match(follower):
            self.at += 1
        else:
            return False
        return True

    def _skip_backquoted(self) -> None:
        start = self.at
        self.at += 1
        while (character := self._within(start, "`")) != "`":
            self.at += 2 if character == "\\" else 1
        self.at += 1

    def _skip_ansi_quoted(self, start: int) -> None:
        self.at += 1
        while (character := self._within(start, "$'")) != "'":
            self.at += 2 if character == "\\" else 1
        self.at += 1

    def _skip_parenthesis(self, start: int) -> None:
        self.deeper(start)
        if self._peek() == "(":
            self.at += 1
            self._skip_arithmetic(start)
        else:
            self._skip_commands()
        self.back()

    def _skip_commands(self) -> None:
        """Move behind the `)` of commands whose `(` was read."""
        waiting, self._waiting = self._waiting, []
        self._commands()
        self._waiting = waiting

    def _skip_arithmetic(self, start: int) -> None:
        depth = 0
        while (character := self._within(start, "$((")) != ")" or depth:
            depth += {"(": 1, ")": -1}.get(character, 0)
            self._skip_one(character, in_quotes=True)
        self.at += 1
        if self._peek() != ")":
            raise self.fail("a $(( has no ))", start)
        self.at += 1

    def _skip_braces(self, start: int, *, in_quotes: bool) -> None:
        self.deeper(start)
        quotes = not in_quotes or bool(_PATTERN_OPERATOR.match(self.text, self.at))
        while (character := self._within(start, "${")) != "}":
            if character == "'" and quotes:
                self._single_quoted()
            elif character == '"':
                self._double_quoted(_Word())
            else:
                self._skip_one(character, in_quotes=in_quotes)
        self.at += 1
        self.back()

    def _skip_one(self, character: str, *, in_quotes: bool) -> None:
        if character in "$`":
            self._skip_expansion(in_quotes=in_quotes)
        else:
            self.at += 2 if character == "\\" else 1

    def _read_bodies(self) -> None:
        waiting, self._waiting = self._waiting, []
        for document in waiting:
            while not self._is_last_line(document):
                self._skip_line(document)
            self.documents.append((document.start, self.at))

    def _is_last_line(self, document: _HereDocument) -> bool:
        """True behind the line that ends the body; raises when there is none."""
        if self.at >= len(self.text):
            raise self.fail(
                f"the here-document has no end line {document.delimiter!r}", document.start
            )
        end = self.text.find("\n", self.at)
        end = len(self.text) if end < 0 else end
        line = self.text[self.at : end]
        if (line.lstrip("\t") if document.strips_tabs else line) != document.delimiter:
            return False
        self.at = min(end + 1, len(self.text))
        return True

    def _skip_line(self, document: _HereDocument) -> None:
        """Move behind a line of a body; what is expanded in it may take several."""
        if document.quoted:
            end = self.text.find("\n", self.at)
            self.at = len(self.text) if end < 0 else end + 1
            return
        while (character := self._peek()) and character != "\n":
            self._skip_one(character, in_quotes=True)
        self.at += len(character)
