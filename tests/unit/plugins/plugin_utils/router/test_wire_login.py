# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A login that is not root: found out once, and said in one way whatever the task."""

from __future__ import annotations

import subprocess

import pytest

from ansible_collections.fleet.openwrt.plugins.plugin_utils.errors import (
    NoBecomeError,
    NotRootError,
    RouterError,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router import wire
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.router import (
    ExecResult,
    Router,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.wire import Section

MARK = "@mark"


def as_login(uid: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The reply to a script whose sections would tell that they ran."""
    monkeypatch.setattr(wire, "_OPENWRT_ONLY", "")
    names = f"id() {{ case $1 in -u) echo {uid} ;; *) echo admin ;; esac; }}\n"
    text = wire.script([Section("work", "echo ran")], mark=MARK, root_only=True)
    done = subprocess.run(
        ["busybox", "ash", "-s"], input=names + text, capture_output=True, text=True, check=False
    )
    return done.stdout


def test_another_login_than_root_runs_no_section(monkeypatch: pytest.MonkeyPatch) -> None:
    reply = as_login("1000", monkeypatch)
    assert "ran" not in reply
    with pytest.raises(NotRootError, match=r"login is admin, and root is needed.*become: true"):
        wire.parse(reply, mark=MARK)


def test_root_runs_all(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = wire.parse(as_login("0", monkeypatch), mark=MARK)
    assert answers["work"].stdout == "ran\n"


@pytest.mark.parametrize(
    ("path", "seen"),
    [
        ("/usr/bin:/bin", "/usr/sbin:/usr/bin:/sbin:/bin:/usr/bin:/bin"),
        ("/own:/usr/sbin:/usr/bin", "/own:/usr/sbin:/usr/bin"),
    ],
)
def test_a_login_that_became_root_finds_the_programs_of_root(
    monkeypatch: pytest.MonkeyPatch, path: str, seen: str
) -> None:
    here = wire._OPENWRT_ONLY.replace("/etc/openwrt_release", "/")
    monkeypatch.setattr(wire, "_OPENWRT_ONLY", here)
    text = wire.script([Section("path", 'echo "$PATH"')], mark=MARK)
    done = subprocess.run(
        ["/bin/sh", "-c", f"PATH={path}\n{text}"], capture_output=True, text=True, check=False
    )
    assert wire.parse(done.stdout, mark=MARK)["path"].stdout == f"{seen}\n"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("/bin/sh: sudo: not found", "sudo is not on the router"),
        ("ash: doas: not found", "doas is not on the router"),
        ("bash: line 1: su: command not found", "su is not on the router"),
        ("sudo: a password is required", "did not let the login become root"),
        ("admin is not in the sudoers file.", "did not let the login become root"),
        ("sudo: admin is not allowed to execute /bin/sh as root", "ansible_become_password"),
    ],
)
def test_become_that_fails_is_told_from_a_login_without_a_shell(said: str, words: str) -> None:
    with pytest.raises(NoBecomeError, match=words) as caught:
        wire.parse("", mark=MARK, status=127, stderr=f"{said}\n")
    assert "login shell" not in str(caught.value)


def test_the_login_is_asked_for_by_the_first_script_of_a_task_alone() -> None:
    scripts: list[str] = []

    def execute(_command: str, data: bytes) -> ExecResult:
        scripts.append(data.decode())
        return ExecResult(1, "", "")

    router = Router(execute)
    router.root_only = True
    for _ignored in range(2):
        with pytest.raises(RouterError):
            router.run([Section("a", "true")])
    assert ["id -u" in text for text in scripts] == [True, False]
