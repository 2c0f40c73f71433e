# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Services: what is done, what is claimed, and what is looked at afterwards."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from support.fake_router import file, params, plan
from support.rendered import assert_clean_shell, bodies_of

from ansible_collections.fleet.openwrt.plugins.modules.service import ARGUMENT_SPEC
from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.plan import Plan, Reload
from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.probe import Known
from ansible_collections.fleet.openwrt.plugins.plugin_utils.errors import PlanError, SpecError
from ansible_collections.fleet.openwrt.plugins.plugin_utils.files.state import ABSENT
from ansible_collections.fleet.openwrt.plugins.plugin_utils.resources.file import ManagedFile
from ansible_collections.fleet.openwrt.plugins.plugin_utils.resources.service import ServiceState
from ansible_collections.fleet.openwrt.plugins.plugin_utils.services.probe import (
    Processes,
    Service,
    ServiceProbe,
    Steadiness,
)

LINKS = ("/etc/rc.d/S50x", "/etc/rc.d/K10x")


def service(**what: Any) -> Service:
    return Service(**{"exists": True, "enabled": True, "procd": True, "links": LINKS, **what})


UP = service(registered=True, pids=(7, 8))
HALF = service(registered=True, pids=(7, None))
IDLE = service(registered=True)
DOWN = service()
PLAIN = service(procd=False)
PLAIN_UP = service(procd=False, pids=(7,))
PLAIN_DOWN = service(procd=False, pids=(None,))
MISSING = Service(exists=False, others=("cron", "dnsmasq", "xyz"))


def wanted(**args: Any) -> ServiceState:
    return ServiceState.from_params(params(ARGUMENT_SPEC, name="x", **args))


def planned(resource: ServiceState, found: Service, **more: Any) -> Plan:
    return plan(resource, {ServiceProbe("x", resource.process): found}, **more)


@pytest.mark.parametrize(
    ("state", "found", "action", "running"),
    [
        ("started", UP, None, True),
        ("started", HALF, "start", True),
        ("started", IDLE, None, None),
        ("started", DOWN, "start", True),
        ("started", PLAIN, "start", None),
        ("started", PLAIN_UP, None, True),
        ("started", PLAIN_DOWN, "start", True),
        ("stopped", UP, "stop", False),
        ("stopped", HALF, "stop", False),
        ("stopped", IDLE, "stop", False),
        ("stopped", DOWN, None, False),
        ("stopped", PLAIN, "stop", None),
        ("stopped", PLAIN_UP, "stop", False),
        ("stopped", PLAIN_DOWN, None, False),
        ("restarted", UP, "restart", True),
        ("restarted", DOWN, "restart", True),
        ("restarted", IDLE, "restart", None),
        ("restarted", PLAIN, "restart", None),
        ("reloaded", UP, "reload", True),
        (None, UP, None, True),
        (None, DOWN, None, False),
        (None, PLAIN, None, None),
    ],
)
def test_the_state(
    state: str | None, found: Service, action: str | None, running: bool | None
) -> None:
    process = "xd" if found in (PLAIN_UP, PLAIN_DOWN) else None
    given = {"state": state} if state else {}
    result = planned(wanted(**given, enabled=True, process=process), found)
    assert result.reloads == ((Reload("x", action),) if action else ())
    assert result.changed == result.outcomes[0].changed == bool(action)
    assert result.outcomes[0].details == {"enabled": True, "running": running}
    assert len(result.expectations) == len(result.reloads), "what is done must be looked at"
    assert bool(result.warnings) == (found is PLAIN and state in {"started", "stopped"})


@pytest.mark.parametrize("enabled", [True, False])
@pytest.mark.parametrize("found", [True, False])
def test_enabled(enabled: bool, found: bool) -> None:
    result = planned(wanted(enabled=enabled), service(enabled=found))
    verb = "enable" if enabled else "disable"
    assert [step.title for step in result.steps] == ([] if enabled == found else [f"{verb} x"])
    assert result.touches == (() if enabled == found else LINKS)
    assert not result.reloads
    assert result.outcomes[0].details["enabled"] is enabled


def test_a_service_that_is_not_there() -> None:
    with pytest.raises(PlanError, match=r"no service 'x'.*Names like it: xyz"):
        planned(wanted(state="started"), MISSING)
    rehearsed = planned(wanted(state="started", enabled=True), MISSING, rehearsal=True)
    assert rehearsed.changed
    assert "An earlier task may bring it" in rehearsed.warnings[0]


def test_a_service_whose_script_the_same_plan_writes() -> None:
    script = ManagedFile(path="/etc/init.d/x", content="#!/bin/sh /etc/rc.common\n", mode="0755")
    answers = {**dict.fromkeys(script.reads(Known()), ABSENT), ServiceProbe("x"): MISSING}
    result = plan([script, wanted(state="started", enabled=True)], answers)
    assert [step.title for step in result.steps] == ["write /etc/init.d/x", "enable x"]
    assert result.reloads == (Reload("x", "start"),)


