# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""When a job runs, as BusyBox's crond understands it (miscutils/crond.c, ParseField).

It differs from other crons: there is no seventh day of the week, a step needs a range before it,
and what it cannot read it drops with a line in the log and goes on. Nicknames such as @daily are
left out of OpenWrt's BusyBox (CONFIG_FEATURE_CROND_SPECIAL_TIMES), so they are spelled out here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import SpecError

_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_MONTHS = (
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
)  # fmt: skip

NICKNAMES = {
    "hourly": "0 * * * *",
    "daily": "0 0 * * *",
    "midnight": "0 0 * * *",
    "weekly": "0 0 * * 0",
    "monthly": "0 0 1 * *",
    "yearly": "0 0 1 1 *",
    "annually": "0 0 1 1 *",
}


@dataclass(frozen=True)
class Field:
    """A field of a crontab line: its lowest and highest number, and names for the numbers."""

    option: str
    low: int
    high: int
    names: tuple[str, ...] = ()


FIELDS = (
    Field("minute", 0, 59),
    Field("hour", 0, 23),
    Field("day", 1, 31),
    Field("month", 1, 12, _MONTHS),
    Field("weekday", 0, 7, _DAYS),
)

_ITEM = re.compile(
    r"(?:(?P<all>\*)|(?P<first>[0-9]+|[a-z]{3})(?:-(?P<last>[0-9]+|[a-z]{3}))?)"
    r"(?:/(?P<step>[0-9]+))?"
)


def schedule(params: Mapping[str, Any]) -> str:
    """The five fields of a crontab line; raises SpecError."""
    special = params["special"]
    given = [field.option for field in FIELDS if params[field.option] != "*"]
    if special is None:
        return " ".join(_checked(field, params[field.option]) for field in FIELDS)
    if given:
        raise SpecError(
            option=given[0], value=params[given[0]], expected="either fields or special"
        )
    nickname = special.removeprefix("@")
    if nickname == "reboot":
        raise SpecError(
            option="special",
            value=special,
            expected=f"one of {', '.join(NICKNAMES)}",
            hint="OpenWrt's cron runs nothing at boot; fleet.openwrt.rc_local does.",
        )
    if nickname not in NICKNAMES:
        raise SpecError(option="special", value=special, expected=f"one of {', '.join(NICKNAMES)}")
    return NICKNAMES[nickname]


def _checked(field: Field, text: str) -> str:
    return ",".join(_item(field, item, text) for item in text.strip().lower().split(","))


def _item(field: Field, item: str, text: str) -> str:
    found = _ITEM.fullmatch(item)
    if found is None:
        raise _refused(field, text)
    step = int(found["step"]) if found["step"] else None
    if step is not None and not 1 <= step <= field.high - field.low:
        raise _refused(field, text, f"The step {step} would leave only the first value.")
    if found["all"]:
        return item
    first = _number(field, found["first"], text)
    if found["last"] is None:
        if step is not None:
            hint = f"BusyBox's cron ignores this step; write {first}-{field.high}/{step}."
            raise _refused(field, text, hint)
        return str(first % 7 if field.option == "weekday" else first)
    last = _number(field, found["last"], text)
    if first > last:
        raise _refused(field, text, "The range ends before it begins.")
    suffix = f"/{step}" if step else ""
    if field.option == "weekday" and last == 7:
        return _to_sunday(first, suffix)
    return f"{first}-{last}{suffix}"


def _to_sunday(first: int, suffix: str) -> str:
    """Up to the seventh day, which BusyBox does not know: its ranges go round to 0 instead."""
    if first == 7:
        return "0"
    return f"0-6{suffix}" if first == 0 else f"{first}-0{suffix}"


def _number(field: Field, word: str, text: str) -> int:
    if word in field.names:
        return field.names.index(word) + field.low
    if word.isdigit() and field.low <= int(word) <= field.high:
        return int(word)
    raise _refused(field, text)


def _refused(field: Field, text: str, hint: str = "") -> SpecError:
    names = f" or {field.names[0]} to {field.names[-1]}" if field.names else ""
    return SpecError(
        option=field.option,
        value=text,
        expected=f"'*', numbers from {field.low} to {field.high}{names}, ranges (2-5), steps "
        f"(*/2, 2-5/2), or a list of these with commas",
        hint=hint,
    )
