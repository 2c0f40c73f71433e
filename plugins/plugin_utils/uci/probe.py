# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading one UCI package as it stands in /etc/config, and who else is about to change it."""

from __future__ import annotations

from dataclasses import dataclass

from ..engine.probe import Probe
from ..errors import PlanError, ProbeError, RouterError
from ..files.state import as_bytes
from ..router.wire import Answer
from ..shell import quote
from .carry import with_comments_of
from .model import Package
from .parser import UciParseError, parse
from .pending import Pending, staged_names

_ABSENT = 44
_PENDING = "@pending\n"
_OVERRIDE = "@override\n"


class BrokenPackageError(RouterError):
    """A file of /etc/config that the router's own uci cannot read either."""

    def __init__(self, error: UciParseError) -> None:
        self.error = error
        path = f"/etc/config/{error.package}"
        super().__init__(
            f"{path} on the router is no valid UCI: {error.problem} at line {error.line}, byte "
            f"{error.byte}. `sed -n {max(error.line, 1)}p {path}` shows the line and "
            f"`uci show {error.package}` whether it is mended. Nothing was changed."
        )

    def facts(self) -> dict[str, object]:
        return self.error.facts()


@dataclass(frozen=True)
class UciFile:
    """`package` and `text` are None when /etc/config has no such file.

    `pending` names the options that somebody has staged in /tmp/.uci and not committed, without
    their values, which may be secret; it is empty only when nothing is staged. `delta` is that
    file, byte for byte, and `effective` the package as the router's uci shows it with the staged
    changes: None when nothing is staged, or when uci cannot show it. `overridden`: uci reads
    /var/run/uci/PACKAGE in the place of this file.
    """

    name: str
    text: str | None
    package: Package | None
    pending: tuple[str, ...] = ()
    delta: str = ""
    effective: Package | None = None
    overridden: bool = False

    @property
    def override(self) -> str:
        """The file that uci of 23.05 and later prefers to the one in /etc/config."""
        return f"/var/run/uci/{self.name}"

    @property
    def path(self) -> str:
        return f"/etc/config/{self.name}"

    @property
    def delta_path(self) -> str:
        return f"/tmp/.uci/{self.name}"

    @property
    def committed(self) -> Package:
        """An empty package when there is no such file."""
        return self.package or Package(self.name)

    def base(self, pending: Pending) -> Package:
        """What planning starts from.

        Raises PlanError when staged changes shall be included and uci cannot apply them.
        """
        if not self.pending or pending is not Pending.INCLUDE:
            return self.committed
        if self.effective is None:
            raise PlanError(
                f"The uncommitted changes of the UCI package {self.name} cannot be included: "
                f"`uci export {self.name}` on the router does not show a package with them.",
                hint=f"Is {self.path} missing? Drop them with pending=discard or with "
                f"`uci revert {self.name}` on the router.",
            )
        return with_comments_of(self.effective, self.committed)


@dataclass(frozen=True)
class UciProbe(Probe[UciFile]):
    """The committed file and, only when something is staged, what is staged and what comes of it.

    With staged changes the answer begins with the sizes in bytes of the delta and of the export,
    and with these two.
    """

    package: str

    @property
    def title(self) -> str:
        return f"the UCI package {self.package}"

    def script(self) -> str:
        name = quote(self.package)
        return f"""\
if [ -f /var/run/uci/{name} ] && uci 2>&1 | grep -q '/var/run/uci'; then
    printf {quote(_OVERRIDE)}
fi
if [ -s /tmp/.uci/{name} ]; then
    cat /tmp/.uci/{name} >"$T/delta" || exit 1
    uci -q export {name} >"$T/export" || : >"$T/export"
    echo "$(wc -c <"$T/delta") $(wc -c <"$T/export")"
    cat "$T/delta" "$T/export"
fi
[ -f /etc/config/{name} ] || exit {_ABSENT}
printf {quote(_PENDING)}
cat /etc/config/{name}"""

    def parse(self, answer: Answer) -> UciFile:
        """Raises BrokenPackageError when the file is no UCI, as the router's own uci says."""
        if answer.status not in (0, _ABSENT):
            raise ProbeError(self.title, status=answer.status, stderr=answer.stderr)
        delta, exported, rest = _parts(answer.stdout.removeprefix(_OVERRIDE))
        text = None if answer.status == _ABSENT else rest.removeprefix(_PENDING)
        try:
            package = None if text is None else parse(text, package=self.package)
        except UciParseError as error:
            raise BrokenPackageError(error) from error
        return UciFile(
            name=self.package,
            text=text,
            package=package,
            pending=_named(delta, self.package),
            delta=delta,
            effective=self._effective(exported),
            overridden=answer.stdout.startswith(_OVERRIDE),
        )

    def _effective(self, exported: str) -> Package | None:
        """None for no export, and for one that nothing can read: uci takes types that break it."""
        try:
            return parse(exported, package=self.package) if exported else None
        except UciParseError:
            return None


def _parts(stdout: str) -> tuple[str, str, str]:
    """The delta, the export and the rest; both are empty when nothing is staged."""
    if not stdout or stdout.startswith(_PENDING):
        return "", "", stdout
    sizes, _newline, rest = stdout.partition("\n")
    delta, export = map(int, sizes.split())
    data = as_bytes(rest)
    ends = (slice(delta), slice(delta, delta + export), slice(delta + export, None))
    first, second, last = (data[each].decode("utf-8", "surrogateescape") for each in ends)
    return first, second, last


def _named(delta: str, package: str) -> tuple[str, ...]:
    return staged_names(delta, package) or ((f"{package} (unreadable)",) if delta else ())
