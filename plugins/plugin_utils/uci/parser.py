# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading UCI text the way uci reads it in its strict mode, which is what routers use.

The rules are those of libuci's file.c, the odd ones included: a file that uci refuses is refused
with its words and its position, a file that uci reads yields the package that uci sees.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from ..errors import FleetError
from .comments import Collector, LineComments, Lines, SectionComments
from .generated import generated_name
from .model import Package, Section, Value
from .scanner import Scanner, StatementError

_KEYWORDS = {
    b"p": "package",
    b"package": "package",
    b"c": "config",
    b"config": "config",
    b"o": "option",
    b"option": "option",
    b"l": "list",
    b"list": "list",
}
_NAME = re.compile(rb"[A-Za-z0-9_]+")
_PACKAGE_NAME = re.compile(rb"[A-Za-z0-9_-]+")
_TYPE = re.compile(rb"[!-~]+")


class UciParseError(FleetError):
    """UCI text that uci refuses. ``line`` and ``byte`` are what uci itself would report.

    ``line`` counts the line ends read so far (a last line without one is not counted); ``byte`` is
    the offset within the statement, which may span lines.
    """

    def __init__(self, package: str, line: int, byte: int, problem: str) -> None:
        self.package = package
        self.line = line
        self.byte = byte
        self.problem = problem
        super().__init__(f"{package}: Parse error ({problem}) at line {line}, byte {byte}")

    def facts(self) -> dict[str, object]:
        return {
            "package": self.package,
            "line": self.line,
            "byte": self.byte,
            "problem": self.problem,
        }


def parse(text: str, *, package: str) -> Package:
    """The package that uci sees in a file of /etc/config or in the output of ``uci export``.

    A ``package`` line is checked and otherwise ignored, as when uci loads a file by its name. Bytes
    that are no UTF-8 are expected as surrogate escapes and come out as such. Raises
    ``UciParseError``.
    """
    scanner = Scanner(text.encode("utf-8", "surrogateescape"))
    reader = _Reader(scanner)
    try:
        while scanner.next_line():
            reader.read_line()
    except StatementError as refused:
        raise UciParseError(package, scanner.line, scanner.position, str(refused)) from None
    return reader.package(package)


class _OpenSection:
    """A section while its options are still coming in."""

    def __init__(self, section_type: str, name: str | None) -> None:
        self.type = section_type
        self.name = name
        self.options: dict[str, str | list[str]] = {}
        self.comments = LineComments()
        self.below: Lines = ()
        self.option_comments: list[tuple[str, LineComments]] = []

    def set(self, option: str, value: str) -> None:
        """Set an option; the lines of a list that it replaces leave their comments to it."""
        self.options[option] = value
        self.option_comments = [
            (name, replace(each, item=None) if name == option else each)
            for name, each in self.option_comments
        ]

    def add(self, option: str, item: str) -> None:
        old = self.options.get(option)
        if isinstance(old, list):
            old.append(item)
        else:
            self.options[option] = [item] if old is None else [old, item]

    def note(self, above: Lines) -> None:
        self.comments = self.comments.joined(LineComments(above))

    def note_behind(self, comment: str) -> None:
        self.comments = self.comments.joined(LineComments(behind=comment))

    def note_option(self, option: str, comments: LineComments) -> None:
        self.option_comments.append((option, comments))

    def note_behind_option(self, comment: str) -> None:
        option, comments = self.option_comments[-1]
        self.option_comments[-1] = (option, replace(comments, behind=comment))

    def closed(self) -> Section:
        options: list[tuple[str, Value]] = [
            (option, value if isinstance(value, str) else tuple(value))
            for option, value in self.options.items()
        ]
        known = [each for each in self.option_comments if each[1].above or each[1].behind]
        comments = SectionComments(self.comments, tuple(known), self.below)
        return Section(self.type, self.name, tuple(options), comments)


class _Reader:
    """Turns statements into sections."""

    def __init__(self, scanner: Scanner) -> None:
        self._scanner = scanner
        self._sections: list[_OpenSection] = []
        self._by_name: dict[str, _OpenSection] = {}
        self._current: _OpenSection | None = None
        self._comments = Collector()
        self._head: Lines = ()
        self._behind: Callable[[str], None] | None = None

    def package(self, name: str) -> Package:
        self._note_below(last=True)
        sections = tuple(section.closed() for section in self._sections)
        return Package(name, sections, self._head, self._comments.above())

    def _note_below(self, *, last: bool = False) -> None:
        if self._current is not None:
            self._current.below += self._comments.below(last=last)

    def read_line(self) -> None:
        """Read all statements of one line; they are separated by semicolons."""
        scanner = self._scanner
        scanner.skip_blanks()
        indent = "\t" if scanner.position else ""
        empty = True
        while (word := scanner.peek_keyword()) and not word.startswith(b"#"):
            keyword = _KEYWORDS.get(word)
            if keyword is None:
                raise StatementError("invalid command")
            if keyword == "package":
                self._read_package()
            elif keyword == "config":
                self._read_config()
            else:
                self._read_option(is_list=keyword == "list")
            empty = False
        self._read_comment(indent, alone=empty)

    def _read_comment(self, indent: str, *, alone: bool) -> None:
        """Take the comment at the end of a line, which may be all that is in it."""
        comment = _text(self._scanner.take_comment())
        if not alone and self._behind is not None:
            self._behind(comment)
        elif comment:
            self._comments.line(indent + comment)
        elif alone:
            self._comments.empty_line()

    def _read_package(self) -> None:
        self._scanner.take_keyword("package")
        self._name(_PACKAGE_NAME, required=True)
        self._end()
        self._behind = None

    def _read_config(self) -> None:
        self._scanner.take_keyword("config")
        section_type = self._scanner.required_word()
        if not _TYPE.fullmatch(section_type):
            raise StatementError("invalid character in type field")
        name = self._name(_NAME, required=False)
        self._end()
        self._open(_text(section_type), name)

    def _open(self, section_type: str, name: str) -> None:
        """Continue the section of that name, else begin a new one.

        The names that uci generates for anonymous sections count, too: LuCI has written such names
        into files.
        """
        self._note_below()
        section = self._by_name.get(name)
        if section is None:
            section = _OpenSection(section_type, name or None)
            self._head = self._head if self._sections else self._comments.head()
            self._sections.append(section)
            self._by_name[name or generated_name(section_type, len(self._sections))] = section
        elif section.type != section_type:
            raise StatementError(
                "section of different type overwrites prior section with same name"
            )
        self._current = section
        section.note(self._comments.above())
        self._behind = section.note_behind

    def _read_option(self, *, is_list: bool) -> None:
        section = self._current
        if section is None:
            raise StatementError("option/list command found before the first section")
        self._scanner.take_keyword("option")
        option = self._name(_NAME, required=True)
        value = _text(self._scanner.word())
        self._end()
        if not value and not is_list:
            # uci skips it, and does not even remove what an earlier line has set. Its comments
            # wait for the next line.
            self._behind = None
            return
        if is_list:
            section.add(option, value)
        else:
            section.set(option, value)
        above = self._comments.above()
        section.note_option(option, LineComments(above, item=value if is_list else None))
        self._behind = section.note_behind_option

    def _name(self, allowed: re.Pattern[bytes], *, required: bool) -> str:
        word = self._scanner.required_word() if required else self._scanner.word()
        if word and not allowed.fullmatch(word):
            raise StatementError("invalid character in name field")
        return _text(word)

    def _end(self) -> None:
        if self._scanner.word():
            raise StatementError("too many arguments")


def _text(word: bytes) -> str:
    return word.decode("utf-8", "surrogateescape")
