# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What others have staged: its names and never its values, what planning starts from, the step."""

from __future__ import annotations

import re

import pytest
from support.rendered import assert_clean_shell, bodies_of

from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.draft import Draft
from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.plan import Outcome
from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.probe import Known
from ansible_collections.fleet.openwrt.plugins.plugin_utils.errors import PlanError, ProbeError
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.wire import Answer
from ansible_collections.fleet.openwrt.plugins.plugin_utils.uci.model import Package, Section
from ansible_collections.fleet.openwrt.plugins.plugin_utils.uci.pending import (
    Pending,
    staged_names,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.uci.probe import UciFile, UciProbe
from ansible_collections.fleet.openwrt.plugins.plugin_utils.uci.write import told, write_package

COMMITTED = "config host 'a'\n\toption ip '1'\n"
DELTA = "base.a.ip='2'\nbase.a.note='Grüße'\n"
EFFECTIVE = "package base\n\nconfig host 'a'\n\toption ip '2'\n\toption note 'Grüße'\n"
NEW = Package("base", (Section("host", "a", (("ip", "9"),)),))


def answer(delta: str, exported: str, text: str | None) -> Answer:
    """As the router gives it when something is staged; `text` None: there is no file."""
    sizes = f"{len(delta.encode())} {len(exported.encode())}\n"
    rest = "" if text is None else f"@pending\n{text}"
    return Answer(44 if text is None else 0, f"{sizes}{delta}{exported}{rest}", "")


def read(delta: str = DELTA, exported: str = EFFECTIVE, text: str | None = COMMITTED) -> UciFile:
    return UciProbe("base").parse(answer(delta, exported, text))


@pytest.mark.parametrize("text", ["refuse", "include", "discard"])
def test_a_policy_comes_from_its_word(text: str) -> None:
    assert Pending(text).value == text


@pytest.mark.parametrize(
    ("delta", "names"),
    [
        pytest.param("base.a.ip='2'\n", ["base.a.ip"], id="set"),
        pytest.param("base.a='host'\n", ["base.a"], id="section"),
        pytest.param("-base.a.ip\n-base.b\n", ["base.a.ip", "base.b"], id="delete"),
        pytest.param("|base.a.l='x'\n~base.a.l='x'\n", ["base.a.l"], id="lists, once"),
        pytest.param(
            "+base.cfg0235f1='host'\nbase.cfg0235f1.ip='4'\n",
            ["base.cfg0235f1", "base.cfg0235f1.ip"],
            id="anonymous",
        ),
        pytest.param("@base.a='b'\n^base.b='0'\n", ["base.a", "base.b"], id="rename, reorder"),
        pytest.param("base.a.key='x\nbase.a.hunter2=y\n'\n", ["base.a.key"], id="lines"),
        pytest.param(
            "base.a.k='it'\\''s\nbase.a.hunter2'\nbase.b.k='v'\n",
            ["base.a.k", "base.b.k"],
            id="quote within lines",
        ),
        pytest.param("other.a.ip='2'\nbaseless.a='b'\n", [], id="other package"),
        pytest.param("hunter2\n", [], id="no change at all"),
        pytest.param("base.a.ip='2'\nbase.a.k='hunter2\n", ["base.a.ip"], id="never closed"),
        pytest.param("", [], id="nothing"),
    ],
)
def test_names_are_told_and_values_are_not(delta: str, names: list[str]) -> None:
    assert list(staged_names(delta, "base")) == names


def test_an_answer_without_staged_changes_is_the_file() -> None:
    plain = UciProbe("base").parse(Answer(0, f"@pending\n{COMMITTED}", ""))
    assert (plain.text, plain.pending, plain.delta, plain.effective) == (COMMITTED, (), "", None)
    assert all(plain.base(each) == plain.package for each in Pending)


def test_an_answer_with_staged_changes_has_both_readings() -> None:
    found = read()
    assert found.text == COMMITTED
    assert found.delta == DELTA
    assert found.pending == ("base.a.ip", "base.a.note")
    assert found.base(Pending.DISCARD) == found.base(Pending.REFUSE) == found.committed
    assert found.base(Pending.INCLUDE) == Package(
        "base", (Section("host", "a", (("ip", "2"), ("note", "Grüße"))),)
    )


def test_values_cannot_be_taken_for_the_frame_of_the_answer() -> None:
    value = "x\n@pending\nconfig host evil\n"
    exported = f"package base\n\nconfig host 'a'\n\toption note '{value}'\n"
    found = read(f"base.a.note='{value}'\n", exported)
    assert found.text == COMMITTED
    assert found.base(Pending.INCLUDE).sections[0].get("note") == value


def test_changes_that_cannot_be_read_count_nevertheless() -> None:
    found = read("hunter2\n")
    assert found.pending == ("base (unreadable)",)
    with pytest.raises(PlanError, match=r"uncommitted changes .*: base \(unreadable\)\."):
        write_package(found, NEW)


@pytest.mark.parametrize(
    "found",
    [
        pytest.param(read(exported="", text=None), id="no file"),
        pytest.param(read(exported="package base\n\nconfig a'b\n"), id="no UCI"),
    ],
)
def test_what_uci_cannot_apply_is_not_included_and_can_be_dropped(found: UciFile) -> None:
    with pytest.raises(PlanError, match=r"base cannot be included.*pending=discard"):
        found.base(Pending.INCLUDE)
    step = write_package(found, NEW, pending=Pending.DISCARD)
    assert step.apply.endswith("\nrm -f /tmp/.uci/base")


def test_a_router_that_cannot_read_says_why() -> None:
    with pytest.raises(ProbeError, match="no space"):
        UciProbe("base").parse(Answer(1, "", "no space"))


def test_refusing_names_what_is_staged_and_the_ways_out() -> None:
    with pytest.raises(PlanError) as caught:
        write_package(read(), NEW)
    said = str(caught.value)
    for part in ("base.a.ip, base.a.note", "uci commit base", "pending=include", "pending=discard"):
        assert part in said
    assert "Grüße" not in said


@pytest.mark.parametrize(
    ("pending", "title"),
    [
        (Pending.INCLUDE, "write /etc/config/base, uncommitted changes included"),
        (Pending.DISCARD, "write /etc/config/base, uncommitted changes dropped"),
    ],
)
def test_the_step_names_all_that_it_writes_and_no_value(pending: Pending, title: str) -> None:
    step = write_package(read(), NEW, pending=pending)
    assert step.title == title
    assert step.touches == ("/etc/config/base", "/tmp/.uci/base")
    assert "Grüße" not in step.prepare + step.apply + told(read(), pending)
    assert "base.a.ip, base.a.note" in told(read(), pending)


@pytest.mark.parametrize("pending", Pending)
def test_without_staged_changes_every_policy_does_the_same(pending: Pending) -> None:
    plain = UciProbe("base").parse(Answer(0, f"@pending\n{COMMITTED}", ""))
    step = write_package(plain, NEW, pending=pending)
    assert step == write_package(plain, NEW)
    assert step.touches == ("/etc/config/base",)
    assert not re.search(r"rm .*/tmp/\.uci", step.apply)


@pytest.mark.parametrize("pending", [Pending.INCLUDE, Pending.DISCARD])
def test_what_the_router_is_sent_is_clean_shell(pending: Pending) -> None:
    step = write_package(read(), NEW, pending=pending)
    assert_clean_shell({"read": UciProbe("base").script(), **bodies_of(step)})


def test_an_override_is_named_and_nothing_is_written_behind_it() -> None:
    found = UciProbe("base").parse(Answer(0, f"@override\n@pending\n{COMMITTED}", ""))
    assert found.overridden
    assert found.text == COMMITTED
    assert not UciProbe("base").parse(Answer(0, f"@pending\n{COMMITTED}", "")).overridden
    with pytest.raises(PlanError, match=r"reads /var/run/uci/base and not /etc/config/base"):
        write_package(found, NEW)
    staged = answer(DELTA, EFFECTIVE, COMMITTED)
    both = UciProbe("base").parse(Answer(0, f"@override\n{staged.stdout}", ""))
    assert both.overridden
    assert both.delta == DELTA


def test_a_task_that_wants_nothing_tells_of_the_override() -> None:
    found = UciProbe("base").parse(Answer(0, f"@override\n@pending\n{COMMITTED}", ""))
    draft = Draft(Known({UciProbe("base"): found}))
    draft.uci("base")
    outcome = Outcome(kind="uci", name="base", changed=False, before="", after="")
    (warning,) = draft.plan([outcome]).warnings
    assert "/var/run/uci/base" in warning


def test_only_what_nobody_else_has_changed_is_to_be_reported() -> None:
    found = UciProbe("base").parse(Answer(0, f"@pending\n{COMMITTED}", ""))
    prepare = write_package(found, NEW).prepare
    (first, second) = prepare.split("Please report this")[:2]
    assert first.count("has changed since it was read") == 2
    assert "/var/run/uci/base" in first
    assert "has changed since" not in second
