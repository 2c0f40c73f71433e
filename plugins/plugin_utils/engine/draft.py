# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The router as it will be: planning edits a draft, and what differs becomes the plan.

Resources are planned one after another on one draft. Each sees what those before it have planned,
so an interface, a zone and a whitelist that meet in two files still end in one write a file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ..errors import PlanError
from ..files.probe import FileProbe
from ..files.state import FileState, Kind
from ..files.write import FileEdit, write_file
from ..guard import lockout
from ..guard.carrier import CarrierProbe, verdict
from ..guard.lockout import Risk
from ..packages.model import Installed
from ..packages.probe import PackagesProbe
from ..uci.model import Package
from ..uci.pending import Pending
from ..uci.probe import UciProbe
from ..uci.reload import reloads_for
from ..uci.write import overridden, told, write_package
from .plan import Expectation, Outcome, Plan, Reload, Step
from .probe import Known
from .rehearsed import Rehearsed

_STRENGTH = ("reload", "start", "restart", "stop")


class Draft:
    """What was read, overlaid with what has been planned so far.

    In a `rehearsal` (check mode) a missing prerequisite is a warning and not an error, and none at
    all when it is among what earlier tasks have `rehearsed`. `pending` is what becomes of uci
    changes that others have staged in the packages that are written.
    """

    def __init__(
        self,
        known: Known,
        *,
        rehearsal: bool = False,
        pending: Pending = Pending.REFUSE,
        rehearsed: Rehearsed | None = None,
    ) -> None:
        self.known = known
        self._rehearsed = rehearsed or Rehearsed()
        self.rehearsal = rehearsal
        self.pending = pending
        self._packages: dict[str, Package] = {}
        self._files: dict[str, FileEdit] = {}
        self._steps: list[Step] = []
        self._last_steps: list[Step] = []
        self._expectations: list[Expectation] = []
        self._reloads: dict[Reload, None] = {}
        self._installed: Installed | None = None
        self._risks: list[Risk] = []

    def uci(self, name: str) -> Package:
        """A UCI package for editing, an empty one when the router has none of that name.

        Raises PlanError when staged changes shall be included and cannot be.
        """
        if name not in self._packages:
            self._packages[name] = self.known[UciProbe(name)].base(self.pending)
        return self._packages[name]

    def put_uci(self, package: Package) -> None:
        self._packages[package.name] = package

    def file(self, path: str) -> FileState:
        """A plain file with its content, or none; raises PlanError for anything else."""
        state = self.at(FileProbe(path))
        if state.kind not in {Kind.FILE, Kind.ABSENT, Kind.LINK}:
            raise PlanError(
                f"{path} is not a plain file.",
                hint="Remove what stands at that path, or name another one.",
            )
        return state

    def at(self, probe: FileProbe) -> FileState:
        """What stands at a path, or will stand there."""
        edit = self._files.get(probe.path)
        return edit.after if edit else self.known[probe]

    def will_have(self, path: str) -> FileState | None:
        """What is planned for a path; None when nothing is."""
        edit = self._files.get(path)
        return edit.after if edit else None

    def put_file(
        self,
        path: str,
        state: FileState,
        *,
        read: FileProbe | None = None,
        check: str = "",
        secret: bool = False,
        recursive: bool = False,
    ) -> None:
        """`check` is a command that gets the new file's staged copy as its last argument.

        `read` is the probe by which the path was looked at, when it was not for its whole content.
        """
        known = self._files.get(path)
        checks = (*(known.checks if known else ()), *((check,) if check else ()))
        self._files[path] = FileEdit(
            path=path,
            before=known.before if known else self.known[read or FileProbe(path)],
            after=state,
            checks=tuple(dict.fromkeys(checks)),
            secret=secret or bool(known and known.secret),
            recursive=recursive,
        )

    def do(self, step: Step) -> None:
        """Plan a step that is neither a UCI package nor a file, such as an installation."""
        self._steps.append(step)

    def do_last(self, step: Step) -> None:
        """Plan a step that needs the files that others write; asked for twice, it is done once."""
        if step not in self._last_steps:
            self._last_steps.append(step)

    def expect(self, expectation: Expectation) -> None:
        """Have the router looked at once the reloads are done."""
        self._expectations.append(expectation)

    def endanger(self, risks: Iterable[Risk]) -> None:
        """Note changes that files, UCI packages and installed packages do not show."""
        self._risks += risks

    def reload(self, reload: Reload) -> None:
        self._reloads[reload] = None

    def installed(self) -> Installed:
        """The packages as they will be."""
        return self._installed or self.known[PackagesProbe()]

    def put_installed(self, installed: Installed) -> None:
        """Note what a planned step does, for resources that need packages or their space."""
        self._installed = installed

    def is_coming(self, package: str) -> bool:
        return package in self._coming or package in self._rehearsed.packages

    @property
    def installs(self) -> bool:
        """Whether packages will be there that are not there yet."""
        return bool(self._coming)

    @property
    def _coming(self) -> set[str]:
        if self._installed is None:
            return set()
        return set(self._installed.packages) - set(self.known[PackagesProbe()].packages)

    def plan(self, outcomes: Iterable[Outcome]) -> Plan:
        """The plan that turns what was read into this draft; raises PlanError.

        Installations come first: a package may bring the configuration file that is edited next.
        """
        steps = list(self._steps)
        steps += [write_file(edit) for edit in self._files.values() if edit.after != edit.before]
        reloads = list(self._reloads)
        warnings: list[str] = []
        for name, package in self._packages.items():
            read = self.known[UciProbe(name)]
            base = read.base(self.pending)
            if package == base == read.committed:
                warnings += [f"{overridden(read)} Nothing was compared with it."] * read.overridden
                continue
            steps.append(write_package(read, package, pending=self.pending))
            warnings += [told(read, self.pending)] if read.pending else []
            if package == base:
                # Only others have changed it, so no resource has asked for the reload.
                reloads += reloads_for(name)
        return Plan(
            steps=(*steps, *self._last_steps),
            reloads=_without_doubles(reloads),
            outcomes=_with_warnings(outcomes, warnings),
            expectations=(*self._expectations, *self._looks_at_carrier()),
            installs=frozenset(self._coming),
            risks=tuple(self._all_risks()),
        )

    def _looks_at_carrier(self) -> Iterator[Expectation]:
        """Where packages go, the server in use must still be there: more may go than was said."""
        if self._installed is not None:
            gone = self.known[PackagesProbe()].packages.keys() - self._installed.packages.keys()
            if gone:
                yield Expectation(CarrierProbe(), verdict)

    def _all_risks(self) -> Iterator[Risk]:
        yield from self._risks
        if self._installed is not None:
            read = self.known[PackagesProbe()]
            yield from lockout.of_packages(read.packages, self._installed.packages)
        for edit in self._files.values():
            yield from lockout.of_file(edit.path, edit.before, edit.after)
        for name, package in self._packages.items():
            yield from lockout.of_uci(self.known[UciProbe(name)].base(self.pending), package)


def _with_warnings(outcomes: Iterable[Outcome], warnings: Iterable[str]) -> tuple[Outcome, ...]:
    """What concerns a package that several resources edit is said once, by the first of all."""
    all_of_them = tuple(outcomes)
    if not all_of_them:
        return ()
    first, *others = all_of_them
    return (replace(first, warnings=(*first.warnings, *warnings)), *others)


def _without_doubles(reloads: Iterable[Reload]) -> tuple[Reload, ...]:
    """One action a service: a restart makes its reload superfluous, and a stop all else."""
    actions: dict[str, Reload] = {}
    for reload in reloads:
        known = actions.get(reload.service)
        if known is None or _STRENGTH.index(reload.action) > _STRENGTH.index(known.action):
            actions[reload.service] = reload
    return tuple(actions.values())
