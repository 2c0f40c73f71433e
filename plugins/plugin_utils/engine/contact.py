# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Staying in contact with a router that a change may have cut off, and telling how it went."""

from __future__ import annotations

import math
import textwrap
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from ansible.errors import AnsibleConnectionFailure

from ..errors import (
    EndlessReplyError,
    IllegibleError,
    NoRoomError,
    NoShellError,
    ReplyCutError,
    RouterError,
)
from ..router.router import Router
from ..router.unreachable import is_refusal
from ..router.wire import Answer, Section

LOST = (AnsibleConnectionFailure, ReplyCutError, NoShellError)
"""What says that there is no router at the other end for now."""

UNASKED = (*LOST, NoRoomError, IllegibleError, EndlessReplyError)
"""What says that a question did not get through: without room in /tmp a router runs no script."""

_SHOWN = 200


class RefusedError(RouterError):
    """The router is there and lets nobody in, which no waiting mends."""

    def __init__(self, reason: str, seconds: float) -> None:
        super().__init__(f"The router has been refusing us for {seconds:.0f} s: {reason}")


@dataclass
class Contact:
    """Every question goes over a new connection: one that has been kept alive proves nothing.

    `story` is what happened, in order, each event with the seconds since the beginning. Between two
    attempts `pause` seconds go by. A login that has been refused for less than `refusals` seconds
    is taken for a router that is not ready yet: in a first boot, keys and passwords may come late.
    """

    router: Router
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    story: list[str] = field(default_factory=list)
    pause: float = 2
    refusals: float = math.inf

    def __post_init__(self) -> None:
        self._began = self.clock()
        self.is_silent = self.was_lost = False
        self._refused_since = math.inf
        self.reason = ""
        """Why the last attempt failed."""

    def tell(self, event: str) -> None:
        self.story.append(f"After {self.clock() - self._began:.0f} s: {event}")

    def lost(self, error: Exception) -> None:
        """Note that the router does not answer, once for each time that it falls silent."""
        self.reason = " ".join(str(error).split())
        if not self.is_silent:
            said = textwrap.shorten(self.reason, _SHOWN, placeholder=" ...")
            self.tell(f"contact with the router was lost ({said}).")
        self.is_silent = self.was_lost = True

    def ask(
        self,
        sections: Sequence[Section],
        *,
        until: float,
        stop_at_failure: bool = False,
        enough: Callable[[Mapping[str, Answer]], bool] = lambda _answers: True,
    ) -> Mapping[str, Answer] | None:
        """The first answers that are `enough`; None when there are none by `until` (clock).

        Raises RefusedError.
        """
        while True:
            answers = self._attempt(sections, stop_at_failure)
            if answers is not None and enough(answers):
                return answers
            left = until - self.clock()
            if left <= 0:
                return None
            self.sleep(min(self.pause, left))

    def _attempt(
        self, sections: Sequence[Section], stop_at_failure: bool
    ) -> Mapping[str, Answer] | None:
        try:
            self.router.renew()
            answers = self.router.run(sections, stop_at_failure=stop_at_failure)
        except UNASKED as error:
            self.lost(error)
            self._judge_refusal(error)
            return None
        if self.is_silent:
            self.tell("the router answers again.")
        self.is_silent = False
        self._refused_since = math.inf
        return answers

    def _judge_refusal(self, error: Exception) -> None:
        if not is_refusal(error):
            self._refused_since = math.inf
            return
        now = self.clock()
        self._refused_since = min(self._refused_since, now)
        if now - self._refused_since >= self.refusals:
            raise RefusedError(self.reason, now - self._refused_since)

    def once(self, question: Callable[[], object]) -> object | None:
        """What `question` returns; None when the router could not be asked."""
        try:
            return question()
        except (AnsibleConnectionFailure, RouterError) as error:
            self.lost(error)
            return None
