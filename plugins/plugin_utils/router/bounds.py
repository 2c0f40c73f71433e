# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""An end to a reply without end.

Connection plugins collect a reply in memory until it ends, and offer no way to look at it before.
So a thread looks at what this process, in which Ansible runs one task of one host, grows by, and
interrupts it. A limit of the system's (RLIMIT_AS) would do so too, but the programs of connection
plugins inherit it, and podman and docker do not even start with one.
"""

from __future__ import annotations

import resource
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from ..errors import EndlessReplyError

GROWTH = 96 << 20
"""Bytes: a reply of 16 MB is held twice while it grows, and once more as text."""

PATIENCE = 3600.0
"""Seconds that one script may take; the slowest installs packages over a slow link."""

_SIGNAL = signal.SIGUSR1
_PAUSE = 0.1


class _Watch:
    """Looks at the process until it is stopped, and interrupts the main thread again and again.

    Once is not enough: what is raised while an object goes away, or in a callback of C, is dropped.
    """

    def __init__(self, growth: int, patience: float) -> None:
        self._most = _resident() + growth
        self._patience = patience
        self._until = time.monotonic() + patience
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self.reason = ""

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join()

    def interrupt(self, _number: int, _frame: FrameType | None) -> None:
        """The handler of the signal: raises EndlessReplyError where it comes in time."""
        if not self._stopped.is_set():
            raise EndlessReplyError(self.reason)

    def _look(self) -> None:
        while not self._stopped.wait(_PAUSE):
            self.reason = self._excess()
            if self.reason:
                signal.pthread_kill(threading.main_thread().ident or 0, _SIGNAL)

    def _excess(self) -> str:
        if time.monotonic() > self._until:
            return f"it had been coming for {self._patience / 60:.0f} minutes"
        return "too much of it had come to be kept" if _resident() > self._most else ""


@contextmanager
def bounded(growth: int = GROWTH, patience: float = PATIENCE) -> Iterator[None]:
    """Within it, growing by more bytes or taking more seconds raises EndlessReplyError.

    Only the main thread can be interrupted; in another there is no bound.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    watch = _Watch(growth, patience)
    before = signal.signal(_SIGNAL, watch.interrupt)
    watch.start()
    try:
        yield
    finally:
        watch.stop()
        signal.signal(_SIGNAL, before)


def _resident() -> int:
    """Bytes of memory that this process has; 0 where the system does not tell."""
    try:
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    except OSError:
        return 0
    return int(pages) * resource.getpagesize()
