# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a failed task returns beside its message is on the page of transactions."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.fleet.openwrt.plugins.plugin_utils.errors import (
    FleetError,
    OpenTransactionError,
    RolledBackError,
    SpecError,
    StepError,
)

PAGE = Path(__file__).parents[3] / "docs/transactions.md"

FAILURES: tuple[FleetError, ...] = (
    StepError(step="write x", status=1, stderr="", applied=()),
    RolledBackError("x", story=(), log=(), verified=None),
    OpenTransactionError("x", facts={}),
    SpecError(option="x", value=1, expected="y"),
)


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: type(failure).__name__)
def test_every_key_of_a_failure_is_documented(failure: FleetError) -> None:
    page = PAGE.read_text(encoding="utf-8")
    missing = [key for key in failure.facts() if f"`{key}`" not in page]
    assert not missing
