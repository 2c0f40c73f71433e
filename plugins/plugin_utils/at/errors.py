# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What may stand between us and a modem's port."""

from __future__ import annotations

import re

from ..errors import FleetError
from ..router.wire import Answer


class PortError(FleetError):
    """No command reached the modem; `code` says why, in a word for playbooks."""

    def __init__(self, code: str, text: str) -> None:
        self.code = code
        super().__init__(text)

    def facts(self) -> dict[str, object]:
        return {"reason": self.code}


_HUNG_UP = (
    "{said} before the modem answered: it has left the bus, or its driver has let go of the port. "
    "What it has done of the command is not known."
)
_STUCK = (
    "{said} of what is sent: its driver or the modem hangs. Try another port; if none takes "
    "commands, the stick must be unplugged."
)

# By exit status of at_say (program/at.sh).
_STATUSES = {
    70: ("no_gcom", "gcom, which talks to modems, is not on this router: install comgt."),
    71: ("no_port", "There is no control port to talk to: {said}. Is the stick plugged in?"),
    72: ("busy", "{said}. Two programs cannot share a port: stop that one, or give it more time."),
    74: ("diag", "{said}: AT commands may upset the modem there. Name its AT port instead."),
    75: ("hung_up", _HUNG_UP),
    76: ("stuck", _STUCK),
}
SILENT = 73
_REFUSED = "Could not write to COM device"
_SCRIPT_ERROR = re.compile(r"Error @\d+, line \d+, (.*)\. \(\d+\)")


def silent(port: str, seconds: int) -> PortError:
    """The modem hears and does not answer."""
    return PortError(
        "silent",
        f"The modem did not answer on {port or 'any port'} within {seconds} s. It may be starting, "
        f"or this is not its AT port: try another one.",
    )


def check(answer: Answer, *, port: str) -> None:
    """Raises PortError unless the modem is merely silent; for a conversation without any answer."""
    said = answer.stderr.strip().replace("\n", "; ")
    if answer.status in _STATUSES:
        code, text = _STATUSES[answer.status]
        raise PortError(code, text.format(said=said or "no port was found"))
    if answer.status not in (0, SILENT):
        lines = [line for line in answer.stdout.splitlines() if not line.startswith("@ ")]
        raise _failed(answer.status, "\n".join([*lines, said]), port or "the port")


def _failed(status: int, said: str, port: str) -> PortError:
    """gcom ended before the conversation began."""
    if _REFUSED in said:
        return PortError("stuck", _STUCK.format(said=f"{port} takes nothing"))
    if status > 128:
        return PortError(
            "failed",
            f"gcom crashed on {port} (signal {status - 128}). That is a fault of gcom, and says "
            "nothing about the modem: try again, and look for a newer comgt if it stays so.",
        )
    found = _SCRIPT_ERROR.search(said)
    reason = found[1] if found else said.strip().replace("\n", "; ") or "(no message)"
    return PortError(
        "failed", f"gcom failed on {port} with exit status {status}: {reason.rstrip('.')}."
    )
