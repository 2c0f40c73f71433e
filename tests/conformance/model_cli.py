# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""As much of uci's command line as the model offers edits for.

It has no rules of its own: it turns recorded commands into calls of the model, the parser and the
serialiser, so that these can be held to what the genuine program answered.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import replace

from ansible_collections.fleet.openwrt.plugins.plugin_utils.uci.generated import generated_name
from ansible_collections.fleet.openwrt.plugins.plugin_utils.uci.model import Package, Section
from ansible_collections.fleet.openwrt.plugins.plugin_utils.uci.parser import UciParseError, parse
from ansible_collections.fleet.openwrt.plugins.plugin_utils.uci.serialise import (
    export,
    file_text,
    show,
)


class NotFoundError(Exception):
    """What uci calls "Entry not found"."""


class ModelCli:
    """Runs lines of shell in which only uci, cat, touch and `echo rc=$?` occur."""

    def __init__(self, files: dict[str, str], stdin: str) -> None:
        self.files = dict(files)
        self.stdin = stdin
        self.stdout = ""
        self.stderr = ""
        self.status = 0
        self._flags: set[str] = set()
        self._staged: dict[str, Package] = {}

    def run(self, script: str) -> None:
        for joined_by, words in _commands(script):
            if joined_by == "&&" and self.status:
                continue
            self.status = self._command(words)

    def _command(self, words: list[str]) -> int:
        match words:
            case ["echo", "rc=$?"]:
                self.stdout += f"rc={self.status}\n"
            case ["cat", path]:
                self.stdout += self.files[path.removeprefix("/etc/config/")]
            case ["touch", path]:
                self.files.setdefault(path.removeprefix("/etc/config/"), "")
            case ["uci", *arguments]:
                return self._uci(arguments)
            case _:
                raise AssertionError(f"not a command of this model: {words}")
        return 0

    def _uci(self, words: list[str]) -> int:
        self._flags = {word for word in words if re.fullmatch("-[a-zA-Z]", word)}
        name, *arguments = [word for word in words if word not in self._flags]
        verb: Callable[..., None] = getattr(self, f"_do_{name}")
        try:
            verb(*arguments)
        except NotFoundError:
            problem = "Entry not found"
        except UciParseError as error:
            problem = f"Parse error ({error.problem}) at line {error.line}, byte {error.byte}"
        else:
            return 0
        if "-q" not in self._flags:
            self.stderr += f"uci: {problem}\n"
        return 1

    def _do_export(self, *names: str) -> None:
        for package in self._packages(names):
            self.stdout += export(_all_named(package) if "-n" in self._flags else package)

    def _do_show(self, path: str = "") -> None:
        name, _, target = path.partition(".")
        for package in self._packages([name] if name else []):
            if not target:
                self.stdout += show(_all_named(package) if "-X" in self._flags else package)
                continue
            # A single section is shown under the name that uci generates for it.
            section, _, option = target.partition(".")
            index = _find(package, section)
            named = _all_named(package)
            prefix = f"{name}.{named.sections[index].name}"
            lines = show(Package(name, (named.sections[index],)))
            if option:
                value = _value(package.sections[index], option)
                only = replace(named.sections[index], options=((option, value),))
                lines = show(Package(name, (only,))).split("\n", 1)[1]
            assert lines.startswith(prefix)
            self.stdout += lines

    def _do_get(self, path: str) -> None:
        name, section, *option = path.split(".")
        found = self._package(name).sections[_find(self._package(name), section)]
        if not option:
            self.stdout += f"{found.type}\n"
            return
        value = _value(found, option[0])
        self.stdout += (value if isinstance(value, str) else " ".join(value)) + "\n"

    def _do_set(self, assignment: str) -> None:
        path, value = assignment.split("=", 1)
        name, section, *option = path.split(".")
        package = self._package(name)
        if option:
            self._edit(name, section, lambda old: old.with_option(option[0], value))
        elif package.named(section):
            self._edit(name, section, lambda old: replace(old, type=value))
        else:
            self._staged[name] = package.append(Section(value, section))

    def _do_add_list(self, assignment: str) -> None:
        path, value = assignment.split("=", 1)
        name, section, option = path.split(".")
        self._edit(name, section, lambda old: old.with_item(option, value))

    def _do_del_list(self, assignment: str) -> None:
        path, value = assignment.split("=", 1)
        name, section, option = path.split(".")
        self._edit(name, section, lambda old: old.without_item(option, value))

    def _do_delete(self, path: str) -> None:
        name, section, *option = path.split(".")
        package = self._package(name)
        if option:
            self._edit(name, section, lambda old: old.without_option(option[0]))
        else:
            self._staged[name] = package.without(_find(package, section))

    def _do_add(self, name: str, section_type: str) -> None:
        package = self._package(name).append(Section(section_type, None))
        self._staged[name] = package
        self.stdout += f"{_all_named(package).sections[-1].name}\n"

    def _do_rename(self, assignment: str) -> None:
        path, new = assignment.split("=", 1)
        name, section, *option = path.split(".")
        if option:
            self._edit(name, section, lambda old: old.with_option_renamed(option[0], new))
        else:
            self._edit(name, section, lambda old: replace(old, name=new))

    def _do_reorder(self, assignment: str) -> None:
        path, position = assignment.split("=", 1)
        name, section = path.split(".")
        package = self._package(name)
        self._staged[name] = package.moved(_find(package, section), int(position))

    def _do_batch(self) -> None:
        for _, words in _commands(self.stdin):
            self._uci(words)

    def _do_import(self, name: str) -> None:
        self.files[name] = file_text(parse(self.stdin, package=name))

    def _do_commit(self, *names: str) -> None:
        for name in names or tuple(self._staged):
            if name in self._staged:
                self.files[name] = file_text(self._staged.pop(name))

    def _do_changes(self) -> None:
        assert not self._staged, "staged changes are not modelled"

    def _packages(self, names: list[str] | tuple[str, ...]) -> Iterator[Package]:
        for name in names or sorted(self.files):
            yield self._package(name)

    def _package(self, name: str) -> Package:
        if name in self._staged:
            return self._staged[name]
        if name not in self.files:
            raise NotFoundError
        return parse(self.files[name], package=name)

    def _edit(self, name: str, section: str, change: Callable[[Section], Section]) -> None:
        package = self._package(name)
        index = _find(package, section)
        self._staged[name] = package.with_section(index, change(package.sections[index]))


