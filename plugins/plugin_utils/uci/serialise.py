# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writing a package as uci writes it (uci, file.c and cli.c)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace

from .comments import LineComments, Lines
from .model import Package, Section, Value
from .parser import UciParseError, parse
from .quote import quote

# uci writes a type bare, also to files: with one of these in it, it cannot read what it wrote.
_UNSAFE_IN_TYPE = frozenset("'\"\\#;")


def export(package: Package) -> str:
    """What ``uci export`` prints for the package, types that it could not read again included."""
    return f"package {package.name}\n{_text(package, _as_uci_writes)}"


def file_text(package: Package) -> str:
    """What ``uci commit`` leaves in /etc/config for the package, with types that it can read."""
    return _text(package, _readable)


def commented_text(package: Package) -> str:
    """What a task leaves in /etc/config: as ``uci commit`` does, with the comments of the file."""
    sections = "".join("\n" + _commented_section(section) for section in package.sections)
    text = f"{_lines(package.head)}{sections}\n{_lines(package.tail)}"
    # Whoever writes comments like statements loses them rather than anything else.
    return text if _means(text, package) else file_text(package)


def show(package: Package) -> str:
    """What ``uci show`` prints: a line for each section and each option."""
    lines: list[str] = []
    for label, section in zip(labels(package), package.sections, strict=True):
        path = f"{package.name}.{label}"
        lines.append(f"{path}={section.type}\n")
        lines += [f"{path}.{option}={value_text(value)}\n" for option, value in section.options]
    return "".join(lines)


def labels(package: Package) -> tuple[str, ...]:
    """How uci addresses each section: by name, or as ``@type[index]`` among those of its type."""
    seen: Counter[str] = Counter()
    found: list[str] = []
    for section in package.sections:
        found.append(section.name or f"@{section.type}[{seen[section.type]}]")
        seen[section.type] += 1
    return tuple(found)


def value_text(value: Value) -> str:
    """A value as ``uci show`` prints it: quoted, the items of a list side by side."""
    return quote(value) if isinstance(value, str) else " ".join(quote(item) for item in value)


def _text(package: Package, written: Callable[[str], str]) -> str:
    return "".join(f"\n{_section_text(each, written)}" for each in package.sections) + "\n"


def _readable(section_type: str) -> str:
    return section_type if _UNSAFE_IN_TYPE.isdisjoint(section_type) else quote(section_type)


def _as_uci_writes(section_type: str) -> str:
    """Without quotes, yet with its own quotes escaped as if it had some (uci, uci_escape)."""
    return quote(section_type)[1:-1]


def _section_text(section: Section, written: Callable[[str], str]) -> str:
    name = f" {quote(section.name)}" if section.name else ""
    return f"config {written(section.type)}{name}\n" + "".join(_option_lines(section))


def _option_lines(section: Section) -> Iterator[str]:
    for option, value in section.options:
        if isinstance(value, str):
            yield f"\toption {option} {quote(value)}\n"
        else:
            for item in value:
                yield f"\tlist {option} {quote(item)}\n"


def _commented_section(section: Section) -> str:
    first, _newline, _options = _section_text(replace(section, options=()), _readable).partition(
        "\n"
    )
    comments = section.comments
    options = "".join(_commented_options(section))
    return _line(first, comments.section) + options + _lines(comments.below)


def _commented_options(section: Section) -> Iterator[str]:
    for option, value in section.options:
        if isinstance(value, str):
            line = f"\toption {option} {quote(value)}"
            yield _line(line, section.comments.of_option(option))
        else:
            every = section.comments.of_items(option, value)
            for item, comments in zip(value, every, strict=True):
                yield _line(f"\tlist {option} {quote(item)}", comments)


def _line(line: str, comments: LineComments) -> str:
    behind = f" {comments.behind}" if comments.behind else ""
    return f"{_lines(comments.above)}{line}{behind}\n"


def _lines(comments: Lines) -> str:
    return "".join(f"{comment}\n" for comment in comments)


def _means(text: str, package: Package) -> bool:
    try:
        return parse(text, package=package.name) == package
    except UciParseError:
        return False
