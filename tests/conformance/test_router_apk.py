# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stand-in's apk against what the genuine one answered, in the order of the recording."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from conformance.stand_in import Case, Outcome, Router, recorded, running

CASES = list(enumerate(recorded("apk")))
RELEASE = "25.12"
RECORDED_MIRROR = "http://downloads.openwrt.test/releases/25.12.0/"
MIRROR = "file:///feed/"
# The feed that the recorded router does not have.
OWN_FEED = f"{MIRROR}packages/x86_64/extra/packages.adb"
WORLD = "cat /etc/apk/world"
# 6 MiB of flash, as the recorded router has.
FLASH = ("--tmpfs", "/overlay:size=6144k")
# Where the recording begins anew with a router as it was flashed: its parts run side by side.
STARTS = (0, 181, 335, 451, 533, 551)

# What differs from router to router, and what stands for it: pattern, replacement.
VARIES = (
    # Identities of packages, which are sums of what is in them.
    (r"Q1[A-Za-z0-9+/]{27}=", "IDENTITY"),
    (r"\bAPKINDEX\.[0-9a-f]{8}\.", "APKINDEX.N."),
    (r"\b\d{8}\.\d{6}\b|\bDATE\.TIME\b", "MOMENT"),
    (r"\bat (DATE|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)$", "at MOMENT"),
    # Times of files, and how a shell tells the end of a job.
    (r"[A-Z][a-z]{2} [ \d]\d \d\d:\d\d ", "DATE "),
    (r"^(total \d+|Killed|Terminated|Hangup|sh: can't kill pid .*)\n", ""),
    # Files of the packages, which are ours.
    (r"\d+ dirs, \d+ files", "N dirs, N files"),
)  # fmt: skip
# Answers in the order of a hash table.
UNORDERED = {"apk info -r libc", "apk query --format json --fields all htop"}
# Recorded commands that are left out: why, and their numbers in the recording.
LEFT_OUT: dict[str, tuple[int, ...]] = {
    "the full build of apk is not there": (44, 45, 46, 47, 48, 406, 407, 408, 409, 410, 630),
    "takes a minute; others do the same with --timeout": (483, 530, 531, 532),
    "needs a web server": (63, 65),
    "what the image brings takes no room of the flash": tuple(range(516, 529)),
    "an interrupt goes to the script that runs": (565, 566),
    "two more signals end it in the same way": (563, 564, 567, 568),
    "solves by leaving out what is in the way": (345, 346, 347),
    "a root of its own": (626,),
    "file formats are our own": (385, 386, 387, 621, 622),
}
# Recorded commands that are run, because later ones build upon them, with another answer.
ANSWERED_OTHERWISE: dict[str, tuple[int, ...]] = {
    "nobody reads what --help prints": (2, 3, 4),
    "sizes of files and disks are others": (
        9, 12, 14, 17, 480, 484, 496, 503, 509, 512, 572, 574, 578, 581,
    ),
    "what lies in /var/log and /etc besides": (98, 434, 435, 437, 438),
    "counts what the universe has": (175,),
    "layout for the eye": (177, 179, 428, 625),
    "the complaint is out of step": (62,),
}  # fmt: skip


def of(table: dict[str, tuple[int, ...]]) -> set[int]:
    return {number for numbers in table.values() for number in numbers}


def imitated() -> list[tuple[int, dict[str, Any]]]:
    return [(number, case) for number, case in CASES if number not in of(LEFT_OUT)]


def batches() -> list[list[tuple[int, dict[str, Any]]]]:
    ends = (*STARTS[1:], len(CASES))
    return [
        [(number, case) for number, case in imitated() if start <= number < end]
        for start, end in zip(STARTS, ends, strict=True)
    ]


def command(case: dict[str, Any]) -> str:
    """What was recorded, with our mirror; / is not the flash here, but /overlay is."""
    text = str(case["cmd"]).replace(RECORDED_MIRROR, MIRROR)
    return re.sub(r"(of=|rm )/fill", r"\1/overlay/fill", text)


def normal(text: str, unordered: bool = False) -> str:
    text = text.replace(RECORDED_MIRROR, MIRROR)
    for pattern, replacement in VARIES:
        text = re.sub(pattern, replacement, text, flags=re.MULTILINE)
    if unordered:
        return "\n".join(sorted(line.removesuffix(",") for line in text.splitlines()))
    return text


def replay(
    number: int, part: Sequence[tuple[int, dict[str, Any]]]
) -> dict[int, tuple[Outcome, str]]:
    """Outcome of each command, and the world after it."""
    with running(f"apk-{number}", *FLASH, release=RELEASE) as router:
        router.shell(f"sed -i '\\#{OWN_FEED}#d' /etc/apk/repositories.d/distfeeds.list")
        cases = [each for _, case in part for each in (Case(command(case)), Case(WORLD))]
        outcomes = router.run(cases)
    answers = zip(outcomes[::2], outcomes[1::2], strict=True)
    return {
        number: (outcome, world.stdout)
        for (number, _), (outcome, world) in zip(part, answers, strict=True)
    }


@pytest.fixture(scope="module")
def outcomes() -> dict[int, tuple[Outcome, str]]:
    found: dict[int, tuple[Outcome, str]] = {}
    with ThreadPoolExecutor(len(STARTS)) as pool:
        for answers in pool.map(replay, range(len(batches())), batches()):
            found |= answers
    return found


def numbered() -> list[Any]:
    return [
        pytest.param(number, case, id=f"{number}-{case['cmd'][:50]}")
        for number, case in imitated()
        if number not in of(ANSWERED_OTHERWISE)
    ]


@pytest.mark.parametrize(("number", "case"), numbered())
def test_apk_answers_as_recorded(
    number: int, case: dict[str, Any], outcomes: dict[int, tuple[Outcome, str]]
) -> None:
    outcome, world = outcomes[number]
    unordered = case["cmd"] in UNORDERED
    assert normal(outcome.stdout, unordered) == normal(case["stdout"], unordered)
    assert normal(outcome.stderr) == normal(case["stderr"])
    assert outcome.rc == case["rc"]
    if "world" in case:
        assert normal(world).split() == normal("\n".join(case["world"])).split()


@pytest.fixture(scope="module")
def fresh() -> Iterator[Router]:
    with running("apk-more", release=RELEASE) as router:
        router.shell("apk update")
        yield router


def test_a_tampered_index_is_not_trusted(fresh: Router) -> None:
    index = "/feed/packages/x86_64/luci/packages.adb"
    fresh.shell(f"cp {index} /tmp/good; sed -i s/luci-base/luci-evil/ {index}")
    (outcome,) = fresh.run([Case("apk update")])
    fresh.shell(f"cp /tmp/good {index}")
    assert outcome.rc == 1
    assert "luci/packages.adb: UNTRUSTED signature" in outcome.stderr


def test_the_release_says_what_it_stands_for(fresh: Router) -> None:
    assert "25.12" in fresh.shell("ubus call system board")
    assert not fresh.answers("command -v opkg")


def test_the_handler_comes_with_its_package(fresh: Router) -> None:
    fresh.shell("apk add comgt-ncm && [ -x /lib/netifd/proto/ncm.sh ] && command -v gcom")
    fresh.shell("apk del comgt-ncm && [ ! -e /lib/netifd/proto/ncm.sh ] && [ ! -e /usr/bin/gcom ]")
