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


def test_the_reload_starts_after_the_reply_and_tells_what_failed(
    host: Router, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transaction, "_JOB", str(tmp_path / "job"))
    trace = tmp_path / "trace"

    def action(reload: Reload) -> str:
        return f"echo {reload.service} >>{trace}; echo bad rule >>{tmp_path}/job/failed"

    monkeypatch.setattr(transaction, "_action", action)
    plan = Plan(steps=(), reloads=(Reload("firewall"),), outcomes=())
    host.run(transaction.sections(plan))
    assert not trace.exists()
    with pytest.raises(ReloadError, match="bad rule"):
        transaction.check_reloads(host.run([transaction.settle()]))
    assert trace.read_text() == "firewall\n"
    assert not (tmp_path / "job").exists()


def test_what_is_expected_is_looked_at_once_the_reloads_are_done() -> None:
    probe = FileProbe("/etc/x")
    expectation = Expectation(probe, lambda state: "" if state.exists else "x is not there")
    plan = Plan((), (Reload("cron"),), (), (expectation,))
    answers = {probe.title: Answer(0, "absent - 0 - 0\n", "")}
    with pytest.raises(ReloadError, match="x is not there"):
        transaction.check_expectations(plan, answers)
    transaction.check_expectations(plan, {probe.title: Answer(0, "other - 0 - 0\n", "")})


def test_what_a_step_stages_goes_with_its_check() -> None:
    step = Step(title="a", apply="x", prepare="p", stage={"new": "content"})
    sections = transaction.sections(Plan((step,), (), ()))
    assert sections[0].stage == {"new": "content"}
