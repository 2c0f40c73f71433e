# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""All variables of a playbook's hosts, judged before anything is sent to a router."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import FleetError
from . import shape, uses
from .names import meant, ours
from .playbooks import Playbook

Specs = Mapping[str, Mapping[str, shape.Spec]]
"""Of each role the options of its argument spec."""

_MOST_HOSTS = 5
"""How many hosts are named with a fault; of the others the number is."""


_TOO_LATE = (
    "the inventory cannot set it: Ansible chooses hosts and batches before it reads the variables "
    "of a host. Give it with -e, or in vars beside import_playbook"
)


class UnreadableError(FleetError):
    """A variable's template cannot be filled in; the text says why."""


class NoHostsError(FleetError):
    """The inventory has none of the hosts that were asked for."""

    def __init__(self, pattern: str, variable: str, groups: Sequence[str]) -> None:
        there = f"It has the groups {', '.join(groups)}." if groups else "It has no groups at all."
        super().__init__(
            f"The inventory has no host that matches {pattern!r}, within --limit if there is one. "
            f"{there} Set {variable} to one of them, or put the routers into the group {pattern}."
        )


@dataclass(frozen=True)
class Fault:
    """A variable that cannot be used, why, and on which hosts."""

    variable: str
    problem: str
    hosts: tuple[str, ...]

    def __str__(self) -> str:
        shown = ", ".join(self.hosts[:_MOST_HOSTS])
        more = len(self.hosts) - _MOST_HOSTS
        hosts = f"{shown} and {more} more" if more > 0 else shown
        return f"{self.variable} ({hosts}): {self.problem}"


class InventoryError(FleetError):
    """Variables that cannot be used; nothing was sent to any router."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        lines = "\n".join(f"  {each}" for each in faults)
        super().__init__(
            f"The inventory has variables that cannot be used; no router was touched.\n{lines}"
        )


class HostVariables:
    """The variables of one host: their names, and a value when it is asked for.

    `own` are those that the host has by itself, and not by the play or the command line.
    """

    def __init__(
        self,
        names: Sequence[str],
        value: Callable[[str], object],
        own: Collection[str] = (),
    ) -> None:
        self.names = names
        self.value = value
        """Raises UnreadableError."""
        self.own = own


def judge(
    hosts: Mapping[str, HostVariables], playbook: Playbook, specs: Specs
) -> tuple[Fault, ...]:
    """Every fault of every host; the same fault of several hosts is one."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for host, variables in hosts.items():
        for fault in dict.fromkeys(_of_host(variables, playbook, specs)):
            found[fault].append(host)
    return tuple(
        Fault(variable, problem, tuple(hosts)) for (variable, problem), hosts in found.items()
    )


def too_late(host: str, variables: HostVariables, playbook: Playbook) -> tuple[Fault, ...]:
    """The variables of a host that were meant for the run, which cannot have them from there."""
    names = sorted(playbook.of_the_run & set(variables.own))
    return tuple(Fault(name, _TOO_LATE, (host,)) for name in names)


def _of_host(
    variables: HostVariables, playbook: Playbook, specs: Specs
) -> Iterator[tuple[str, str]]:
    known = {name: spec for role in specs.values() for name, spec in role.items()}
    prefixes = {*specs, *(name.partition("_")[0] for name in playbook.variables)}
    given: dict[str, object] = {}
    wrong: set[str] = set()
    for name in ours(variables.names, {*known, *playbook.variables}, prefixes):
        if likely := meant(name, {*known, *playbook.variables}):
            yield name, f"no role reads it. Did you mean {likely}?"
        if name not in known and name not in playbook.variables:
            continue
        if name in playbook.of_the_run and name in variables.own:
            yield name, _TOO_LATE
            continue
        try:
            given[name] = variables.value(name)
        except UnreadableError as error:
            problem = f"cannot be read: {error}"
        else:
            problem = _problem(given[name], name, playbook, specs)
        if problem:
            wrong.add(name)
            yield name, problem
    for role in playbook.roles:
        if not wrong & set(specs[role]):
            # Several modules may refuse the same variable: the first of them says enough.
            refused = reversed([*uses.faults(role, _completed(given, specs[role]))])
            yield from reversed(dict(refused).items())


def _problem(value: object, name: str, playbook: Playbook, specs: Specs) -> str:
    if name in playbook.variables:
        return playbook.variables[name](value)
    role = next(role for role, options in specs.items() if name in options)
    return shape.problem(value, specs[role][name], option=name.removeprefix(f"{role}_"))


def _completed(given: Mapping[str, object], spec: Mapping[str, shape.Spec]) -> dict[str, Any]:
    return {name: given.get(name, option.get("default")) for name, option in spec.items()}
