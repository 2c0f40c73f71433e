# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""checkpoint and confirm: what they ask of the guard, and what a play learns from it."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest
from support import task
from support.guarded_router import APPLIED, OPENING, STATE, GuardedRouter

from ansible_collections.fleet.openwrt.plugins.action import checkpoint, confirm
from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.contact import Contact
from ansible_collections.fleet.openwrt.plugins.plugin_utils.guard import calls, ending
from ansible_collections.fleet.openwrt.plugins.plugin_utils.guard.run import noted
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.wire import Answer

FACT = "fleet_openwrt_transaction"
ANOTHER_RUN = "0242ac11-0002-77aa-99bb-000000000007"
MARK = "remember the services"
OURS, THEIRS = "0a1b2c3d", "another"
LOG = f"daemon.notice fleet-guard: transaction {OURS}: rolled-back, it was too late"


class Guard(GuardedRouter):
    """Ends transactions as the program on the router does, which prints the state each time.

    `busy`: how often it says first that it is at work. `services`: whether putting back leaves
    something for services to take up.
    """

    def __init__(
        self,
        opened: str = "",
        last: tuple[str, str, str] = ("", "", ""),
        *,
        busy: int = 0,
        services: bool = True,
        silent: tuple[tuple[float, float], ...] = (),
    ) -> None:
        self.log = f"the log of the transaction {OURS}"
        super().__init__({self.log: LOG + "\n"}, silent=silent)
        self.open, self.last, self.busy = opened, last, busy
        self.answers[ending._TAKES_UP] = Answer(0 if services else 1, "", "")

    def _confirm(self, body: str) -> Answer:
        return self._to_end(body.split()[-1], "confirmed", "what was changed stays")

    def _roll_back(self, body: str) -> Answer:
        words = body.partition(" rollback ")[2].partition(" ")
        return self._to_end(words[0], "rolled-back", words[2].strip("'"))

    def _to_end(self, name: str, outcome: str, why: str) -> Answer:
        if self.busy:
            self.busy -= 1
            return Answer(calls.BUSY, self._status(), "The task is still at work.\n")
        if self.open == name:
            self._end(outcome, why)
        if self.last[0] != name:
            return Answer(calls.UNKNOWN, self._status(), "")
        return Answer(0 if self.last[1] == outcome else calls.ROLLED_BACK, self._status(), "")


def run(
    plugin: ModuleType,
    router: GuardedRouter,
    monkeypatch: pytest.MonkeyPatch,
    *,
    ours: str = "",
    check_mode: bool = False,
    uuid: str = task.UUID % 7,
    **args: Any,
) -> dict[str, Any]:
    """The task's result; `ours` is what the run has left open."""
    monkeypatch.setattr(
        confirm, "Contact", lambda _router: Contact(router, router.clock, router.sleep)
    )
    facts = {FACT: ours}
    return task.run(
        plugin, args, router, monkeypatch, check_mode=check_mode, facts=facts, uuid=uuid
    )


def ended(router: GuardedRouter) -> tuple[str, str]:
    return router.last[:2]


# --- checkpoint


def test_a_checkpoint_opens_a_transaction_and_leaves_it_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    router = Guard()
    result = run(checkpoint, router, monkeypatch, paths=["/etc", "/www/"], timeout=90)
    name = router.open
    assert name
    assert result["changed"] is False
    assert result["transaction"]["id"] == result["ansible_facts"][FACT] == name
    assert result["transaction"]["timeout"] == 90
    assert name in result["transaction"]["command"]
    # What marks that services must take up what is put back comes once the guard has made its
    # place, and the time to confirm runs from the last step on.
    assert router.asked == [[STATE], [OPENING, MARK, APPLIED]]
    assert " /etc/ /www/" in router.sent


def test_in_check_mode_a_checkpoint_only_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    router = Guard(THEIRS)
    result = run(checkpoint, router, monkeypatch, check_mode=True, interrupted="rollback")
    assert router.asked == [[STATE]]
    assert router.open == THEIRS
    assert "/etc" in result["msg"]
    assert "ansible_facts" not in result
    assert any(THEIRS in text for text in result["warnings"])


def test_a_second_checkpoint_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    router = Guard(OURS)
    result = run(checkpoint, router, monkeypatch, ours=OURS, interrupted="rollback")
    assert result["failed"]
    assert OURS in result["msg"]
    assert "fleet.openwrt.confirm" in result["msg"]
    assert router.open == OURS


def test_a_checkpoint_leaves_what_others_have_open(monkeypatch: pytest.MonkeyPatch) -> None:
    router = Guard(THEIRS)
    result = run(checkpoint, router, monkeypatch)
    assert result["failed"]
    assert result["transaction"]["id"] == THEIRS
    assert router.asked == [[STATE]]


