# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Times as BusyBox's crond reads them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.fleet.openwrt.plugins.plugin_utils.cron.fields import FIELDS, schedule
from ansible_collections.fleet.openwrt.plugins.plugin_utils.errors import SpecError

NONE = {"special": None, "minute": "*", "hour": "*", "day": "*", "month": "*", "weekday": "*"}


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ({}, "* * * * *"),
        ({"minute": "0"}, "0 * * * *"),
        ({"minute": "007"}, "7 * * * *"),
        ({"minute": "*/5", "hour": "8-18/2"}, "*/5 8-18/2 * * *"),
        ({"minute": "0,15,30-40"}, "0,15,30-40 * * * *"),
        ({"day": "1", "month": "jan,Jul-SEP"}, "* * 1 1,7-9 *"),
        ({"weekday": "mon-fri"}, "* * * * 1-5"),
        ({"weekday": "sun"}, "* * * * 0"),
        ({"weekday": "7"}, "* * * * 0"),
        ({"weekday": "5-7"}, "* * * * 5-0"),
        ({"weekday": "1-7/2"}, "* * * * 1-0/2"),
        ({"weekday": "0-7"}, "* * * * 0-6"),
        ({"weekday": "7-7,3"}, "* * * * 0,3"),
        ({"special": "@daily"}, "0 0 * * *"),
        ({"special": "weekly"}, "0 0 * * 0"),
        ({"special": "hourly"}, "0 * * * *"),
        ({"special": "monthly"}, "0 0 1 * *"),
        ({"special": "annually"}, "0 0 1 1 *"),
    ],
)
def test_schedule(given: dict[str, str], line: str) -> None:
    assert schedule({**NONE, **given}) == line


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("minute", "60"),
        ("minute", "-1"),
        ("minute", ""),
        ("minute", "5,"),
        ("minute", "1 2"),
        ("minute", "*/0"),
        ("minute", "*/60"),
        ("minute", "5/10"),
        ("minute", "20-10"),
        ("minute", "*-5"),
        ("minute", "mon"),
        ("minute", "5\n* * * * * reboot"),
        ("minute", "$(x)"),
        ("minute", "٣"),
        ("hour", "24"),
        ("day", "0"),
        ("day", "32"),
        ("month", "0"),
        ("month", "13"),
        ("month", "january"),
        ("weekday", "8"),
        ("weekday", "fri-mon"),
        ("special", "@reboot"),
        ("special", "fortnightly"),
        ("special", "@@daily"),
    ],
)
def test_what_cron_would_drop_is_refused(option: str, value: str) -> None:
    with pytest.raises(SpecError) as caught:
        schedule({**NONE, option: value})
    assert caught.value.option == option


def test_a_nickname_and_fields_contradict_each_other() -> None:
    with pytest.raises(SpecError, match="either fields or special"):
        schedule({**NONE, "special": "daily", "hour": "3"})


def busybox_accepts(text: str, size: int, offset: int) -> set[int]:
    """The places that crond's ParseField marks; raises ValueError where it logs a parse error."""
    marked: set[int] = set()
    for item in text.split(","):
        part, _, step = item.partition("/")
        first, _, last = ("0", "", str(size - 1)) if part == "*" else part.partition("-")
        low = int(first) + (offset if part != "*" else 0)
        high = int(last) + (offset if part != "*" else 0) if last else low
        if not 0 <= high < size:
            raise ValueError(item)
        skip, place = int(step or 1), low
        for count in range(size):
            if count % skip == 0:
                marked.add(place % size)
            if place % size == high:
                break
            place += 1
    return marked


@given(st.data())
def test_what_is_accepted_means_the_same_to_busybox(data: Any) -> None:
    field = data.draw(st.sampled_from(FIELDS))
    numbers = st.integers(field.low, field.high)
    low, high = sorted((data.draw(numbers), data.draw(numbers)))
    step = data.draw(st.integers(1, field.high - field.low))
    line = schedule({**NONE, field.option: f"{low}-{high}/{step}"})
    place = FIELDS.index(field)
    size, offset = ((60, 0), (24, 0), (32, 0), (12, -1), (7, 0))[place]
    marked = busybox_accepts(line.split(" ")[place], size, offset)
    if field.option == "weekday" and (low, high) == (0, 7):
        high = 6
    assert marked == {(number + offset) % size for number in range(low, high + 1, step)}
