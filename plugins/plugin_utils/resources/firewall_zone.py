# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A zone of the firewall, found by its name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from ..engine.draft import Draft
from ..engine.plan import Outcome
from ..engine.probe import Known, Probe
from ..engine.resource import Resource
from ..errors import PlanError, SpecError
from ..uci.model import Package, Section, Value
from ..uci.probe import UciProbe
from ..uci.serialise import labels
from .uci_package import settle
from .wanted_section import with_items, with_value, without_items

_ZONE_NAME = re.compile(r"[A-Za-z0-9_]{1,11}")
_NETWORK = re.compile(r"[A-Za-z0-9_]+")
_PACKAGE = "firewall"
_FLAGS = ("masq", "mtu_fix")
_OFF = frozenset({"0", "off", "false", "no"})
_POLICIES = ("input", "output", "forward")


@dataclass(frozen=True)
class FirewallZone(Resource):
    """Zones are sections without a name of type `zone`; their option `name` identifies them."""

    kind: ClassVar[str] = "firewall_zone"

    name: str
    networks: tuple[str, ...] = ()
    absent_networks: tuple[str, ...] = ()
    exclusive: bool = False
    options: Mapping[str, Value] = field(default_factory=dict)
    present: bool = True
    create: bool = False
    reload: bool = True

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> FirewallZone:
        name = params["name"]
        if not _ZONE_NAME.fullmatch(name):
            raise SpecError(
                option="name",
                value=name,
                expected="a zone name of 1 to 11 letters, digits and '_'",
                hint="firewall4 makes chain names of it.",
            )
        networks = _networks(params["networks"], option="networks")
        absent = _networks(params["absent_networks"], option="absent_networks")
        if both := sorted(set(networks) & set(absent)):
            raise SpecError(
                option="absent_networks",
                value=", ".join(both),
                expected="no network that networks asks for",
            )
        policies = {each: params[each] for each in _POLICIES if params[each] is not None}
        flags = {each: "1" if params[each] else "0" for each in _FLAGS if params[each] is not None}
        return cls(
            name=name,
            networks=networks,
            absent_networks=absent,
            exclusive=params["exclusive"],
            options={**policies, **flags},
            present=params["state"] == "present",
            create=params["create"],
            reload=params["reload"],
        )

    def reads(self, known: Known) -> Iterable[Probe[Any]]:
        del known
        return (UciProbe(_PACKAGE),)

    def plan(self, draft: Draft) -> Outcome:
        package = draft.uci(_PACKAGE)
        found = package.indices("zone", {"name": self.name})
        if len(found) > 1:
            raise PlanError(
                f"firewall: {len(found)} zones have the name {self.name!r}.",
                hint="Rename or remove all but one of them.",
            )
        warnings: tuple[str, ...] = ()
        if not self.present:
            warnings = self._dangling(package) if found else ()
            package = package.without(found[0]) if found else package
        elif found:
            section = self._edited(package.sections[found[0]])
            warnings = self._passed_over(section)
            package = package.with_section(found[0], section)
        else:
            self._check_no_nameless(package)
            package = package.append(self._edited(self._new(package)))
        return settle(
            draft,
            package,
            kind=self.kind,
            name=self.name,
            reload=self.reload,
            warnings=warnings,
            details={"networks": self._networks_in(package)},
        )

    def _passed_over(self, section: Section) -> tuple[str, ...]:
        if section.get("enabled") not in _OFF:
            return ()
        warning = (
            f"firewall: the zone {self.name!r} is off (option enabled), so firewall4 skips it and "
            f"what is set here has no effect."
        )
        return (warning,)

    def _networks_in(self, package: Package) -> list[str]:
        found = package.indices("zone", {"name": self.name})
        return list(package.sections[found[0]].items_of("network")) if found else []

    def _check_no_nameless(self, package: Package) -> None:
        """Raises PlanError for a section that somebody has named instead of its zone."""
        section = package.named(self.name)
        if section and section.type == "zone" and not section.get("name"):
            raise PlanError(
                f"firewall: the zone section {self.name!r} has no option name, so firewall4 skips "
                f"it. A zone gets its name from that option, not from its section.",
                hint=f"Set it first: `uci set firewall.{self.name}.name={self.name}`, or in a task "
                f"{{package: firewall, sections: [{{name: {self.name}, options: {{name: "
                f"{self.name}}}}}]}} of fleet.openwrt.uci.",
            )

    def _new(self, package: Package) -> Section:
        if not self.create:
            raise PlanError(
                f"firewall: there is no zone {self.name!r}; this router has "
                f"{', '.join(_zones(package)) or 'no zone at all'}.",
                hint="Name one of these, or set create: true to make a new zone.",
            )
        return Section(type="zone", name=None, options=(("name", self.name),))

    def _edited(self, section: Section) -> Section:
        for option, value in self.options.items():
            section = with_value(section, option, value, package=_PACKAGE)
        if self.exclusive:
            held = section.items_of("network")
            surplus = tuple(each for each in held if each not in self.networks)
            section = without_items(section, "network", surplus)
        section = with_items(section, "network", self.networks, package=_PACKAGE)
        return without_items(section, "network", self.absent_networks)

    def _dangling(self, package: Package) -> tuple[str, ...]:
        naming = [
            section
            for section in package.sections
            if section.type != "zone" and self.name in (section.get("src"), section.get("dest"))
        ]
        if not naming:
            return ()
        types = ", ".join(sorted({section.type for section in naming}))
        warning = (
            f"{len(naming)} sections of the firewall still name the removed zone {self.name!r} "
            f"({types})."
        )
        return (warning,)


def _zones(package: Package) -> list[str]:
    """The names of all zones; a section without one by what uci calls it."""
    called = labels(package)
    return [
        str(package.sections[index].get("name") or f"{called[index]} (it has no option name)")
        for index in package.indices("zone")
    ]


def _networks(names: Iterable[str], *, option: str) -> tuple[str, ...]:
    for name in names:
        if not _NETWORK.fullmatch(name):
            raise SpecError(
                option=option,
                value=name,
                expected="names of interfaces of /etc/config/network (letters, digits, '_')",
            )
    return tuple(dict.fromkeys(names))
