# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""When wan_check starts an interface, and what it says of one that a start does not help."""

from __future__ import annotations

import pytest
from support.timeline import Timeline
from support.wan import GONE, RECORDED, UP, state

from ansible_collections.fleet.openwrt.plugins.plugin_utils.errors import StepError
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.wire import Answer
from ansible_collections.fleet.openwrt.plugins.plugin_utils.wan.check import WanError
from ansible_collections.fleet.openwrt.plugins.plugin_utils.wan.request import Check
from ansible_collections.fleet.openwrt.plugins.plugin_utils.wan.start import Start, check_started

START = "start wwan"
GIVEN_UP = {"wwan": GONE, "wwan_4": None, "log": []}
WANTED = Check.from_params({"interface": "wwan", "timeout": 30, "ping": [], "lookup": []})


def router(first: dict[str, object], *, helped: bool = True) -> Timeline:
    """The WAN is up two seconds after its start, or stays as it is."""
    before = {**state(first), START: ""}
    return Timeline((0, before), effects={START: [(2, state(UP))] if helped else []})


def starts(timeline: Timeline) -> int:
    return sum(names.count(START) for names in timeline.asked)


def test_what_netifd_has_given_up_is_started_once() -> None:
    timeline = router(GIVEN_UP)
    result = check_started(timeline, WANTED, Start.AUTO)
    assert result["changed"]
    assert result["address"] == "100.64.0.16"
    assert starts(timeline) == 1


def test_a_start_that_does_not_help_is_not_repeated() -> None:
    timeline = router(GIVEN_UP, helped=False)
    with pytest.raises(WanError):
        check_started(timeline, WANTED, Start.AUTO)
    assert starts(timeline) == 1


@pytest.mark.parametrize(
    ("first", "start", "rehearsal"),
    [
        (GIVEN_UP, Start.NEVER, False),
        (GIVEN_UP, Start.AUTO, True),
        (RECORDED["pin"], Start.AUTO, False),  # each start costs a try
    ],
)
def test_what_is_not_started(first: dict[str, object], start: Start, rehearsal: bool) -> None:
    timeline = router(first)
    with pytest.raises(WanError):
        check_started(timeline, WANTED, start, rehearsal=rehearsal)
    assert starts(timeline) == 0


def test_a_wan_that_is_up_is_left_alone() -> None:
    timeline = router(UP)
    assert not check_started(timeline, WANTED, Start.AUTO)["changed"]
    assert starts(timeline) == 0


def test_a_change_that_netifd_does_not_know_of_takes_a_start_first() -> None:
    timeline = router(UP)
    assert check_started(timeline, WANTED, Start.ALWAYS)["changed"]
    assert timeline.asked[0] == [START]


def test_in_check_mode_nothing_is_started() -> None:
    timeline = router(UP)
    assert not check_started(timeline, WANTED, Start.ALWAYS, rehearsal=True)["changed"]
    assert starts(timeline) == 0


def test_a_router_that_cannot_start_it_says_so() -> None:
    timeline = Timeline((0, {**state(UP), START: Answer(127, "", "ifup: not found")}))
    with pytest.raises(StepError, match="ifup: not found"):
        check_started(timeline, WANTED, Start.ALWAYS)
