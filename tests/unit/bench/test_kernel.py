# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The host's kernel settings survive a router's init."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import kernel


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "kernel").mkdir()
    (tmp_path / "kernel" / "panic").write_text("0\n")
    (tmp_path / "kernel" / "core_pattern").write_text("core\n")
    return tmp_path


def test_only_what_changed_is_put_back(root: Path) -> None:
    before = kernel.read(root)
    assert set(before) == {"kernel/panic", "kernel/core_pattern"}, "those that this kernel has"
    (root / "kernel" / "panic").write_text("3\n")
    assert kernel.restore(before, root) == ["kernel/panic"]
    assert kernel.read(root) == before
    assert kernel.restore(before, root) == []


def test_a_setting_that_has_gone_is_left_out(root: Path) -> None:
    before = kernel.read(root)
    (root / "kernel" / "panic").unlink()
    assert kernel.restore(before, root) == []
