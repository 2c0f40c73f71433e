# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the guard says, as values and in words."""

from __future__ import annotations

import pytest

from ansible_collections.fleet.openwrt.plugins.plugin_utils.errors import ProbeError, SpecError
from ansible_collections.fleet.openwrt.plugins.plugin_utils.guard.policy import (
    Confirm,
    Interrupted,
    Policy,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.guard.state import (
    GuardProbe,
    GuardState,
    parse,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.wire import Answer
from ansible_collections.fleet.openwrt.plugins.plugin_utils.uci.pending import Pending

OPEN = "state=open\nid=cafe\ntimeout=120\nby=me@here\nleft=73\ntimer=yes\n"


@pytest.mark.parametrize(
    ("said", "state", "words"),
    [
        ("", GuardState(), ""),
        (
            OPEN,
            GuardState("open", "cafe", "me@here", left=73, timer=True),
            "transaction cafe by me@here, which is rolled back in 73 s unless it is confirmed",
        ),
        (
            "state=open\nid=cafe\nleft=-4\ntimer=yes\n",
            GuardState("open", "cafe", left=-4, timer=True),
            "transaction cafe, which is rolled back in 0 s unless it is confirmed",
        ),
        (
            "state=open\nid=cafe\napplying=yes\ntimer=yes\n",
            GuardState("open", "cafe", timer=True),
            "transaction cafe, which is being applied",
        ),
        (
            "state=open\nid=cafe\nleft=50\ntimer=no\n",
            GuardState("open", "cafe", left=50),
            "transaction cafe, which is rolled back at the next boot",
        ),
        (
            "state=rolling\nid=cafe\n",
            GuardState("rolling", "cafe"),
            "transaction cafe, which is being rolled back",
        ),
    ],
)
def test_what_is_open(said: str, state: GuardState, words: str) -> None:
    found = GuardProbe().parse(Answer(0, said, ""))
    assert found == state
    assert found.is_open == bool(said)
    if words:
        assert found.describe() == words


def test_how_the_last_one_ended() -> None:
    state = parse("state=none\nlast_id=cafe\nlast_outcome=failed\nlast_why=a=b; /etc/x\ntold=yes\n")
    assert (state.last_id, state.last_outcome, state.last_why) == ("cafe", "failed", "a=b; /etc/x")
    assert state.told
    assert not state.is_open


def test_a_router_that_does_not_tell() -> None:
    with pytest.raises(ProbeError, match="open transactions"):
        GuardProbe().parse(Answer(1, "", "cannot read"))


OPTIONS = {
    "confirm": "reachable",
    "confirm_wan": None,
    "timeout": 120,
    "pending": "refuse",
    "interrupted": "refuse",
    "lockout": "refuse",
}


def test_a_policy_from_its_options() -> None:
    assert Policy.from_params(OPTIONS) == Policy()
    options = {
        "confirm": "wan",
        "confirm_wan": {"interface": "lte", "ping": ["198.51.100.1"]},
        "timeout": 300,
        "pending": "include",
        "interrupted": "rollback",
        "lockout": "refuse",
    }
    assert Policy.from_params(options) == Policy(
        confirm=Confirm.WAN,
        timeout=300,
        wan_interface="lte",
        wan_ping=("198.51.100.1",),
        pending=Pending.INCLUDE,
        interrupted=Interrupted.ROLLBACK,
    )


@pytest.mark.parametrize("timeout", [-1, 0, 4, 86401])
def test_a_time_in_which_nobody_could_confirm(timeout: int) -> None:
    with pytest.raises(SpecError, match="timeout"):
        Policy.from_params({**OPTIONS, "timeout": timeout})
