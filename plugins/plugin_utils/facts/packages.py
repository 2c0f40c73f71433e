# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names and versions of what is installed, whichever package manager keeps the books."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..engine.probe import Probe
from ..errors import ProbeError
from ..packages import opkg
from ..router.wire import Answer


@dataclass(frozen=True)
class Inventory:
    """`manager` is opkg or apk; `versions` are those of the installed packages by name."""

    manager: str
    versions: Mapping[str, str]


@dataclass(frozen=True)
class InventoryProbe(Probe[Inventory]):
    """Names and versions alone."""

    @property
    def title(self) -> str:
        return "the names and versions of the installed packages"

    def script(self) -> str:
        return f"""\
if command -v apk >/dev/null; then
    echo apk
    apk list --installed --manifest
else
    echo opkg
    {opkg.INSTALLED}
fi"""

    def parse(self, answer: Answer) -> Inventory:
        manager, _ignored, rest = answer.stdout.partition("\n")
        if answer.status != 0 or manager not in ("apk", "opkg"):
            raise ProbeError(self.title, status=answer.status, stderr=answer.stderr)
        try:
            return Inventory(manager, _opkg(rest) if manager == "opkg" else _apk(rest))
        except ValueError as error:
            raise ProbeError(self.title, status=0, stderr=f"unexpected answer: {error}") from error


def _opkg(text: str) -> dict[str, str]:
    return {name: each.version for name, each in opkg.parse_installed(text).packages.items()}


def _apk(text: str) -> dict[str, str]:
    """`name version` a line, as `apk list --manifest` prints it."""
    pairs = (line.partition(" ") for line in text.splitlines())
    return {name: version for name, _ignored, version in pairs if version}
