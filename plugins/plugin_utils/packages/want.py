# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a user asks for: `comgt-ncm` or `comgt-ncm=0.32-r36`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ..errors import SpecError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9+._-]*")
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+~_:-]*")


_A_NAME = "a package name of letters, digits and + . _ -, such as comgt-ncm"
_AN_EXACT = "a package with an exact version, such as 0.32-r36"


@dataclass(frozen=True)
class Want:
    """A package by name, in one exact version or, when `version` is None, in any."""

    name: str
    version: str | None = None

    def __str__(self) -> str:
        return f"{self.name}={self.version}" if self.version else self.name


def check_identity(name: str, version: str, *, option: str, value: object) -> None:
    """Raises SpecError unless these are a name and a version; `value` is what says so."""
    if not _NAME.fullmatch(name):
        raise SpecError(option=option, value=value, expected=f"{_A_NAME}; it says {name!r}")
    if not _VERSION.fullmatch(version):
        raise SpecError(option=option, value=value, expected=f"{_AN_EXACT}; it says {version!r}")


def parse_wants(texts: Iterable[str], *, option: str, versions: bool) -> tuple[Want, ...]:
    """Wants in the order given, each once.

    `versions` says whether exact versions make sense. Raises SpecError for what is no package
    name or version, and for a package that is wanted in two versions.
    """
    wants: dict[str, Want] = {}
    for text in texts:
        want = _want(text, option=option, versions=versions)
        known = wants.setdefault(want.name, want)
        if known != want:
            raise SpecError(
                option=option,
                value=text,
                expected=f"each package once, and {str(known)!r} is there too",
            )
    return tuple(wants.values())


def _want(text: str, *, option: str, versions: bool) -> Want:
    name, equals, version = text.partition("=")
    if not _NAME.fullmatch(name):
        raise SpecError(
            option=option,
            value=text,
            expected=_A_NAME,
        )
    if not equals:
        return Want(name)
    if not versions:
        raise SpecError(
            option=option, value=text, expected="a name without a version in this state"
        )
    if not _VERSION.fullmatch(version):
        raise SpecError(
            option=option,
            value=text,
            expected="NAME=VERSION with the exact version, such as comgt-ncm=0.32-r36",
        )
    return Want(name, version)
