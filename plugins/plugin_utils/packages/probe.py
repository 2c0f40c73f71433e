# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What planning asks a router about packages."""

from __future__ import annotations

from dataclasses import dataclass

from ..engine.probe import Probe
from ..errors import ProbeError
from ..router.wire import Answer
from . import opkg
from .model import Installed, Offers
from .want import Want


@dataclass(frozen=True)
class PackagesProbe(Probe[Installed]):
    """Which package manager there is, what it has installed, and how much space is left."""

    @property
    def title(self) -> str:
        return "the installed packages"

    def script(self) -> str:
        return (
            "if command -v opkg >/dev/null; then echo opkg\n"
            "elif command -v apk >/dev/null; then echo apk; exit 0\n"
            f"else echo none; exit 0; fi\n{opkg.INSTALLED}"
        )

    def parse(self, answer: Answer) -> Installed:
        manager, _, rest = answer.stdout.partition("\n")
        if answer.status != 0:
            raise ProbeError(self.title, status=answer.status, stderr=answer.stderr)
        if manager != "opkg":
            return Installed(manager=manager)
        try:
            return opkg.parse_installed(rest)
        except ValueError as error:
            raise ProbeError(self.title, status=0, stderr=f"unexpected answer: {error}") from error


@dataclass(frozen=True)
class OffersProbe(Probe[Offers]):
    """What the feeds offer; only worth its time when something must be installed.

    `max_age` is the age in seconds from which on the package lists are refreshed.
    """

    wants: tuple[Want, ...]
    max_age: int

    @property
    def title(self) -> str:
        return f"what the package feeds offer of {', '.join(map(str, self.wants))}"

    def script(self) -> str:
        return opkg.offers_script(self.wants, max_age=self.max_age)

    def parse(self, answer: Answer) -> Offers:
        if answer.status != 0:
            raise ProbeError(self.title, status=answer.status, stderr=answer.stderr)
        try:
            return opkg.parse_offers(answer.stdout)
        except ValueError as error:
            raise ProbeError(self.title, status=0, stderr=f"unexpected answer: {error}") from error
