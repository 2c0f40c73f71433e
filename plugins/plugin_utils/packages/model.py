# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is known of packages: those that are installed, those that feeds offer, their relations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from .version import fulfils, version_key
from .want import Want

_RELATION = re.compile(
    r"^(?P<name>[^\s(]+)\s*(?:\((?P<relation>[<>=]+)\s*(?P<version>[^)\s]+)\s*\))?$"
)


@dataclass(frozen=True)
class Dependency:
    """A package by name, possibly only in some versions; `text` is how the feed writes it."""

    name: str
    relation: str = ""
    version: str = ""

    @property
    def text(self) -> str:
        return f"{self.name} ({self.relation} {self.version})" if self.relation else self.name

    def met_by(self, package: Package) -> bool:
        if package.name == self.name:
            return fulfils(package.version, self.relation, self.version)
        return self.name in package.provides


Alternatives = tuple[Dependency, ...]
"""Any one of them is enough."""


def dependencies(field_text: str) -> tuple[Alternatives, ...]:
    """A Depends, Provides or Conflicts field: groups between commas, alternatives between bars."""
    groups = (
        tuple(dep for word in group.split("|") if (dep := _dependency(word.strip())))
        for group in field_text.split(",")
    )
    return tuple(group for group in groups if group)


def names_in(field_text: str) -> frozenset[str]:
    return frozenset(dep.name for group in dependencies(field_text) for dep in group)


def _dependency(text: str) -> Dependency | None:
    match = _RELATION.match(text)
    if match is None:
        return None
    return Dependency(match["name"], match["relation"] or "", match["version"] or "")


@dataclass(frozen=True)
class Package:
    """A package in one version. A held one is not upgraded unless its version is asked for.

    `broken` says what the package manager has against what is installed.
    """

    name: str
    version: str
    depends: tuple[Alternatives, ...] = ()
    provides: frozenset[str] = frozenset()
    held: bool = False
    essential: bool = False
    broken: str = ""


@dataclass(frozen=True)
class Offer(Package):
    """A package that a feed offers; sizes in bytes, `filename` below the feed's address."""

    feed: str = ""
    filename: str = ""
    sha256: str = ""
    size: int = 0
    installed_size: int = 0
    conflicts: tuple[Alternatives, ...] = ()


@dataclass(frozen=True)
class Installed:
    """What is on the router.

    `free` is the space in bytes where packages go, on `filesystem`; `digest` tells whether the
    package manager's records have changed since. `world` is what apk was asked to have, by name
    with the constraint on its version (opkg has no such thing).
    """

    manager: str
    packages: Mapping[str, Package] = field(default_factory=dict)
    free: int = 0
    filesystem: str = "/overlay"
    digest: str = ""
    world: Mapping[str, str] = field(default_factory=dict)

    def version(self, name: str) -> str | None:
        package = self.packages.get(name)
        return package.version if package else None

    def provider(self, name: str) -> Package | None:
        """The package of that name, else one that stands for it."""
        return self.packages.get(name) or next(
            (each for each in self.packages.values() if name in each.provides), None
        )

    def changed(
        self, *, coming: Iterable[Package] = (), going: Iterable[str] = (), free: int | None = None
    ) -> Installed:
        """What will be on the router once these packages have come and gone."""
        gone = set(going)
        packages = {name: each for name, each in self.packages.items() if name not in gone}
        packages.update((package.name, package) for package in coming)
        world = {name: entry for name, entry in self.world.items() if name not in gone}
        left = self.free if free is None else free
        return replace(self, packages=packages, world=world, free=left)


@dataclass(frozen=True)
class Feed:
    """A configured feed.

    `problem` says why its list cannot be trusted to be there and current, `remedy` what helps.
    """

    name: str
    url: str
    problem: str = ""
    remedy: str = ""


@dataclass(frozen=True)
class Offers:
    """What the feeds offer of the packages asked for and of all that these depend on."""

    offers: tuple[Offer, ...] = ()
    feeds: tuple[Feed, ...] = ()

    def of(self, name: str) -> list[Offer]:
        """All versions of the package of that name, newest first."""
        return newest_first(offer for offer in self.offers if offer.name == name)

    def meeting(self, dependency: Dependency) -> list[Offer]:
        """What meets a dependency; the package of that very name before those standing for it."""
        fit = newest_first(offer for offer in self.offers if dependency.met_by(offer))
        return sorted(fit, key=lambda offer: offer.name != dependency.name)

    def url(self, offer: Offer) -> str:
        base = next(feed.url for feed in self.feeds if feed.name == offer.feed)
        return f"{base.rstrip('/')}/{offer.filename}"

    def answers(self, wants: Iterable[Want]) -> bool:
        """Whether all is known that choosing what meets `wants` takes."""
        del wants
        return True

    @property
    def broken(self) -> tuple[Feed, ...]:
        return tuple(feed for feed in self.feeds if feed.problem)


def newest_first(offers: Iterable[Offer]) -> list[Offer]:
    return sorted(offers, key=lambda offer: version_key(offer.version), reverse=True)
