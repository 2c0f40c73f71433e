# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The router as it will be: planning edits a draft, and what differs becomes the plan.

Resources are planned one after another on one draft. Each sees what those before it have planned,
so an interface, a zone and a whitelist that meet in two files still end in one write a file.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..files.probe import FileProbe, FileState
from ..files.write import write_file
from ..uci.model import Package
from ..uci.probe import UciProbe
from ..uci.write import write_package
from .plan import Outcome, Plan, Reload, Step
from .probe import Known


class Draft:
    """What was read, overlaid with what has been planned so far.

    In a `rehearsal` (check mode) a missing prerequisite that an earlier task would have brought
    is a warning and not an error.
    """

    def __init__(self, known: Known, *, rehearsal: bool = False) -> None:
        self.known = known
        self.rehearsal = rehearsal
        self._packages: dict[str, Package] = {}
        self._files: dict[FileProbe, FileState] = {}
        self._checks: dict[FileProbe, str] = {}
        self._steps: list[Step] = []
        self._reloads: dict[Reload, None] = {}
        self._coming: set[str] = set()

    def uci(self, name: str) -> Package:
        """A UCI package, an empty one when the router has none of that name."""
        if name in self._packages:
            return self._packages[name]
        return self.known[UciProbe(name)].package or Package(name)

    def put_uci(self, package: Package) -> None:
        self._packages[package.name] = package

    def file(self, path: str) -> FileState:
        probe = FileProbe(path)
        return self._files.get(probe) or self.known[probe]

    def put_file(self, path: str, state: FileState, *, check: str = "") -> None:
        """`check` is a command that gets the new file's staged copy as its last argument."""
        self._files[FileProbe(path)] = state
        self._checks[FileProbe(path)] = check

    def do(self, step: Step) -> None:
        """Plan a step that is neither a UCI package nor a file, such as an installation."""
        self._steps.append(step)

    def reload(self, reload: Reload) -> None:
        self._reloads[reload] = None

    def expect_packages(self, names: Iterable[str]) -> None:
        """Note packages that a planned step installs, for resources that depend on them."""
        self._coming.update(names)

    def is_coming(self, package: str) -> bool:
        return package in self._coming

    def plan(self, outcomes: Iterable[Outcome]) -> Plan:
        """The plan that turns what was read into this draft; raises PlanError.

        Installations come first: a package may bring the configuration file that is edited next.
        """
        steps = list(self._steps)
        for probe, state in self._files.items():
            before = self.known[probe]
            if state != before:
                check = self._checks[probe]
                steps.append(write_file(probe.path, before=before, after=state, check=check))
        for name, package in self._packages.items():
            read = self.known[UciProbe(name)]
            if package != (read.package or Package(name)):
                steps.append(write_package(read, package))
        return Plan(
            steps=tuple(steps),
            reloads=_without_doubles(self._reloads),
            outcomes=tuple(outcomes),
        )


def _without_doubles(reloads: Iterable[Reload]) -> tuple[Reload, ...]:
    """One action a service: a restart makes its reload superfluous."""
    actions: dict[str, Reload] = {}
    for reload in reloads:
        known = actions.get(reload.service)
        if known is None or reload.action == "restart":
            actions[reload.service] = reload
    return tuple(actions.values())
