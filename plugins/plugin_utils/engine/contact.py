# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Staying in contact with a router that a change may have cut off, and telling how it went."""

from __future__ import annotations

import textwrap
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from ansible.errors import AnsibleConnectionFailure

from ..errors import NoShellError, ReplyCutError, RouterError
from ..router.router import Router
from ..router.wire import Answer, Section

LOST = (AnsibleConnectionFailure, ReplyCutError, NoShellError)
"""What says that there is no router at the other end for now."""

_PAUSE = 2
"""Seconds between two attempts to connect."""

_SHOWN = 200


@dataclass
class Contact:
    """Every question goes over a new connection: one that has been kept alive proves nothing.

    `story` is what happened, in order, each event with the seconds since the beginning.
    """

    router: Router
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    story: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._began = self.clock()
        self._silent = self.was_lost = False

    def tell(self, event: str) -> None:
        self.story.append(f"After {self.clock() - self._began:.0f} s: {event}")

    def lost(self, error: Exception) -> None:
        """Note that the router does not answer, once for each time that it falls silent."""
        if not self._silent:
            said = textwrap.shorten(str(error), _SHOWN, placeholder=" ...")
            self.tell(f"contact with the router was lost ({said}).")
        self._silent = self.was_lost = True

    def ask(
        self,
        sections: Sequence[Section],
        *,
        until: float,
        stop_at_failure: bool = False,
    ) -> Mapping[str, Answer] | None:
        """The answers, as soon as the router answers; None when it has not by `until` (clock)."""
        while True:
            try:
                self.router.renew()
                answers = self.router.run(sections, stop_at_failure=stop_at_failure)
            except LOST as error:
                self.lost(error)
            else:
                if self._silent:
                    self.tell("the router answers again.")
                self._silent = False
                return answers
            if self.clock() >= until:
                return None
            self.sleep(_PAUSE)

    def once(self, question: Callable[[], object]) -> object | None:
        """What `question` returns; None when the router could not be asked."""
        try:
            return question()
        except (AnsibleConnectionFailure, RouterError) as error:
            self.lost(error)
            return None
