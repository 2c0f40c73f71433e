# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one class that talks to routers. One call of `run` is one round trip."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from ..errors import EndlessReplyError
from . import wire


@dataclass(frozen=True)
class ExecResult:
    """How one command ended on the router."""

    status: int
    stdout: str
    stderr: str


Execute = Callable[[str, bytes], ExecResult]
"""Runs a command line with bytes on its standard input, over whatever connection there is."""

MOST = 16 << 20
"""Bytes of a reply; a router has less to say, and less memory."""

Renew = Callable[[], None]
"""Drops what is kept of a connection, so that the next command makes a new one."""


class Router:
    """Sends scripts to `/bin/sh -s`.

    Scripts travel on standard input: dropbear refuses command lines of more than 9,000 bytes,
    and what stands in a command line can be read by everybody in the process table.
    """

    root_only = False
    """With this the first script finds out whether the login is root."""

    def __init__(self, execute: Execute, renew: Renew | None = None) -> None:
        self._execute = execute
        self._renew = renew
        self.round_trips = 0

    def renew(self) -> None:
        """Have the next round trip make a new connection: a kept-alive one proves nothing."""
        if self._renew is not None:
            self._renew()

    def run(
        self,
        sections: Iterable[wire.Section],
        *,
        stop_at_failure: bool = False,
        rescue: wire.Section | None = None,
        exclusive: bool = False,
    ) -> Mapping[str, wire.Answer]:
        """The answers by section name; raises RouterError when the reply is not whole.

        For the options see wire.script.
        """
        mark = f"@{secrets.token_hex(16)}"
        text = wire.script(
            sections,
            mark=mark,
            stop_at_failure=stop_at_failure,
            rescue=rescue,
            exclusive=exclusive,
            root_only=self.root_only and self.round_trips == 0,
        )
        self.round_trips += 1
        result = self._execute("/bin/sh -s", text.encode("utf-8", "surrogateescape"))
        if len(result.stdout) + len(result.stderr) > MOST:
            raise EndlessReplyError(f"more than {MOST >> 20} MB had come")
        return wire.parse(result.stdout, mark=mark, status=result.status, stderr=result.stderr)
