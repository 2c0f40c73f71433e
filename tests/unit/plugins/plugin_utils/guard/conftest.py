# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A guard of one's own for every test, under each shell that this machine has."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from support.guard import SHELLS, Sandbox


@pytest.fixture(params=SHELLS)
def sandbox(request: pytest.FixtureRequest, tmp_path: Path) -> Sandbox:
    if shutil.which(request.param) is None:
        pytest.skip(f"this machine has no {request.param}")
    return Sandbox(tmp_path, request.param)
