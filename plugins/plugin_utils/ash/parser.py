# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Commands of a shell script, line by line, as BusyBox ash reads them (shell/ash.c, parsecmd)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from .lexer import REDIRECTIONS, Lexer
from .tree import (
    SPECIAL_BUILTINS,
    AndOr,
    Body,
    Case,
    Command,
    For,
    Function,
    Group,
    If,
    Item,
    Line,
    Loop,
    Pipeline,
    ShellSyntaxError,
    Simple,
    Subshell,
    Token,
)

_CLOSING = frozenset({"then", "else", "elif", "fi", "do", "done", "esac", "}"})
_OPENING = frozenset({"<", "<>", ">", ">>", ">|"})
_JOINED = re.compile(r"(?<![^\n])(?:[ \t]*\\\n)+\Z")
_FUNCTION_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=")


def lines(text: str) -> Iterator[Line]:
    """The lines of a script, each once it is asked for.

    A shell reads no further than it runs, so a script may hold anything behind its `exit`. Raises
    ShellSyntaxError where the shell would stop.
    """
    parser = _Parser(text)
    while line := parser.line():
        yield line


def _line_start(text: str, at: int) -> int:
    """Where a line begins, with lines above that a backslash joins to it."""
    start = text.rfind("\n", 0, at) + 1
    joined = _JOINED.search(text, 0, start) if text.endswith("\\\n", 0, start) else None
    return joined.start() if joined else start


