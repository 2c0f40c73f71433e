# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Has the router's own /sbin/hotplug-call run, as procd does for each event of the kernel's.

No kernel tells a container of a simulated stick, so nobody else would. One call runs at a time, in
order; a router without hotplug (any other image) is left alone.
"""

from __future__ import annotations

import os
import signal
import subprocess
from collections import deque
from collections.abc import Iterable
from pathlib import Path

from .uevents import Variables

PROGRAM = "/sbin/hotplug-call"
SCRIPTS = "/etc/hotplug.d"
ENVIRONMENT = {"HOME": "/", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "TERM": "linux"}
# A script that hangs holds up all later events, as on a genuine router; here not for ever.
PATIENCE = 120.0


class Hotplug:
    """The queue of events of one router, whose first process is `pid`."""

    def __init__(self, pid: int, not_before: float = 0.0) -> None:
        self.pid = pid
        self._not_before = not_before
        self._queue: deque[Variables] = deque()
        self._running: subprocess.Popen[bytes] | None = None
        self._ends = 0.0
        self._number = 1000

    def tell(self, events: Iterable[Variables]) -> None:
        """Queue events."""
        self._queue.extend(events)

    @property
    def idle(self) -> bool:
        """Whether there is nothing left to tell, and nothing is still being dealt with."""
        return self._running is None and not self._queue

    def tick(self, now: float) -> None:
        """Start the next call once the last has ended. Raises OSError when nsenter is missing."""
        if self._running is not None:
            if self._running.poll() is None and now < self._ends:
                return
            self._end()
        if now < self._not_before:
            return
        while self._queue:
            event = self._queue.popleft()
            if self._wanted(event["SUBSYSTEM"]):
                self._ends = now + PATIENCE
                self._running = self._call(event)
                return

    def close(self) -> None:
        """Forget what is queued and end what runs."""
        self._queue.clear()
        self._end()

    def _end(self) -> None:
        if self._running is not None and self._running.poll() is None:
            os.killpg(self._running.pid, signal.SIGKILL)
            self._running.wait()
        self._running = None

    def _wanted(self, subsystem: str) -> bool:
        root = Path(f"/proc/{self.pid}/root")
        scripts = Path(f"{root}{SCRIPTS}/{subsystem}")
        return Path(f"{root}{PROGRAM}").is_file() and scripts.is_dir()

    def _call(self, event: Variables) -> subprocess.Popen[bytes]:
        self._number += 1
        inside = ("--mount", "--uts", "--ipc", "--net", "--pid", "--root", "--wd=/")
        return subprocess.Popen(
            ["nsenter", f"--target={self.pid}", *inside, PROGRAM, event["SUBSYSTEM"]],
            env={**ENVIRONMENT, **event, "SEQNUM": str(self._number)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
