# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What earlier tasks of a run in check mode would have brought: facts for the tasks after them.

Without it a task warns of a missing prerequisite that the run itself would have met.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

_FACT = "fleet_openwrt_rehearsed"


@dataclass(frozen=True)
class Rehearsed:
    """Names of packages and interfaces that would be there now."""

    packages: frozenset[str] = frozenset()
    interfaces: frozenset[str] = frozenset()

    @classmethod
    def of(cls, facts: Mapping[str, Any], run: str) -> Rehearsed:
        """From the facts of a host; those of another run (a fact cache) count as nothing."""
        found = facts.get(_FACT) or {}
        if found.get("run") != run:
            return cls()
        return cls(frozenset(found["packages"]), frozenset(found["interfaces"]))

    def further(self, packages: Iterable[str], interfaces: Iterable[str]) -> Rehearsed:
        """With what one more task would bring."""
        return Rehearsed(
            self.packages | frozenset(packages), self.interfaces | frozenset(interfaces)
        )

    def facts(self, run: str) -> dict[str, object]:
        """For the result of the task."""
        return {
            _FACT: {
                "run": run,
                "packages": sorted(self.packages),
                "interfaces": sorted(self.interfaces),
            }
        }
