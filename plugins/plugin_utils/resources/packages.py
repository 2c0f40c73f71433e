# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Packages that are wanted, wanted in an exact version, wanted newest, or not wanted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..engine.draft import Draft
from ..engine.plan import Outcome
from ..engine.probe import Known, Probe
from ..engine.resource import Resource
from ..errors import PlanError, SpecError
from ..packages import opkg_apply
from ..packages.choice import (
    Selection,
    broken_feeds,
    choose,
    refuse_full_flash,
    unmet,
)
from ..packages.model import Installed, Offers
from ..packages.probe import OffersProbe, PackagesProbe
from ..packages.removal import removable
from ..packages.version import compare
from ..packages.want import Want, parse_wants

_DAY = 86400


@dataclass(frozen=True)
class Packages(Resource):
    """Several packages at once, so that they are one question, one plan and one installation.

    `companions` are further wants, each set only on routers where the package before it is
    installed.
    """

    wants: tuple[Want, ...]
    state: str = "present"
    max_age: int = _DAY
    allow_downgrade: bool = False
    check_space: bool = True
    companions: tuple[tuple[str, tuple[Want, ...]], ...] = ()

    kind = "package"

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> Packages:
        state = params.get("state") or "present"
        max_age = params.get("update_cache_max_age")
        if max_age is not None and max_age < 0:
            raise SpecError(
                option="update_cache_max_age", value=max_age, expected="seconds, 0 or more"
            )
        return cls(
            wants=parse_wants(params["name"], option="name", versions=state == "present"),
            state=state,
            max_age=_DAY if max_age is None else max_age,
            allow_downgrade=bool(params.get("allow_downgrade", False)),
            check_space=params.get("check_space") is not False,
            companions=_companions(params.get("companions") or {}, state=state),
        )

    def reads(self, known: Known) -> Iterable[Probe[Any]]:
        yield PackagesProbe()
        if PackagesProbe() in known:
            questions = self._questions(known[PackagesProbe()])
            if questions:
                yield OffersProbe(questions, self.max_age)

    def plan(self, draft: Draft) -> Outcome:
        installed = draft.known[PackagesProbe()]
        _refuse_other_managers(installed)
        if self.state == "absent":
            return self._plan_removal(draft, installed)
        questions = self._questions(installed)
        if not questions:
            return self._outcome(installed, Selection())
        offers = draft.known[OffersProbe(questions, self.max_age)]
        warnings: list[str] = []
        if self.state == "latest":
            questions = self._outdated(installed, offers, warnings)
        selection = choose(questions, installed, offers)
        if self.check_space:
            refuse_full_flash(selection, installed)
        if selection.changes:
            draft.do(opkg_apply.install(selection, installed, offers))
            draft.expect_packages(offer.name for offer in selection.offers)
        if missing := broken_feeds(offers):
            warnings.append(missing.strip())
        return self._outcome(installed, selection, warnings)

    def _wanted(self, installed: Installed) -> tuple[Want, ...]:
        """What is wanted on this very router, each package once."""
        wants = {want.name: want for want in self.wants}
        for host, companions in self.companions:
            if installed.provider(host) is not None:
                for want in companions:
                    wants.setdefault(want.name, want)
        return tuple(wants.values())

    def _questions(self, installed: Installed) -> tuple[Want, ...]:
        """What the feeds must be asked about."""
        if installed.manager != "opkg" or self.state == "absent":
            return ()
        if self.state == "latest":
            return self._wanted(installed)
        return unmet(self._wanted(installed), installed, allow_downgrade=self.allow_downgrade)

    def _outdated(
        self, installed: Installed, offers: Offers, warnings: list[str]
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
            if best is None or compare(best.version, package.version) <= 0:
                continue
            if package.held:
                warnings.append(
                    f"{package.name} is held at {package.version} and stays; "
                    f"{best.version} is on offer (opkg flag ok {package.name} frees it)."
                )
            else:
                outdated.append(Want(package.name, best.version))
        return tuple(outdated)

    def _plan_removal(self, draft: Draft, installed: Installed) -> Outcome:
        names = removable([want.name for want in self.wants], installed)
        if names:
            draft.do(opkg_apply.remove(names, installed))
        return self._report(
            installed, dict.fromkeys(names), names={w.name: w.name for w in self.wants}
        )

    def _outcome(
        self, installed: Installed, selection: Selection, warnings: Sequence[str] = ()
    ) -> Outcome:
        return self._report(
            installed,
            {offer.name: offer.version for offer in selection.offers},
            names={
                w.name: selection.names.get(w.name) or _meeting(w, installed)
                for w in self._wanted(installed)
            },
            warnings=tuple(warnings),
        )

    def _report(
        self,
        installed: Installed,
        after: Mapping[str, str | None],
        *,
        names: Mapping[str, str],
        warnings: tuple[str, ...] = (),
    ) -> Outcome:
        """`after` has the new version of every package that changes, None for one that goes.

        `names` has, for each name asked for, that of the package that meets it.
        """
        shown = {*names.values(), *after}
        before = {name: installed.version(name) for name in shown}
        later = {**before, **after}
        return Outcome(
            kind=self.kind,
            name=" ".join(str(want) for want in self.wants),
            changed=bool(after),
            before=_lines(before),
            after=_lines(later),
            warnings=warnings,
            details={
                "packages": {
                    name: {"before": before[real], "after": later[real]}
                    for name, real in names.items()
                },
                "dependencies": sorted(set(after) - set(names.values())),
            },
        )


def _companions(
    companions: Mapping[str, Any], *, state: str
) -> tuple[tuple[str, tuple[Want, ...]], ...]:
    if companions and state == "absent":
        raise SpecError(
            option="companions", value=dict(companions), expected="nothing when state is absent"
        )
    found: list[tuple[str, tuple[Want, ...]]] = []
    for host, names in companions.items():
        texts = [names] if isinstance(names, str) else names
        if not isinstance(texts, list | tuple):
            raise SpecError(
                option=f"companions.{host}", value=names, expected="a list of package names"
            )
        option = f"companions.{host}"
        parse_wants([host], option="companions", versions=False)
        found.append((host, parse_wants(map(str, texts), option=option, versions=True)))
    return tuple(found)


def _meeting(want: Want, installed: Installed) -> str:
    package = installed.provider(want.name)
    return package.name if package else want.name


def _lines(versions: Mapping[str, str | None]) -> str:
    return "".join(
        f"{name} {version}\n" for name, version in sorted(versions.items()) if version is not None
    )


def _refuse_other_managers(installed: Installed) -> None:
    if installed.manager == "apk":
        raise PlanError(
            "This router has apk (OpenWrt 25.12 or later), which this version of the collection "
            "does not support yet.",
            hint="Install packages on it by hand or in its image.",
        )
    if installed.manager != "opkg":
        raise PlanError("This router has no package manager: neither opkg nor apk.")
