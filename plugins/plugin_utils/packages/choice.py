# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which packages have to come, and whether they can: all that opkg finds out too late, or never.

opkg installs what it can of a list and fails then; it looks at the free space for one package at
a time, and takes a newer version than the one that is installed as an order to upgrade.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ..errors import PlanError
from .model import Alternatives, Dependency, Feed, Installed, Offer, Offers, Package
from .version import compare
from .want import Want

_KERNEL = "kernel"


@dataclass(frozen=True)
class Change:
    """A package that was asked for and what is to be installed for it.

    `as_file`: opkg would choose another version by itself, so it is given the very file.
    """

    offer: Offer
    before: str | None = None
    as_file: bool = False

    @property
    def downgrade(self) -> bool:
        return self.before is not None and compare(self.offer.version, self.before) < 0


@dataclass(frozen=True)
class Selection:
    """Changes of what was asked for, and what is installed because they depend on it.

    `names` has, for each name asked for, that of the package that meets it.
    """

    changes: tuple[Change, ...] = ()
    dependencies: tuple[Offer, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def offers(self) -> tuple[Offer, ...]:
        return (*(change.offer for change in self.changes), *self.dependencies)

    @property
    def space(self) -> int:
        """Bytes that everything takes; what an older version frees does not count, as in opkg."""
        return sum(offer.installed_size for offer in self.offers)


def unmet(
    wants: Iterable[Want], installed: Installed, *, allow_downgrade: bool
) -> tuple[Want, ...]:
    """The wants that the router does not meet; raises PlanError for a downgrade not allowed."""
    missing = tuple(want for want in wants if not _met(want, installed))
    refused = [
        f"{want.name} is installed in {before}, which is newer than the {want.version} asked for"
        for want in missing
        if (before := installed.version(want.name)) is not None
        and want.version is not None
        and compare(want.version, before) < 0
    ]
    if refused and not allow_downgrade:
        raise PlanError(
            f"{'; '.join(refused)}.", hint="Set allow_downgrade=true, or change the version."
        )
    return missing


def _met(want: Want, installed: Installed) -> bool:
    if want.version is None:
        return installed.provider(want.name) is not None
    return installed.version(want.name) == want.version


def choose(wants: Sequence[Want], installed: Installed, offers: Offers) -> Selection:
    """What must be installed to meet `wants`; raises PlanError when that cannot be had.

    The wants are those that are not met: a pin in another version, a name not installed.
    """
    chosen = {want: _candidates(want, offers)[:1] for want in wants}
    lacking = [want for want, found in chosen.items() if not found]
    if lacking:
        raise PlanError(
            f"{_lacking_text(lacking, offers)}{broken_feeds(offers)}", hint=_advice(offers)
        )
    names = {want.name: found[0].name for want, found in chosen.items()}
    distinct = {found[0].name: found[0] for found in chosen.values()}
    changes = tuple(_change(offer, installed, offers) for offer in distinct.values())
    selection = Selection(changes, _missing_dependencies(changes, installed, offers), names)
    _refuse_conflicts(selection, installed)
    return selection


def refuse_full_flash(selection: Selection, installed: Installed) -> None:
    """Raise PlanError when what is to come does not fit (opkg wants some space to be left)."""
    if selection.space < installed.free:
        return
    largest = sorted(selection.offers, key=lambda offer: -offer.installed_size)[:3]
    names = ", ".join(f"{offer.name} {_kilobytes(offer.installed_size)}" for offer in largest)
    raise PlanError(
        f"Not enough space on {installed.filesystem}: {len(selection.offers)} packages need "
        f"{_kilobytes(selection.space)}, {_kilobytes(installed.free)} are free. "
        f"The largest are {names}.",
        hint="Remove packages, extend the root (extroot), or build them into an image; "
        "check_space=false leaves the matter to opkg.",
    )


def broken_feeds(offers: Offers) -> str:
    """A sentence on the feeds whose lists are not there, to be put after an error; or nothing."""
    by_problem: dict[str, list[Feed]] = {}
    for feed in offers.broken:
        by_problem.setdefault(feed.problem, []).append(feed)
    return "".join(
        f" Missing: {', '.join(f'feed {feed.name} ({feed.url})' for feed in feeds)}: {problem}."
        for problem, feeds in by_problem.items()
    )


def _candidates(want: Want, offers: Offers) -> list[Offer]:
    if want.version is None:
        return offers.meeting(Dependency(want.name))
    return [offer for offer in offers.of(want.name) if offer.version == want.version]


def _change(offer: Offer, installed: Installed, offers: Offers) -> Change:
    before = installed.version(offer.name)
    change = Change(offer, before)
    usual = offers.of(offer.name)[0].version
    if change.downgrade or compare(usual, offer.version) != 0:
        return Change(offer, before, as_file=True)
    return change


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


def _advice(offers: Offers) -> str:
    if not offers.feeds:
        return "No feed is configured: see /etc/opkg/distfeeds.conf."
    if any("signature" in feed.problem for feed in offers.broken):
        return "Check the feed, and the keys in /etc/opkg/keys that it must be signed with."
    if offers.broken:
        return "Check the router's uplink, its DNS and its clock, and /etc/opkg/*.conf."
    return "Check the spelling, and the feeds in /etc/opkg/*.conf."


def _missing_dependencies(
    changes: Iterable[Change], installed: Installed, offers: Offers
) -> tuple[Offer, ...]:
    """What opkg will install beside the changes, in no particular order; raises PlanError."""
    there: dict[str, Package] = dict(installed.packages)
    queue: list[Offer] = [change.offer for change in changes]
    there.update((offer.name, offer) for offer in queue)
    coming: list[Offer] = []
    problems: list[str] = []
    for package in queue:
        for group in package.depends:
            if _fulfilled(group, there):
                continue
            # The running kernel comes with the image, whatever a feed offers by that name.
            found = next(
                (o for dep in group if dep.name != _KERNEL for o in offers.meeting(dep)), None
            )
            if found is None:
                problems.append(_unmet_text(package, group, installed))
                continue
            there[found.name] = found
            coming.append(found)
            queue.append(found)
    if problems:
        text = " ".join(dict.fromkeys(problems))
        raise PlanError(f"{text}{broken_feeds(offers)}", hint=_kernel_advice(problems))
    return tuple(coming)


def _fulfilled(group: Alternatives, there: Mapping[str, Package]) -> bool:
    return any(dep.met_by(package) for dep in group for package in _standing_for(dep.name, there))


def _standing_for(name: str, there: Mapping[str, Package]) -> Iterable[Package]:
    if name in there:
        yield there[name]
    yield from (package for package in there.values() if name in package.provides)


def _unmet_text(package: Package, group: Alternatives, installed: Installed) -> str:
    kernel = installed.version(_KERNEL)
    for dep in group:
        if dep.name == _KERNEL:
            return (
                f"{package.name} {package.version} is made for kernel {dep.version}, "
                f"the router runs {kernel}."
            )
    wanted = " or ".join(dep.text for dep in group)
    return f"{package.name} {package.version} needs {wanted}, which no feed offers."


def _kernel_advice(problems: Iterable[str]) -> str:
    if any(" made for kernel " in text for text in problems):
        return (
            "The feed is for another build of OpenWrt than the one on the router: upgrade the "
            "router, or use the feed of its release in /etc/opkg/distfeeds.conf."
        )
    return ""


def _refuse_conflicts(selection: Selection, installed: Installed) -> None:
    """opkg refuses them too, but only after the packages before them are installed."""
    after: dict[str, Package] = dict(installed.packages)
    after.update((offer.name, offer) for offer in selection.offers)
    for offer in selection.offers:
        for group in offer.conflicts:
            for dep in group:
                for other in _standing_for(dep.name, after):
                    if other.name != offer.name and dep.met_by(other):
                        raise PlanError(
                            f"{offer.name} {offer.version} conflicts with {other.name} "
                            f"{other.version}.",
                            hint="Remove one of them first (state=absent).",
                        )


def _kilobytes(size: int) -> str:
    return f"{-(-size // 1024)} kB"
