# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plans carried out by a real shell on real files: all checks first, all or nothing at a fault."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine import transaction
from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.plan import Plan, Reload, Step
from ansible_collections.fleet.openwrt.plugins.plugin_utils.errors import ReloadError, StepError
from ansible_collections.fleet.openwrt.plugins.plugin_utils.files.probe import (
    ABSENT,
    FileProbe,
    FileState,
    octal_mode,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.files.write import write_file
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router import wire
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.router import (
    ExecResult,
    Router,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.wire import Answer, Section

TEXT = "line\n\ttab 'quote' $(x) `y` \\\n# EOF\nno end"


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Router:
    """This machine in the place of a router."""
    monkeypatch.setattr(wire, "_OPENWRT_ONLY", "")

    def execute(command: str, data: bytes) -> ExecResult:
        done = subprocess.run(command.split(), input=data, capture_output=True, check=False)
        return ExecResult(
            status=done.returncode,
            stdout=done.stdout.decode("utf-8", "surrogateescape"),
            stderr=done.stderr.decode("utf-8", "surrogateescape"),
        )

    return Router(execute)


def carry_out(host: Router, *steps: Step) -> Mapping[str, Answer]:
    plan = Plan(steps=steps, reloads=(), outcomes=())
    answers = host.run(transaction.sections(plan), stop_at_failure=True)
    transaction.check(plan, answers)
    return answers


def state_of(host: Router, path: Path) -> FileState:
    probe = FileProbe(str(path))
    return probe.parse(host.run([Section("read", probe.script())])["read"])


def test_a_file_is_made_changed_and_removed(host: Router, tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "it's"
    made = FileState(TEXT, "0640")
    changed = FileState("other\n", "0755")
    assert state_of(host, path) == ABSENT
    for before, after in ((ABSENT, made), (made, changed), (changed, ABSENT)):
        carry_out(host, write_file(str(path), before=before, after=after))
        assert state_of(host, path) == after
    assert list(path.parent.iterdir()) == []


def test_a_link_is_followed(host: Router, tmp_path: Path) -> None:
    (tmp_path / "real").write_text("a")
    (tmp_path / "link").symlink_to("real")
    before = state_of(host, tmp_path / "link")
    carry_out(
        host, write_file(str(tmp_path / "link"), before=before, after=FileState("b", before.mode))
    )
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "b"


@pytest.mark.parametrize("found", [None, "changed meanwhile\n"])
def test_a_file_that_changed_since_it_was_read_is_left_alone(
    host: Router, tmp_path: Path, found: str | None
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    if found is not None:
        second.write_text(found)
    before = FileState("as it was read\n", "0644")
    steps = (
        write_file(str(first), before=ABSENT, after=FileState("x", "0644")),
        write_file(str(second), before=before, after=FileState("y", "0644")),
    )
    with pytest.raises(StepError, match=r"second has changed since it was read.*Nothing was chang"):
        carry_out(host, *steps)
    assert not first.exists()
    assert (second.read_text() if second.exists() else None) == found


def test_content_that_its_check_refuses_is_not_written(host: Router, tmp_path: Path) -> None:
    path = tmp_path / "rc.local"
    step = write_file(str(path), before=ABSENT, after=FileState("if\n", "0644"), check="sh -n")
    with pytest.raises(StepError, match="exit status 68") as caught:
        carry_out(host, step)
    assert "yntax" in caught.value.stderr
    assert not path.exists()


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


@pytest.mark.parametrize(
    ("permissions", "mode"),
    [
        ("-rw-r--r--", "0644"),
        ("-rwxr-x---", "0750"),
        ("-rwsr-sr-t", "7755"),
        ("-rwSr-Sr-T", "7644"),
        ("----------", "0000"),
    ],
)
def test_octal_mode(permissions: str, mode: str) -> None:
    assert octal_mode(permissions) == mode
