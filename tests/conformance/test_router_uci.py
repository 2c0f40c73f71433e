# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stand-in's uci against what the genuine one answered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from conformance.stand_in import Case, Outcome, recorded, running

CASES = recorded("uci")


@pytest.fixture(scope="module")
def outcomes() -> Iterator[dict[str, Outcome]]:
    with running("uci") as router:
        cases = [Case(case["cmd"], case["stdin"], case["files"]) for case in CASES]
        yield dict(zip((case["name"] for case in CASES), router.run(cases), strict=True))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_uci_answers_as_recorded(case: dict[str, Any], outcomes: dict[str, Outcome]) -> None:
    expected = Outcome(case["rc"], case["stdout"], case["stderr"], case["files_after"])
    assert outcomes[case["name"]] == expected
