# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the router's own files and tools say: the release, the room for packages."""

from __future__ import annotations

from dataclasses import dataclass

from ..engine.probe import Probe
from ..errors import ProbeError
from ..openwrt.release import Release, parse_release
from ..router.wire import Answer


@dataclass(frozen=True)
class ReleaseProbe(Probe[Release]):
    @property
    def title(self) -> str:
        return "the file /etc/openwrt_release"

    def script(self) -> str:
        return "cat /etc/openwrt_release"

    def parse(self, answer: Answer) -> Release:
        if answer.status != 0:
            raise ProbeError(self.title, status=answer.status, stderr=answer.stderr)
        return parse_release(answer.stdout)


@dataclass(frozen=True)
class Space:
    """Room on a file system, in KiB."""

    total_kb: int
    free_kb: int


@dataclass(frozen=True)
class OverlayProbe(Probe[Space]):
    """The file system that packages are installed on: /overlay, or / where there is none."""

    @property
    def title(self) -> str:
        return "the free space of the overlay"

    def script(self) -> str:
        return 'd=/overlay\n[ -d "$d" ] || d=/\ndf -k "$d"'

    def parse(self, answer: Answer) -> Space:
        # BusyBox breaks the line behind a long device name, so fields count from the end.
        fields = answer.stdout.partition("\n")[2].split()[-5:]
        if answer.status != 0 or len(fields) < 5 or not (fields[0] + fields[2]).isdigit():
            raise ProbeError(
                self.title, status=answer.status, stderr=answer.stderr or answer.stdout
            )
        return Space(total_kb=int(fields[0]), free_kb=int(fields[2]))