class _Parser:
    def __init__(self, text: str) -> None:
        self._lexer = Lexer(text, self._substitution)
        self._ahead: Token | None = None
        self._compound: dict[str, Callable[[], Command]] = {
            "{": self._group,
            "if": self._if,
            "while": self._loop,
            "until": self._loop,
            "for": self._for,
            "case": self._case,
            "function": self._function,
        }

    def line(self) -> Line | None:
        self._skip_newlines()
        first = self._peek()
        if first.kind == "end":
            return None
        self._lexer.documents.clear()
        items: list[Item] = []
        while self._peek().kind not in {"newline", "end"}:
            items.append(self._item())
        token = self._take()
        start = _line_start(self._lexer.text, first.start)
        return Line(start, token.end, tuple(items), tuple(self._lexer.documents))

    def _peek(self) -> Token:
        if self._ahead is None:
            self._ahead = self._lexer.token()
        return self._ahead

    def _take(self) -> Token:
        token = self._peek()
        self._ahead = None
        return token

    def _unexpected(self, token: Token, expected: str = "") -> ShellSyntaxError:
        names = {"word": repr(token.text), "newline": "line end", "end": "end of the script"}
        found = names.get(token.kind, repr(token.kind))
        wanted = f", expected {expected!r}" if expected else ""
        return self._lexer.fail(f"unexpected {found}{wanted}", token.start)

    def _expect(self, kind: str) -> Token:
        token = self._take()
        if token.kind != kind:
            raise self._unexpected(token, kind)
        return token

    def _expect_keyword(self, keyword: str) -> None:
        token = self._take()
        if not (token.is_bare and token.text == keyword):
            raise self._unexpected(token, keyword)

    def _comes(self, *keywords: str) -> bool:
        token = self._peek()
        return token.is_bare and token.text in keywords

    def _skip_newlines(self) -> None:
        while self._peek().kind == "newline":
            self._take()

    def _substitution(self) -> None:
        ahead, self._ahead = self._ahead, None
        self._body()
        self._expect(")")
        self._ahead = ahead

    def _body(self) -> Body:
        """Commands up to the keyword or sign that closes them."""
        self._lexer.deeper(self._lexer.at)
        items: list[Item] = []
        self._skip_newlines()
        while self._peek().kind not in {")", ";;", "end"} and not self._comes(*_CLOSING):
            items.append(self._item())
            self._skip_newlines()
        self._lexer.back()
        return tuple(items)

    def _item(self) -> Item:
        start = self._peek().start
        command = self._and_or()
        separator = self._peek()
        if separator.kind not in {";", "&"}:
            # Behind a compound command a keyword needs no `;`: `{ { a; } }` and `fi done`.
            closes = separator.kind in {"newline", "end", ")", ";;"} or self._comes(*_CLOSING)
            if not closes:
                raise self._unexpected(separator)
            return Item(command, start, separator.start)
        self._take()
        return Item(command, start, separator.end, background=separator.kind == "&")

    def _and_or(self) -> AndOr:
        first = self._pipeline()
        rest: list[tuple[str, Pipeline]] = []
        while self._peek().kind in {"&&", "||"}:
            sign = self._take().kind
            self._skip_newlines()
            rest.append((sign, self._pipeline()))
        return AndOr(first, tuple(rest))

    def _pipeline(self) -> Pipeline:
        negated = False
        while self._comes("!"):
            self._take()
            negated = not negated
        commands = [self._command()]
        while self._peek().kind == "|":
            self._take()
            self._skip_newlines()
            commands.append(self._command())
        return Pipeline(tuple(commands), negated)

    def _command(self) -> Command:
        token = self._peek()
        if token.kind == "(":
            return self._with_redirections(self._subshell)
        if token.is_bare and token.text in self._compound:
            return self._with_redirections(self._compound[token.text])
        if token.is_bare and token.text in _CLOSING:
            raise self._unexpected(token)
        return self._simple()

    def _with_redirections(self, read: Callable[[], Command]) -> Command:
        command = read()
        while self._redirection() is not None:
            pass
        return command

    def _redirection(self) -> tuple[Token, ...] | None:
        """Take a redirection if one comes, with its number, and return the file that it opens."""
        token = self._peek()
        if token.kind == "word" and token.is_bare and token.text.isdigit():
            if self._lexer.text[token.end : token.end + 1] not in {"<", ">"}:
                return None
            self._take()
            token = self._peek()
        if token.kind not in REDIRECTIONS:
            return None
        self._take()
        target = self._expect("word")
        if token.kind in {"<<", "<<-"}:
            self._lexer.expect_body(target, strips_tabs=token.kind == "<<-")
        return (target,) if token.kind in _OPENING else ()

    def _simple(self) -> Command:
        words: list[Token] = []
        assignments: list[Token] = []
        opened: list[Token] = []
        start, in_test, plain = self._peek(), False, True
        while True:
            if (files := self._redirection()) is not None:
                opened += files
                plain = False
                continue
            token = self._peek()
            if token.kind == "(" and plain and len(words) == 1:
                return self._named(words[0])
            if token.kind != "word" and not (in_test and token.kind in {"&&", "||"}):
                break
            self._take()
            in_test = token.text == "[[" or (in_test and token.text != "]]")
            if words or not _ASSIGNMENT.match(token.text):
                words.append(token)
            else:
                assignments.append(token)
                plain = False
        if self._peek() is start:
            raise self._unexpected(start)
        return Simple(tuple(words), tuple(assignments), tuple(opened))

    def _named(self, name: Token) -> Function:
        self._expect("(")
        self._expect(")")
        return self._function_body(name)

    def _function(self) -> Function:
        self._take()
        name = self._expect("word")
        if self._peek().kind == "(":
            return self._named(name)
        return self._function_body(name)

    def _function_body(self, name: Token) -> Function:
        allowed = name.is_bare and _FUNCTION_NAME.fullmatch(name.text)
        if not allowed or name.text in SPECIAL_BUILTINS:
            raise self._lexer.fail(f"no function can have the name {name.text!r}", name.start)
        self._lexer.deeper(name.start)
        self._skip_newlines()
        body = self._command()
        self._lexer.back()
        return Function(name.text, body)

    def _group(self) -> Group:
        self._take()
        body = self._body()
        self._expect_keyword("}")
        return Group(body)

    def _subshell(self) -> Subshell:
        self._take()
        body = self._body()
        self._expect(")")
        return Subshell(body)

    def _if(self) -> If:
        arms: list[tuple[Body, Body]] = []
        while self._comes("if", "elif"):
            self._take()
            condition = self._body()
            self._expect_keyword("then")
            arms.append((condition, self._body()))
            if not self._comes("elif"):
                break
        otherwise: Body = ()
        if self._comes("else"):
            self._take()
            otherwise = self._body()
        self._expect_keyword("fi")
        return If(tuple(arms), otherwise)

    def _loop(self) -> Loop:
        until = self._take().text == "until"
        condition = self._body()
        return Loop(condition, self._do(), until=until)

    def _for(self) -> For:
        self._take()
        self._expect("word")
        self._skip_newlines()
        words: list[Token] | None = None
        if self._comes("in"):
            self._take()
            words = []
            while self._peek().kind == "word":
                words.append(self._take())
            if self._peek().kind not in {";", "newline"}:
                raise self._unexpected(self._peek())
            self._take()
        elif self._peek().kind == ";":
            self._take()
        self._skip_newlines()
        return For(None if words is None else tuple(words), self._do())

    def _do(self) -> Body:
        self._expect_keyword("do")
        body = self._body()
        self._expect_keyword("done")
        return body

    def _case(self) -> Case:
        self._take()
        self._expect("word")
        self._skip_newlines()
        self._expect_keyword("in")
        bodies: list[Body] = []
        complete = False
        self._skip_newlines()
        while not self._comes("esac"):
            complete |= self._patterns()
            bodies.append(self._body())
            if self._peek().kind != ";;":
                break
            self._take()
            self._skip_newlines()
        self._expect_keyword("esac")
        return Case(tuple(bodies), complete)

    def _patterns(self) -> bool:
        """True when one of them is a bare `*`."""
        if self._peek().kind == "(":
            self._take()
        patterns = [self._expect("word")]
        while self._peek().kind == "|":
            self._take()
            patterns.append(self._expect("word"))
        self._expect(")")
        return any(pattern.is_bare and pattern.text == "*" for pattern in patterns)
