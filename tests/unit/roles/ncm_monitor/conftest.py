# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A router of one's own for every test."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.monitor_world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)
