# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading one UCI package as it stands in /etc/config, and who else is about to change it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..engine.probe import Probe
from ..errors import ProbeError, RouterError
from ..router.wire import Answer
from ..shell import quote
from .model import Package
from .parser import UciParseError, parse

_ABSENT = 44
_PENDING = "@pending\n"


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
    their values, which may be secret.
    """

    name: str
    text: str | None
    package: Package | None
    pending: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        return f"/etc/config/{self.name}"


@dataclass(frozen=True)
class UciProbe(Probe[UciFile]):
    """The committed file, not `uci export`: that would mix in what others have staged."""

    package: str

    @property
    def title(self) -> str:
        return f"the UCI package {self.package}"

    def script(self) -> str:
        name = quote(self.package)
        return (
            f"[ -f /etc/config/{name} ] || exit {_ABSENT}\n"
            f"if [ -s /tmp/.uci/{name} ]; then uci -q changes {name}; fi\n"
            f"printf {quote(_PENDING)}\n"
            f"cat /etc/config/{name}"
        )

    def parse(self, answer: Answer) -> UciFile:
        """Raises BrokenPackageError when the file is no UCI, as the router's own uci says."""
        if answer.status == _ABSENT:
            return UciFile(name=self.package, text=None, package=None)
        if answer.status != 0:
            raise ProbeError(self.title, status=answer.status, stderr=answer.stderr)
        changes, _marker, text = answer.stdout.partition(_PENDING)
        try:
            package = parse(text, package=self.package)
        except UciParseError as error:
            raise BrokenPackageError(error) from error
        return UciFile(
            name=self.package,
            text=text,
            package=package,
            pending=_names(changes, self.package),
        )


def _names(changes: str, package: str) -> tuple[str, ...]:
    """The options named by `uci changes`, whose values may span lines."""
    found = re.findall(rf"^-?({re.escape(package)}\.[^=\s]+?)(?:[+-]?=|$)", changes, re.MULTILINE)
    return tuple(dict.fromkeys(found))
