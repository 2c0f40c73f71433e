# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The power may go at any moment, also while the next start puts back: all is old or all new."""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from support.guard import Entry, Sandbox, picture
from support.guard_camera import STEP_BY_STEP, Camera, Disk, put_on
from support.this_host import ask, this_host

from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine import transaction
from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.plan import Plan
from ansible_collections.fleet.openwrt.plugins.plugin_utils.files.probe import FileProbe
from ansible_collections.fleet.openwrt.plugins.plugin_utils.files.state import (
    ABSENT,
    FileState,
    plain_file,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.files.write import FileEdit, write_file
from ansible_collections.fleet.openwrt.plugins.plugin_utils.guard import calls
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.router import ExecResult, Router
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.wire import Section

Etc = dict[str, Entry]

ALL_SECONDS = "FLEET_ALL_SECOND_CUTS" in os.environ
"""Whether the power goes again at every moment of all those starts, and not of one only; this
takes minutes."""


@dataclass
class Machine:
    """A sandbox under a camera, with a router's way to run scripts on it."""

    sandbox: Sandbox
    camera: Camera
    router: Router

    def end(self, section: Section) -> Etc:
        """What is in etc after the transaction has been ended so."""
        with self.camera.on():
            (answer,) = self.router.run([section]).values()
        assert answer.status == 0, answer
        return etc_of(self.sandbox)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    this_host(monkeypatch)
    sandbox = Sandbox(tmp_path)
    camera = Camera(sandbox)
    camera.install()
    sandbox.stub("sh", 'exec /bin/sh ${PS4:+-x} "$@"')

    def execute(_command: str, data: bytes) -> ExecResult:
        done = subprocess.run(
            ["/bin/sh", "-x", "-s"],
            env={**sandbox.env, **STEP_BY_STEP},
            input=data,
            capture_output=True,
            check=False,
            timeout=60,
        )
        return ExecResult(done.returncode, done.stdout.decode(), done.stderr.decode())

    return Machine(sandbox, camera, Router(execute))


def furnish(etc: Path) -> None:
    (etc / "config").mkdir()
    (etc / "config/network").write_text("config interface 'lan'\n\toption ipaddr '192.168.1.1'\n")
    (etc / "config/network").chmod(0o600)
    (etc / "folder/in").mkdir(parents=True)
    (etc / "folder/in/it").write_text("content\n")
    (etc / "folder/link").symlink_to("in/it")
    (etc / "real").write_text("what a link leads to\n")
    (etc / "linked").symlink_to("real")
    (etc / "others").write_text("nobody changes this\n")


def plan_for(router: Router, etc: Path) -> Plan:
    """One of each kind: replace, make with folders, through a link, a folder with all in it."""
    wanted: dict[str, FileState] = {
        "config/network": plain_file("config interface 'lan'\n\toption proto 'dhcp'\n", None),
        "made/in/folders": plain_file("new\n", "0755"),
        "linked": plain_file("what the link now leads to\n", "0640"),
        "folder": ABSENT,
    }
    edits = (
        FileEdit(str(etc / name), ask(router, FileProbe(str(etc / name))), after, recursive=True)
        for name, after in wanted.items()
    )
    return Plan(steps=tuple(write_file(edit) for edit in edits), reloads=(), outcomes=())


def etc_of(sandbox: Sandbox) -> Etc:
    found = picture(sandbox.etc)
    found.pop("rc.d/S00fleet-guard", None)
    return found


@dataclass
class Verdict:
    """What came of the power cuts: how many ended old, new and neither, and what was left lying."""

    machine: Machine
    old: Etc
    new: Etc
    tried: int = 0
    ended: dict[str, int] = field(default_factory=lambda: {"old": 0, "new": 0, "neither": 0})
    left: list[str] = field(default_factory=list)
    opened: set[tuple[str, ...]] = field(default_factory=set)

    def cut_at(self, state: Disk, *, watched: bool = False) -> None:
        """Start the router from that state, with the camera on when it is `watched`."""
        sandbox = self.machine.sandbox
        self.tried += 1
        put_on(sandbox.disk, state)
        with self.machine.camera.on() if watched else nullcontext():
            ended = sandbox.reboot()
        assert ended is None or ended.status == 0, ended
        etc = etc_of(sandbox)
        outcome = "old" if etc == self.old else "new" if etc == self.new else "neither"
        self.ended[outcome] += 1
        if outcome == "neither":
            self.left.append(f"neither, from {_names(state)}: {_differences(etc, self.old)}")
        if sandbox.boot.is_symlink():
            self.left.append(f"the boot link, from {_names(state)}")
        self.left.extend(f"{each}, from {_names(state)}" for each in sandbox.copies())
        self._open_again()

    def _open_again(self) -> None:
        """What is left in the home stands in no next transaction's way."""
        sandbox = self.machine.sandbox
        kind = tuple(sorted(str(path) for path in sandbox.home.rglob("*")))
        if kind not in self.opened:
            self.opened.add(kind)
            assert sandbox.open(name="t2").status == 0, kind


def _names(state: Disk) -> list[str]:
    return [name for name, _node in state if "/fleet-guard/" in name or ".fleet" in name]


def _differences(etc: Etc, other: Etc) -> list[str]:
    return sorted(name for name in etc.keys() | other.keys() if etc.get(name) != other.get(name))


def test_whenever_the_power_goes_all_is_old_or_new(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    sandbox, camera = machine.sandbox, machine.camera
    furnish(sandbox.etc)
    old = etc_of(sandbox)
    with camera.on():
        plan = plan_for(machine.router, sandbox.etc)
        guard = transaction.guard_of(plan, name="t1", by="a test", timeout=60)
        sections = transaction.sections(plan, guard)
        transaction.check(plan, machine.router.run(sections, stop_at_failure=True))
        new = etc_of(sandbox)
    applied = camera.now()
    shutil.copytree(sandbox.ram, sandbox.root / "kept")
    assert machine.end(calls.roll_back("t1", "a test")) == old
    put_on(sandbox.disk, applied)
    shutil.rmtree(sandbox.ram)
    (sandbox.root / "kept").rename(sandbox.ram)
    assert machine.end(calls.confirm("t1")) == new != old

    first = Verdict(machine, old, new)
    moments, looks = list(camera.seen), camera.pictures
    for state in moments:
        first.cut_at(state)
    camera.seen.clear()
    for state in moments if ALL_SECONDS else [applied]:
        Verdict(machine, old, new).cut_at(state, watched=True)
    second = Verdict(machine, old, new)
    for state in camera.seen:
        second.cut_at(state)

    with capsys.disabled():
        print(f"\nguard: {looks} looks at the disk; power cuts: {len(moments)}, ended "
              f"{first.ended}; second ones: {second.tried}, ended {second.ended}")  # fmt: skip
    for verdict in (first, second):
        assert not verdict.left, "\n".join(verdict.left)
        assert verdict.ended["neither"] == 0
        assert verdict.ended["old"] > 30
    assert first.ended["new"] > 10
