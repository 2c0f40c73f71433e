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
        return tuple(redact(line) for line in answer.stdout.splitlines())


def whole(log: Sequence[str], interface: str) -> Sequence[str]:
    """The log without a bring-up that is just being taken down again, if there is one before it.

    Only the end of the teardown tells a refused connection from a SIM that is not ready.
    """
    down = f"Interface '{interface}' is now down"
    ends = [number for number, line in enumerate(log, start=1) if line.rstrip().endswith(down)]
    after = log[ends[-1] :] if ends else ()
    if any(f"Stopping network {interface}" in line for line in after):
        return log[: ends[-1]]
    return log
