# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Asking the modem behind a WAN, where no answer is an answer as well."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..at.errors import PortError
from ..at.hold import BETWEEN
from ..at.talk import Port
from ..engine.probe import Probe
from ..modem.report import ModemProbe, Report
from ..router.wire import Answer, Section

_HOLDER = re.compile(r" is in use by (?P<program>\S+)(?: \((?P<pid>\d+)\))?")
_NETIFDS_OWN = "gcom"


@dataclass(frozen=True)
class Asked:
    """The modem's report, or why there is none; `complaints` are those of all ports tried."""

    report: Report | None
    error: PortError | None
    complaints: str = ""

    @property
    def trouble(self) -> str | None:
        """The code of PortError: no_gcom, no_port, busy, diag, silent, hung_up, stuck, failed."""
        return self.error.code if self.error else None

    @property
    def holder(self) -> tuple[str, int | None] | None:
        """The program that holds a port, and its process id; netifd's own does not count."""
        match = _HOLDER.search(f"{self.complaints} {self.error or ''}")
        if match is None or match["program"] in (_NETIFDS_OWN, "another"):
            return None
        return match["program"], int(match["pid"]) if match["pid"] else None

    def was_silent(self, device: str) -> bool:
        """Whether this port was asked and did not answer, whatever another one did."""
        return f"{device} does not answer" in self.complaints


@dataclass(frozen=True)
class AskProbe(Probe[Asked]):
    """The port that the interface is configured with first, then all others.

    A WAN that is down is `restless`: netifd brings it up anew all the time.
    """

    interface: str
    restless: bool = False
    seconds: int = 5

    @property
    def probe(self) -> ModemProbe:
        look_for = BETWEEN if self.restless else 0
        return ModemProbe(Port(None, self.interface, look_for), self.seconds)

    @property
    def title(self) -> str:
        return self.probe.title

    def script(self) -> str:
        return self.probe.script()

    def section(self) -> Section:
        return self.probe.section()

    def parse(self, answer: Answer) -> Asked:
        complaints = answer.stderr.strip()
        try:
            return Asked(self.probe.understood(answer), None, complaints)
        except PortError as error:
            return Asked(None, error, complaints)
