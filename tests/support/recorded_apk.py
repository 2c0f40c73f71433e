# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the genuine apk-tools 3.0.5 answered, for a sandbox whose apk says it again."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

_FILE = Path(__file__).parents[1] / "conformance/answers/apk.json"


@dataclass(frozen=True)
class Said:
    """One command's exit status and what it printed."""

    status: int
    stdout: str
    stderr: str


_ANSWERS = json.loads(_FILE.read_text())


def said(command: str, *, after: str = "", containing: str = "") -> Said:
    """The answer to a recorded command, or to a line that ends with it.

    The first one whose words contain `containing`, and that follows the command `after`.
    """
    begun = not after
    for entry in _ANSWERS:
        ours = entry["cmd"] == command or entry["cmd"].endswith(f"; {command}")
        if begun and ours and containing in entry["stdout"] + entry["stderr"]:
            return Said(entry["rc"], entry["stdout"], entry["stderr"])
        begun = begun or entry["cmd"] == after
    raise LookupError(command)


def everything(prefix: str) -> list[tuple[str, Said]]:
    """All recorded commands that begin so."""
    return [
        (entry["cmd"], Said(entry["rc"], entry["stdout"], entry["stderr"]))
        for entry in _ANSWERS
        if entry["cmd"].startswith(prefix)
    ]
