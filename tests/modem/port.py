# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The modem's end of the AT port: a pty that may or may not have someone on the other side."""

from __future__ import annotations

import errno
import os
from collections import deque

from . import attach
from .at import Dialogue

CHUNK = 4096


class Port:
    """Carries bytes between a pty's master side and a dialogue, answers delayed on request."""

    def __init__(self, master: int, dialogue: Dialogue) -> None:
        self.master = master
        self.dialogue = dialogue
        self._written = False
        self._waiting: deque[tuple[float, bytes]] = deque()

    def receive(self, now: float) -> None:
        """Take all that the router has written; to be called on every edge of readiness."""
        while True:
            try:
                data = os.read(self.master, CHUNK)
            except BlockingIOError:
                return
            except OSError as error:
                if error.errno != errno.EIO:
                    raise
                self._hung_up()
                return
            self._say(self.dialogue.feed(data), now)

    def tick(self, now: float) -> None:
        """Send what is due."""
        self._say(self.dialogue.interject(), now)
        while self._waiting and self._waiting[0][0] <= now:
            self._write(self._waiting.popleft()[1])

    def next_due(self) -> float | None:
        """When `tick` has something to send, by the clock that `now` comes from."""
        return self._waiting[0][0] if self._waiting else None

    def close(self) -> None:
        """Hang up on the router."""
        os.close(self.master)

    def _say(self, data: bytes, now: float) -> None:
        if data:
            due = now + self.dialogue.modem.faults.answer_delay
            previous = self._waiting[-1][0] if self._waiting else due
            self._waiting.append((max(due, previous), data))

    def _hung_up(self) -> None:
        # As on a real serial port, what nobody has read by the last close is lost.
        self._waiting.clear()
        if self._written:
            # Only then: opening and closing the router's side here is a hang-up itself.
            self._written = False
            attach.discard_unread(self.master)

    def _write(self, data: bytes) -> None:
        try:
            self._written = os.write(self.master, data) > 0
        except BlockingIOError:
            return  # Nobody reads; a real modem loses it as well.
        except OSError as error:
            if error.errno != errno.EIO:
                raise
