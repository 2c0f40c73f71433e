# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Entries of crontabs: they come, change and go, other lines stay, and cron runs them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.fake_router import file, params, plan

from ansible_collections.fleet.openwrt.plugins.modules.cron import ARGUMENT_SPEC
from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.plan import Outcome, Plan, Reload
from ansible_collections.fleet.openwrt.plugins.plugin_utils.errors import PlanError, SpecError
from ansible_collections.fleet.openwrt.plugins.plugin_utils.files.probe import FileProbe
from ansible_collections.fleet.openwrt.plugins.plugin_utils.files.state import plain_file
from ansible_collections.fleet.openwrt.plugins.plugin_utils.resources.cron import CronEntry
from ansible_collections.fleet.openwrt.plugins.plugin_utils.services.probe import (
    Service,
    ServiceProbe,
)

PATH = "/etc/crontabs/root"
RUNS = Service(exists=True, enabled=True, procd=True, registered=True, pids=(7,))
IDLE = Service(exists=True, enabled=True, procd=True, registered=True)
OFF = Service(exists=True, procd=True)
MINE = "# fleet.openwrt: uplink\n*/5 * * * * ifup wan\n"
OTHERS = "# a comment\n0 3 * * * reboot\n"


def wanted(**args: Any) -> CronEntry:
    given = {"name": "uplink", "minute": "*/5", "job": "ifup wan", **args}
    return CronEntry.from_params(params(ARGUMENT_SPEC, **given))


def planned(resource: CronEntry, text: str | None, cron: Service = RUNS, **more: Any) -> Plan:
    return plan(resource, {**file(PATH, text), ServiceProbe("cron"): cron, **more})


def outcome(resource: CronEntry, text: str | None, cron: Service = RUNS) -> Outcome:
    (result,) = planned(resource, text, cron).outcomes
    return result


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, MINE),
        ("", MINE),
        (OTHERS, OTHERS + MINE),
        (OTHERS.rstrip("\n"), OTHERS + MINE),
        (f"{MINE.replace('*/5', '*/9')}{OTHERS}", MINE + OTHERS),
        (f"{MINE.replace('*/5', '#*/5')}{OTHERS}", MINE + OTHERS),
        ("# fleet.openwrt: uplink\n# fleet.openwrt: x\n1 * * * * x\n",
         f"{MINE}# fleet.openwrt: x\n1 * * * * x\n"),
        (f"{OTHERS}# fleet.openwrt: uplink", OTHERS + MINE),
        (f"{MINE}{OTHERS}{MINE}", MINE + OTHERS),
        (f"# fleet.openwrt: uplink\n\n{OTHERS}", f"{MINE}\n{OTHERS}"),
        (f"# fleet.openwrt: uplink\n{OTHERS}", MINE + OTHERS),
        (f"# fleet.openwrt: uplink\n# 5 * * * * ifup wan\n{OTHERS}", MINE + OTHERS),
        ("# fleet.openwrt: uplink\nPATH=/bin\n", f"{MINE}PATH=/bin\n"),
        ("# fleet.openwrt: uplink 2\n1 * * * * x\n",
         f"# fleet.openwrt: uplink 2\n1 * * * * x\n{MINE}"),
    ],
)  # fmt: skip
def test_the_entry_is_placed(before: str | None, after: str) -> None:
    result = outcome(wanted(), before)
    assert (result.changed, result.after) == (True, after)
    assert not planned(wanted(), after).changed


def test_a_disabled_entry_is_a_comment() -> None:
    result = outcome(wanted(disabled=True), OTHERS + MINE)
    assert result.after == OTHERS + MINE.replace("*/5", "#*/5")
    assert not planned(wanted(disabled=True), result.after, OFF).changed


@given(st.text(alphabet="ab#*:\n\t \r\x0b", max_size=60), st.booleans())
def test_what_is_added_and_removed_leaves_no_trace(text: str, ends: bool) -> None:
    before = text + "\n" * (ends or not text.strip("\n"))
    added = outcome(wanted(), before).after
    left = outcome(wanted(state="absent"), added).after
    assert left == before + "\n" * (not before.endswith("\n"))


@pytest.mark.parametrize("text", [None, "", OTHERS])
def test_removal_of_what_is_not_there_changes_nothing(text: str | None) -> None:
    assert not planned(wanted(state="absent"), text, OFF).changed


def test_the_last_entry_takes_the_file_with_it() -> None:
    result = planned(wanted(state="absent"), MINE)
    assert [step.title for step in result.steps] == [f"remove {PATH}"]
    assert result.reloads == (Reload("cron", "restart"),)


