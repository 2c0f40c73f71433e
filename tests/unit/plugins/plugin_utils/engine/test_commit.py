# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A change and a router that may be lost by it: confirmed, or rolled back and told so in order."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.guarded_router import OPENING, RELOAD, GuardedRouter

from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine import converge
from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.contact import Contact
from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.plan import (
    Expectation,
    Plan,
    Reload,
    Step,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.probe import Known
from ansible_collections.fleet.openwrt.plugins.plugin_utils.errors import (
    FleetError,
    NoRoomError,
    ReloadError,
    RolledBackError,
    StepError,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.files.probe import FileProbe
from ansible_collections.fleet.openwrt.plugins.plugin_utils.files.state import plain_file
from ansible_collections.fleet.openwrt.plugins.plugin_utils.guard import calls
from ansible_collections.fleet.openwrt.plugins.plugin_utils.guard.policy import Confirm, Policy
from ansible_collections.fleet.openwrt.plugins.plugin_utils.guard.run import noted
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.router import Router
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.wire import Answer

PATH = "/etc/config/network"
PROBE = FileProbe(PATH)
OLD = plain_file("old", "0600")
KNOWN = Known({PROBE: OLD})
WRITE = f"write {PATH}"
PLAN = Plan((Step(title=WRITE, apply="w", touches=(PATH,)),), (Reload("network"),), ())
FOR_EVER = float("inf")


def reads(content: str) -> Answer:
    state = plain_file(content, "0600")
    return Answer(0, f"file -rw------- 0 {state.size} {state.digest} 0\n{content}", "")


class Site(GuardedRouter):
    """Its one file reads old or new, by what the guard has left of it."""

    def _run(self, section):  # type: ignore[no-untyped-def]
        if section.name == PROBE.title:
            self._tick()
            return reads("new" if self.written else "old")
        return super()._run(section)


def carry_out(
    router: GuardedRouter,
    plan: Plan = PLAN,
    *,
    policy: Policy | None = None,
    monkeypatch: pytest.MonkeyPatch,
    judge: converge.Judge | None = None,
    joined: str = "",
) -> dict[str, object]:
    monkeypatch.setattr(
        converge, "Contact", lambda _router: Contact(router, router.clock, router.sleep)
    )
    return converge.carry_out(
        router,
        plan,
        KNOWN,
        policy or Policy(),
        by="me@here",
        run="this run",
        judge=judge,
        joined=joined,
    )


def test_a_change_that_works_is_confirmed(monkeypatch: pytest.MonkeyPatch) -> None:
    router = Site()
    assert carry_out(router, monkeypatch=monkeypatch) == {}
    assert router.last[1] == "confirmed"
    assert router.written


def test_what_a_step_warns_of_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    router = Site({WRITE: "warning: untested\n"})
    assert carry_out(router, monkeypatch=monkeypatch) == {"warnings": ["untested"]}
    manual = carry_out(
        Site({WRITE: "warning: untested\n"}),
        policy=Policy(confirm=Confirm.MANUAL),
        monkeypatch=monkeypatch,
    )
    warnings = manual["warnings"]
    assert isinstance(warnings, list)
    assert [text.split()[0] for text in warnings] == ["untested", "Not"]


def test_only_a_connection_younger_than_the_reload_confirms(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    router = Site(reload_takes=30)
    carry_out(router, monkeypatch=monkeypatch)
    assert router.connected >= router.reloaded
    assert router.last[1] == "confirmed"


def test_a_short_silence_is_waited_out(monkeypatch: pytest.MonkeyPatch) -> None:
    router = Site(silent=[(1, 60)])
    carry_out(router, monkeypatch=monkeypatch)
    assert router.last[1] == "confirmed"
    assert 60 < router.now < 70


def test_a_router_that_locked_itself_off_comes_back_and_all_is_told_in_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    router = Site(silent=[(1, 125)])
    with pytest.raises(RolledBackError, match=r"could not be reached.*rolled back") as caught:
        carry_out(router, monkeypatch=monkeypatch)
    story = caught.value.facts()["story"]
    assert isinstance(story, list)
    for event, words in zip(
        story,
        [
            "applied: write /etc/config/network",
            "started: reload network",
            "lost (Connection timed out",
            "without contact",
            "answers again",
            "rolled-back, nobody confirmed it in time",
            f"found as before the task: {PATH}",
        ],
        strict=True,
    ):
        assert words in event
    assert caught.value.facts()["rolled_back"] is True
    assert caught.value.facts()["changed"] is False


def test_a_router_that_never_comes_back_is_not_said_to_be_well(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(RolledBackError, match="switched off and on") as caught:
        carry_out(Site(silent=[(1, FOR_EVER)]), monkeypatch=monkeypatch)
    assert caught.value.facts()["rolled_back"] is False
    assert caught.value.facts()["changed"] is True


def test_a_reply_that_is_lost_after_the_change_does_not_lose_the_change(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    router = Site(cut=[RELOAD])
    assert carry_out(router, monkeypatch=monkeypatch) == {}
    assert router.last[1] == "confirmed"


def test_a_confirmation_whose_reply_is_lost_is_found_on_the_router(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    router = Site(cut=[calls.CONFIRM])
    assert carry_out(router, monkeypatch=monkeypatch) == {}
    late = Site(cut=[calls.CONFIRM], silent=[(7, 130)])
    assert carry_out(late, monkeypatch=monkeypatch) == {}
    assert late.last[1] == "confirmed"


def test_a_script_that_never_arrived_has_changed_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    class Deaf(Site):
        def run(self, sections, **options):  # type: ignore[no-untyped-def]
            if options.get("exclusive"):
                self.round_trips += 1
                raise calls_cut()
            return super().run(sections, **options)

    with pytest.raises(RolledBackError) as caught:
        carry_out(Deaf(), monkeypatch=monkeypatch)
    assert caught.value.facts()["changed"] is False


def calls_cut() -> Exception:
    from ansible_collections.fleet.openwrt.plugins.plugin_utils.errors import ReplyCutError

    return ReplyCutError(last_section=None, status=255, excerpt="")


def test_a_power_cut_after_the_confirmation_leaves_the_change(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Forgetful(Site):
        def run(self, sections, **options):  # type: ignore[no-untyped-def]
            try:
                return super().run(sections, **options)
            finally:
                if self.last[1] == "confirmed":
                    self.last = ("", "", "")

    router = Forgetful(cut=[calls.CONFIRM])
    assert carry_out(router, monkeypatch=monkeypatch) == {}
    assert router.written


def test_a_step_that_fails_is_told_with_what_became_of_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    two = Step(title="two", apply="x", touches=("/etc/x",))
    stays = Step(title="install", apply="i", stays=True)
    plan = replace(PLAN, steps=(stays, *PLAN.steps, two))
    router = Site({"two": Answer(5, "", "no space")})
    with pytest.raises(StepError, match=r"two failed with exit status 5: no space") as caught:
        carry_out(router, plan, monkeypatch=monkeypatch)
    assert "put back" in str(caught.value)
    assert caught.value.facts()["applied"] == ["install"]
    assert caught.value.facts()["rolled_back"] is True
    assert not router.written


def test_what_could_not_be_put_back_is_said_loudly(monkeypatch: pytest.MonkeyPatch) -> None:
    router = Site(
        {
            WRITE: Answer(5, "", "no space"),
            calls.ROLL_BACK: Answer(78, "last_outcome=failed\n", "these could not be put back"),
        }
    )
    with pytest.raises(StepError, match="could not be put back") as caught:
        carry_out(router, monkeypatch=monkeypatch)
    assert caught.value.facts()["changed"] is True


def test_a_guard_that_cannot_be_set_up_stops_the_change(monkeypatch: pytest.MonkeyPatch) -> None:
    router = Site({OPENING: Answer(77, "", "there is no room on the flash")})
    with pytest.raises(StepError, match="no room on the flash") as caught:
        carry_out(router, monkeypatch=monkeypatch)
    assert caught.value.facts()["changed"] is False
    assert not router.written


REFUSED = Answer(1, "firewall reload:\nbad rule\n", "")


def test_a_service_that_refuses_takes_the_change_back(monkeypatch: pytest.MonkeyPatch) -> None:
    router = Site({"reload": REFUSED})
    with pytest.raises(RolledBackError, match="bad rule") as caught:
        carry_out(router, monkeypatch=monkeypatch)
    assert caught.value.facts()["rolled_back"] is True
    assert router.now < 20


def test_a_guard_that_says_nothing_has_not_confirmed(monkeypatch: pytest.MonkeyPatch) -> None:
    class Mute(Site):
        def _run(self, section):  # type: ignore[no-untyped-def]
            answer = super()._run(section)
            faulty = section.name == calls.STATUS and self.open
            return replace(answer, status=1) if faulty else answer

    router = Mute()
    with pytest.raises(RolledBackError, match="The guard did not confirm"):
        carry_out(router, monkeypatch=monkeypatch)
    assert not router.written


def test_a_reload_that_the_rollback_broke_off_is_not_blamed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Overtaken(Site):
        def _settle(self, body: str) -> Answer:
            self._end("rolled-back", "nobody confirmed it in time")
            return Answer(1, "the reload was broken off\n", body)

    with pytest.raises(RolledBackError) as caught:
        carry_out(Overtaken(), monkeypatch=monkeypatch)
    assert str(caught.value).startswith("The change was rolled back.")
    assert "nobody confirmed it in time" in str(caught.value)
    assert "broken off" not in str(caught.value)


def test_what_is_expected_and_not_seen_takes_the_change_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    look = FileProbe("/etc/y")
    expecting = Expectation(look, lambda state: "" if state.exists else "y is not there")
    plan = replace(PLAN, expectations=(expecting,))
    router = Site({look.title: "absent - - 0 - 0\n"})
    with pytest.raises(RolledBackError, match="y is not there"):
        carry_out(router, plan, monkeypatch=monkeypatch)
    assert not router.written
    router = Site({look.title: "other - - 0 - 0\n"})
    assert carry_out(router, plan, monkeypatch=monkeypatch) == {}
    assert router.last[1] == "confirmed"


@pytest.mark.parametrize("works", [True, False])
def test_a_wan_that_does_not_come_up_takes_the_change_back(
    monkeypatch: pytest.MonkeyPatch, works: bool
) -> None:
    granted: list[int] = []

    def judge(_router: Router, seconds: int) -> None:
        granted.append(seconds)
        if not works:
            raise FleetError("the SIM asks for a PIN")

    router = Site()
    policy = Policy(confirm=Confirm.WAN)
    if works:
        carry_out(router, policy=policy, monkeypatch=monkeypatch, judge=judge)
    else:
        with pytest.raises(RolledBackError, match="the SIM asks for a PIN"):
            carry_out(router, policy=policy, monkeypatch=monkeypatch, judge=judge)
    assert router.written == works
    # Some time is left for the confirmation.
    assert 90 < granted[0] < 115


def test_a_router_that_is_busy_for_an_hour_is_asked_all_the_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Busy(Site):
        def _confirm(self, body: str) -> Answer:
            return Answer(calls.BUSY, "", "") if self.now < 3600 else super()._confirm(body)

    router = Busy(timeout=7200)
    assert carry_out(router, policy=Policy(timeout=7200), monkeypatch=monkeypatch) == {}
    assert router.round_trips > 1500
    assert router.last[1] == "confirmed"


@pytest.mark.parametrize("until", [60, FOR_EVER])
def test_a_full_tmp_after_the_change_is_no_end_and_nothing_is_said_to_be_unchanged(
    monkeypatch: pytest.MonkeyPatch, until: float
) -> None:
    class Full(Site):
        def run(self, sections, **options):  # type: ignore[no-untyped-def]
            if not options.get("exclusive") and self.now < until:
                self.now += 0.1
                raise NoRoomError(said="", usage="tmpfs 100% /tmp")
            return super().run(sections, **options)

    router = Full()
    if until == 60:
        assert carry_out(router, monkeypatch=monkeypatch) == {}
        assert router.last[1] == "confirmed"
    else:
        with pytest.raises(RolledBackError, match="/tmp is full") as caught:
            carry_out(router, monkeypatch=monkeypatch)
        assert "switched off and on" in str(caught.value)
        assert caught.value.facts()["changed"] is True


def test_contact_that_is_lost_again_and_again_is_sought_until_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lost: list[int] = []

    def judge(_router: Router, seconds: int) -> None:
        if len(lost) < 2000:
            lost.append(seconds)
            raise calls_cut()

    router = Site(timeout=86400)
    policy = Policy(confirm=Confirm.WAN, timeout=86400)
    assert carry_out(router, policy=policy, monkeypatch=monkeypatch, judge=judge) == {}
    assert router.now > 2000


def test_manual_leaves_it_open_and_says_how_to_confirm(monkeypatch: pytest.MonkeyPatch) -> None:
    router = Site()
    policy = Policy(confirm=Confirm.MANUAL, timeout=300)
    result = carry_out(router, policy=policy, monkeypatch=monkeypatch)
    transaction = result["transaction"]
    assert isinstance(transaction, dict)
    assert transaction["id"] == router.open
    assert router.open in transaction["command"]
    assert result["ansible_facts"] == noted(router.open, "this run")
    assert "300 s" in str(result["warnings"])


def test_a_joined_transaction_is_seen_to_work_and_left_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    router = Site(silent=[(1, 20)])
    router.open = "cafe"
    result = carry_out(router, monkeypatch=monkeypatch, joined="cafe")
    assert router.open == "cafe"
    assert "ansible_facts" not in result
    assert router.connected > 20


def test_nobody_confirms_where_nobody_shall(monkeypatch: pytest.MonkeyPatch) -> None:
    router = Site()
    policy = Policy(confirm=Confirm.NONE)
    assert carry_out(router, policy=policy, monkeypatch=monkeypatch) == {}
    assert "end the transaction" in router.asked[0]
    assert router.renewed == 0
    with pytest.raises(ReloadError, match="bad rule"):
        carry_out(Site({"reload": REFUSED}), policy=policy, monkeypatch=monkeypatch)


def test_what_stays_whatever_happens_needs_no_guard(monkeypatch: pytest.MonkeyPatch) -> None:
    router = Site()
    plan = Plan((Step(title="install", apply="i", stays=True),), (), ())
    carry_out(router, plan, monkeypatch=monkeypatch)
    assert router.asked == [["install", "flush to flash"]]
