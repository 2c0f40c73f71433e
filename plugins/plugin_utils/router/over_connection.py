# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Running a command over whatever connection the user chose, without it being printed.

A router's reply holds its configuration files, and in these the PIN and passwords. Three ways lead
from there to a screen or a log file, and all are closed while a command runs:

- The ssh connection plugin prints every reply from -vvv on, unless it is told that there is
  something to hide; told so, it hides the reason of a failed login as well. The verbosity of the
  log (ANSIBLE_LOG_VERBOSITY) counts like that of the screen.
- Other connection plugins print replies at some verbosity and cannot be told: what holds a frame
  of our replies or scripts is left out of their messages.
- With ANSIBLE_DEBUG Ansible itself prints each piece that arrives: no such messages.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from ansible.errors import AnsibleConnectionFailure
from ansible.plugins.action import ActionBase
from ansible.plugins.connection import ConnectionBase
from ansible.utils.display import Display

from ..errors import EndlessReplyError
from ..visible import visible
from .bounds import bounded
from .router import ExecResult
from .unreachable import advise

_PRINTS_REPLIES = 3
"""Verbosity from which on connection plugins print what comes back."""

_FRAME = re.compile(r"@[0-9a-f]{32}\b")
"""The mark of one round trip (router.py): every reply and every script holds it."""

_NO_TERMINAL = "-T"
"""Scripts travel on standard input: a terminal would show them, and take bytes for commands."""

_KEEPALIVE = "-o ServerAliveInterval=10 -o ServerAliveCountMax=3"
"""Told nothing, ssh waits for the answer of a router that died until the kernel gives up: hours."""

_display = Display()


class OverConnection:
    """Runs commands by an action plugin's connection; raises AnsibleConnectionFailure."""

    def __init__(self, action: ActionBase) -> None:
        self._action = action
        _prepare(action._connection)  # noqa: SLF001

    def __call__(self, command: str, data: bytes) -> ExecResult:
        try:
            return self._run_hidden(command, data)
        except AnsibleConnectionFailure as error:
            # Of its own kind, by which Ansible tells a refused login from a broken one.
            raise type(error)(visible(advise(error.message))) from None

    def renew(self) -> None:
        """Close what is kept of the connection, where its plugin keeps any."""
        connection = self._action._connection  # noqa: SLF001
        # The base class only warns that it cannot; such connections keep nothing between commands.
        if type(connection).reset is not ConnectionBase.reset:
            connection.reset()

    def connect_once(self, seconds: int) -> None:
        """Have commands try to connect once, and for so long, where the plugin has such options.

        For callers that try again themselves and want to know how each try ended.
        """
        connection = self._action._connection  # noqa: SLF001
        for option, value in (("timeout", seconds), ("reconnection_retries", 0)):
            if connection.has_option(option):
                connection.set_option(option, value)

    def _run_hidden(self, command: str, data: bytes) -> ExecResult:
        try:
            with _without_replies(), self._hidden(), bounded():
                return self._run(command, data)
        except EndlessReplyError:
            # What still comes must have nowhere to go.
            self.renew()
            raise
        except AnsibleConnectionFailure:
            if _prints_replies():
                # Its reason was hidden along with everything else: fail again, and tell it.
                self._run("true", b"")
            raise

    def _run(self, command: str, data: bytes) -> ExecResult:
        # No executable: /bin/sh -s is the command itself, not the argument of a second shell.
        reply: dict[str, Any] = self._action._low_level_execute_command(  # noqa: SLF001
            command, in_data=data, executable=False
        )
        return ExecResult(status=reply["rc"], stdout=reply["stdout"], stderr=reply["stderr"])

    @contextmanager
    def _hidden(self) -> Iterator[None]:
        if not _prints_replies():
            yield
            return
        context = self._action._connection._play_context  # noqa: SLF001
        before = context.no_log
        context.no_log = True
        try:
            yield
        finally:
            context.no_log = before


def _prints_replies() -> bool:
    """True if messages of connection plugins about replies end on the screen or in the log."""
    loudest: int = max(_display.verbosity, _display.log_verbosity)
    return loudest >= _PRINTS_REPLIES


@contextmanager
def _without_replies() -> Iterator[None]:
    """Keep replies and scripts out of what Ansible and its connection plugins print meanwhile."""
    verbose = _display.verbose

    def without_frames(msg: str, *args: Any, **more: Any) -> None:
        if not _FRAME.search(str(msg)):
            verbose(msg, *args, **more)

    with _replaced("verbose", without_frames), _replaced("debug", lambda *_args, **_more: None):
        yield


@contextmanager
def _replaced(method: str, other: Callable[..., None]) -> Iterator[None]:
    """Display is one object for all plugins, so a method of its own counts for all of them."""
    setattr(_display, method, other)
    try:
        yield
    finally:
        delattr(_display, method)


def _prepare(connection: Any) -> None:
    """Have ssh use no terminal, and notice soon that the router is gone.

    For the latter the user may have settings of his own.
    """
    if getattr(connection, "transport", None) != "ssh":
        return
    names = ("ssh_args", "ssh_common_args", "ssh_extra_args")
    given = " ".join(connection.get_option(name) or "" for name in names)
    extra = [connection.get_option("ssh_extra_args") or ""]
    if _NO_TERMINAL not in extra[0].split():
        extra.append(_NO_TERMINAL)
    if "ServerAliveInterval" not in given:
        extra.append(_KEEPALIVE)
    connection.set_option("ssh_extra_args", " ".join(extra).strip())
