# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What differs between two packages, for people: only the sections concerned, no secrets."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from ..secrets import HIDDEN, is_secret, redact_urls
from .compare import differences
from .model import Package, Section, Value
from .serialise import file_text

_CHANGED = f"{HIDDEN} (changed)"


@dataclass(frozen=True)
class Report:
    """`before` and `after` as UCI text; `differences` as plain data for the task's result."""

    before: str
    after: str
    differences: list[dict[str, object]]


def report(before: Package, after: Package) -> Report:
    shown_before, shown_after = _redacted(before, after)
    left, right = _without_common(shown_before, shown_after)
    return Report(
        before=_text(left),
        after=_text(right),
        differences=[each.as_dict() for each in differences(shown_before, shown_after)],
    )


def _redacted(before: Package, after: Package) -> tuple[Package, Package]:
    known = {pair for section in before.sections for pair in section.options}

    def hidden(package: Package) -> Package:
        return replace(
            package, sections=tuple(_hide(each, known, package.name) for each in package.sections)
        )

    return hidden(before), hidden(after)


def _hide(section: Section, known: set[tuple[str, Value]], package: str) -> Section:
    return replace(
        section,
        options=tuple(
            (option, _shown(option, value, package, HIDDEN if pair in known else _CHANGED))
            for option, value in section.options
            for pair in ((option, value),)
        ),
    )


def _shown(option: str, value: Value, package: str, mask: str) -> Value:
    if is_secret(option, package):
        return mask
    if isinstance(value, str):
        return redact_urls(value, mask)
    return tuple(redact_urls(item, mask) for item in value)


def _without_common(before: Package, after: Package) -> tuple[Package, Package]:
    """Drop the sections that both have, unless they stand in another order."""
    common = Counter(before.sections) & Counter(after.sections)
    kept_before, same_before = _part(before, common)
    kept_after, same_after = _part(after, common)
    if same_before != same_after:
        return before, after
    return kept_before, kept_after


def _part(package: Package, common: Counter[Section]) -> tuple[Package, list[Section]]:
    left = Counter(common)
    own: list[Section] = []
    same: list[Section] = []
    for section in package.sections:
        if left[section]:
            left[section] -= 1
            same.append(section)
        else:
            own.append(section)
    return replace(package, sections=tuple(own)), same


def _text(package: Package) -> str:
    return file_text(package).strip("\n") + "\n" if package.sections else ""
