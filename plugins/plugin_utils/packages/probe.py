# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What planning asks a router about packages."""

from __future__ import annotations

from dataclasses import dataclass

from ..engine.probe import Probe
from ..errors import ProbeError
from ..router.wire import Answer
from .managers import MANAGERS
from .model import Installed, Offers
from .want import Want


@dataclass(frozen=True)
class PackagesProbe(Probe[Installed]):
    """Which package manager there is, what it has installed, and how much space is left."""

    @property
    def title(self) -> str:
        return "the installed packages"

    def script(self) -> str:
        branches = "\nelif ".join(
            f"command -v {name} >/dev/null; then\necho {name}\n{manager.installed}"
            for name, manager in MANAGERS.items()
        )
        return f"if {branches}\nelse echo none; fi"

    def parse(self, answer: Answer) -> Installed:
        name, _newline, rest = answer.stdout.partition("\n")
        if answer.status != 0:
            raise ProbeError(self.title, status=answer.status, stderr=answer.stderr)
        if name not in MANAGERS:
            return Installed(manager=name)
        try:
            return MANAGERS[name].parse_installed(rest)
        except (ValueError, KeyError) as error:
            raise ProbeError(self.title, status=0, stderr=f"unexpected answer: {error}") from error


@dataclass(frozen=True)
class OffersProbe(Probe[Offers]):
    """What the feeds offer; only worth its time when something must be installed.

    `max_age` is the age in seconds from which on the package lists are refreshed.
    """

    manager: str
    wants: tuple[Want, ...]
    max_age: int

    @property
    def title(self) -> str:
        return f"what the package feeds offer of {', '.join(map(str, self.wants))}"

    def script(self) -> str:
        return MANAGERS[self.manager].offers_script(self.wants, max_age=self.max_age)

    def parse(self, answer: Answer) -> Offers:
        if answer.status != 0:
            raise ProbeError(self.title, status=answer.status, stderr=answer.stderr)
        try:
            return MANAGERS[self.manager].parse_offers(self.wants, answer.stdout)
        except (ValueError, KeyError) as error:
            raise ProbeError(self.title, status=0, stderr=f"unexpected answer: {error}") from error
