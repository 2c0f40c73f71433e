# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A conversation that somebody asked for: what was said, for the result of a task."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..engine.probe import Known
from ..engine.reading import read
from ..errors import FleetError
from ..netifd.redact import redact
from ..router.router import Router
from .command import is_query
from .reply import Reply
from .talk import DialogueProbe


class RefusedCommandError(FleetError):
    """The modem did not say OK to a command."""

    def __init__(self, reply: Reply, *, seconds: int, result: dict[str, object]) -> None:
        self._facts = result
        command = redact(reply.command)
        said = (
            f"The modem did not answer {command} within {seconds} s. What it has done of it is not "
            "known; some commands need more than that, see timeout"
            if reply.result is None
            else f"The modem answered {command} with {reply.result}"
        )
        super().__init__(f"{said}. All answers are in the result.")

    def facts(self) -> dict[str, object]:
        return self._facts


def converse(
    router: Router, probe: DialogueProbe, skipped: Sequence[str] = ()
) -> dict[str, object]:
    """Send the probe's commands; the task's result, with the `skipped` commands at its end.

    Raises PortError, or RefusedCommandError for the first command that did not end with OK.
    """
    left_out = [_entry(Reply(command), sent=False) for command in skipped]
    if not probe.commands:
        return {"changed": bool(skipped), "answers": left_out}
    dialogue = read(router, [probe], Known())[probe]
    failed = next((number for number, each in enumerate(dialogue.replies) if not each.ok), None)
    ends = failed is not None and (probe.stop_at_error or dialogue.replies[failed].result is None)
    answers = [
        _entry(reply, sent=not ends or failed is None or number <= failed)
        for number, reply in enumerate(dialogue.replies)
    ]
    changes = [entry for entry in answers if entry["sent"] and not is_query(str(entry["command"]))]
    result: dict[str, object] = {
        "changed": bool(changes or skipped),
        "port": dialogue.port,
        "answers": answers + left_out,
    }
    if failed is not None:
        raise RefusedCommandError(dialogue.replies[failed], seconds=probe.seconds, result=result)
    return result


def _entry(reply: Reply, *, sent: bool) -> dict[str, object]:
    # Before the names of the commands are taken away, by which secrets are known.
    hidden = replace(reply, lines=tuple(redact(line) for line in reply.lines))
    return {
        "command": redact(reply.command),
        "lines": list(hidden.lines),
        "data": list(hidden.values),
        "result": reply.result,
        "unsolicited": [redact(line) for line in reply.unsolicited],
        "sent": sent,
    }
