# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A boot is told from no boot, in a real shell on this machine, which is not rebooted."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from support.rendered import assert_clean_shell
from support.this_host import this_host

from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.reboot import Reboot
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.router import Router
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.wire import Answer


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Router:
    return this_host(monkeypatch)


def look(host: Router, reboot: Reboot) -> bool:
    return reboot.is_over(host.run(reboot.question()))


def take_note(host: Router, reboot: Reboot) -> Mapping[str, Answer]:
    note, ask = reboot.request("msg")
    assert "reboot" in ask.body
    assert "reboot" not in note.body.replace(reboot.note, "")
    return host.run([note])


def test_the_boot_in_which_the_note_was_taken(host: Router, tmp_path: Path) -> None:
    reboot = Reboot(str(tmp_path / "it's a note"))
    assert all(answer.status == 0 for answer in take_note(host, reboot).values())
    boot, start = Path(reboot.note).read_text().split()
    assert len(boot) == 36
    assert int(start) >= 0
    assert not look(host, reboot)
    assert "has not gone down" in reboot.seen
    assert Path(reboot.note).exists()


def test_a_note_that_is_gone(host: Router, tmp_path: Path) -> None:
    reboot = Reboot(str(tmp_path / "note"))
    take_note(host, reboot)
    Path(reboot.note).unlink()
    assert look(host, reboot)


@pytest.mark.parametrize("part", [0, 1])
def test_a_note_of_another_boot_is_no_use_any_more(host: Router, tmp_path: Path, part: int) -> None:
    reboot = Reboot(str(tmp_path / "note"))
    take_note(host, reboot)
    lines = Path(reboot.note).read_text().split()
    lines[part] = "7"
    Path(reboot.note).write_text("\n".join(lines) + "\n")
    assert look(host, reboot)
    assert not Path(reboot.note).exists()


def test_without_a_note_there_is_no_reboot(host: Router, tmp_path: Path) -> None:
    reboot = Reboot(str(tmp_path / "no such folder" / "note"))
    assert [answer.status == 0 for answer in take_note(host, reboot).values()] == [False]


def test_the_users_test_decides(host: Router, tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    reboot = Reboot(str(tmp_path / "note"), test=f"echo not yet >&2; [ -e '{ready}' ]")
    assert not look(host, reboot)
    assert "status 1: not yet" in reboot.seen
    ready.touch()
    assert look(host, reboot)


def test_the_shell_is_clean() -> None:
    reboot = Reboot("/tmp/note", test="true")
    bodies = {each.name: each.body for each in (*reboot.request("it's time"), *reboot.question())}
    assert_clean_shell(bodies)