@pytest.mark.parametrize(
    ("text", "cron", "steps", "reloads"),
    [
        (None, IDLE, [f"write {PATH}"], ["restart"]),
        (None, OFF, [f"write {PATH}", "enable cron"], ["restart"]),
        (OTHERS, RUNS, [f"write {PATH}"], ["reload"]),
        (MINE, RUNS, [], []),
        (MINE, IDLE, [], ["restart"]),
        (MINE, OFF, ["enable cron"], ["restart"]),
    ],
)
def test_cron_runs_what_is_in_its_crontab(
    text: str | None, cron: Service, steps: list[str], reloads: list[str]
) -> None:
    result = planned(wanted(), text, cron)
    assert [step.title for step in result.steps] == steps
    assert [reload.action for reload in result.reloads] == reloads
    assert result.outcomes[0].changed == bool(steps or reloads)


def of(owner: str | None, text: str) -> dict[Any, Any]:
    return {FileProbe(PATH): plain_file(text, "0600", owner=owner), ServiceProbe("cron"): RUNS}


def test_a_crontab_that_root_does_not_own_is_given_to_root() -> None:
    made = plan(wanted(), of("1000", MINE))
    assert [step.title for step in made.steps] == [f"chown {PATH}"]
    assert f"chown 0 {PATH}" in made.steps[0].apply
    assert made.reloads == (Reload("cron", "restart"),)
    (found,) = made.outcomes
    assert (found.before, found.after) == (f"owner 1000\n{MINE}", f"owner root\n{MINE}")
    assert not plan(wanted(), of(None, MINE)).changed


def test_a_new_entry_gives_it_to_root_as_well() -> None:
    made = plan(wanted(), of("1000", OTHERS))
    assert 'chown 0 "$n"' in made.steps[0].apply
    assert "0 3 * * * reboot" in made.warnings[0]


@pytest.mark.parametrize("args", [{"state": "absent"}, {"disabled": True}])
def test_an_entry_that_does_not_run_needs_no_root(args: dict[str, Any]) -> None:
    made = plan(wanted(**args), of("1000", OTHERS + MINE))
    assert [step.title for step in made.steps] == [f"write {PATH}"]
    assert "chown 0" not in made.steps[0].apply
    assert not made.warnings


def test_several_entries_are_one_write_and_one_restart() -> None:
    answers = {**file(PATH, None), ServiceProbe("cron"): OFF}
    result = plan([wanted(), wanted(name="b", job="true")], answers)
    assert [step.title for step in result.steps] == [f"write {PATH}", "enable cron"]
    assert result.reloads == (Reload("cron", "restart"),)
    (content,) = result.steps[0].stage.values()
    assert content == f"{MINE}# fleet.openwrt: b\n*/5 * * * * true\n"
    assert "chmod 0600" in result.steps[0].apply


def test_jobs_are_written_as_they_are() -> None:
    job = """echo "it's" 'x' $(date +%s) `id` \\n % ü\t--"""
    assert outcome(wanted(job=job), None).after.endswith(f"*/5 * * * * {job}\n")


def test_a_user_that_cron_would_not_know_is_refused() -> None:
    path = "/etc/crontabs/nobody"
    users = {
        "root:x:0:0:root:/root:/bin/ash\n": False,
        "nobody:*:65534:65534:a b:/:/bin/false\n": True,
    }
    for passwd, known in users.items():
        answers = {**file(path, None), ServiceProbe("cron"): RUNS, **file("/etc/passwd", passwd)}
        if known:
            assert plan(wanted(user="nobody"), answers).steps[0].title == f"write {path}"
        else:
            with pytest.raises(PlanError, match="no user 'nobody'"):
                plan(wanted(user="nobody"), answers)


@pytest.mark.parametrize(
    ("args", "option"),
    [
        ({"name": ""}, "name"),
        ({"name": " a"}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"name": "a\\"}, "name"),
        ({"job": None}, "job"),
        ({"job": " "}, "job"),
        ({"job": "a\n* * * * * b"}, "job"),
        ({"job": "a\rb"}, "job"),
        ({"job": "echo '#1'"}, "job"),
        ({"job": "a \\"}, "job"),
        ({"job": "root reboot"}, "job"),
        ({"job": "nobody\treboot now"}, "job"),
        ({"job": "ftp /bin/true", "user": "ftp"}, "job"),
        ({"job": "30 4 * * * reboot"}, "job"),
        ({"job": "*/5 * * jan mon-fri ifup wan"}, "job"),
        ({"job": "@daily reboot"}, "job"),
        ({"user": "../etc/passwd"}, "user"),
        ({"user": "-x"}, "user"),
        ({"minute": "61"}, "minute"),
    ],
)
def test_bad_arguments(args: dict[str, Any], option: str) -> None:
    with pytest.raises(SpecError) as caught:
        wanted(**args)
    assert caught.value.option == option
