# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading what stands at one path of the router; content byte for byte, and only where wanted."""

from __future__ import annotations

from dataclasses import dataclass

from ..engine.probe import Probe
from ..errors import ProbeError
from ..router.wire import Answer
from ..shell import quote
from .state import FileState, Kind, as_bytes


@dataclass(frozen=True)
class FileProbe(Probe[FileState]):
    """Prints the content of a file of at most `most` bytes (None: of any size).

    What has the checksum `unless` is not printed at all: whoever wants just that content in the
    file need not be sent it.
    """

    path: str
    most: int | None = None
    unless: str = ""

    @property
    def title(self) -> str:
        if self.most is None and not self.unless:
            return f"the file {self.path}"
        return f"the state of {self.path} (most {self.most}, unless {self.unless[:12] or 'none'})"

    def script(self) -> str:
        tests = [f'[ "$n" -le {self.most} ]'] if self.most is not None else []
        tests += [f'[ "$s" != {quote(self.unless)} ]'] if self.unless else []
        show = " && ".join((*tests, 'cat "$f"'))
        return f"""\
f={quote(self.path)}
l=0 m="- -" n=0 s=-
if [ -L "$f" ]; then l=$(readlink "$f" | wc -c); fi
if [ -f "$f" ]; then
    k="file"
    n=$(wc -c <"$f") && s=$(sha256sum <"$f") || exit 1
    s=${{s%% *}}
elif [ -d "$f" ]; then
    k="directory"
    # shellcheck disable=SC2012 # only the number of lines counts, and none is none
    n=$(ls -A "$f" | wc -l)
elif [ -e "$f" ]; then
    k="other"
elif [ -L "$f" ]; then
    k="link"
else
    k="absent"
fi
# shellcheck disable=SC2012 # there is no stat, and the name is not looked at
if [ -e "$f" ]; then m=$(ls -lndL "$f" | awk '{{ print substr($1, 1, 10), $3; exit }}'); fi
printf '%s %s %d %s %d\\n' "$k" "$m" "$n" "$s" "$l"
if [ -L "$f" ]; then readlink "$f"; fi
if [ "$k" = file ]; then
    {show}
fi
:"""

    def parse(self, answer: Answer) -> FileState:
        head, _ignored, rest = answer.stdout.partition("\n")
        fields = head.split(" ")
        if answer.status != 0 or len(fields) != 6:
            raise ProbeError(f"the file {self.path}", status=answer.status, stderr=answer.stderr)
        kind = Kind(fields[0])
        mode, owner, size, digest, link = fields[1:]
        length = int(link)
        target = _text(as_bytes(rest)[: length - 1]) if length else None
        shown = kind is Kind.FILE and self._shows(int(size), digest)
        return FileState(
            kind,
            mode=None if mode == "-" else octal_mode(mode),
            digest=digest if kind is Kind.FILE else None,
            size=int(size),
            target=target,
            owner=None if owner in {"-", "0"} else owner,
            content=_text(as_bytes(rest)[length:]) if shown else None,
        )

    def _shows(self, size: int, digest: str) -> bool:
        return (self.most is None or size <= self.most) and digest != self.unless


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def octal_mode(permissions: str) -> str:
    """`-rwxr-xr-x`, as ls prints it, as `0755`."""
    digits = [0, 0, 0, 0]
    for place, start in enumerate((1, 4, 7)):
        read, write, execute = (permissions[start + each] for each in range(3))
        digits[place + 1] = 4 * (read == "r") + 2 * (write == "w") + (execute in "xst")
        digits[0] += (4 >> place) * (execute in "sStT")
    return "".join(map(str, digits))
