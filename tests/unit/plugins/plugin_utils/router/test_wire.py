# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The wire: what a script says comes back whole and exact, or it is an error."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.fleet.openwrt.plugins.plugin_utils.errors import (
    NoRoomError,
    NoShellError,
    NotOpenWrtError,
    ReplyCutError,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router import wire
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.wire import Answer, Section
from ansible_collections.fleet.openwrt.plugins.plugin_utils.shell import quote

MARK = "@mark"


@pytest.fixture(autouse=True)
def _at_home_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests run on a host that is no OpenWrt."""
    monkeypatch.setattr(wire, "_OPENWRT_ONLY", "")
    monkeypatch.setattr(wire, "_STAGE", wire._STAGE.replace("/etc/openwrt_release", "/"))


def run(sections: list[Section], *, stop_at_failure: bool = False) -> str:
    text = wire.script(sections, mark=MARK, stop_at_failure=stop_at_failure)
    return sh(text)


def sh(text: str) -> str:
    done = subprocess.run(
        ["/bin/sh", "-s"],
        input=text.encode("utf-8", "surrogateescape"),
        capture_output=True,
        check=False,
    )
    return done.stdout.decode("utf-8", "surrogateescape")


def test_every_section_has_its_own_status_output_and_errors() -> None:
    reply = run(
        [
            Section("good", "echo out; echo err >&2"),
            Section("bad", "exit 3"),
            Section("last", "printf 'no newline'"),
        ]
    )
    assert wire.parse(reply, mark=MARK) == {
        "good": Answer(0, "out\n", "err\n"),
        "bad": Answer(3, "", ""),
        "last": Answer(0, "no newline", ""),
    }


def test_a_section_cannot_disturb_the_next_one() -> None:
    reply = run(
        [Section("one", "cd /; x=1; cat; exit 7"), Section("two", 'echo "${x-unset}"; cat')]
    )
    assert wire.parse(reply, mark=MARK)["two"] == Answer(0, "unset\n", "")


@pytest.mark.parametrize("name", ["two\nlines", "\n", "", "ends with \\", "ä", "caf\udce9", "a 0"])
def test_a_section_may_have_any_name(name: str) -> None:
    assert wire.parse(run([Section(name, "echo x")]), mark=MARK) == {name: Answer(0, "x\n", "")}


def test_a_full_folder_for_scripts_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "_FOLDER", wire._FOLDER.replace("/tmp/fleet", "/dev/full/fleet"))
    done = run([Section("one", "echo ran")])
    with pytest.raises(NoRoomError, match=r"is full: mktemp says so.*Filesystem"):
        wire.parse(done, mark=MARK, stderr="mktemp says so")


def test_after_a_failure_nothing_runs_when_asked_to_stop() -> None:
    reply = run(
        [Section("one", "true"), Section("two", "exit 9"), Section("three", "echo ran")],
        stop_at_failure=True,
    )
    answers = wire.parse(reply, mark=MARK)
    assert list(answers) == ["one", "two"]
    assert answers["two"].status == 9


def test_the_private_folder_is_private_and_gone_afterwards() -> None:
    reply = run([Section("look", 'ls -ld "$T" | cut -c1-10; echo "$T"')])
    permissions, folder = wire.parse(reply, mark=MARK)["look"].stdout.split()
    assert permissions == "drwx------"
    assert sh(f"[ -e {quote(folder)} ] && echo left") == ""


@given(st.text(alphabet=st.characters(exclude_characters="\0", codec="utf-8"), max_size=400))
def test_any_text_survives_quoting_and_the_reply(text: str) -> None:
    reply = run([Section("echo", f"printf '%s' {quote(text)}")])
    assert wire.parse(reply, mark=MARK)["echo"].stdout == text


def test_bytes_that_are_no_utf8_survive() -> None:
    text = b"caf\xe9 \xff".decode("utf-8", "surrogateescape")
    reply = run([Section("echo", f"printf '%s' {quote(text)}")])
    assert wire.parse(reply, mark=MARK)["echo"].stdout == text


def test_a_script_that_arrives_cut_off_runs_nothing() -> None:
    text = wire.script([Section("one", "echo ran-one"), Section("two", "echo two")], mark=MARK)
    for length in range(len(text) - len("fleet_main </dev/null\n")):
        assert "ran-one" not in sh(text[:length])


@pytest.mark.parametrize("size", [0, 1, 4095, 4096, 4097, 20000])
def test_every_byte_value_is_staged(size: int) -> None:
    content = (bytes(range(256)) * 80)[:size].decode("utf-8", "surrogateescape")
    (answer,) = wire.parse(
        run([Section("read", 'cat "$T"/new.x', stage={"new.x": content})]), mark=MARK
    ).values()
    assert answer == Answer(0, content, "")


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=3))
def test_any_bytes_are_staged(contents: list[bytes]) -> None:
    staged = {str(n): each.decode("utf-8", "surrogateescape") for n, each in enumerate(contents)}
    reply = run([Section(n, f'cat "$T"/{n}', stage={n: text}) for n, text in staged.items()])
    assert {name: answer.stdout for name, answer in wire.parse(reply, mark=MARK).items()} == staged


def test_staged_content_that_arrives_cut_off_leaves_nothing_behind(tmp_path: Path) -> None:
    text = wire.script(
        [Section("one", "echo ran-one", stage={"x": "content 'quoted'\n"})], mark=MARK
    ).replace("/tmp/", f"{tmp_path}/")
    for length in range(text.index("fleet_put x"), len(text) - len("fleet_main </dev/null\n")):
        assert "ran-one" not in sh(text[:length])
        assert not list(tmp_path.iterdir())


def test_a_host_that_is_no_openwrt_is_staged_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    text = wire.script([Section("one", "true", stage={"x": "content"})], mark=MARK)
    traced = subprocess.run(
        ["/bin/sh", "-xs"], input=text, text=True, capture_output=True, check=False
    ).stderr
    assert "fleet_put" in traced
    assert "mktemp" not in traced
    assert "printf %b" not in traced


WHOLE = (
    f"Welcome!\n\n{MARK} begin a\nout\n{MARK} stderr a\n\n{MARK} end a 0\n"
    f"\n{MARK} begin b c\n\n{MARK} stderr b c\nerr\n\n{MARK} end b c 5\n\n{MARK} done\n"
)


def test_a_banner_before_the_reply_is_ignored_and_names_may_have_blanks() -> None:
    assert wire.parse(WHOLE, mark=MARK) == {
        "a": Answer(0, "out", ""),
        "b c": Answer(5, "", "err\n"),
    }


@pytest.mark.parametrize("lost", range(1, len(WHOLE) - len("Welcome!\n\n@mark begin a\n")))
def test_a_reply_that_is_cut_anywhere_is_an_error(lost: int) -> None:
    with pytest.raises(ReplyCutError, match="cut off"):
        wire.parse(WHOLE[:-lost], mark=MARK)


def test_the_error_of_a_cut_reply_names_the_last_whole_section() -> None:
    with pytest.raises(ReplyCutError, match="'a'") as caught:
        wire.parse(WHOLE[: WHOLE.index("\nerr\n")], mark=MARK, status=255)
    assert caught.value.last_section == "a"
    assert "255" in str(caught.value)


def test_a_login_that_runs_no_shell_is_told_apart() -> None:
    with pytest.raises(NoShellError, match="router login") as caught:
        wire.parse("router login:", mark=MARK, status=1)
    assert "ansible_user" in str(caught.value)


def test_another_system_than_openwrt_is_refused_by_name() -> None:
    reply = f'\n{MARK} alien\nLinux x\nNAME="D"\nPRETTY_NAME="Debian GNU/Linux 12"\n\n{MARK} done\n'
    with pytest.raises(NotOpenWrtError, match="Debian GNU/Linux 12"):
        wire.parse(reply, mark=MARK)


def test_a_host_without_openwrt_release_runs_no_section(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    with pytest.raises(NotOpenWrtError):
        wire.parse(run([Section("one", "echo ran")]), mark=MARK)


def test_the_error_of_a_cut_reply_shows_nothing_of_a_configuration_file() -> None:
    reply = f"\n{MARK} begin network\noption password 'hunter2'"
    with pytest.raises(ReplyCutError, match="Connection reset") as caught:
        wire.parse(reply, mark=MARK, status=255, stderr="Connection reset by peer\n")
    assert "hunter2" not in str(caught.value)
