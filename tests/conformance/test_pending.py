# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody's uncommitted changes, made by the router's own uci: refused, included, dropped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
from conformance import stand_in
from conformance.test_engine_on_router import over
from support.fake_router import params
from support.this_host import ask, carry_out

from ansible_collections.fleet.openwrt.plugins.modules import uci as uci_module
from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine import converge
from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.draft import Draft
from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.plan import Plan, Step
from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.probe import Known
from ansible_collections.fleet.openwrt.plugins.plugin_utils.errors import PlanError, StepError
from ansible_collections.fleet.openwrt.plugins.plugin_utils.resources.uci import UciSections
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.router import Router
from ansible_collections.fleet.openwrt.plugins.plugin_utils.uci.pending import Pending
from ansible_collections.fleet.openwrt.plugins.plugin_utils.uci.probe import UciProbe

PLACES = """\
config spot 'home'
	option street 'Main'
	list door 'front'
	list door 'back'

config spot 'away'
	option street 'Side'

config visit
	option who 'me'
"""

# By the package in which somebody does it.
EDITS = {
    "set": "uci set set.home.street=High",
    "awkward": """uci set awkward.home.note="it's
awkward.home.hunter2=\\"x\\" ; # no comment
" """,
    "section": "uci set section.new=spot; uci set section.new.street=Back",
    "less": "uci delete less.home.street",
    "section_less": "uci delete section_less.away",
    "visit_less": "uci delete visit_less.@visit[0]",
    "item": "uci add_list item.home.door=cellar",
    "item_less": "uci del_list item_less.home.door=front",
    "visit": "uci add visit visit; uci set visit.@visit[-1].who=you",
    "name": "uci rename name.away=far; uci rename name.home.street=road",
    "order": "uci reorder order.away=0",
    "many": "uci set many.home.street=High; uci add many visit; uci delete many.away",
}
ELSEWHERE = "uci set system.@system[0].notes=theirs"
MARK = {"name": "mark", "type": "mark", "options": {"by": "ours"}}
"""A section that nobody else edits."""
NOTHING = {"type": "nosuch", "match": {"a": "b"}, "state": "absent"}
"""Wanted, and so already."""


def commands(edits: Mapping[str, str]) -> str:
    """Fresh packages in which somebody has done this."""
    fresh = "".join(f"cp /root/places /etc/config/{name}\n" for name in edits)
    return f"rm -rf /tmp/.uci\n{fresh}" + "\n".join((*edits.values(), ""))


class Machine:
    """The router, and what its uci says."""

    def __init__(self, router: stand_in.Router) -> None:
        self.shell = router.shell
        self.answers = router.answers
        self.router = Router(over(router))

    def configs(self, names: Mapping[str, object]) -> dict[str, str]:
        """The committed files as uci reads them, whatever is staged."""
        looks = "".join(
            f"cp /etc/config/{name} /tmp/look/as_it_is; uci -c /tmp/look export as_it_is; echo @\n"
            for name in names
        )
        said = self.shell(f"mkdir -p /tmp/look\n{looks}")
        return dict(zip(names, said.split("@\n"), strict=False))

    def staged(self) -> str:
        """All that is staged, and in which files; empty when there is no such file."""
        return self.shell("cd /tmp/.uci 2>/dev/null && ls && cat ./* || :")

    def observe(self, resources: list[UciSections]) -> Known:
        return converge.observe(self.router, resources)


@pytest.fixture(scope="module")
def machine() -> Iterator[Machine]:
    with stand_in.running("pending") as router:
        router.shell(f"cat >/root/places <<'END'\n{PLACES}END")
        yield Machine(router)


def wanted(section: Mapping[str, object], names: Mapping[str, object]) -> list[UciSections]:
    """A task that wants this section in all these packages."""
    return [
        UciSections.from_params(
            params(uci_module.ARGUMENT_SPEC, package=name, sections=[section], reload=False)
        )
        for name in names
    ]


def planned(known: Known, pending: Pending, resources: list[UciSections]) -> Plan:
    draft = Draft(known, pending=pending)
    return draft.plan([resource.plan(draft) for resource in resources])


def test_included_changes_are_committed_as_uci_itself_commits_them(machine: Machine) -> None:
    marks = (
        f"uci set {name}.mark=mark; uci set {name}.mark.by=ours; uci commit {name}\n"
        for name in EDITS
    )
    machine.shell(f"{commands(EDITS)}uci commit\n{''.join(marks)}")
    as_uci_does = machine.configs(EDITS)
    machine.shell(f"{commands(EDITS)}{ELSEWHERE}")
    resources = wanted(MARK, EDITS)
    plan = planned(machine.observe(resources), Pending.INCLUDE, resources)
    carry_out(machine.router, *plan.steps)
    assert machine.configs(EDITS) == as_uci_does
    assert machine.shell("ls /tmp/.uci; uci changes") == (
        "system\nsystem.cfg01e48a.notes='theirs'\n"
    )
    assert set(plan.touches) == {
        path for name in EDITS for path in (f"/etc/config/{name}", f"/tmp/.uci/{name}")
    }
    assert not planned(machine.observe(resources), Pending.INCLUDE, resources).changed


