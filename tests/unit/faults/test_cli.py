# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is told when the trials do not come to their end."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence

import pytest
from faults import cli
from faults.draw import Trial
from faults.state import Ending
from faults.tally import Result

from bench.engine import BenchError


def ends_with(error: BaseException | None) -> object:
    """In the place of _run: one good trial, and then this."""

    def run(trials: Sequence[Trial], _routers: int, _prefix: str, results: list[Result]) -> None:
        results.append(Result(trials[0], Ending.OLD, "at once", 1.0))
        if error is None:
            os.kill(os.getpid(), signal.SIGTERM)
        else:
            raise error

    return run


@pytest.mark.parametrize("error", [None, KeyboardInterrupt(), BenchError("no engine")])
def test_a_stopped_run_counts_what_it_has_done(
    error: BaseException | None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(cli, "_run", ends_with(error))
    before = signal.getsignal(signal.SIGTERM)
    try:
        status = cli.main(["--trials", "3", "--seed", "1"])
    finally:
        signal.signal(signal.SIGTERM, before)
    assert status == 1
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith("1 passed, 2 failed (2 not made, 1 old")
