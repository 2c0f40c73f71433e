# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ways in which commands of a shell script can end.

Nothing is run: a command whose outcome only the router knows can end both ways.
"""

from __future__ import annotations

import operator
from dataclasses import dataclass

from .failures import Failures, set_options
from .parser import lines
from .tree import (
    AndOr,
    Body,
    Case,
    Command,
    For,
    Function,
    Group,
    If,
    Item,
    Loop,
    Pipeline,
    ShellSyntaxError,
    Simple,
    Subshell,
    Token,
)


@dataclass(frozen=True)
class Leap:
    """A `break` or `continue` that has loops left to leave."""

    loops: int
    again: bool


@dataclass(frozen=True)
class Done:
    """The command ends with success or failure."""

    success: bool


@dataclass(frozen=True)
class Exit:
    """The shell ends."""


@dataclass(frozen=True)
class Return:
    """The function ends, or the script where it stands in none."""


Ending = Leap | Done | Exit | Return
Endings = frozenset[Ending]

TRUE, FALSE = Done(success=True), Done(success=False)
EITHER: Endings = frozenset({TRUE, FALSE})
_SUCCESS: Endings = frozenset({TRUE})
_FAILURE: Endings = frozenset({FALSE})
_EXIT: Endings = frozenset({Exit()})
_SUCCEED = frozenset({"true", ":", "echo", "printf", "sleep", "logger", "export", "trap", "umask"})
_FOLLOWED = frozenset({"exit", "return", "break", "continue", "exec", "eval", "command", "local"})
_OF_TEXTS = {"=": operator.eq, "==": operator.eq, "!=": operator.ne}
_OF_NUMBERS = {
    "-eq": operator.eq,
    "-ne": operator.ne,
    "-gt": operator.gt,
    "-ge": operator.ge,
    "-lt": operator.lt,
    "-le": operator.le,
}
_DEEPEST_CALL = 8
_MOST_CALLS = 1000
"""Functions that call themselves in many places would never be followed to the end."""


@dataclass(frozen=True)
class Outlook:
    """The shell can reach what stands behind a command, or end in it, or both."""

    can_go_on: bool
    can_end: bool


class Flow:
    """Follows the commands of one script in their order; functions are known once defined."""

    def __init__(self) -> None:
        self._functions: dict[str, tuple[Command, ...]] = {}
        self._depth = 0
        self._calls = 0
        self._followed = 0
        self._stops_on_failure = False
        self._failures = Failures()

    def outlook(self, item: Item) -> Outlook:
        """For an item of the script itself, which must be asked for in their order."""
        endings = self._item(item)
        can_go_on = any(isinstance(ending, Done | Leap) for ending in endings)
        can_end = any(isinstance(ending, Exit | Return) for ending in endings)
        if self._stops_on_failure and FALSE in endings and _fails_the_shell(item):
            return Outlook(can_go_on=can_go_on and endings != {FALSE}, can_end=True)
        return Outlook(can_go_on, can_end)

    def _item(self, item: Item) -> Endings:
        return _SUCCESS if item.background else self._command(item.command)

    def _body(self, body: Body) -> Endings:
        """An empty result: it never ends."""
        left: set[Ending] = set()
        last = _SUCCESS
        for item in body:
            last = self._item(item)
            left |= {ending for ending in last if not isinstance(ending, Done)}
            if not last & EITHER:
                return frozenset(left)
        return frozenset(left) | (last & EITHER)

    def _command(self, command: Command) -> Endings:
        match command:
            case Simple(words):
                can_fail = self._failures.can_end(command)
                return self._simple(words) | (_EXIT if can_fail else frozenset())
            case AndOr():
                return self._and_or(command)
            case Pipeline():
                return self._pipeline(command)
            case Group(body):
                return self._body(body)
            case Subshell(body):
                return EITHER if self._body(body) else frozenset()
            case If():
                return self._if(command)
            case Loop():
                return self._loop(command)
            case For():
                return self._for(command)
            case Case():
                return self._case(command)
            case Function(name, body):
                self._functions[name] = (*self._functions.get(name, ()), body)
                return _SUCCESS

    def _and_or(self, command: AndOr) -> Endings:
        endings = self._command(command.first)
        for sign, pipeline in command.rest:
            goes_on = TRUE if sign == "&&" else FALSE
            if goes_on in endings:
                endings = (endings - {goes_on}) | self._command(pipeline)
        return endings

    def _pipeline(self, command: Pipeline) -> Endings:
        """Each command of a longer pipeline has a shell of its own."""
        if len(command.commands) > 1:
            each = [self._command(one) for one in command.commands]
            return EITHER if all(each) else frozenset()
        endings = self._command(command.commands[0])
        return frozenset(map(_opposite, endings)) if command.negated else endings

    def _if(self, command: If) -> Endings:
        left: set[Ending] = set()
        for condition, body in command.arms:
            tested = self._body(condition)
            left |= tested - EITHER
            if TRUE in tested:
                left |= self._body(body)
            if FALSE not in tested:
                return frozenset(left)
        return frozenset(left) | self._body(command.otherwise)

    def _loop(self, command: Loop) -> Endings:
        tested = self._body(command.condition)
        goes_on, stops = (FALSE, TRUE) if command.until else (TRUE, FALSE)
        endings = tested - EITHER
        if goes_on in tested:
            endings |= self._body(command.body) - EITHER
        outside = _outside(endings)
        return outside | EITHER if stops in tested else outside

    def _for(self, command: For) -> Endings:
        endings = self._body(command.body)
        certain = any(not word.expands for word in command.words or ())
        goes_on = not certain or Leap(1, again=True) in endings
        return _outside(endings) | (EITHER if goes_on else frozenset())

    def _case(self, command: Case) -> Endings:
        endings = frozenset().union(*map(self._body, command.bodies))
        return endings if command.complete else endings | _SUCCESS

    def _simple(self, words: tuple[Token, ...]) -> Endings:
        if not words:
            return EITHER
        if words[0].expands:
            return EITHER
        name, arguments = words[0].text, words[1:]
        if name == "set" and arguments:
            return self._set(arguments)
        if name in _FOLLOWED:
            return self._builtin(name, arguments)
        if name in self._functions:
            return self._call(self._functions[name])
        return _status(name.rpartition("/")[2], arguments)

    def _set(self, arguments: tuple[Token, ...]) -> Endings:
        """With -e a command that fails ends the shell, and with -n nothing runs any more."""
        for on, letters in set_options(arguments):
            if on and "n" in letters:
                return _EXIT
            if "e" in letters:
                self._stops_on_failure = on
            if "u" in letters:
                self._failures.stops_on_unset = on
        return _SUCCESS

    def _builtin(self, name: str, arguments: tuple[Token, ...]) -> Endings:
        match name:
            case "exit":
                return _EXIT
            case "return":
                return frozenset({Return()})
            case "exec":
                return _EXIT if arguments else _SUCCESS
            case "eval":
                return self._eval(arguments)
            case "local":
                # An error, and such an error ends the shell.
                return EITHER if self._calls else _EXIT
            case "command":
                if arguments and arguments[0].text == "-p":
                    arguments = arguments[1:]
                options = bool(arguments) and arguments[0].text.startswith("-")
                return EITHER if options else self._simple(arguments)
        return frozenset({Leap(_loops(arguments), again=name == "continue")})

    def _eval(self, arguments: tuple[Token, ...]) -> Endings:
        if any(argument.expands for argument in arguments) or self._depth >= _DEEPEST_CALL:
            return EITHER
        try:
            read = list(lines(" ".join(argument.text for argument in arguments)))
        except ShellSyntaxError:
            return _EXIT
        self._depth += 1
        endings = self._body(tuple(item for line in read for item in line.items))
        self._depth -= 1
        return endings

    def _call(self, bodies: tuple[Command, ...]) -> Endings:
        if self._depth >= _DEEPEST_CALL or self._followed >= _MOST_CALLS:
            return EITHER
        self._followed += 1
        self._depth += 1
        self._calls += 1
        endings = frozenset().union(*map(self._command, bodies))
        self._calls -= 1
        self._depth -= 1
        returns = any(isinstance(ending, Return | Leap) for ending in endings)
        return (endings & (EITHER | _EXIT)) | (EITHER if returns else frozenset())


def _fails_the_shell(item: Item) -> bool:
    """True if set -e heeds the item: neither in a list of && and || nor behind a `!`."""
    command = item.command
    plain = isinstance(command, AndOr) and not command.rest and not command.first.negated
    return plain and not item.background


def _opposite(ending: Ending) -> Ending:
    return Done(success=not ending.success) if isinstance(ending, Done) else ending


def _outside(endings: Endings) -> Endings:
    """The endings of a loop whose body or condition has these."""
    outside: set[Ending] = set()
    for ending in endings:
        if not isinstance(ending, Leap):
            outside.add(ending)
        elif ending.loops > 1:
            outside.add(Leap(ending.loops - 1, ending.again))
        elif not ending.again:
            outside |= EITHER
    return frozenset(outside)


def _loops(arguments: tuple[Token, ...]) -> int:
    text = arguments[0].text if arguments else "1"
    return int(text) if text.isascii() and text.isdigit() else 1


def _status(name: str, arguments: tuple[Token, ...]) -> Endings:
    if name in _SUCCEED:
        return _SUCCESS
    if name == "false":
        return _FAILURE
    if name in {"[", "test"} and not any(argument.expands for argument in arguments):
        closing = 1 if name == "[" else 0
        return _test([argument.text for argument in arguments[: len(arguments) - closing]])
    return EITHER


def _test(operands: list[str]) -> Endings:
    """`[ 1 ]` and `[ 1 = 1 ]`, with which people write a condition that never changes."""
    match operands:
        case [] | [""] | ["-n", ""]:
            return _FAILURE
        case [_] | ["-n", _] | ["-z", ""]:
            return _SUCCESS
        case ["-z", _]:
            return _FAILURE
        case [left, sign, right] if sign in _OF_TEXTS:
            return _SUCCESS if _OF_TEXTS[sign](left, right) else _FAILURE
        case [left, sign, right] if sign in _OF_NUMBERS and (left + right).isdecimal():
            return _SUCCESS if _OF_NUMBERS[sign](int(left), int(right)) else _FAILURE
    return EITHER