def test_included_changes_are_committed_when_the_task_itself_wants_nothing(
    machine: Machine,
) -> None:
    machine.shell(f"{commands(EDITS)}uci commit")
    as_uci_does = machine.configs(EDITS)
    machine.shell(commands(EDITS))
    resources = wanted(NOTHING, EDITS)
    plan = planned(machine.observe(resources), Pending.INCLUDE, resources)
    carry_out(machine.router, *plan.steps)
    assert machine.configs(EDITS) == as_uci_does
    assert machine.staged() == ""
    for name, warning in zip(EDITS, plan.warnings, strict=True):
        assert f"included ({name}." in warning
        assert "hunter2" not in warning


def test_dropped_changes_leave_no_trace(machine: Machine) -> None:
    marks = "".join(f"uci set {name}.mark=mark; uci set {name}.mark.by=ours\n" for name in EDITS)
    machine.shell(f"{commands(dict.fromkeys(EDITS, ':'))}{marks}uci commit")
    without_theirs = machine.configs(EDITS)
    machine.shell(f"{commands(EDITS)}{ELSEWHERE}")
    resources = wanted(MARK, EDITS)
    plan = planned(machine.observe(resources), Pending.DISCARD, resources)
    carry_out(machine.router, *plan.steps)
    assert machine.configs(EDITS) == without_theirs
    assert machine.shell("ls /tmp/.uci") == "system\n"


def test_refused_changes_are_named_without_their_values(machine: Machine) -> None:
    machine.shell(commands(EDITS))
    resources = wanted(MARK, EDITS)
    known = machine.observe(resources)
    for name, resource in zip(EDITS, resources, strict=True):
        with pytest.raises(PlanError, match=rf"uncommitted changes .*: {name}\.\w+") as caught:
            planned(known, Pending.REFUSE, [resource])
        assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("pending", [Pending.REFUSE, Pending.DISCARD])
def test_a_task_that_wants_nothing_touches_nothing(machine: Machine, pending: Pending) -> None:
    machine.shell(commands(EDITS))
    resources = wanted(NOTHING, EDITS)
    assert not planned(machine.observe(resources), pending, resources).changed


@pytest.mark.parametrize(
    ("first", "meddle"),
    [
        pytest.param(EDITS["set"], "uci set set.away.street=Low", id="more staged"),
        pytest.param(EDITS["set"], "uci revert set", id="reverted"),
        pytest.param(EDITS["set"], "uci commit set", id="committed"),
        pytest.param(":", EDITS["set"], id="staged only then"),
    ],
)
def test_changes_that_change_between_reading_and_writing_are_left_alone(
    machine: Machine, first: str, meddle: str
) -> None:
    edits = {"set": first}
    machine.shell(commands(edits))
    resources = wanted(MARK, edits)
    known = machine.observe(resources)
    machine.shell(meddle)
    before = machine.configs(edits), machine.staged()
    for pending in (Pending.INCLUDE, Pending.DISCARD):
        plan = planned(known, pending, resources)
        with pytest.raises(StepError, match=r"Run the task again\. Nothing was changed"):
            carry_out(machine.router, *plan.steps)
    assert (machine.configs(edits), machine.staged()) == before


def test_changes_that_an_earlier_step_makes_are_noticed_before_the_write(machine: Machine) -> None:
    edits = {"set": EDITS["set"]}
    machine.shell(commands(edits))
    resources = wanted(MARK, edits)
    plan = planned(machine.observe(resources), Pending.DISCARD, resources)
    meddle = Step(title="install", apply="uci set set.away.street=Low")
    with pytest.raises(StepError, match="no longer those that were read"):
        carry_out(machine.router, meddle, *plan.steps)
    assert "set.away.street" in machine.staged()
    assert "mark" not in machine.configs(edits)["set"]


def test_a_write_that_fails_keeps_what_is_staged(machine: Machine) -> None:
    edits = {"set": EDITS["set"]}
    machine.shell(commands(edits))
    before = machine.configs(edits), machine.staged()
    resources = wanted(MARK, edits)
    plan = planned(machine.observe(resources), Pending.DISCARD, resources)
    # A folder in the place of the new file can be neither removed nor written to.
    machine.shell("mkdir -p /etc/config/.set.fleet/in_the_way")
    try:
        with pytest.raises(StepError, match="write /etc/config/set"):
            carry_out(machine.router, *plan.steps)
    finally:
        machine.shell("rm -r /etc/config/.set.fleet")
    assert (machine.configs(edits), machine.staged()) == before


def test_changes_of_a_package_without_a_file_can_only_be_dropped(machine: Machine) -> None:
    machine.shell(f"{commands({'set': EDITS['set']})}rm /etc/config/set")
    assert ask(machine.router, UciProbe("set")).pending == ("set.home.street",)
    resources = wanted(MARK, {"set": ""})
    known = machine.observe(resources)
    for pending, problem in (
        (Pending.REFUSE, r"uncommitted changes .*set\.home\.street"),
        (Pending.INCLUDE, r"cannot be included.*pending=discard"),
    ):
        with pytest.raises(PlanError, match=problem):
            planned(known, pending, resources)
    carry_out(machine.router, *planned(known, Pending.DISCARD, resources).steps)
    after = machine.configs({"set": ""})["set"]
    assert "option by 'ours'" in after
    assert "spot" not in after
    assert machine.staged() == ""
