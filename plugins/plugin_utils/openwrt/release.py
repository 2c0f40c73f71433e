# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which OpenWrt a router runs, and for which kernel its modules must be built."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass

from ..errors import NotOpenWrtError, RouterError

SNAPSHOT = "SNAPSHOT"

_SERIES = re.compile(r"(\d+)\.(\d+)")
# 6.6.110~2b73a3ac...-r1 (24.10 on) and 5.15.134-1-2b73a3ac... (until 23.05).
_KERNEL = re.compile(
    r"(?P<version>\d+(?:\.\d+)+)"
    r"(?:~(?P<new>[0-9a-f]{32})-r\d+|-\d+-(?P<old>[0-9a-f]{32}))"
)


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

    def at_least(self, series: str) -> bool:
        """Whether this release is of the given series or of a later one."""
        return series_key(self.series) >= series_key(series)


@dataclass(frozen=True, slots=True)
class Kernel:
    """The kernel that modules are built for: its version and the hash of its configuration."""

    version: str
    vermagic: str


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


def parse_kernel(package_version: str) -> Kernel:
    """Split the version of the `kernel` package, in the form of 24.10 and later or of before.

    Raises RouterError when it has neither form.
    """
    found = _KERNEL.fullmatch(package_version.strip())
    if found is None:
        raise RouterError(
            f"The version of the package 'kernel' reads {package_version!r}; it should name the "
            f"kernel and the hash of its configuration, as in 6.6.110~<32 hex digits>-r1."
        )
    return Kernel(version=found["version"], vermagic=found["new"] or found["old"])


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
