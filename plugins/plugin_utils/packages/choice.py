# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which packages have to come, and whether they can: all that opkg finds out too late, or never.

opkg installs what it can of a list and fails then; it looks at the free space for one package at
a time, and takes a newer version than the one that is installed as an order to upgrade.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ..errors import PlanError
from .files import PackageFile
from .model import Alternatives, Dependency, Installed, Offer, Offers, Package
from .opkg import SETTINGS
from .replacing import refuse_bereft, refuse_displaced
from .selection import (
    OTHER_KERNEL_HINT,
    Change,
    Selection,
    broken_feeds,
    feeds_advice,
    other_kernel,
    refuse_lacking,
)
from .version import compare
from .want import Want

_KERNEL = "kernel"


def questions(
    wants: Sequence[Want], files: Sequence[PackageFile], installed: Installed
) -> tuple[Want, ...]:
    """What the feeds must be asked about: what neither the files nor the router have."""
    in_files = {file.offer.name for file in files}
    asked = {want.name: want for want in wants if want.name not in in_files}
    there: dict[str, Package] = {**installed.packages}
    there.update((file.offer.name, file.offer) for file in files)
    for file in files:
        for group in file.offer.depends:
            if not _fulfilled(group, there):
                for dep in group:
                    if dep.name != _KERNEL:
                        asked.setdefault(dep.name, Want(dep.name))
    return tuple(asked.values())


def choose(
    wants: Sequence[Want],
    installed: Installed,
    offers: Offers,
    *,
    files: Sequence[PackageFile] = (),
    replaces: Sequence[str] = (),
) -> Selection:
    """What must be installed to meet `wants`; raises PlanError when that cannot be had.

    The wants are those that are not met: a pin in another version, a name not installed. A file
    is preferred to what a feed offers by that name. Packages in `replaces` go, if they are there.
    """
    sources = {file.offer.name: file for file in files}
    chosen = {want: _candidates(want, offers, sources)[:1] for want in wants}
    lacking = [want for want, found in chosen.items() if not found]
    if lacking:
        refuse_lacking(lacking, offers, settings=SETTINGS)
    names = {want.name: found[0].name for want, found in chosen.items()}
    distinct = {found[0].name: found[0] for found in chosen.values()}
    changes = tuple(
        _change(offer, installed, offers, sources.get(name)) for name, offer in distinct.items()
    )
    replaced = tuple(name for name in replaces if name in installed.packages and changes)
    staying = installed.changed(going=replaced)
    dependencies = _missing_dependencies(changes, staying, offers)
    selection = Selection(changes, dependencies, names, replaced=replaced)
    refuse_displaced(selection, installed)
    refuse_bereft(selection, installed)
    _refuse_conflicts(selection, staying)
    return selection


def _candidates(want: Want, offers: Offers, sources: Mapping[str, PackageFile]) -> list[Offer]:
    if want.name in sources:
        return [sources[want.name].offer]
    if want.version is None:
        return offers.meeting(Dependency(want.name))
    return [offer for offer in offers.of(want.name) if offer.version == want.version]


def _change(
    offer: Offer, installed: Installed, offers: Offers, source: PackageFile | None
) -> Change:
    before = installed.version(offer.name)
    downgrade = before is not None and compare(offer.version, before) < 0
    if source is not None:
        return Change(offer, before, downgrade=downgrade, source=source)
    usual = offers.of(offer.name)[0].version
    as_file = downgrade or compare(usual, offer.version) != 0
    return Change(offer, before, downgrade=downgrade, as_file=as_file)


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
        raise PlanError(
            f"{text}{broken_feeds(offers)}", hint=_kernel_advice(problems) or feeds_advice(offers)
        )
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
            what = f"{package.name} {package.version}"
            return other_kernel(what, made_for=dep.version, running=kernel)
    wanted = " or ".join(dep.text for dep in group)
    return f"{package.name} {package.version} needs {wanted}, which no feed offers."


def _kernel_advice(problems: Iterable[str]) -> str:
    return OTHER_KERNEL_HINT if any(" made for kernel " in text for text in problems) else ""


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
                            hint=f"Set replaces: [{other.name}] to have {offer.name} instead.",
                        )
