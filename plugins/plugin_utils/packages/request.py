# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task asks for, option against option."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import SpecError
from .files import PackageFile
from .want import Want, parse_wants


def parse_companions(
    companions: Mapping[str, Any], *, state: str
) -> tuple[tuple[str, tuple[Want, ...]], ...]:
    if companions and state == "absent":
        raise SpecError(
            option="companions", value=dict(companions), expected="nothing when state is absent"
        )
    found: list[tuple[str, tuple[Want, ...]]] = []
    for host, names in companions.items():
        texts = [names] if isinstance(names, str) else names
        if not isinstance(texts, list | tuple):
            raise SpecError(
                option=f"companions.{host}", value=names, expected="a list of package names"
            )
        option = f"companions.{host}"
        parse_wants([host], option="companions", versions=False)
        found.append((host, parse_wants(map(str, texts), option=option, versions=True)))
    return tuple(found)


def with_files(names: Sequence[Want], files: Sequence[PackageFile]) -> tuple[Want, ...]:
    """A file is wanted in its version; a name given beside it must not contradict that."""
    wants = {want.name: want for want in names}
    seen: dict[str, str] = {}
    for file in files:
        want = Want(file.offer.name, file.offer.version)
        named = wants.get(want.name)
        if want.name in seen or (named and named.version not in (None, want.version)):
            raise SpecError(
                option="files",
                value=file.path,
                expected=f"each package once, and {seen.get(want.name) or named} is there too",
            )
        seen[want.name] = file.path
        wants[want.name] = want
    return tuple(wants.values())


def refuse_with_state(option: str, value: object, state: str, *states: str) -> None:
    if value not in (None, []) and state not in states:
        raise SpecError(
            option=option, value=value, expected=f"nothing unless state is {' or '.join(states)}"
        )
