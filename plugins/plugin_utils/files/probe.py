# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading one file of the router: kind, mode and content, byte for byte."""

from __future__ import annotations

from dataclasses import dataclass

from ..engine.probe import Probe
from ..errors import ProbeError
from ..router.wire import Answer
from ..shell import quote

_ABSENT = 44
_NOT_A_FILE = 45


@dataclass(frozen=True)
class FileState:
    """`content` is None when there is no file; `mode` is octal text such as 0644."""

    content: str | None
    mode: str | None = None

    @property
    def exists(self) -> bool:
        return self.content is not None


ABSENT = FileState(content=None)


@dataclass(frozen=True)
class FileProbe(Probe[FileState]):
    path: str

    @property
    def title(self) -> str:
        return f"the file {self.path}"

    def script(self) -> str:
        path = quote(self.path)
        return (
            f"[ -e {path} ] || exit {_ABSENT}\n"
            f"[ -f {path} ] || exit {_NOT_A_FILE}\n"
            f"ls -lnL {path} | cut -c1-10 && cat {path}"
        )

    def parse(self, answer: Answer) -> FileState:
        if answer.status == _ABSENT:
            return ABSENT
        if answer.status == _NOT_A_FILE:
            raise ProbeError(
                self.title,
                status=answer.status,
                stderr="it is not a plain file",
                hint="Remove what stands at that path, or name another one.",
            )
        if answer.status != 0:
            raise ProbeError(self.title, status=answer.status, stderr=answer.stderr)
        permissions, _ignored, content = answer.stdout.partition("\n")
        return FileState(content=content, mode=octal_mode(permissions))


def octal_mode(permissions: str) -> str:
    """`-rwxr-xr-x`, as ls prints it, as `0755`."""
    digits = [0, 0, 0, 0]
    for place, start in enumerate((1, 4, 7)):
        read, write, execute = (permissions[start + each] for each in range(3))
        digits[place + 1] = 4 * (read == "r") + 2 * (write == "w") + (execute in "xst")
        digits[0] += (4 >> place) * (execute in "sStT")
    return "".join(map(str, digits))
