# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Placeholder until the feeds are described."""

from __future__ import annotations

from pathlib import Path


def build(source: Path, root: Path) -> None:
    (root / "feed").mkdir()
