# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""In check mode a task knows what the tasks before it would have brought."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleConnectionFailure
from support.task import run
from support.timeline import Timeline
from support.wan import state

from ansible_collections.fleet.openwrt.plugins.action import wan_check
from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.draft import Draft
from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.probe import Known
from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.rehearsed import Rehearsed

NOTHING = {"wwan": None, "wwan_4": None, "log": []}
RUN = "1234"


def test_what_was_rehearsed_travels_as_facts() -> None:
    facts = Rehearsed().further(["comgt-ncm"], ["wwan"]).further(["chat"], []).facts(RUN)
    assert Rehearsed.of(facts, RUN) == Rehearsed(
        frozenset({"comgt-ncm", "chat"}), frozenset({"wwan"})
    )


def test_another_run_knows_nothing_of_it() -> None:
    """Facts may be cached."""
    facts = Rehearsed().further(["comgt-ncm"], ["wwan"]).facts(RUN)
    assert Rehearsed.of(facts, "5678") == Rehearsed()


def test_a_package_of_an_earlier_task_is_coming() -> None:
    draft = Draft(Known(), rehearsal=True, rehearsed=Rehearsed(frozenset({"comgt-ncm"})))
    assert draft.is_coming("comgt-ncm")
    assert not draft.is_coming("uqmi")


@pytest.fixture
def look(monkeypatch: pytest.MonkeyPatch) -> Any:
    """wan_check in check mode on a router that has no such interface."""

    def result(*interfaces: str) -> dict[str, Any]:
        # The id of the test's task is always the same, and so is its run.
        monkeypatch.setattr(
            Rehearsed, "of", classmethod(lambda _cls, *_known: Rehearsed().further([], interfaces))
        )
        return run(wan_check, {}, Timeline((0, state(NOTHING))), monkeypatch, check_mode=True)

    return result


def test_an_interface_that_nobody_would_have_brought_is_warned_of(look: Any) -> None:
    assert look("wan6")["warnings"] == ["wwan is not configured yet."]


def test_one_that_the_run_would_have_brought_is_not(look: Any) -> None:
    assert "warnings" not in look("wwan")


class Unplugged(Timeline):
    """Nobody answers."""

    def run(self, *_sections: Any, **_options: Any) -> Any:
        raise AnsibleConnectionFailure("No route to host")


def test_a_router_that_does_not_answer_may_be_a_diagnosis(monkeypatch: pytest.MonkeyPatch) -> None:
    result = run(wan_check, {"unreachable": "diagnose"}, Unplugged((0, {})), monkeypatch)
    assert result["failed"]
    assert result["diagnosis"]["code"] == "UNREACHABLE"
    assert "No route to host" in result["diagnosis"]["text"]
    with pytest.raises(AnsibleConnectionFailure):
        run(wan_check, {}, Unplugged((0, {})), monkeypatch)