def test_a_service_whose_script_the_same_plan_removes() -> None:
    script = ManagedFile(path="/etc/init.d/x", state="absent")
    answers = {probe: state for probe in script.reads(Known()) for state in file("", "x").values()}
    with pytest.raises(PlanError, match="no service 'x'"):
        plan([script, wanted(state="restarted")], {**answers, ServiceProbe("x"): UP})


@pytest.mark.parametrize("enabled", [True, False])
@pytest.mark.parametrize("found", [UP, DOWN])
def test_a_service_that_goes_with_its_script(found: Service, enabled: bool) -> None:
    script = ManagedFile(path="/etc/init.d/x", state="absent")
    answers = {probe: state for probe in script.reads(Known()) for state in file("", "x").values()}
    off = wanted(state="stopped", enabled=False)
    answers = {**answers, ServiceProbe("x"): replace(found, enabled=enabled)}
    result = plan([script, off], answers)
    stops = ["stop x"] if found is UP else []
    disables = ["disable x"] if enabled else []
    assert [each.title for each in result.steps] == [*stops, *disables, "remove /etc/init.d/x"]
    assert result.outcomes[1].changed == bool(stops or disables)
    # So that the guard starts it again should all be put back.
    assert [each.undoing for each in result.reloads] == [Reload("x", "start") for _each in stops]


def test_a_service_that_has_gone_with_its_script() -> None:
    script = ManagedFile(path="/etc/init.d/x", state="absent")
    answers = {**dict.fromkeys(script.reads(Known()), ABSENT), ServiceProbe("x"): MISSING}
    result = plan([script, wanted(state="stopped", enabled=False)], answers)
    assert not result.changed
    assert not result.warnings


def test_of_several_actions_the_strongest_is_done() -> None:
    resources = [wanted(state=state) for state in ("reloaded", "restarted", "reloaded")]
    result = plan(resources, {ServiceProbe("x"): UP})
    assert result.reloads == (Reload("x", "restart"),)


GONE = Processes(procd=True, registered=False, pids=())


def procd(*pids: int | None) -> Processes:
    return Processes(procd=True, registered=True, pids=pids)


def plain(*pids: int | None) -> Processes:
    return Processes(procd=False, registered=False, pids=pids)


@pytest.mark.parametrize(
    ("state", "first", "second", "fine"),
    [
        ("started", procd(7), procd(7), True),
        ("started", procd(), procd(), True),
        ("started", procd(7), procd(None), False),
        ("started", procd(None), procd(None), False),
        ("started", procd(7), procd(9), False),
        ("started", procd(7), procd(), False),
        ("started", GONE, GONE, False),
        ("restarted", plain(7), plain(7, 8), True),
        ("restarted", plain(7), plain(None), False),
        ("restarted", plain(), plain(), True),
        ("stopped", procd(7), GONE, True),
        ("stopped", procd(7), procd(None), True),
        ("stopped", procd(7), procd(7), False),
        ("stopped", plain(7), plain(None), True),
        ("stopped", plain(7), plain(7), False),
    ],
)
def test_what_is_seen_afterwards_decides(
    state: str, first: Processes, second: Processes, fine: bool
) -> None:
    result = planned(wanted(state=state), UP if state == "stopped" else DOWN)
    (expectation,) = result.expectations
    verdict = expectation.verdict(Steadiness(first, second, "x: bad config"))
    assert (verdict == "") is fine
    if not fine:
        assert "Its log:\nx: bad config" in verdict


@pytest.mark.parametrize(
    ("args", "option"),
    [
        ({"name": "x"}, "state"),
        ({"name": "../x", "state": "started"}, "name"),
        ({"name": "-x", "state": "started"}, "name"),
        ({"name": "a b", "state": "started"}, "name"),
        ({"name": "a\n", "state": "started"}, "name"),
        ({"name": "x", "state": "started", "process": "-s 9"}, "process"),
        ({"name": "x", "state": "started", "process": "a\nb"}, "process"),
    ],
)
def test_bad_arguments(args: dict[str, Any], option: str) -> None:
    with pytest.raises(SpecError) as caught:
        ServiceState.from_params(params(ARGUMENT_SPEC, **args))
    assert caught.value.option == option


def test_the_shell_is_clean() -> None:
    bodies = {}
    for state in ("started", "stopped"):
        resource = wanted(state=state, enabled=False, process="it's x")
        result = planned(resource, PLAIN_UP if state == "stopped" else PLAIN_DOWN)
        for probe in (*resource.reads(Known()), *(each.probe for each in result.expectations)):
            bodies[probe.title] = probe.script()
        for step in result.steps:
            bodies |= bodies_of(step)
    assert_clean_shell(bodies)


def test_an_init_script_that_is_not_executable_is_not_called_missing() -> None:
    found = Service(exists=False, others=("cron", "x", "xyz"))
    with pytest.raises(PlanError, match=r"/etc/init\.d/x is not executable.*mode: '0755'"):
        planned(wanted(enabled=True), found)
