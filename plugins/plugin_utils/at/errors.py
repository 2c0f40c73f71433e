# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What may stand between us and a modem's port."""

from __future__ import annotations

from ..errors import FleetError
from ..router.wire import Answer


class PortError(FleetError):
    """No command reached the modem; `code` says why, in a word for playbooks."""

    def __init__(self, code: str, text: str) -> None:
        self.code = code
        super().__init__(text)

    def facts(self) -> dict[str, object]:
        return {"reason": self.code}


# By exit status of at_say (program/at.sh).
_STATUSES = {
    70: ("no_gcom", "gcom, which talks to modems, is not on this router: install comgt."),
    71: ("no_port", "There is no control port to talk to: {said}. Is the stick plugged in?"),
    72: ("busy", "{said}. Two programs cannot share a port: stop that one, or give it more time."),
    74: ("diag", "{said}: AT commands may upset the modem there. Name its AT port instead."),
}
SILENT = 73


def silent(port: str, seconds: int) -> PortError:
    """The modem hears and does not answer."""
    return PortError(
        "silent",
        f"The modem did not answer on {port or 'any port'} within {seconds} s. It may be starting, "
        f"or this is not its AT port: try another one.",
    )


def check(answer: Answer, *, port: str) -> None:
    """Raises PortError unless commands were sent, answered or not."""
    said = answer.stderr.strip().replace("\n", "; ")
    if answer.status in _STATUSES:
        code, text = _STATUSES[answer.status]
        raise PortError(code, text.format(said=said or "no port was found"))
    if answer.status not in (0, SILENT):
        raise PortError(
            "failed",
            f"gcom failed on {port or 'the port'} with exit status {answer.status}: "
            f"{said or '(no message)'}. The modem may have left the bus meanwhile.",
        )
