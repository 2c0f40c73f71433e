# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Comments from one state of a package to another, and those that have no place in it any more."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from .comments import LineComments
from .model import Package
from .parser import parse
from .serialise import commented_text, labels


def with_comments_of(package: Package, source: Package) -> Package:
    """The package with the comments of `source` at the sections that both have."""
    known = dict(zip(labels(source), source.sections, strict=True))
    sections = tuple(
        replace(section, comments=known[label].comments) if label in known else section
        for label, section in zip(labels(package), package.sections, strict=True)
    )
    return replace(package, sections=sections, head=source.head, tail=source.tail)


def lost(before: Package, after: Package) -> int:
    """The number of comment lines that go with the sections and options that go."""
    held = _comments(before)
    if not held:
        return 0
    return (held - _comments(parse(commented_text(after), package=after.name))).total()


def _comments(package: Package) -> Counter[str]:
    found = Counter([*package.head, *package.tail])
    for section in package.sections:
        found.update((*_texts(section.comments.section), *section.comments.below))
        for _option, comments in section.comments.options:
            found.update(_texts(comments))
    del found[""]
    return found


def _texts(comments: LineComments) -> tuple[str, ...]:
    return (*comments.above, *filter(None, (comments.behind,)))
