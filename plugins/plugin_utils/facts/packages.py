# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names and versions of what is installed, whichever package manager keeps the books."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..engine.probe import Probe
from ..errors import ProbeError
from ..router.wire import Answer


@dataclass(frozen=True)
class Inventory:
    """`manager` is opkg or apk; `versions` are those of the installed packages by name."""

    manager: str
    versions: Mapping[str, str]


@dataclass(frozen=True)
class InventoryProbe(Probe[Inventory]):
    """Names and versions alone.

    opkg's own database is read: `opkg list-installed` would first parse the lists of all feeds.
    """

    @property
    def title(self) -> str:
        return "the installed packages"

    def script(self) -> str:
        return """\
if command -v apk >/dev/null; then
    echo apk
    apk list --installed --manifest
else
    echo opkg
    awk '
        /^Package: / { name = $2 }
        /^Version: / { version = $2 }
        /^Status: / && $NF == "installed" { installed = 1 }
        /^$/ { if (installed) print name, version; installed = 0 }
        END { if (installed) print name, version }
    ' /usr/lib/opkg/status
fi"""

    def parse(self, answer: Answer) -> Inventory:
        manager, _, lines = answer.stdout.partition("\n")
        if answer.status != 0 or manager not in ("apk", "opkg"):
            raise ProbeError(self.title, status=answer.status, stderr=answer.stderr)
        pairs = (line.partition(" ") for line in lines.splitlines())
        return Inventory(manager, {name: version for name, _, version in pairs if version})
