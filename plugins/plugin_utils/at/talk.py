# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""One conversation with a modem, as a probe: commands in, replies out, in one round trip."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..engine.probe import Probe
from ..errors import SpecError
from ..ncm.vendors import AUTO
from ..router.wire import Answer, Section
from ..shell import quote
from ..uci.names import check_section_name
from .errors import check, silent
from .hold import hold
from .reply import Reply, replies

_PROGRAM = Path(__file__).parent / "program"
STAGE = {
    name: (_PROGRAM / name).read_text(encoding="utf-8") for name in ("at.sh", "at.gcom")
}  # fmt: skip
"""What stands in "$T" for a section that talks."""

LIBRARY = 'AT_GCOM="$T/at.gcom"\n. "$T/at.sh"'
"""What such a section begins with."""

PORT_OPTIONS = {
    "device": {"type": "str"},
    "interface": {"type": "str", "default": "wwan"},
}
"""The options of every module that talks, for Port.from_params."""

_PORT = re.compile(r"^@ port (.*)\n", re.MULTILINE)
_FIND_SECONDS = 4
"""For each port that may be the right one; a modem that is awake answers AT at once."""


@dataclass(frozen=True)
class Port:
    """Where to talk: at `device`, or at the first that answers.

    Without a device it is looked for, first what the ncm interface is configured with, then all
    control nodes there are. netifd's handler for the interface stands still while somebody else
    talks; one that is about to start is waited for `look_for` seconds.
    """

    device: str | None
    interface: str = "wwan"
    look_for: int = 0

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> Port:
        """From the options `device` and `interface`; raises SpecError."""
        device, interface = params["device"], params["interface"]
        device = None if device == AUTO else device
        if device is not None and not device.startswith("/dev/"):
            raise SpecError(
                option="device", value=device, expected="a path below /dev, such as /dev/ttyUSB0"
            )
        return cls(device, check_section_name(interface, option="interface"))

    def script(self) -> str:
        """Shell that sets $port, or leaves with the status of at_find."""
        held = hold(self.interface, look_for=self.look_for)
        if self.device is not None:
            return f"{held}\nport={quote(self.device)}"
        configured = f'"$(uci -q get network.{self.interface}.device)"'
        # Paths of nodes hold no blanks, and one that is not there is passed over.
        return f"{held}\nport=$(at_find {_FIND_SECONDS} $(at_nodes {configured})) || exit"


@dataclass(frozen=True)
class Dialogue:
    """The replies to all commands in order, and the port on which they came."""

    port: str
    replies: tuple[Reply, ...]

    def reply(self, command: str) -> Reply:
        """The reply to a command; one without anything where it was not sent."""
        return next((each for each in self.replies if each.command == command), Reply(command))


@dataclass(frozen=True)
class DialogueProbe(Probe[Dialogue]):
    """Sends the commands one after the other; after the first without a final result no more.

    `seconds` is what each may take, `patience` how long another program may still hold the port.
    With `stop_at_error` no more is sent after a command that is refused. Raises PortError where no
    dialogue came about at all.
    """

    port: Port
    commands: tuple[str, ...]
    seconds: int = 10
    patience: int = 10
    stop_at_error: bool = False

    @property
    def title(self) -> str:
        return "what the modem says"

    def script(self) -> str:
        stop = "export AT_STOP=1\n" if self.stop_at_error else ""
        return (
            f"AT_PATIENCE={self.patience}\n{LIBRARY}\n{self.port.script()}\n"
            f"{stop}{say(self.commands, self.seconds)}"
        )

    def section(self) -> Section:
        return Section(self.title, self.script(), STAGE)

    def parse(self, answer: Answer) -> Dialogue:
        named = _PORT.search(answer.stdout)
        port = named[1] if named else self.port.device or ""
        heard = replies(_PORT.sub("", answer.stdout), self.commands)
        if not any(reply.result for reply in heard):
            check(answer, port=port)
            raise silent(port, self.seconds)
        return Dialogue(port, heard)


def say(commands: Sequence[str], seconds: int) -> str:
    """Shell that says where it talks and sends the commands to $port."""
    words = " ".join(map(quote, commands))
    return f'printf \'@ port %s\\n\' "$port"\nat_say "$port" {seconds} {words}'
