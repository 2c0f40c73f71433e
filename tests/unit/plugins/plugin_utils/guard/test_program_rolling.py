# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Putting back is one program's work: a second one would take from the first what it works with."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import pytest
from support.guard import Sandbox, picture


@pytest.fixture
def rolling(sandbox: Sandbox) -> Iterator[subprocess.Popen[bytes]]:
    """Somebody else puts back the tree, and is not done yet."""
    (sandbox.etc / "config").mkdir()
    (sandbox.etc / "config/network").write_text("old")
    assert sandbox.open(f"{sandbox.etc}/config/").status == 0
    (sandbox.etc / "config/network").write_text("new")
    other = subprocess.Popen(["sh", "-c", "sleep 60; : guard rollback"])
    (sandbox.ram / "roller").write_text(f"{other.pid}\n")
    (sandbox.home / "open").rename(sandbox.home / "rolling")
    yield other
    other.kill()
    other.wait()


def test_who_comes_second_leaves_it_alone(
    sandbox: Sandbox, rolling: subprocess.Popen[bytes]
) -> None:
    assert rolling.poll() is None
    before = picture(sandbox.disk)
    assert sandbox.guard("rollback", "t1", "me too").status != 0
    assert picture(sandbox.disk) == before


def test_what_was_cut_off_is_gone_on_with(
    sandbox: Sandbox, rolling: subprocess.Popen[bytes]
) -> None:
    rolling.kill()
    rolling.wait()
    assert sandbox.guard("rollback", "t1", "me too").status == 0
    assert (sandbox.etc / "config/network").read_text() == "old"


def test_nothing_is_removed_by_a_copy_that_is_not_there(sandbox: Sandbox) -> None:
    kept = sandbox.etc / "kept"
    kept.write_text("still needed")
    sandbox.guard("keep-if-in", str(sandbox.root / "nowhere"), str(kept))
    assert kept.exists()
