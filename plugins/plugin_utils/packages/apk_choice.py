# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""From what apk says that it would do to a selection, or to a clear error."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..errors import PlanError
from . import apk_version
from .apk import IMAGE_PINS, TriedOffers
from .apk_solver import explain, lacking
from .files import PackageFile
from .model import Installed, Offer, Package
from .replacing import refuse_purges
from .selection import Change, Selection, broken_feeds, feeds_advice, refuse_lacking
from .want import Want

_SETTINGS = "/etc/apk/repositories.d/*.list"


def refuse_impossible(wants: Sequence[Want]) -> None:
    """Raise PlanError for what apk must not or cannot be asked."""
    for want in wants:
        if want.version is not None and not apk_version.is_version(want.version):
            raise PlanError(
                f"{want}: apk has no such versions.",
                hint="Versions of OpenWrt 25.12 look like 0.32-r36 or 2025.10.04~9b4d0a6e-r1.",
            )
        if want.name in IMAGE_PINS:
            raise PlanError(
                f"{want.name} is pinned by the image that it comes with and cannot change alone.",
                hint="Upgrade the router (sysupgrade) to have another one.",
            )


def choose(
    wants: Sequence[Want],
    installed: Installed,
    offers: TriedOffers,
    *,
    files: Sequence[PackageFile] = (),
    replaces: Sequence[str] = (),
) -> Selection:
    """What apk will do for `wants`; raises PlanError, in apk's stead, when it would do nothing.

    What `files` depend on is not known before they are on the router.
    """
    in_files = {file.offer.name: file for file in files}
    if offers.refusal:
        _refuse([want for want in wants if want.name not in in_files], installed, offers)
    coming = {
        action.name: _described(action.name, action.version, offers)
        for action in offers.actions
        if action.version is not None and installed.version(action.name) != action.version
    }
    coming.update((name, file.offer) for name, file in in_files.items())
    names = {want.name: _meeting(want, coming.values(), installed) for want in wants}
    changes = [
        _change(coming.pop(name), installed, in_files.get(name))
        for name in dict.fromkeys(names.values())
        if name in coming
    ]
    gone = [action.name for action in offers.actions if action.version is None]
    selection = Selection(
        tuple(changes),
        tuple(coming.values()),
        names,
        orphans=tuple(name for name in gone if name not in replaces),
        replaced=tuple(name for name in gone if name in replaces),
    )
    refuse_purges(selection, installed, replaces)
    return selection


def orphans(names: Iterable[str], installed: Installed) -> tuple[str, ...]:
    """What neither the world nor anything in it needs once `names` are gone."""
    going = set(names)
    left = {name: each for name, each in installed.packages.items() if name not in going}
    queue = [package for package in left.values() if _in_world(package, installed)]
    needed = {package.name for package in queue}
    for package in queue:
        wanted = {dep.name for group in package.depends for dep in group}
        for other in left.values():
            if other.name not in needed and not wanted.isdisjoint({other.name, *other.provides}):
                needed.add(other.name)
                queue.append(other)
    return tuple(sorted(set(left) - needed))


def _in_world(package: Package, installed: Installed) -> bool:
    return not installed.world.keys().isdisjoint({package.name, *package.provides})


def _described(name: str, version: str, offers: TriedOffers) -> Offer:
    fit = [offer for offer in offers.of(name) if offer.version == version]
    return fit[0] if fit else Offer(name, version)


def _meeting(want: Want, coming: Iterable[Offer], installed: Installed) -> str:
    names = [offer.name for offer in coming]
    if want.name in names:
        return want.name
    standing = next((offer.name for offer in coming if want.name in offer.provides), None)
    provider = installed.provider(want.name)
    return standing or (provider.name if provider else want.name)


def _change(offer: Offer, installed: Installed, source: PackageFile | None) -> Change:
    before = installed.version(offer.name)
    downgrade = before is not None and apk_version.compare(offer.version, before) < 0
    return Change(offer, before, downgrade=downgrade, source=source)


def _refuse(wants: Sequence[Want], installed: Installed, offers: TriedOffers) -> None:
    missing = set(lacking(offers.refusal))
    ours = [want for want in wants if str(want) in missing]
    if ours:
        refuse_lacking(ours, offers, settings=_SETTINGS)
    texts, hint = explain(offers.refusal, running=installed.version("kernel"))
    raise PlanError(f"{texts}{broken_feeds(offers)}", hint=hint or feeds_advice(offers))
