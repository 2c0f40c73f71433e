# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Old, new or neither: what the comparison of two trees sees."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from faults import state
from faults.state import Ending


@pytest.fixture
def root(tmp_path: Path) -> Path:
    config = tmp_path / "etc/config"
    config.mkdir(parents=True)
    (config / "system").write_text("config system\n")
    (tmp_path / "etc/resolv.conf").symlink_to("/tmp/resolv.conf")
    return tmp_path


def rewrite(root: Path) -> None:
    (root / "etc/config/system").write_text("config sistem\n")


def chmod(root: Path) -> None:
    (root / "etc/config/system").chmod(0o600)


def add(root: Path) -> None:
    (root / "etc/config/.system.fleet").write_text("")


def add_folder(root: Path) -> None:
    (root / "etc/garage").mkdir()


def remove(root: Path) -> None:
    (root / "etc/config/system").unlink()


def point_elsewhere(root: Path) -> None:
    (root / "etc/resolv.conf").unlink()
    (root / "etc/resolv.conf").symlink_to("/tmp/other")


def make_a_file_of_the_link(root: Path) -> None:
    (root / "etc/resolv.conf").unlink()
    (root / "etc/resolv.conf").write_text("/tmp/resolv.conf")


def leave_a_snapshot(root: Path) -> None:
    (root / "usr/lib/fleet-guard/saved/1").mkdir(parents=True)


def leave_the_boot_link(root: Path) -> None:
    (root / "etc/rc.d").mkdir()
    (root / "etc/rc.d/S00fleet-guard").symlink_to("/usr/lib/fleet-guard/guard")


CHANGES = [
    rewrite, chmod, add, add_folder, remove, point_elsewhere, make_a_file_of_the_link,
    leave_a_snapshot, leave_the_boot_link,
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_any_difference_is_seen(root: Path, change: Callable[[Path], None]) -> None:
    old = state.read(root)
    change(root)
    seen = state.read(root)
    assert state.judge(seen, old=old, new=None) is Ending.NEITHER
    assert state.judge(seen, old=old, new=seen) is Ending.NEW
    assert state.evidence(seen, old=old, new=None)


def test_what_is_as_before_is_old(root: Path) -> None:
    old = state.read(root)
    assert state.judge(state.read(root), old=old, new={}) is Ending.OLD
    assert state.evidence(state.read(root), old=old, new=old) == []


def test_half_of_the_new_is_neither(root: Path) -> None:
    old = state.read(root)
    rewrite(root)
    half = state.read(root)
    add(root)
    new = state.read(root)
    assert state.judge(half, old=old, new=new) is Ending.NEITHER
    told = "\n".join(state.evidence(half, old=old, new=new))
    assert "etc/config/system: new" in told
    assert "etc/config/.system.fleet: old" in told


def test_what_is_neither_is_shown(root: Path) -> None:
    old = state.read(root)
    rewrite(root)
    told = state.evidence(state.read(root), old=old, new=old)
    assert "etc/config/system: NEITHER" in told[0]
    assert "    +config sistem" in told


def test_time_stamps_do_not_count(root: Path) -> None:
    old = state.read(root)
    os.utime(root / "etc/config/system", (0, 0))
    assert state.judge(state.read(root), old=old, new=None) is Ending.OLD


def test_links_are_not_followed(root: Path) -> None:
    (root / "etc/loop").symlink_to(".")
    assert state.read(root)["etc/loop"].kind == "link"
    assert "etc/loop/config" not in state.read(root)


def test_what_the_system_rewrites_does_not_count(root: Path) -> None:
    old = state.read(root)
    (root / "etc/hosts").write_text("10.0.0.1 OpenWrt\n")
    assert state.judge(state.read(root), old=old, new=None) is Ending.OLD


@pytest.mark.parametrize(
    ("names", "left"),
    [
        ([], []),
        (["guard"], []),
        (["guard", "closed", "before", "after"], []),
        (["guard", "new"], ["guard", "new"]),
        (["guard", "open", "saved"], ["guard", "open", "saved"]),
        (["saved"], ["saved"]),
    ],
)
def test_only_what_holds_nothing_of_anybodys_may_be_left(
    root: Path, names: list[str], left: list[str]
) -> None:
    old = state.read(root)
    guard = root / state.GUARD
    guard.mkdir(parents=True)
    for name in names:
        (guard / name).write_text("")
    assert state.left_by_guard(root) == left
    ending = state.judge(state.read(root), old=old, new=None)
    assert ending is (Ending.NEITHER if left else Ending.OLD)