def _commands(script: str) -> Iterator[tuple[str, list[str]]]:
    """The commands of a script and what each is joined to the one before by."""
    lexer = shlex.shlex(script, posix=True, punctuation_chars=";&\n")
    lexer.whitespace = " \t"
    lexer.commenters = ""
    lexer.whitespace_split = True
    joined_by, words = "", list[str]()
    for token in (*lexer, ";"):
        if set(token) <= set(";&\n"):
            if words:
                yield joined_by, words
            joined_by, words = token, []
        else:
            words.append(token)


def _find(package: Package, section: str) -> int:
    """The index of ``name`` or ``@type[n]``, counted from the end when n is negative."""
    if extended := re.fullmatch(r"@(.+)\[(-?\d+)\]", section):
        found = package.indices(extended[1])
        position = int(extended[2])
        if not -len(found) <= position < len(found):
            raise NotFoundError
        return found[position]
    index = package.index_of(section)
    if index is None:
        raise NotFoundError
    return index


def _value(section: Section, option: str) -> str | tuple[str, ...]:
    value = section.get(option)
    if value is None:
        raise NotFoundError
    return value


def _all_named(package: Package) -> Package:
    """The package with the names that uci generates for its anonymous sections."""
    return replace(
        package,
        sections=tuple(
            replace(section, name=section.name or generated_name(section.type, number))
            for number, section in enumerate(package.sections, 1)
        ),
    )
