# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Packages that are wanted, wanted in an exact version, wanted newest, or not wanted."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..engine.controller import Controller
from ..engine.draft import Draft
from ..engine.plan import Outcome
from ..engine.probe import Known, Probe
from ..engine.resource import Resource
from ..errors import PlanError, SpecError
from ..packages.files import LocalFile, PackageFile, package_file, refuse_other_files
from ..packages.managers import Manager, manager_of
from ..packages.model import Installed, Offers
from ..packages.probe import OffersProbe, PackagesProbe
from ..packages.removal import removable
from ..packages.replacing import parse_replaces
from ..packages.request import parse_companions, refuse_with_state, with_files
from ..packages.selection import (
    Selection,
    broken_feeds,
    refuse_downgrades,
    refuse_full_flash,
    unmet,
)
from ..packages.want import Want, parse_wants

_DAY = 86400


@dataclass(frozen=True)
class Packages(Resource):
    """Several packages at once, so that they are one question, one plan and one installation.

    With `rollback` what is installed anew goes again when the transaction is rolled back.
    `files` are package files from the controller. `hold` says whether the packages are to be held
    in their version, None that it stays as it is. `companions` are further wants, each set only on
    routers where the package before it is installed. `replaces` are packages that may go for them.
    """

    wants: tuple[Want, ...]
    state: str = "present"
    files: tuple[PackageFile, ...] = ()
    hold: bool | None = None
    max_age: int = _DAY
    allow_downgrade: bool = False
    check_space: bool = True
    rollback: bool = False
    companions: tuple[tuple[str, tuple[Want, ...]], ...] = ()
    replaces: tuple[str, ...] = ()

    kind = "package"

    @classmethod
    def completed(cls, params: Mapping[str, Any], controller: Controller) -> Mapping[str, Any]:
        files = [
            LocalFile(path, controller.read(path, option="files"))
            for path in params.get("files") or ()
        ]
        return {**params, "files": files}

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> Packages:
        state = params.get("state") or "present"
        max_age = params.get("update_cache_max_age")
        if max_age is not None and max_age < 0:
            raise SpecError(
                option="update_cache_max_age", value=max_age, expected="seconds, 0 or more"
            )
        files = tuple(map(package_file, params.get("files") or ()))
        hold = params.get("hold")
        refuse_with_state("rollback", params.get("rollback") or None, state, "present", "latest")
        refuse_with_state("files", [file.path for file in files], state, "present")
        refuse_with_state("hold", hold, state, "present", "latest")
        if params.get("name") is None and not files:
            raise SpecError(option="name", value=None, expected="packages, here or in files")
        names = parse_wants(params.get("name") or (), option="name", versions=state == "present")
        wants = with_files(names, files)
        replaces = params.get("replaces") or []
        refuse_with_state("replaces", replaces, state, "present", "latest")
        return cls(
            wants=wants,
            state=state,
            files=files,
            hold=hold,
            max_age=_DAY if max_age is None else max_age,
            allow_downgrade=bool(params.get("allow_downgrade", False)),
            check_space=params.get("check_space") is not False,
            rollback=bool(params.get("rollback", False)),
            companions=parse_companions(params.get("companions") or {}, state=state),
            replaces=parse_replaces(replaces, wants),
        )

    def reads(self, known: Known) -> Iterable[Probe[Any]]:
        yield PackagesProbe()
        if PackagesProbe() in known:
            read = known[PackagesProbe()]
            manager = manager_of(read)
            yield from self._first_look(manager, read)
            yield from self._second_look(manager, read, known)

    def plan(self, draft: Draft) -> Outcome:
        read, installed = draft.known[PackagesProbe()], draft.installed()
        manager = manager_of(read)
        if self.state == "absent":
            return self._plan_removal(draft, manager)
        offers = self._offers(manager, read, draft.known)
        warnings: list[str] = []
        wants = (
            self._outdated(manager, installed, offers, warnings)
            if self.state == "latest"
            else self._unmet(manager, installed)
        )
        selection = (
            manager.choose(
                wants,
                self._missing_files(installed),
                installed,
                offers,
                replaces=self.replaces,
            )
            if wants
            else Selection()
        )
        if self.check_space:
            refuse_full_flash(selection, installed)
        names = {
            want.name: selection.names.get(want.name) or _meeting(want, installed)
            for want in self._wanted(read)
        }
        step = manager.change(
            selection,
            installed,
            offers,
            names=names.values(),
            hold=self.hold,
            check_space=self.check_space,
        )
        if step is not None:
            new = selection.new(installed) if self.rollback else ()
            draft.do(replace(step, undo=manager.removal(new)) if new else step)
            draft.put_installed(selection.applied_to(installed, asked=names.values()))
        warnings += [
            f"{name} is installed, but {package.broken}; `apk fix {name}` may mend it."
            for name in names.values()
            if (package := installed.packages.get(name)) and package.broken
        ]
        if missing := broken_feeds(offers):
            warnings.append(missing.strip())
        after: dict[str, str | None] = {each.name: each.version for each in selection.offers}
        after.update(dict.fromkeys(selection.going))
        return self._report(
            installed, after, names=names, changed=step is not None, warnings=tuple(warnings)
        )

    def _wanted(self, read: Installed) -> tuple[Want, ...]:
        """What is wanted on this very router, each package once."""
        wants = {want.name: want for want in self.wants}
        for host, companions in self.companions:
            if read.provider(host) is not None:
                for want in companions:
                    wants.setdefault(want.name, want)
        return tuple(wants.values())

    def _unmet(self, manager: Manager, installed: Installed) -> tuple[Want, ...]:
        found = unmet(self._wanted(installed), installed)
        manager.refuse_impossible(found)
        if not self.allow_downgrade:
            refuse_downgrades(found, installed, compare=manager.compare)
        return found

    def _missing_files(self, installed: Installed) -> tuple[PackageFile, ...]:
        """Those that are not installed yet; only they are sent."""
        return tuple(
            file for file in self.files if installed.version(file.offer.name) != file.offer.version
        )

    def _first_look(self, manager: Manager, read: Installed) -> Iterable[OffersProbe]:
        """What the feeds must be asked about."""
        refuse_other_files(self.files, manager.name)
        if self.state == "absent":
            return
        if self.state == "latest":
            questions = self._wanted(read)
        else:
            files = self._missing_files(read)
            questions = manager.questions(self._unmet(manager, read), files, read)
        if questions:
            yield OffersProbe(manager.name, questions, self.max_age)

    def _second_look(
        self, manager: Manager, read: Installed, known: Known
    ) -> Iterable[OffersProbe]:
        """What is latest is only known once the feeds were asked, and may take another question."""
        for first in self._first_look(manager, read):
            if self.state == "latest" and first in known:
                outdated = self._outdated(manager, read, known[first], [])
                if not known[first].answers(outdated):
                    yield OffersProbe(manager.name, outdated, self.max_age)

    def _offers(self, manager: Manager, read: Installed, known: Known) -> Offers:
        """What was last heard of the feeds; nothing, when they were not asked."""
        looks = (
            *self._first_look(manager, read),
            *self._second_look(manager, read, known),
        )
        return known[looks[-1]] if looks else Offers()

    def _outdated(
        self, manager: Manager, installed: Installed, offers: Offers, warnings: list[str]
    ) -> tuple[Want, ...]:
        """The packages to install or upgrade; a held one stays, as `opkg upgrade` has it."""
        outdated: list[Want] = []
        for want in self._wanted(installed):
            package = installed.provider(want.name)
            if package is None:
                outdated.append(want)
                continue
            best = next(iter(offers.of(package.name)), None)
            if best is None and offers.broken:
                raise PlanError(
                    f"It cannot be told whether {package.name} {package.version} is the latest."
                    f"{broken_feeds(offers)}"
                )
            if best is None or manager.compare(best.version, package.version) <= 0:
                continue
            if package.held and self.hold is not False:
                warnings.append(
                    f"{package.name} is held at {package.version} and stays; "
                    f"{best.version} is on offer (hold=false frees it)."
                )
            else:
                outdated.append(Want(package.name, best.version))
        return tuple(outdated)

    def _plan_removal(self, draft: Draft, manager: Manager) -> Outcome:
        installed = draft.installed()
        wanted = [want.name for want in self.wants]
        # What apk was asked for and could not keep is in its way all the same.
        names = removable(wanted, installed) + [
            name for name in wanted if name in installed.world and name not in installed.packages
        ]
        orphans = manager.orphans(names, installed) if names else ()
        if names:
            draft.do(manager.remove(names, installed))
            draft.put_installed(installed.changed(going=(*names, *orphans)))
        return self._report(
            installed,
            dict.fromkeys((*names, *orphans)),
            names=dict(zip(wanted, wanted, strict=True)),
            changed=bool(names),
        )

    def _report(
        self,
        installed: Installed,
        after: Mapping[str, str | None],
        *,
        names: Mapping[str, str],
        changed: bool,
        warnings: tuple[str, ...] = (),
    ) -> Outcome:
        """`after` has the new version of every package that changes, None for one that goes.

        `names` has, for each name asked for, that of the package that meets it.
        """
        shown = {*names.values(), *after}
        before = {name: installed.version(name) for name in shown}
        later = {**before, **after}
        held = {name for name in shown if (p := installed.packages.get(name)) and p.held}
        held_later = {
            name
            for name in shown
            if (name in held if self.hold is None or name not in names.values() else self.hold)
        }
        return Outcome(
            kind=self.kind,
            name=" ".join(str(want) for want in self.wants),
            changed=changed,
            before=_lines(before, held),
            after=_lines(later, held_later),
            warnings=warnings,
            details={
                "packages": {
                    name: {"before": before[real], "after": later[real]}
                    for name, real in names.items()
                },
                "dependencies": sorted(set(after) - set(names.values())),
            },
        )


def _meeting(want: Want, installed: Installed) -> str:
    package = installed.provider(want.name)
    return package.name if package else want.name


def _lines(versions: Mapping[str, str | None], held: Container[str]) -> str:
    return "".join(
        f"{name} {version}{' (held)' if name in held else ''}\n"
        for name, version in sorted(versions.items())
        if version is not None
    )
