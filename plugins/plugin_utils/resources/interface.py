# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""An interface of /etc/config/network, with all that proto ncm wants to know."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from ..engine.draft import Draft
from ..engine.plan import Outcome, Reload
from ..engine.probe import Known, Probe
from ..engine.resource import Resource
from ..errors import PlanError, SpecError
from ..facts.system import ReleaseProbe
from ..ncm import advice
from ..ncm.options import NAMED, check_against_handler, check_options
from ..netifd.handlers import HandlerFileProbe, HandlersProbe
from ..secrets import secret_values
from ..sim import keeper
from ..sim.care import look_after, needs_care
from ..sim.mark import unmarked
from ..sim.trial import LEAST
from ..uci.model import Package, Section, Value
from ..uci.names import check_option_name, check_section_name
from ..uci.probe import UciProbe
from ..uci.values import uci_options
from .automatic import NOTHING, Automatic, Found
from .uci_package import settle
from .wanted_section import with_value

_PROTO = re.compile(r"[a-z0-9_-]+")
_BUILT_IN = frozenset({"none", "static"})
_PACKAGES = {"ncm": "comgt-ncm", "3g": "comgt", "qmi": "uqmi", "mbim": "umbim"}


@dataclass(frozen=True)
class NetworkInterface(Resource):
    """`options` are as UCI shall hold them; an empty value means that the option is absent."""

    kind: ClassVar[str] = "interface"

    name: str
    proto: str
    options: Mapping[str, Value] = field(default_factory=dict)
    absent_options: tuple[str, ...] = ()
    vendor: str | None = None
    exclusive: bool = False
    present: bool = True
    reload: bool = True
    pin_check: bool = True
    pin_min_retries: int = LEAST
    automatic: Automatic = NOTHING

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> NetworkInterface:
        name = check_section_name(params["name"], option="name")
        if params["state"] == "absent":
            return cls(name=name, proto="none", present=False, reload=params["reload"])
        proto = params["proto"]
        if proto is None or not _PROTO.fullmatch(proto):
            raise SpecError(
                option="proto",
                value=proto,
                expected="a protocol of netifd such as ncm, dhcp or static",
            )
        given = {each: params[each] for each in NAMED if params[each] is not None}
        extra = uci_options(params["options"], where="options")
        absent = tuple(check_option_name(each, option="absent") for each in params["absent"])
        _check_said_once(given, extra, absent)
        options = {**uci_options(given, where="interface"), **extra}
        automatic = NOTHING
        if proto == "ncm":
            automatic, options = Automatic.of(name, options, vendor=params["vendor"])
        return cls(
            name=name,
            proto=proto,
            options=_checked(options, proto=proto, vendor=params["vendor"]),
            absent_options=absent,
            vendor=params["vendor"],
            exclusive=params["exclusive"],
            reload=params["reload"],
            pin_check=params["pin_check"] == "safe",
            pin_min_retries=_at_least(params["pin_min_retries"]),
            automatic=automatic,
        )

    def secrets(self) -> frozenset[str]:
        return secret_values([self.options], "network")

    def reads(self, known: Known) -> Iterable[Probe[Any]]:
        probes: list[Probe[Any]] = [UciProbe("network")]
        if self.present and self.proto == "ncm":
            probes.append(ReleaseProbe())
        if self.present and self.proto not in _BUILT_IN:
            probes.append(HandlersProbe())
            if HandlersProbe() in known and self._is_unknown(known):
                probes.append(HandlerFileProbe(self.proto))
        if self._may_have_pin(known):
            probes += keeper.probes()
        return [*probes, *self.automatic.reads(known)]

    def plan(self, draft: Draft) -> Outcome:
        if not self.automatic.looks:
            return self.planned(draft)
        found = self.automatic.find(draft.known, rehearsal=draft.rehearsal)
        outcome = self._completed_by(found).planned(draft)
        return replace(
            outcome,
            details={**outcome.details, **found.details()},
            warnings=(*found.warnings, *outcome.warnings),
        )

    def _completed_by(self, found: Found) -> NetworkInterface:
        """This interface with what was found out in its options."""
        first: dict[str, Value] = {"device": found.device} if found.device else {}
        if found.ifname is not None:
            first["ifname"] = found.ifname
        options = {**first, **self.options}
        if found.vendor:
            options = _checked(options, proto=self.proto, vendor=found.vendor)
        elif self.automatic.needs_vendor:
            del options["auth"]
        return replace(self, options=options, vendor=found.vendor or self.vendor, automatic=NOTHING)

    def planned(self, draft: Draft) -> Outcome:
        """The plan of an interface of which nothing is left to be found out."""
        package = draft.uci("network")
        package, section = self._without(package) if not self.present else self._with(package)
        warnings: tuple[str, ...] = ()
        restart = kept = False
        if section is not None:
            self._check_options(draft)
            restart, warnings = self._handler(draft)
            warnings += self._advice(draft, package)
            kept = look_after(
                draft,
                draft.uci("network").named(self.name),
                section,
                tried=self.pin_check,
                least=self.pin_min_retries,
            )
        outcome = settle(
            draft,
            package,
            kind=self.kind,
            name=self.name,
            reload=self.reload,
            warnings=warnings,
        )
        if kept:
            outcome = replace(outcome, changed=True, after=f"{outcome.after}{keeper.TOLD}")
        if restart and self.reload:
            draft.reload(Reload("network", "restart"))
            return replace(outcome, changed=True)
        return outcome

    def _without(self, package: Package) -> tuple[Package, None]:
        index = package.index_of(self.name)
        if index is None:
            return package, None
        self._check_type(package.sections[index])
        return package.without(index), None

    def _with(self, package: Package) -> tuple[Package, Section]:
        self._check_children(package)
        index = package.index_of(self.name)
        if index is None:
            section = self._edited(Section(type="interface", name=self.name))
            return package.append(section), section
        self._check_type(package.sections[index])
        section = self._edited(package.sections[index])
        return package.with_section(index, section), section

    def _edited(self, section: Section) -> Section:
        if self.exclusive:
            for option, _ignored in section.options:
                if option not in self.options and option != "proto":
                    section = section.without_option(option)
        for option in self.absent_options:
            section = section.without_option(option)
        if "pincode" in self.options:
            section = unmarked(section)
        section = section.with_option("proto", self.proto)
        for option, value in self.options.items():
            section = with_value(section, option, value, package="network")
        return section

    def _may_have_pin(self, known: Known) -> bool:
        """True if the interface gets a PIN or, as far as it was read, keeps one."""
        if not self.present or self.proto != "ncm":
            return False
        if self.options.get("pincode"):
            return True
        package = known[UciProbe("network")].package if UciProbe("network") in known else None
        before = package.named(self.name) if package else None
        return before is not None and needs_care(self._edited(before))

    def _check_type(self, section: Section) -> None:
        if section.type != "interface":
            raise PlanError(
                f"network.{self.name} is a section of type {section.type!r}, not an interface.",
                hint="Choose another name.",
            )

    def _check_children(self, package: Package) -> None:
        """netifd names the children of an ncm interface itself, and they must be free."""
        if self.proto != "ncm":
            return
        for child in (f"{self.name}_4", f"{self.name}_6"):
            if package.named(child) is not None:
                raise PlanError(
                    f"network.{child} exists already, but netifd needs that name for a child of "
                    f"the ncm interface {self.name!r}.",
                    hint="Remove or rename that section, or choose another name.",
                )

    def _is_unknown(self, known: Known) -> bool:
        handlers = known[HandlersProbe()]
        return handlers is not None and self.proto not in handlers

    def _check_options(self, draft: Draft) -> None:
        """This router's own handler has the last word on what it accepts."""
        if self.proto == "ncm" and (handlers := draft.known[HandlersProbe()]):
            check_against_handler(self.options, handlers.get("ncm", {}))

    def _handler(self, draft: Draft) -> tuple[bool, tuple[str, ...]]:
        """Whether netifd must be restarted to learn the protocol, and warnings."""
        if self.proto in _BUILT_IN:
            return False, ()
        if draft.known[HandlersProbe()] is None:
            return False, ("netifd does not tell which protocols it knows; nothing was compared.",)
        if not self._is_unknown(draft.known):
            return False, ()
        package = _PACKAGES.get(self.proto, "")
        if draft.known[HandlerFileProbe(self.proto)] or draft.is_coming(package):
            return True, ()
        problem = f"This router cannot do proto {self.proto}: netifd has no handler for it."
        hint = f"Install the package {package} first." if package else ""
        if draft.rehearsal:
            return False, (f"{problem} {hint}",)
        raise PlanError(problem, hint=hint)

    def _advice(self, draft: Draft, package: Package) -> tuple[str, ...]:
        """Said when something changes, not at every run that finds the router converged."""
        if self.proto != "ncm" or draft.uci("network").named(self.name) == package.named(self.name):
            return ()
        release = draft.known[ReleaseProbe()].version
        return tuple(
            advice.warnings(self.options, section=self.name, vendor=self.vendor, release=release)
        )


def _checked(options: Mapping[str, Value], *, proto: str, vendor: str | None) -> dict[str, Value]:
    """Checked and translated; an option that must be left out for this vendor becomes empty."""
    checked = check_options(options, proto=proto, vendor=vendor)
    result: dict[str, Value] = {}
    for option, value in options.items():
        text = checked.get(option, "") if value else value
        result[option] = tuple(text) if isinstance(text, list) else text
    return result


def _at_least(tries: int) -> int:
    if tries < LEAST:
        raise SpecError(
            option="pin_min_retries",
            value=tries,
            expected=f"{LEAST} or more",
            hint="The last try belongs to a person: after it the SIM asks for its PUK.",
        )
    return tries


def _check_said_once(
    given: Mapping[str, Any], extra: Mapping[str, Any], absent: tuple[str, ...]
) -> None:
    for option in {*extra} & {*given, "proto"}:
        raise SpecError(
            option=f"options.{option}",
            value=extra[option],
            expected=f"to be given as {option} of the task, outside of options",
        )
    for option in absent:
        if option in {*given, *extra, "proto"}:
            raise SpecError(
                option="absent", value=option, expected="no option that is given a value as well"
            )
