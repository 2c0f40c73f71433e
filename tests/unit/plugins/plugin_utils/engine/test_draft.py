# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a draft makes of changes that others have staged in the packages that are planned."""

from __future__ import annotations

import pytest
from support.fake_router import params

from ansible_collections.fleet.openwrt.plugins.modules.uci import ARGUMENT_SPEC
from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.draft import Draft
from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.plan import Plan, Reload
from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.probe import Known
from ansible_collections.fleet.openwrt.plugins.plugin_utils.errors import PlanError
from ansible_collections.fleet.openwrt.plugins.plugin_utils.resources.uci import UciSections
from ansible_collections.fleet.openwrt.plugins.plugin_utils.uci.model import Package, Section
from ansible_collections.fleet.openwrt.plugins.plugin_utils.uci.parser import parse
from ansible_collections.fleet.openwrt.plugins.plugin_utils.uci.pending import Pending
from ansible_collections.fleet.openwrt.plugins.plugin_utils.uci.probe import UciFile, UciProbe
from ansible_collections.fleet.openwrt.plugins.plugin_utils.uci.serialise import file_text

COMMITTED = "config interface 'lan'\n\toption ipaddr '1'\n"
STAGED = "config interface 'lan'\n\toption ipaddr '2'\n"
"""Somebody has done `uci set network.lan.ipaddr=2`."""


def network(staged: str | None = STAGED) -> UciFile:
    if staged is None:
        return UciFile("network", COMMITTED, parse(COMMITTED, package="network"))
    return UciFile(
        name="network",
        text=COMMITTED,
        package=parse(COMMITTED, package="network"),
        pending=("network.lan.ipaddr",),
        delta="network.lan.ipaddr='2'\n",
        effective=parse(staged, package="network"),
    )


def planned(pending: Pending, read: UciFile, *, reload: bool = True, **options: str) -> Plan:
    """A task that wants these options of network.lan."""
    resource = UciSections.from_params(
        params(
            ARGUMENT_SPEC,
            package="network",
            sections=[{"name": "lan", "options": options}],
            reload=reload,
        )
    )
    draft = Draft(Known({UciProbe("network"): read}), pending=pending)
    return draft.plan([resource.plan(draft)])


def written(plan: Plan) -> str:
    """What becomes of the section."""
    (step,) = plan.steps
    texts = {
        text: file_text(Package("network", (Section("interface", "lan", options),)))
        for text, options in {
            "1": (("ipaddr", "1"),),
            "2": (("ipaddr", "2"),),
            "1 dhcp": (("ipaddr", "1"), ("proto", "dhcp")),
            "2 dhcp": (("ipaddr", "2"), ("proto", "dhcp")),
        }.items()
    }
    quoted = {name: text.replace("'", "'\"'\"'") for name, text in texts.items()}
    (found,) = (name for name, text in quoted.items() if f"'{text}'" in step.prepare)
    return found


@pytest.mark.parametrize(
    ("pending", "options", "result"),
    [
        (Pending.INCLUDE, {"proto": "dhcp"}, "2 dhcp"),
        (Pending.DISCARD, {"proto": "dhcp"}, "1 dhcp"),
        # What the task wants wins over what somebody has staged, and that is not left behind.
        (Pending.INCLUDE, {"ipaddr": "1"}, "1"),
        (Pending.INCLUDE, {"ipaddr": "2"}, "2"),
        (Pending.DISCARD, {"ipaddr": "2"}, "2"),
    ],
)
def test_staged_changes_are_the_start_or_are_not(
    pending: Pending, options: dict[str, str], result: str
) -> None:
    plan = planned(pending, network(), **options)
    assert written(plan) == result
    assert plan.touches == ("/etc/config/network", "/tmp/.uci/network")
    assert plan.reloads == (Reload("network"),)
    (warning,) = plan.warnings
    assert "network.lan.ipaddr" in warning


def test_included_changes_are_committed_when_nothing_else_differs() -> None:
    plan = planned(Pending.INCLUDE, network(), ipaddr="2")
    (outcome,) = plan.outcomes
    assert not outcome.changed
    assert plan.changed
    assert plan.warnings == (
        "The UCI package network: uncommitted changes included (network.lan.ipaddr).",
    )


def test_dropped_changes_stay_when_nothing_else_differs() -> None:
    plan = planned(Pending.DISCARD, network(), ipaddr="1")
    assert not plan.changed
    assert not plan.warnings


def test_refused_changes_are_no_obstacle_when_nothing_differs() -> None:
    assert not planned(Pending.REFUSE, network(), ipaddr="1").changed
    with pytest.raises(PlanError, match=r"network\.lan\.ipaddr.*pending=include"):
        planned(Pending.REFUSE, network(), proto="dhcp")


def test_changes_that_change_nothing_are_not_worth_a_write() -> None:
    assert not planned(Pending.INCLUDE, network(staged=COMMITTED), ipaddr="1").changed


@pytest.mark.parametrize("pending", Pending)
def test_nothing_staged_is_nothing_to_say(pending: Pending) -> None:
    plan = planned(pending, network(staged=None), proto="dhcp")
    assert written(plan) == "1 dhcp"
    assert plan.touches == ("/etc/config/network",)
    assert not plan.warnings


def test_a_package_that_nobody_edits_keeps_what_is_staged() -> None:
    draft = Draft(Known({UciProbe("network"): network()}), pending=Pending.INCLUDE)
    assert not draft.plan([]).changed
