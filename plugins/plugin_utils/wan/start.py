# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Starting an interface that only needs a start, before or after the look at its WAN."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from ..errors import StepError
from ..router.router import Router
from ..router.wire import Section
from ..shell import quote
from .check import WanError, check
from .request import Check

_PROGRAM = Path(__file__).parents[1] / "netifd/program/start.sh"


class Start(StrEnum):
    """When an interface is started: NEVER, first (ALWAYS), or where that may help (AUTO)."""

    NEVER = "never"
    AUTO = "auto"
    ALWAYS = "always"


def check_started(
    router: Router,
    wanted: Check,
    start: Start,
    *,
    rehearsal: bool = False,
    coming: bool = False,
) -> dict[str, object]:
    """The task's result as `check` has it, `changed` where the interface was started.

    Raises WanError, StepError where the router cannot start it. A rehearsal starts nothing; for
    `coming` see check.
    """
    if start is Start.ALWAYS and not rehearsal:
        return _start_and_check(router, wanted)
    try:
        return check(router, wanted, rehearsal=rehearsal, coming=coming)
    except WanError as error:
        if start is not Start.AUTO or rehearsal or not error.diagnosis.worth_a_start:
            raise
    return _start_and_check(router, wanted)


def _start_and_check(router: Router, wanted: Check) -> dict[str, object]:
    title = f"start {wanted.interface}"
    body = f"{_PROGRAM.read_text(encoding='utf-8')}\nnetifd_start {quote(wanted.interface)}"
    answer = router.run([Section(title, body)])[title]
    if answer.status != 0:
        raise StepError(step=title, status=answer.status, stderr=answer.stderr, applied=())
    return {**check(router, wanted), "changed": True}
