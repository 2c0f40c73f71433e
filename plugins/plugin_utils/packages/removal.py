# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which packages can go, and in which order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..errors import PlanError
from .model import Installed, Package


def removable(names: Iterable[str], installed: Installed) -> list[str]:
    """Those of `names` that are installed, dependents before what they depend on.

    Raises PlanError for a package that another one needs that is to stay, or the system itself.
    """
    going = {name for name in names if name in installed.packages}
    staying = {name: p for name, p in installed.packages.items() if name not in going}
    essential = sorted(name for name in going if installed.packages[name].essential)
    if essential:
        raise PlanError(f"{', '.join(essential)}: without it the router does not work at all.")
    problems = [
        f"{name} is needed by {', '.join(needed)}"
        for name in sorted(going)
        if (needed := _left_without(installed.packages[name], staying))
    ]
    if problems:
        raise PlanError(
            f"{'; '.join(problems)}.", hint="Name these packages too, to remove them all."
        )
    return _dependents_first(going, installed)


def _left_without(package: Package, staying: Mapping[str, Package]) -> list[str]:
    """Names of packages with a dependency that `package` meets and no other will."""
    return sorted(
        other.name
        for other in staying.values()
        for group in other.depends
        if any(dep.met_by(package) for dep in group)
        and not any(dep.met_by(rest) for dep in group for rest in staying.values())
    )


def _dependents_first(going: set[str], installed: Installed) -> list[str]:
    order: dict[str, None] = {}
    for name in sorted(going):
        # Not by recursion: a chain of packages may be longer than Python's stack.
        path = {} if name in order else {name: iter(sorted(going))}
        while path:
            last, candidates = next(reversed(path.items()))
            for other in candidates:
                if other not in order and other not in path and _needs(other, last, installed):
                    path[other] = iter(sorted(going))
                    break
            else:
                del path[last]
                order[last] = None
    return list(order)


def _needs(name: str, other: str, installed: Installed) -> bool:
    groups = installed.packages[name].depends
    return any(dep.met_by(installed.packages[other]) for group in groups for dep in group)
