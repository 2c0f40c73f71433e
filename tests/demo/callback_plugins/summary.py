# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ends a run of the demo with a table: router, what changed, WAN address, ping."""

from __future__ import annotations

import os
import sys
from collections import defaultdict
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: summary
type: aggregate
short_description: Table of the demo's routers
description:
  - Prints for each router what changed, its WAN address and whether a ping came back.
"""

COLUMNS = ("WAN address", "Ping")


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "summary"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._changed: dict[str, list[str]] = defaultdict(list)
        self._seen: dict[str, dict[str, str]] = defaultdict(dict)

    def v2_runner_on_ok(self, result: Any) -> None:
        host, task = result._host.get_name(), result._task.get_name()
        name = task.rpartition(" : ")[2]
        if name in COLUMNS:
            self._seen[host][name] = result._result["stdout"].strip()
        elif result.is_changed():
            self._changed[host].append(name)

    def v2_playbook_on_stats(self, stats: Any) -> None:
        rows = [("Router", *COLUMNS, "Changed")]
        for host in sorted(stats.processed):
            changed = "; ".join(self._changed[host]) or "nothing"
            seen = (self._seen[host].get(column) or "none" for column in COLUMNS)
            rows.append((host, *seen, changed))
        widths = [max(map(len, cells)) for cells in zip(*rows, strict=True)]
        for row in rows:
            line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            self._display.display(line.rstrip())
        if os.environ.get("DEMO_EXPECT_UNCHANGED") and any(self._changed.values()):
            self._display.error("The second run changed something.")
            sys.exit(1)