def test_a_checkpoint_rolls_back_what_others_have_open_on_request(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    router = Guard(THEIRS)
    result = run(checkpoint, router, monkeypatch, interrupted="rollback")
    assert ended(router) == (THEIRS, "rolled-back")
    assert router.open == result["transaction"]["id"] != THEIRS
    assert any(THEIRS in text for text in result["warnings"])


@pytest.mark.parametrize("step", [OPENING, MARK, APPLIED])
def test_a_checkpoint_that_cannot_be_had_fails(monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    router = Guard()
    router.answers[step] = Answer(1, "", "no space left on device\n")
    result = run(checkpoint, router, monkeypatch)
    assert result["failed"]
    assert "no space left on device" in result["msg"]
    assert router.open == ""
    assert "ansible_facts" not in result


@pytest.mark.parametrize("args", [{"paths": ["/tmp"]}, {"timeout": 1}, {"confirm": "none"}])
def test_wrong_arguments_are_not_sent(
    monkeypatch: pytest.MonkeyPatch, args: dict[str, Any]
) -> None:
    router = Guard()
    assert run(checkpoint, router, monkeypatch, **args)["failed"]
    assert router.asked == []


def test_facts_that_a_cache_kept_of_another_run_open_no_door(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    router = Guard(OURS)
    result = run(checkpoint, router, monkeypatch, ours=OURS, uuid=ANOTHER_RUN)
    assert result["transaction"]["id"] == OURS
    assert "is not this task's" in result["msg"]
    assert router.open == OURS
    # A rolled back transaction of the cache is nothing that this run must confirm.
    ended = Guard(last=(OURS, "rolled-back", "nobody confirmed it in time"))
    result = run(confirm, ended, monkeypatch, ours=OURS, uuid=ANOTHER_RUN)
    assert result["msg"] == "Nothing to confirm."


# --- confirm, state confirmed


def test_what_the_play_has_left_open_is_confirmed_in_one_round_trip(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    router = Guard(OURS)
    result = run(confirm, router, monkeypatch, ours=OURS)
    assert ended(router) == (OURS, "confirmed")
    assert result["changed"] is False
    assert result["pending"] == []
    assert result["transaction"] == {
        "id": OURS,
        "state": "confirmed",
        "why": "what was changed stays",
    }
    assert result["ansible_facts"] == noted("", task.RUN)
    assert result["round_trips"] == router.renewed == 1


def test_whatever_is_open_is_confirmed_where_the_play_has_left_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    router = Guard(THEIRS)
    result = run(confirm, router, monkeypatch)
    assert ended(router) == (THEIRS, "confirmed")
    assert result["transaction"]["id"] == THEIRS


def test_a_named_one_is_confirmed_and_ours_stays_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    router = Guard(THEIRS)
    result = run(confirm, router, monkeypatch, ours=OURS, id=THEIRS)
    assert ended(router) == (THEIRS, "confirmed")
    assert "ansible_facts" not in result


def test_nothing_to_confirm(monkeypatch: pytest.MonkeyPatch) -> None:
    result = run(confirm, Guard(last=("old", "rolled-back", "x")), monkeypatch)
    assert not result.get("failed")
    assert result["msg"] == "Nothing to confirm."


def test_what_was_rolled_back_meanwhile_cannot_be_confirmed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    router = Guard(last=(OURS, "rolled-back", "it was too late"))
    result = run(confirm, router, monkeypatch, ours=OURS)
    assert result["failed"]
    assert "it was too late" in result["msg"]
    assert result["log"] == [LOG]
    assert (result["rolled_back"], result["changed"]) == (True, False)


def test_what_could_not_be_put_back_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    router = Guard(last=(OURS, "failed", "the flash is full"))
    result = run(confirm, router, monkeypatch, ours=OURS)
    assert result["failed"]
    assert "the flash is full" in result["msg"]
    assert (result["rolled_back"], result["changed"]) == (False, True)


@pytest.mark.parametrize("state", ["confirmed", "rolled_back"])
@pytest.mark.parametrize("how", [{"ours": OURS}, {"id": OURS}])
def test_what_should_be_open_and_is_not_known_is_an_error(
    monkeypatch: pytest.MonkeyPatch, state: str, how: dict[str, str]
) -> None:
    router = Guard(THEIRS)
    result = run(confirm, router, monkeypatch, state=state, **how)
    assert result["failed"]
    assert OURS in result["msg"]
    assert THEIRS in result["msg"]
    assert "it was too late" in result["msg"], "the log is not told"
    assert router.open == THEIRS


def test_a_router_at_work_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    router = Guard(OURS, busy=3)
    assert not run(confirm, router, monkeypatch, ours=OURS).get("failed")
    assert ended(router) == (OURS, "confirmed")


def test_a_router_that_stays_at_work_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    router = Guard(OURS, busy=1000)
    result = run(confirm, router, monkeypatch, ours=OURS, timeout=20)
    assert result["failed"]
    assert "still at work" in result["msg"]
    assert 20 <= router.now < 30


def test_contact_that_is_lost_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    router = Guard(OURS, silent=((0, 60),))
    assert not run(confirm, router, monkeypatch, ours=OURS).get("failed")
    assert ended(router) == (OURS, "confirmed")


@pytest.mark.parametrize("state", ["confirmed", "rolled_back", "pending"])
def test_contact_that_is_lost_for_good(monkeypatch: pytest.MonkeyPatch, state: str) -> None:
    router = Guard(OURS, silent=((0, float("inf")),))
    result = run(confirm, router, monkeypatch, ours=OURS, state=state, timeout=30)
    assert result["failed"]
    assert "has not answered for 30 s" in result["msg"]
    assert any("Connection timed out" in event for event in result["story"])
    assert 30 <= router.now < 40


# --- confirm, state rolled_back


def test_rolling_back_waits_for_the_services_and_a_new_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    router = Guard(OURS)
    result = run(confirm, router, monkeypatch, ours=OURS, state="rolled_back")
    assert ended(router) == (OURS, "rolled-back")
    assert result["changed"] is True
    assert result["transaction"]["state"] == "rolled-back"
    assert result["ansible_facts"] == noted("", task.RUN)
    firsts = [trip[0] for trip in router.asked]
    assert firsts == [calls.STATUS, calls.ROLL_BACK, ending._TAKEN_UP, calls.STATUS]
    # netifd works on after its init script has ended.
    assert router.connected > 6
    assert router.renewed == 4


def test_rolling_back_does_not_wait_where_no_service_is_concerned(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    router = Guard(OURS, services=False)
    assert run(confirm, router, monkeypatch, ours=OURS, state="rolled_back")["changed"] is True
    assert router.round_trips == 2
    assert router.now < 1


def test_services_that_do_not_take_it_up_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    router = Guard(OURS)
    router.answers[ending._TAKEN_UP] = Answer(1, "the services are stuck\n", "")
    result = run(confirm, router, monkeypatch, ours=OURS, state="rolled_back")
    assert result["failed"]
    assert "the services are stuck" in result["msg"]


@pytest.mark.parametrize("ours", ["", OURS])
def test_what_is_rolled_back_stays_so(monkeypatch: pytest.MonkeyPatch, ours: str) -> None:
    router = Guard(last=(OURS, "rolled-back", "x"))
    result = run(confirm, router, monkeypatch, ours=ours, state="rolled_back")
    assert not result.get("failed")
    assert result["changed"] is False
    assert ("ansible_facts" in result) == bool(ours)


def test_what_was_confirmed_cannot_be_rolled_back(monkeypatch: pytest.MonkeyPatch) -> None:
    router = Guard(last=(OURS, "confirmed", "x"))
    result = run(confirm, router, monkeypatch, ours=OURS, state="rolled_back")
    assert result["failed"]
    assert "confirmed" in result["msg"]


# --- looking only


def test_what_is_pending(monkeypatch: pytest.MonkeyPatch) -> None:
    router = Guard(THEIRS)
    result = run(confirm, router, monkeypatch, state="pending")
    assert [each["id"] for each in result["pending"]] == [THEIRS]
    assert result["transaction"] == result["pending"][0]
    assert result["changed"] is False
    assert router.open == THEIRS


@pytest.mark.parametrize(
    ("state", "opened", "changed", "said"),
    [
        ("confirmed", OURS, False, "Would confirm"),
        ("confirmed", "", False, "Nothing to confirm"),
        ("confirmed", THEIRS, False, "Nothing to confirm"),
        ("rolled_back", OURS, True, "Would roll back"),
        ("rolled_back", THEIRS, False, "Nothing to roll back"),
        ("pending", OURS, False, "Open: "),
    ],
)
def test_in_check_mode_it_only_looks(
    monkeypatch: pytest.MonkeyPatch, state: str, opened: str, changed: bool, said: str
) -> None:
    router = Guard(opened)
    result = run(confirm, router, monkeypatch, ours=OURS, check_mode=True, state=state)
    assert result["changed"] is changed
    assert said in result["msg"]
    assert router.open == opened
    assert not {calls.CONFIRM, calls.ROLL_BACK} & {name for trip in router.asked for name in trip}
