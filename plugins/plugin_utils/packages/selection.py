# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is to change, and what can be said against it, whichever package manager does it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from ..errors import PlanError
from .files import PackageFile
from .model import Feed, Installed, Offer, Offers
from .want import Want

Compare = Callable[[str, str], int]
"""Order of two versions: negative when the first is the older one, 0 when they are the same."""


@dataclass(frozen=True)
class Change:
    """A package that was asked for and what is to be installed for it.

    `as_file`: opkg would choose another version by itself, so it is given the very file of the
    feed. `source` is the file on the controller that the package comes from, if it does.
    """

    offer: Offer
    before: str | None = None
    downgrade: bool = False
    as_file: bool = False
    source: PackageFile | None = None

    @property
    def title(self) -> str:
        if self.before is None:
            return f"install {self.offer.name} {self.offer.version}"
        verb = "downgrade" if self.downgrade else "upgrade"
        return f"{verb} {self.offer.name} {self.before} to {self.offer.version}"


@dataclass(frozen=True)
class Selection:
    """Changes of what was asked for, and what is installed because they depend on it.

    `names` has, for each name asked for, that of the package that meets it; `orphans` are those
    that nothing needs any more and that go; `replaced` go first, to make room for the others.
    """

    changes: tuple[Change, ...] = ()
    dependencies: tuple[Offer, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    orphans: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()

    @property
    def going(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.replaced, *self.orphans)))

    @property
    def offers(self) -> tuple[Offer, ...]:
        return (*(change.offer for change in self.changes), *self.dependencies)

    def new(self, installed: Installed) -> tuple[str, ...]:
        """What could go again: packages that are not installed in any version yet.

        Nothing, where another is upgraded, downgraded or replaced: that stays, and may need what is
        new.
        """
        offers = self.offers
        if self.replaced or any(installed.version(offer.name) is not None for offer in offers):
            return ()
        return tuple(offer.name for offer in offers)

    @property
    def space(self) -> int:
        """Bytes that everything takes; what an older version frees does not count, as in opkg."""
        return sum(offer.installed_size for offer in self.offers)

    def applied_to(self, installed: Installed, *, asked: Iterable[str] = ()) -> Installed:
        """What will be on the router afterwards; `asked` are the packages wanted for themselves."""
        changed = installed.changed(
            coming=self.offers, going=self.going, free=installed.free - self.space
        )
        world = {**dict.fromkeys(asked, ""), **installed.world}
        return replace(changed, world=world)


def unmet(wants: Iterable[Want], installed: Installed) -> tuple[Want, ...]:
    """The wants that the router does not meet."""
    return tuple(want for want in wants if not _met(want, installed))


def refuse_downgrades(wants: Iterable[Want], installed: Installed, *, compare: Compare) -> None:
    """Raise PlanError for what is wanted in an older version than the router has."""
    refused = [
        f"{want.name} is installed in {before}, which is newer than the {want.version} asked for"
        for want in wants
        if (before := installed.version(want.name)) is not None
        and want.version is not None
        and compare(want.version, before) < 0
    ]
    if refused:
        raise PlanError(
            f"{'; '.join(refused)}.", hint="Set allow_downgrade=true, or change the version."
        )


def _met(want: Want, installed: Installed) -> bool:
    if want.version is None:
        return installed.provider(want.name) is not None
    return installed.version(want.name) == want.version


def refuse_full_flash(selection: Selection, installed: Installed) -> None:
    """Raise PlanError when what is to come does not fit (opkg wants some space to be left)."""
    if not selection.changes or selection.space < installed.free:
        return
    largest = sorted(selection.offers, key=lambda offer: -offer.installed_size)[:3]
    names = ", ".join(f"{offer.name} {kilobytes(offer.installed_size)}" for offer in largest)
    raise PlanError(
        f"Not enough space on {installed.filesystem}: {len(selection.offers)} packages need "
        f"{kilobytes(selection.space)}, {kilobytes(installed.free)} are free. "
        f"The largest are {names}.",
        hint="Remove packages, extend the root (extroot), or build them into an image; "
        "check_space=false leaves the matter to the package manager.",
    )


def kilobytes(size: int) -> str:
    return f"{-(-size // 1024)} kB"


def broken_feeds(offers: Offers) -> str:
    """A sentence on the feeds whose lists are not there, to be put after an error; or nothing."""
    by_problem: dict[str, list[Feed]] = {}
    for feed in offers.broken:
        by_problem.setdefault(feed.problem, []).append(feed)
    return "".join(
        f" Missing: {', '.join(f'feed {feed.name} ({_shown(feed.url)})' for feed in feeds)}: "
        f"{problem}."
        for problem, feeds in by_problem.items()
    )


def _shown(url: str) -> str:
    """The address without the login that it may hold."""
    return re.sub(r"//[^/@]*@", "//***@", url)


def feeds_advice(offers: Offers) -> str:
    """A remedy for each feed that is broken; those with the same remedy share it."""
    by_remedy: dict[str, list[Feed]] = {}
    for feed in offers.broken:
        by_remedy.setdefault(feed.remedy or _ANY_REMEDY, []).append(feed)
    if len(by_remedy) < 2:
        return next(iter(by_remedy), "")
    return " ".join(
        f"For {', '.join(feed.name for feed in feeds)}: {remedy}"
        for remedy, feeds in by_remedy.items()
    )


_ANY_REMEDY = "Check the router's uplink, its DNS and its clock."


def refuse_lacking(lacking: Iterable[Want], offers: Offers, *, settings: str) -> None:
    """Raise PlanError, naming what no feed offers and the feeds that may be to blame.

    `settings` says where a router keeps its feeds.
    """
    raise PlanError(
        f"{_lacking_text(lacking, offers)}{broken_feeds(offers)}",
        hint=_advice(offers, settings=settings),
    )


def _lacking_text(lacking: Iterable[Want], offers: Offers) -> str:
    if offers.feeds and offers.broken == offers.feeds:
        names = ", ".join(str(want) for want in lacking)
        return f"No package list is there to look for {names}."
    texts: list[str] = []
    for want in lacking:
        versions = ", ".join(dict.fromkeys(offer.version for offer in offers.of(want.name)))
        if versions:
            texts.append(f"No feed offers {want.name} {want.version}; offered: {versions}.")
        else:
            texts.append(f"No feed offers a package {want.name}.")
    return " ".join(texts)


def _advice(offers: Offers, *, settings: str) -> str:
    if not offers.feeds:
        return f"No feed is configured: see {settings}."
    if offers.broken:
        return f"{feeds_advice(offers)} The feeds are in {settings}."
    return f"Check the spelling, and the feeds in {settings}."


def other_kernel(package: str, *, made_for: str, running: str | None) -> str:
    return f"{package} is made for kernel {made_for}, the router runs {running}."


OTHER_KERNEL_HINT = (
    "The package is for another build of OpenWrt than the one on the router: upgrade the router, "
    "or use what was built for its release."
)

OTHER_BUILD_HINT = (
    "The feed is newer than the router's image: upgrade the router, or use packages "
    "that were built for its release."
)
