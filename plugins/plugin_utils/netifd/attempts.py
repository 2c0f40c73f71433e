# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The bring-ups of one interface, cut out of the system log."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_BEGIN = "is setting up now"
_TEARDOWN = "Stopping network "
_END = "is now down"


@dataclass(frozen=True, slots=True)
class Attempt:
    """The messages of one bring-up, without date, facility and process id.

    `setup` is what the handler said until it was done, `teardown` what it said when it took the
    interface down again.
    """

    setup: tuple[str, ...]
    teardown: tuple[str, ...]

    @property
    def connected(self) -> bool:
        """Whether the modem said OK to the connection."""
        return any(line.startswith("Setting up ") for line in self.setup)

    @property
    def ended(self) -> bool:
        """Whether the handler has said all that it will say of this bring-up."""
        return _END in self.setup + self.teardown


def attempts(log: Sequence[str], interface: str) -> list[Attempt]:
    """Cut the log at each `is setting up now` of the interface; its children's lines are dropped.

    Lines are taken as logread prints them, with or without a date before the facility. What stands
    before the first such line counts as an attempt of its own: the log's buffer may have lost the
    beginning.
    """
    own = _own_messages(log, interface)
    groups: list[list[str]] = [[]]
    for message in own:
        if message == _BEGIN:
            groups.append([])
        else:
            groups[-1].append(message)
    whole = groups if groups[0] else groups[1:]
    return [_attempt(group) for group in whole]


def _own_messages(log: Sequence[str], interface: str) -> list[str]:
    name = re.escape(interface)
    pattern = re.compile(rf"netifd: (?:{name} \(\d+\): (.*)|Interface '{name}' (.*))$")
    found = (pattern.search(line.rstrip("\r\n")) for line in log)
    return [match[1] or match[2] or "" for match in found if match]


def _attempt(messages: list[str]) -> Attempt:
    for index, message in enumerate(messages):
        if message.startswith(_TEARDOWN):
            return Attempt(tuple(messages[:index]), tuple(messages[index:]))
    return Attempt(tuple(messages), ())
