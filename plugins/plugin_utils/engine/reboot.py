# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A boot: having one happen, and telling that it has.

Told by a note in RAM, of the boot in which it was written and of when the first process began. It
is gone after a boot, or, in a container whose /tmp outlives that, speaks of another one. Neither a
connection that was lost tells as much, nor a clock, which jumps on routers without a battery.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..router.wire import Answer, Section
from ..shell import quote

_THIS_BOOT = (
    "{ cat /proc/sys/kernel/random/boot_id; sed 's/.*) //' /proc/1/stat | cut -d' ' -f20; }"
)
"""Shell that prints the kernel's name of this boot, and the start of its first process: a container
has the boot of its host."""

_NOTE = "note this boot"
_LOOK = "look for the note"
_TEST = "test_command"


class Reboot:
    """`note` is a path on the router that no other reboot uses; `test`: shell, or empty.

    `seen` says what was found last, in words.
    """

    def __init__(self, note: str, *, test: str = "") -> None:
        self.note = note
        self.test = test
        self.seen = ""

    def request(self, message: str) -> Sequence[Section]:
        """What has the router reboot as soon as its reply has left; stop at the first failure."""
        return (
            Section(_NOTE, f"{_THIS_BOOT} >{quote(self.note)}"),
            Section(
                "ask for the reboot",
                f"logger -t fleet-reboot {quote(message)}\n"
                "( trap '' HUP; sleep 2; reboot ) </dev/null >/dev/null 2>&1 &",
            ),
        )

    def question(self) -> Sequence[Section]:
        """What to ask over and over."""
        note = quote(self.note)
        look = f'[ ! -e {note} ] || {{ [ "$(cat {note})" != "$({_THIS_BOOT})" ] && rm -f {note}; }}'
        return (Section(_LOOK, look), *((Section(_TEST, self.test),) if self.test else ()))

    def is_over(self, answers: Mapping[str, Answer]) -> bool:
        """Whether the router has booted and passes the test, if there is one."""
        if answers[_LOOK].status != 0:
            self.seen = "it answers and has not gone down"
            return False
        if self.test and answers[_TEST].status != 0:
            said = answers[_TEST].stderr.strip() or answers[_TEST].stdout.strip()
            self.seen = (
                f"it has booted, and test_command ends with status {answers[_TEST].status}: "
                f"{said or '(no message)'}"
            )
            return False
        return True
