# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Scripts run by BusyBox ash, which is the shell of a router."""

from __future__ import annotations

import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Run:
    status: int
    stdout: str


def run(text: str) -> Run:
    """The script as a router runs /etc/rc.local: as a file, in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "rc.local")
        script.write_bytes(text.encode("utf-8", "surrogateescape"))
        done = subprocess.run(
            ["busybox", "ash", str(script)],
            cwd=folder,
            env={"PATH": "/usr/bin:/bin"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="surrogateescape",
            timeout=20,
            check=False,
        )
    return Run(done.returncode, done.stdout)


def accepts(text: str) -> bool:
    """Whether the shell can read the whole text."""
    done = subprocess.run(
        ["busybox", "ash", "-n"],
        input=text.encode("utf-8", "surrogateescape"),
        capture_output=True,
        timeout=20,
        check=False,
    )
    return done.returncode == 0
