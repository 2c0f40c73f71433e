# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""One script at a time, a rescue in the place of what a failure left out, and a new connection."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from support.this_host import this_host

from ansible_collections.fleet.openwrt.plugins.plugin_utils.errors import BusyError
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router import wire
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.router import (
    ExecResult,
    Router,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.wire import Answer, Section

RESCUE = Section("rescue", "echo rescued; exit 4")


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Router:
    return this_host(monkeypatch)


@pytest.fixture
def lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The lock in a folder of the test, and nobody's patience."""
    text = wire._EXCLUSIVE.replace(wire.LOCK.rpartition("/")[0], str(tmp_path / "ram"))
    assert "-gt 30" in text
    monkeypatch.setattr(wire, "_EXCLUSIVE", text.replace("-gt 30", "-gt 0"))
    return tmp_path / "ram/lock"


def test_a_rescue_runs_after_a_failure_and_only_then(host: Router) -> None:
    good, bad = Section("good", "true"), Section("bad", "exit 3")
    assert list(host.run([good], stop_at_failure=True, rescue=RESCUE)) == ["good"]
    answers = host.run([good, bad, Section("never", "true")], stop_at_failure=True, rescue=RESCUE)
    assert list(answers) == ["good", "bad", "rescue"]
    assert answers["rescue"] == Answer(4, "rescued\n", "")


def test_a_rescue_may_bring_files(host: Router) -> None:
    rescue = Section("rescue", 'cat "$T/note"', {"note": "content"})
    answers = host.run([Section("bad", "false")], stop_at_failure=True, rescue=rescue)
    assert answers["rescue"].stdout == "content"


def test_while_somebody_holds_the_lock_nothing_runs(
    host: Router, lock: Path, tmp_path: Path
) -> None:
    lock.parent.mkdir()
    write = Section("write", f"echo ran >>{tmp_path}/trace")
    with subprocess.Popen(["flock", lock, "cat"], stdin=subprocess.PIPE) as holder:
        while subprocess.run(["flock", "-n", lock, "true"], check=False).returncode == 0:
            assert holder.poll() is None
        with pytest.raises(BusyError, match="Nothing was changed"):
            host.run([write], exclusive=True)
        host.run([Section("read", "true")])
    assert not (tmp_path / "trace").exists()
    host.run([write], exclusive=True)
    assert (tmp_path / "trace").read_text() == "ran\n"


def test_the_lock_is_held_while_sections_run_and_not_by_them(host: Router, lock: Path) -> None:
    look = f"flock -n {lock} true; echo $?; [ ! -e /proc/self/fd/9 ] && echo closed"
    stays = "sleep 5 </dev/null >/dev/null 2>&1 &"
    answers = host.run([Section("look", look), Section("stay", stays)], exclusive=True)
    assert answers["look"].stdout == "1\nclosed\n"
    host.run([Section("next", "true")], exclusive=True)


def test_the_lock_is_private(host: Router, lock: Path) -> None:
    host.run([Section("any", "true")], exclusive=True)
    assert (lock.stat().st_mode & 0o777, lock.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_renewing_drops_the_connection_where_there_is_one() -> None:
    dropped: list[str] = []
    nothing = ExecResult(0, "", "")
    Router(lambda _command, _data: nothing).renew()
    Router(lambda _command, _data: nothing, lambda: dropped.append("old")).renew()
    assert dropped == ["old"]
