# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the bus offers: an object's methods and their arguments, or the objects there are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from ..shell import quote

_METHOD = re.compile(r'^\t"([^"]+)":(.*)$')
_ARGUMENT = re.compile(r'"([^"]+)":"([^"]+)"')


@dataclass(frozen=True)
class Offer:
    """`methods` of the object that was asked for: by name, arguments with their types.

    Where there `is` no such object, `objects` are the paths of all others.
    """

    is_there: bool
    methods: Mapping[str, Mapping[str, str]]
    objects: tuple[str, ...]

    def signature(self, method: str) -> str:
        """As people write it: `list(name: String, verbose: Boolean)`."""
        arguments = ", ".join(f"{name}: {kind}" for name, kind in self.methods[method].items())
        return f"{method}({arguments})"

    @property
    def signatures(self) -> str:
        return ", ".join(self.signature(method) for method in self.methods) or "none"


def question(path: str) -> str:
    """Shell that asks for an object, and for all of them where it is not there."""
    return f"ubus -v list {quote(path)} 2>/dev/null || ubus list"


def parse(text: str) -> Offer:
    """What `question` printed (format: ubus, cli.c, receive_list_result)."""
    lines = text.splitlines()
    methods = (_METHOD.match(line) for line in lines)
    return Offer(
        is_there=any(line.startswith("'") for line in lines),
        methods={each[1]: dict(_ARGUMENT.findall(each[2])) for each in methods if each},
        objects=tuple(line for line in lines if line and line[0] not in "'\t"),
    )


def alike(name: str, names: tuple[str, ...]) -> str:
    """The question whether another name was meant; empty when none is near."""
    near = get_close_matches(name, names, n=3)
    return f" Did you mean {' or '.join(near)}?" if near else ""
