# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Domains that dnsmasq may answer with private addresses, and the protection as a whole."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from ..engine.draft import Draft
from ..engine.plan import Outcome
from ..engine.probe import Known, Probe
from ..engine.resource import Resource
from ..errors import PlanError, SpecError
from ..uci.address import index_at
from ..uci.model import Package, Section
from ..uci.probe import UciProbe
from ..uci.serialise import labels
from .uci_package import settle
from .wanted_section import with_items, with_value

_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_PACKAGE = "dhcp"
_OPTION = "rebind_domain"
_OFF = frozenset({"0", "off", "false", "no", "disabled"})
_NO_EFFECT = (
    "dhcp: DNS rebind protection is off on this router, so the whitelist has no effect. Set "
    "protection: true to have it count."
)


@dataclass(frozen=True)
class DnsmasqRebind(Resource):
    """The options rebind_protection, rebind_localhost and the list rebind_domain of one dnsmasq.

    They become --stop-dns-rebind, --rebind-localhost-ok and --rebind-domain-ok
    (package/network/services/dnsmasq/files/dnsmasq.init).
    """

    kind: ClassVar[str] = "dnsmasq_rebind"

    domains: tuple[str, ...] = ()
    present: bool = True
    exclusive: bool = False
    protection: bool | None = None
    localhost: bool | None = None
    instance: str | None = None
    reload: bool = True

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> DnsmasqRebind:
        return cls(
            domains=tuple(dict.fromkeys(_checked(each) for each in params["domains"])),
            present=params["state"] == "present",
            exclusive=params["exclusive"],
            protection=params["protection"],
            localhost=params["localhost"],
            instance=params["instance"] or None,
            reload=params["reload"],
        )

    def reads(self, known: Known) -> Iterable[Probe[Any]]:
        del known
        return (UciProbe(_PACKAGE),)

    def plan(self, draft: Draft) -> Outcome:
        package = draft.uci(_PACKAGE)
        index = self._index(package)
        section = package.sections[index]
        after = self._edited(section)
        return settle(
            draft,
            package.with_section(index, after),
            kind=self.kind,
            name=labels(package)[index],
            reload=self.reload,
            warnings=self._warnings(after),
            details={"domains": list(after.items_of(_OPTION))},
        )

    def _index(self, package: Package) -> int:
        if self.instance is not None:
            index = index_at(package, self.instance)
            if index is not None and package.sections[index].type == "dnsmasq":
                return index
            raise PlanError(
                f"dhcp: there is no dnsmasq section {self.instance!r}.",
                hint=f"This router has {_instances(package) or 'none'}.",
            )
        found = package.indices("dnsmasq")
        if not found:
            raise PlanError(
                "dhcp: there is no dnsmasq section on this router.",
                hint="Is dnsmasq installed? Its whitelist cannot be kept anywhere else.",
            )
        if len(found) > 1:
            raise PlanError(
                f"dhcp: this router runs {len(found)} dnsmasq instances ({_instances(package)}).",
                hint="Say with instance which one is meant, such as instance: '@dnsmasq[0]'.",
            )
        return found[0]

    def _edited(self, section: Section) -> Section:
        for option, flag in (
            ("rebind_protection", self.protection),
            ("rebind_localhost", self.localhost),
        ):
            if flag is not None:
                section = with_value(section, option, "1" if flag else "0", package=_PACKAGE)
        if not self.present:
            return _kept(section, lambda domain: domain not in self.domains)
        if self.exclusive:
            section = _kept(section, lambda domain: domain in self.domains)
        held = section.items_of(_OPTION)
        named = [item for item in held if set(_domains_of(item)) & set(self.domains)]
        known = {domain for item in held for domain in _domains_of(item)}
        missing = [each for each in self.domains if each not in known]
        return with_items(section, _OPTION, [*named, *missing], package=_PACKAGE)

    def _warnings(self, section: Section) -> tuple[str, ...]:
        if self.present and self.domains and section.get("rebind_protection") in _OFF:
            return (_NO_EFFECT,)
        return ()


def _instances(package: Package) -> str:
    called = labels(package)
    return ", ".join(called[each] for each in package.indices("dnsmasq"))


def _kept(section: Section, wanted: Callable[[str], bool]) -> Section:
    """Without the other domains; an item that also holds wanted ones keeps those."""
    held = section.items_of(_OPTION)
    kept = tuple(item for each in held for item in _item_kept(each, wanted))
    return section.with_option(_OPTION, kept) if kept != held else section


def _item_kept(item: str, wanted: Callable[[str], bool]) -> tuple[str, ...]:
    domains = _domains_of(item)
    kept = [domain for domain in domains if wanted(domain)]
    if kept == domains:
        return (item,)
    return (f"/{'/'.join(kept)}/",) if kept else ()


def _domains_of(item: str) -> list[str]:
    """Of `yota.ru`, `/yota.ru/` or several, `/yota.ru/beeline.ru/` (dnsmasq, option.c)."""
    return [_plain(domain) for domain in item.split("/") if domain] or [""]


def _plain(domain: str) -> str:
    return domain.strip("/").strip(".").lower()


def _checked(domain: str) -> str:
    plain = _plain(domain)
    if len(plain) <= 253 and _DOMAIN.fullmatch(plain):
        return plain
    raise SpecError(
        option="domains",
        value=domain,
        expected="a domain name such as yota.ru",
        hint="Sub-domains are included; write internationalised names in their xn-- form.",
    )
