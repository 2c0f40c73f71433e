# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""New packages in the place of installed ones, which a user must have named."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..errors import PlanError, SpecError
from .model import Installed, Offer
from .selection import Selection
from .want import Want, parse_wants


def parse_replaces(names: Iterable[str], wants: Iterable[Want]) -> tuple[str, ...]:
    """Names of packages that may go; raises SpecError for one that is wanted as well."""
    replaces = parse_wants(names, option="replaces", versions=False)
    wanted = {want.name for want in wants}
    for each in replaces:
        if each.name in wanted:
            raise SpecError(
                option="replaces",
                value=each.name,
                expected="packages that are to go, and this one is wanted too",
            )
    return tuple(each.name for each in replaces)


def refuse_displaced(selection: Selection, installed: Installed) -> None:
    """Raise PlanError for a new package that provides the name of one that stays.

    The two have the same files as a rule (dnsmasq-full and dnsmasq), and opkg fails half-way.
    """
    staying = installed.changed(going=selection.replaced).packages
    for offer in selection.offers:
        if installed.version(offer.name) is not None:
            continue
        displaced = sorted(offer.provides & staying.keys() - {offer.name})
        if displaced:
            raise _displaced(offer, displaced)


def _displaced(offer: Offer, displaced: Sequence[str]) -> PlanError:
    names = ", ".join(displaced)
    return PlanError(
        f"{offer.name} {offer.version} provides {names}, which is installed; as they have the same "
        "files, they cannot both be.",
        hint=f"Set replaces: [{names}] to have {offer.name} in its place.",
    )


def refuse_bereft(selection: Selection, installed: Installed) -> None:
    """Raise PlanError when a replaced package is needed and the new ones do not stand in for it."""
    for name in selection.replaced:
        if installed.packages[name].essential:
            raise PlanError(f"{name} cannot be replaced: without it the router does not work.")
    after = installed.changed(coming=selection.offers, going=selection.replaced).packages
    for package in after.values():
        for group in package.depends:
            gone = [
                name
                for name in selection.replaced
                if any(dep.met_by(installed.packages[name]) for dep in group)
            ]
            if gone and not any(dep.met_by(each) for dep in group for each in after.values()):
                raise PlanError(
                    f"{package.name} needs {', '.join(gone)}, and nothing that comes stands in "
                    "for it.",
                    hint="Take it out of replaces, or choose a package that provides its name.",
                )


def refuse_purges(selection: Selection, installed: Installed, replaces: Iterable[str]) -> None:
    """Raise PlanError for a package that apk would remove though it was asked for.

    What merely nobody needs any more may go; what is in the world, or whose name a new package
    provides, goes only when it is named.
    """
    allowed = set(replaces)
    provided = {name for offer in selection.offers for name in offer.provides}
    lost = [
        name
        for name in selection.orphans
        if name not in allowed and (name in installed.world or name in provided)
    ]
    if lost:
        names = ", ".join(lost)
        coming = ", ".join(change.offer.name for change in selection.changes)
        raise PlanError(
            f"apk would remove {names} to install {coming}.",
            hint=f"Set replaces: [{names}] to have {coming} in its place.",
        )
