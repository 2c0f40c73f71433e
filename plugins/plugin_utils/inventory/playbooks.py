# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What each playbook lets inventory and command line say beside the variables of its roles."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from . import shape


@dataclass(frozen=True)
class Playbook:
    """`roles` whose variables it takes; `variables` of its own, each with what judges its value.

    A judge returns what is wrong, as shape.problem does, or an empty text. `of_the_run` are those
    that a play is made of, before the variables of any host count.
    """

    roles: tuple[str, ...]
    variables: Mapping[str, Callable[[object], str]]
    of_the_run: frozenset[str] = frozenset()


def _of(**spec: Any) -> Callable[[object], str]:
    return lambda value: shape.problem(value, spec)


def hosts(value: object) -> str:
    """A pattern of hosts, or a list of patterns, as `hosts` of a play has it."""
    patterns = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
    if patterns and all(isinstance(each, str) and each.strip() for each in patterns):
        return ""
    return f"{value!r} cannot be used; expected a group, a pattern of hosts or a list of these"


def batch(value: object) -> str:
    """How many routers at a time, as `serial` of a play has it."""
    sizes = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
    if sizes and all(_is_size(each) for each in sizes):
        return ""
    return (
        f"{value!r} cannot be used; expected a number of routers, a percentage such as 10%, or a "
        f"list of these"
    )


def _is_size(value: object) -> bool:
    text = "" if isinstance(value, bool | float) else str(value)
    return bool(re.fullmatch(r"0*[1-9][0-9]*|0*([1-9][0-9]?|100)%", text))


def percentage(value: object) -> str:
    """A whole number from 0 to 100."""
    wrong = shape.problem(value, {"type": "int", "default": 0})
    if wrong or not 0 <= int(str(value)) <= 100:
        return f"{value!r} cannot be used; expected a whole number from 0 to 100"
    return ""


PLAYBOOKS: Mapping[str, Playbook] = {
    "provision": Playbook(
        roles=("packages", "usb_modem", "ncm_wan", "ncm_monitor"),
        variables={
            "provision_hosts": hosts,
            "provision_batch": batch,
            "provision_max_fail_percentage": percentage,
            "provision_monitor": _of(type="bool", default=False),
        },
        of_the_run=frozenset(
            {"provision_hosts", "provision_batch", "provision_max_fail_percentage"}
        ),
    ),
    "verify": Playbook(
        roles=("verify",),
        variables={
            "verify_hosts": hosts,
            "verify_report": _of(type="str", default=""),
        },
        of_the_run=frozenset({"verify_hosts"}),
    ),
}
