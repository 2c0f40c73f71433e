# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The facts by which later tasks join a transaction that an earlier task of their run left open.

A fact cache keeps facts for later runs, so the transaction's name alone does not tell whose it is:
the run that opened it stands beside.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

OPEN_FACT = "fleet_openwrt_transaction"
RUN_FACT = "fleet_openwrt_run"


def run_of(task_uuid: str) -> str:
    """A name that all tasks of one run share, and no task of another run.

    Ansible builds the id of a task from a number that each run draws anew, and a counter.
    """
    drawn, _dash, _counter = task_uuid.rpartition("-")
    return hashlib.sha256(drawn.encode()).hexdigest()[:16]


def left_open(facts: Mapping[str, Any], run: str) -> str:
    """The transaction that an earlier task of this run left open; empty for none."""
    return str(facts.get(OPEN_FACT) or "") if facts.get(RUN_FACT) == run else ""


def noted(transaction: str, run: str) -> dict[str, str]:
    """The facts for the tasks that follow; an empty transaction means that none is open."""
    return {OPEN_FACT: transaction, RUN_FACT: run}
