# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plans carried out by a real shell on real files: all checks first, all or nothing at a fault."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.this_host import carry_out, this_host

from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine import transaction
from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.plan import (
    Expectation,
    Plan,
    Reload,
    Step,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.errors import ReloadError, StepError
from ansible_collections.fleet.openwrt.plugins.plugin_utils.files.probe import FileProbe
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.router import Router
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.wire import Answer


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Router:
    return this_host(monkeypatch)


def test_a_step_that_fails_stops_the_rest_and_says_what_was_applied(host: Router) -> None:
    steps = (
        Step(title="one", apply="true"),
        Step(title="two", apply="echo no space >&2; exit 5"),
        Step(title="three", apply="echo ran"),
    )
    with pytest.raises(StepError, match=r"two failed with exit status 5: no space.*one") as caught:
        carry_out(host, *steps)
    assert caught.value.facts()["applied"] == ["one"]
    assert caught.value.facts()["changed"] is True


def test_a_step_may_warn_of_what_only_the_router_knows(host: Router) -> None:
    step = Step(title="one", apply="echo warning: untested; echo all else is its own")
    plan = Plan(steps=(step,), reloads=(), outcomes=())
    assert transaction.warnings(plan, carry_out(host, step)) == ("untested",)


def test_checks_run_before_the_first_change_and_reloads_come_last() -> None:
    plan = Plan(
        steps=(Step(title="a", apply="x", prepare="p"), Step(title="b", apply="y", prepare="q")),
        reloads=(Reload("network"),),
        outcomes=(),
    )
    names = [section.name for section in transaction.sections(plan)]
    assert names == ["check: a", "check: b", "a", "b", "flush to flash", "start the reload"]


def test_nothing_but_a_reload_writes_nothing() -> None:
    plan = Plan(steps=(), reloads=(Reload("network", "restart"),), outcomes=())
    assert [section.name for section in transaction.sections(plan)] == ["start the reload"]
    assert "/etc/init.d/network restart" in transaction.sections(plan)[0].body


def test_what_stays_comes_before_the_guard_and_all_else_after() -> None:
    steps = (
        Step(title="install", apply="i", prepare="p", stays=True),
        Step(title="write", apply="w", touches=("/etc/x",)),
    )
    plan = Plan(steps, (Reload("network"),), ())
    guard = transaction.guard_of(plan, name="cafe", by="me@here", timeout=60)
    assert [section.name for section in transaction.sections(plan, guard)] == [
        "check: install",
        "install",
        "set up the guard",
        "write",
        "flush to flash",
        "start the time to confirm",
        "start the reload",
    ]
    names = [each.name for each in transaction.sections(plan, guard, extend=True, close=True)]
    assert names[2] == "extend the guard"
    assert names[-2:] == ["end the transaction", "start the reload"]


def test_what_can_be_undone_on_request_is_guarded() -> None:
    plan = Plan((Step(title="install", apply="i", stays=True, undo="opkg remove x"),), (), ())
    guard = transaction.guard_of(plan, name="cafe", by="", timeout=60)
    names = [section.name for section in transaction.sections(plan, guard)]
    assert names.index("set up the guard") < names.index("install")
    assert guard.packages == ("opkg remove x",)
    assert guard.limit > transaction.guard_of(Plan((), (), ()), name="", by="", timeout=1).limit


def test_services_are_brought_back_by_the_opposite_of_what_was_done() -> None:
    reloads = (Reload("a"), Reload("b", "start"), Reload("c", "stop"), Reload("d", "restart"))
    guard = transaction.guard_of(Plan((), reloads, ()), name="", by="", timeout=60)
    assert [line.split()[6:8] for line in guard.before] == [["/etc/init.d/b", "stop;"]]
    assert [line.split()[6:8] for line in guard.after] == [
        ["/etc/init.d/a", "reload;"],
        ["/etc/init.d/c", "start;"],
        ["/etc/init.d/d", "restart;"],
    ]


def job(host: Router, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> Plan:
    """A plan whose only reload is this command; what it leaves behind is in tmp_path."""
    monkeypatch.setattr(transaction, "RELOAD_JOB", str(tmp_path / "job"))
    monkeypatch.setattr(transaction, "_call", lambda _reload: call)
    monkeypatch.setattr(transaction, "_DELAY", "0.2")
    plan = Plan(steps=(), reloads=(Reload("firewall"),), outcomes=())
    host.run(transaction.sections(plan))
    return plan


def test_the_reload_starts_after_the_reply_and_tells_what_failed(
    host: Router, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trace = tmp_path / "trace"
    job(host, tmp_path, monkeypatch, f"{{ echo ran >>{trace}; echo bad rule; false; }}")
    assert not trace.exists()
    with pytest.raises(ReloadError, match="bad rule"):
        transaction.check_reloads(host.run([transaction.settle()]))
    assert trace.read_text() == "ran\n"


def test_who_asks_before_the_reload_is_done_must_ask_again(
    host: Router, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job(host, tmp_path, monkeypatch, "true")
    early = host.run([transaction.settle()])
    assert transaction.asked_early(early)
    transaction.check_reloads(early)
    again = host.run([transaction.settle()])
    assert not transaction.asked_early(again)
    transaction.check_reloads(again)


def test_a_reload_that_was_never_started_is_not_waited_for(
    host: Router, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transaction, "RELOAD_JOB", str(tmp_path / "job"))
    with pytest.raises(ReloadError, match="never started"):
        transaction.check_reloads(host.run([transaction.settle()]))


@pytest.mark.parametrize("service", ["network", "dropbear", "reload_config"])
def test_what_takes_effect_later_is_waited_for(service: str) -> None:
    assert transaction.settling_time(Plan((), (Reload(service),), ())) > 3
    assert transaction.settling_time(Plan((), (Reload("firewall"),), ())) == 2
    assert transaction.settling_time(Plan((), (), ())) == 0


def test_what_is_expected_is_looked_at_once_the_reloads_are_done() -> None:
    probe = FileProbe("/etc/x")
    expectation = Expectation(probe, lambda state: "" if state.exists else "x is not there")
    plan = Plan((), (Reload("cron"),), (), (expectation,))
    answers = {probe.title: Answer(0, "absent - - 0 - 0\n", "")}
    with pytest.raises(ReloadError, match="x is not there"):
        transaction.check_expectations(plan, answers)
    transaction.check_expectations(plan, {probe.title: Answer(0, "other - - 0 - 0\n", "")})


def test_what_a_step_stages_goes_with_its_check() -> None:
    step = Step(title="a", apply="x", prepare="p", stage={"new": "content"})
    sections = transaction.sections(Plan((step,), (), ()))
    assert sections[0].stage == {"new": "content"}
