# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a router says of its transactions."""

from __future__ import annotations

from dataclasses import dataclass

from ..engine.probe import Probe
from ..errors import ProbeError
from ..router.wire import Answer
from ..shell import quote
from .places import HOME, RAM

_REPORT = f"{RAM}/report"
_TOLD = f"{RAM}/told"
NOTE_TOLD = f"[ ! -e {_REPORT} ] || : >{_TOLD}"
"""Shell by which the next task does not warn of an end that this one tells of."""

_LOG_LINES = 12


@dataclass(frozen=True)
class GuardState:
    """`state` is none, open (not confirmed yet) or rolling (being put back).

    `left` is in how many seconds it will be rolled back, None while it is being applied or where
    nobody can tell. `timer`: whether anything waits for that moment; otherwise only the next boot
    does. `last_...` is how the last transaction since the boot ended: confirmed, rolled-back or
    failed; `told` when an earlier task has said so.
    """

    state: str = "none"
    id: str = ""
    by: str = ""
    left: int | None = None
    timer: bool = False
    last_id: str = ""
    last_outcome: str = ""
    last_why: str = ""
    told: bool = False

    @property
    def is_open(self) -> bool:
        return self.state != "none"

    def facts(self) -> dict[str, object]:
        return {"id": self.id, "by": self.by, "state": self.state, "seconds_left": self.left}

    def describe(self) -> str:
        """What is open, for people."""
        who = f"transaction {self.id}" + (f" by {self.by}" if self.by else "")
        if self.state == "rolling":
            return f"{who}, which is being rolled back"
        if self.left is not None and self.timer:
            return f"{who}, which is rolled back in {max(self.left, 0)} s unless it is confirmed"
        if self.timer:
            return f"{who}, which is being applied"
        return f"{who}, which is rolled back at the next boot"


@dataclass(frozen=True)
class GuardProbe(Probe[GuardState]):
    """Costs a router next to nothing while there is nothing to tell."""

    title = "the open transactions"

    def script(self) -> str:
        return f"""\
if [ -e {HOME}/open ] || [ -e {HOME}/rolling ]; then
    sh {HOME}/guard status
elif [ -e {_REPORT} ]; then
    cat {_REPORT}
fi
[ ! -e {_REPORT} ] || [ ! -e {_TOLD} ] || echo told=yes
{NOTE_TOLD}"""

    def parse(self, answer: Answer) -> GuardState:
        if answer.status != 0:
            raise ProbeError(self.title, status=answer.status, stderr=answer.stderr)
        return parse(answer.stdout)


@dataclass(frozen=True)
class GuardLogProbe(Probe[tuple[str, ...]]):
    """What the router's log says about one transaction."""

    transaction: str

    @property
    def title(self) -> str:
        return f"the log of the transaction {self.transaction}"

    def script(self) -> str:
        said = quote(f"transaction {self.transaction}")
        return f"logread -e {said} 2>/dev/null | tail -n {_LOG_LINES}"

    def parse(self, answer: Answer) -> tuple[str, ...]:
        return tuple(answer.stdout.splitlines())


def parse(text: str) -> GuardState:
    """The state from the lines of `guard status`."""
    fields = dict(line.partition("=")[::2] for line in text.splitlines() if "=" in line)
    left = fields.get("left", "")
    return GuardState(
        state=fields.get("state", "none"),
        id=fields.get("id", ""),
        by=fields.get("by", ""),
        left=int(left) if left.lstrip("-").isdigit() else None,
        timer=fields.get("timer") == "yes",
        last_id=fields.get("last_id", ""),
        last_outcome=fields.get("last_outcome", ""),
        last_why=fields.get("last_why", ""),
        told=fields.get("told") == "yes",
    )
