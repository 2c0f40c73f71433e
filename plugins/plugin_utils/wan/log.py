# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the system log says of a WAN."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..engine.probe import Probe
from ..errors import ProbeError
from ..netifd.redact import redact
from ..router.wire import Answer
from ..shell import quote

_LINES = 300
"""A failing bring-up logs about 20 lines and starts anew every few seconds."""


@dataclass(frozen=True)
class WanLogProbe(Probe[tuple[str, ...]]):
    """The last lines of netifd about the interface and its children, and of rejected answers.

    Secrets are taken out where the lines arrive: the ncm handler logs every AT command.
    """

    interface: str

    @property
    def title(self) -> str:
        return f"the log of {self.interface}"

    def script(self) -> str:
        names = [f"{self.interface}{suffix}" for suffix in ("", "_4", "_6")]
        texts = [text for name in names for text in (f"netifd: {name} (", f"'{name}'")]
        wanted = " ".join(f"-e {quote(text)}" for text in [*texts, "DNS-rebind attack"])
        return f"logread | grep -F {wanted} | tail -n {_LINES}"

    def parse(self, answer: Answer) -> tuple[str, ...]:
        if answer.status != 0:
            raise ProbeError(self.title, status=answer.status, stderr=answer.stderr)
        # A carriage return stays in its line: it may be what is wrong.
        return tuple(redact(line) for line in answer.stdout.split("\n") if line)


def failing(log: Sequence[str], interface: str) -> Sequence[str]:
    """The bring-ups that tell why the interface is down now.

    Those since it was last up: how an earlier session ended says nothing of the present.
    """
    own = f"Interface '{interface}' is "
    begins = _last(log, f"{own}now up")
    setups = (
        number
        for number, line in enumerate(log[begins:], start=begins)
        if line.rstrip().endswith(f"{own}setting up now")
    )
    return log[next(setups, begins) :]


def _last(log: Sequence[str], message: str) -> int:
    """The number of lines up to and with the last one that ends so; 0 without such a line."""
    return max(
        (n for n, line in enumerate(log, start=1) if line.rstrip().endswith(message)), default=0
    )
