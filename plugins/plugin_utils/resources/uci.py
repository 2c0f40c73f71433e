# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sections of any UCI package."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from ..engine.draft import Draft
from ..engine.plan import Outcome
from ..engine.probe import Known, Probe
from ..engine.resource import Resource
from ..errors import SpecError
from ..ncm.options import check_option
from ..secrets import secret_values
from ..sim import keeper
from ..sim.care import look_after
from ..uci.list_options import is_unread
from ..uci.model import Package
from ..uci.names import check_package_name, check_type
from ..uci.probe import UciProbe
from ..uci.serialise import labels
from .uci_package import settle
from .wanted_section import WantedSection


@dataclass(frozen=True)
class UciSections(Resource):
    """Wanted sections of one package; `purge` names types of which no others may be left.

    With `ordered` the wanted sections stand in the order in which they are listed, in the places
    that they take up already; all other sections keep their places.
    """

    kind: ClassVar[str] = "uci"

    package: str
    sections: tuple[WantedSection, ...]
    purge: tuple[str, ...] = ()
    ordered: bool = False
    reload: bool = True

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> UciSections:
        sections = tuple(
            WantedSection.from_params(each, where=f"sections[{number}]")
            for number, each in enumerate(params["sections"])
        )
        purge = tuple(check_type(each, option="purge") for each in params["purge"])
        if not sections and not purge:
            raise SpecError(
                option="sections", value=[], expected="at least one section, or a type to purge"
            )
        return cls(
            package=check_package_name(params["package"]),
            sections=sections,
            purge=purge,
            ordered=params["ordered"],
            reload=params["reload"],
        )

    def secrets(self) -> frozenset[str]:
        return secret_values(
            ({option: value} for each in self.sections for option, value in each.settings),
            self.package,
        )

    def reads(self, known: Known) -> Iterable[Probe[Any]]:
        del known
        return (UciProbe(self.package), *(keeper.probes() if self._gives_pins else ()))

    def plan(self, draft: Draft) -> Outcome:
        package = draft.uci(self.package)
        for section in self.sections:
            package = section.applied(package)
        self._check_interfaces(package)
        package = self._purged(package)
        if self.ordered:
            package = self._in_order(package)
        kept = self._look_after_pins(draft, package)
        outcome = settle(
            draft,
            package,
            kind=self.kind,
            name=self.package,
            reload=self.reload,
            warnings=self._unread(package),
        )
        if kept:
            return replace(outcome, changed=True, after=f"{outcome.after}{keeper.TOLD}")
        return outcome

    @property
    def _gives_pins(self) -> bool:
        return self.package == "network" and any(
            each.present and each.options.get("pincode") for each in self.sections
        )

    def _look_after_pins(self, draft: Draft, package: Package) -> bool:
        """True if the guard of PINs was not in place. No PIN is tried here."""
        if not self._gives_pins:
            return False
        before = draft.uci(self.package)
        named = [section for section in package.sections if section.name]
        found = [
            look_after(draft, before.named(str(each.name)), each, tried=False) for each in named
        ]
        return any(found)

    def _unread(self, package: Package) -> tuple[str, ...]:
        """Warnings of options that are wanted in a form that their reader does not see."""
        called = labels(package)
        return tuple(
            f"{self.package}.{called[index]}.{option} has no effect: it is read as a list only. "
            f"Give its value as a list."
            for wanted in self.sections
            for index in (wanted.find(package) if wanted.present else ())
            for option, value in wanted.options.items()
            if value and is_unread(package.sections[index], option, package=self.package)
        )

    def _check_interfaces(self, package: Package) -> None:
        """Hold options of interfaces to the rules of their protocol, as M(interface) does."""
        for wanted in self.sections if self.package == "network" else ():
            for index in wanted.find(package) if wanted.present else ():
                section = package.sections[index]
                if section.type == "interface":
                    _check_settings(wanted, proto=str(section.get("proto") or ""))

    def _purged(self, package: Package) -> Package:
        kept = {index for section in self.sections for index in section.find(package)}
        return replace(
            package,
            sections=tuple(
                section
                for index, section in enumerate(package.sections)
                if index in kept or section.type not in self.purge
            ),
        )

    def _in_order(self, package: Package) -> Package:
        found = [index for section in self.sections for index in section.find(package)]
        wanted = list(dict.fromkeys(found))
        sections = list(package.sections)
        for place, index in zip(sorted(wanted), wanted, strict=True):
            sections[place] = package.sections[index]
        return replace(package, sections=tuple(sections))


def _check_settings(wanted: WantedSection, *, proto: str) -> None:
    for option, value in wanted.settings:
        if value:
            check_option(option, value, proto)
