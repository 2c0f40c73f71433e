# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which OpenWrt a router runs."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass

from ..errors import NotOpenWrtError

SNAPSHOT = "SNAPSHOT"

_SERIES = re.compile(r"(\d+)\.(\d+)")


@dataclass(frozen=True, slots=True)
class Release:
    """What /etc/openwrt_release says; `version` is `24.10.4`, `24.10-SNAPSHOT` or `SNAPSHOT`."""

    distribution: str
    version: str
    revision: str
    target: str
    arch: str
    description: str

    @property
    def series(self) -> str:
        """The stable branch, `24.10`; `SNAPSHOT` for a build of the main branch."""
        found = _SERIES.match(self.version)
        return found[0] if found else SNAPSHOT


def parse_release(text: str) -> Release:
    """Read the text of /etc/openwrt_release (shell assignments `DISTRIB_X='...'`).

    Raises NotOpenWrtError when it names no distribution or no release.
    """
    values = _assignments(text)
    if not values.get("DISTRIB_ID") or not values.get("DISTRIB_RELEASE"):
        raise NotOpenWrtError(values.get("DISTRIB_DESCRIPTION", ""))
    return Release(
        distribution=values["DISTRIB_ID"],
        version=values["DISTRIB_RELEASE"],
        revision=values.get("DISTRIB_REVISION", ""),
        target=values.get("DISTRIB_TARGET", ""),
        arch=values.get("DISTRIB_ARCH", ""),
        description=values.get("DISTRIB_DESCRIPTION", ""),
    )


def series_key(version: str) -> tuple[int, ...]:
    """A key that sorts releases and series by age: 21.02 < 23.05.5 < 24.10 < SNAPSHOT.

    `version` is what a release calls itself or a series such as `24.10`; only the series counts.
    """
    found = _SERIES.match(version)
    # A number that no year reaches: the main branch is newer than every release.
    return (int(found[1]), int(found[2])) if found else (9999, 0)


def _assignments(text: str) -> dict[str, str]:
    values: dict[str, str] = {}
    for line in text.splitlines():
        name, equals, quoted = line.strip().partition("=")
        if equals and name.isidentifier():
            values[name] = _unquoted(quoted)
    return values


def _unquoted(word: str) -> str:
    try:
        return "".join(shlex.split(word))
    except ValueError:
        # An unbalanced quote is still readable text for a person.
        return word.strip("'\"")
