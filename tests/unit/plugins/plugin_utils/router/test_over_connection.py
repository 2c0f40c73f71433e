# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Replies are hidden from verbose output, and the reasons of failed logins are not."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from ansible import constants
from ansible.errors import AnsibleConnectionFailure
from ansible.utils.display import Display

from ansible_collections.fleet.openwrt.plugins.plugin_utils.router import over_connection
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.over_connection import (
    OverConnection,
)


class Action:
    """Notes whether each command ran hidden; fails as the ssh plugin does when there is no host."""

    def __init__(self, *, reachable: bool) -> None:
        self.reachable = reachable
        self._connection = SimpleNamespace(_play_context=SimpleNamespace(no_log=False))
        self.ran: list[tuple[str, bool]] = []

    def _low_level_execute_command(self, command: str, **_more: Any) -> dict[str, Any]:
        hidden = self._connection._play_context.no_log
        self.ran.append((command, hidden))
        if not self.reachable:
            raise AnsibleConnectionFailure("censored" if hidden else "\x1b[2JPermission denied")
        return {"rc": 0, "stdout": "out", "stderr": ""}


@pytest.mark.parametrize(
    ("verbosity", "of_log", "hidden"),
    [(0, 0, False), (2, 2, False), (3, 3, True), (6, 0, True), (0, 4, True), (1, 3, True)],
)
def test_a_reply_is_hidden_where_it_would_be_printed(
    monkeypatch: pytest.MonkeyPatch, verbosity: int, of_log: int, hidden: bool
) -> None:
    monkeypatch.setattr(over_connection._display, "verbosity", verbosity)
    monkeypatch.setattr(over_connection._display, "log_verbosity", of_log)
    action = Action(reachable=True)
    assert OverConnection(action)("/bin/sh -s", b"").stdout == "out"
    assert action.ran == [("/bin/sh -s", hidden)]
    assert action._connection._play_context.no_log is False


@pytest.mark.parametrize("verbosity", [0, 3])
def test_the_reason_of_a_failed_login_is_told(
    monkeypatch: pytest.MonkeyPatch, verbosity: int
) -> None:
    monkeypatch.setattr(over_connection._display, "verbosity", verbosity)
    action = Action(reachable=False)
    with pytest.raises(AnsibleConnectionFailure, match=r"^\\x1b\[2JPermission denied"):
        OverConnection(action)("/bin/sh -s", b"")
    assert action._connection._play_context.no_log is False


REPLY = f"\n@{'0a' * 16} begin x\noption key 'hunter2'\n"


class Talkative(Action):
    """A connection plugin that prints all it gets, as some do, and Ansible with ANSIBLE_DEBUG."""

    def _low_level_execute_command(self, command: str, **more: Any) -> dict[str, Any]:
        display = Display()
        display.vvv(f"EXEC {command}")
        display.vvvvv(f"STDOUT {REPLY!r}")
        display.vvv(str((0, REPLY.encode(), b"")))
        display.debug("chunk: option key 'hunter2'")
        return super()._low_level_execute_command(command, **more)


def test_no_connection_plugin_prints_a_reply(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    display = Display()
    monkeypatch.setattr(display, "verbosity", 6)
    monkeypatch.setattr(constants, "DEFAULT_DEBUG", True)
    monkeypatch.setattr(display, "display", lambda msg, **_more: shown.append(msg))
    action = Talkative(reachable=True)
    OverConnection(action)("/bin/sh -s", b"")
    assert [text for text in shown if "hunter2" in text] == []
    assert any("EXEC /bin/sh -s" in text for text in shown)
    action._low_level_execute_command("true")
    assert any("hunter2" in text for text in shown), "afterwards messages pass again"


class Ssh:
    """What the ssh connection plugin tells of its options."""

    transport = "ssh"

    def __init__(self, **options: str) -> None:
        self.options: dict[str, Any] = {"ssh_args": "-C", "ssh_extra_args": None, **options}

    def has_option(self, name: str) -> bool:
        return name in self.options

    def get_option(self, name: str) -> Any:
        return self.options.get(name)

    def set_option(self, name: str, value: Any) -> None:
        self.options[name] = value


@pytest.mark.parametrize(
    ("options", "extra"),
    [
        ({}, "-T -o ServerAliveInterval=10 -o ServerAliveCountMax=3"),
        (
            {"ssh_extra_args": "-4 -tt"},
            "-4 -tt -T -o ServerAliveInterval=10 -o ServerAliveCountMax=3",
        ),
        ({"ssh_common_args": "-o ServerAliveInterval=5"}, "-T"),
    ],
)
def test_no_terminal_and_a_router_that_dies_is_noticed_unless_the_user_says_otherwise(
    options: dict[str, str], extra: str | None
) -> None:
    connection = Ssh(**options)
    for _again in range(2):
        OverConnection(SimpleNamespace(_connection=connection))
    assert connection.options["ssh_extra_args"] == extra


def test_one_try_to_connect_where_the_plugin_can() -> None:
    ssh = Ssh(timeout="30", reconnection_retries="2")
    OverConnection(SimpleNamespace(_connection=ssh)).connect_once(7)
    assert (ssh.options["timeout"], ssh.options["reconnection_retries"]) == (7, 0)
    other = Ssh()
    OverConnection(SimpleNamespace(_connection=other)).connect_once(7)
    assert "timeout" not in other.options
