# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files read and written by a real shell: every byte, every kind, nothing half done."""

from __future__ import annotations

import os
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.rendered import assert_clean_shell, bodies_of
from support.this_host import ask, carry_out, this_host

from ansible_collections.fleet.openwrt.plugins.plugin_utils.errors import ProbeError, StepError
from ansible_collections.fleet.openwrt.plugins.plugin_utils.files.probe import FileProbe, octal_mode
from ansible_collections.fleet.openwrt.plugins.plugin_utils.files.state import (
    ABSENT,
    FileState,
    Kind,
    plain_file,
    sha256,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.files.write import FileEdit, write_file
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.router import Router
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.wire import Answer

TEXT = "line\n\ttab 'quote' $(x) `y` \\\n# EOF\nno end"
EVERY_BYTE = (bytes(range(256)) * 2).decode("utf-8", "surrogateescape")
NAMES = ["plain", "it's", "-rf", "$(touch x)", "a b", "naïve", "--help"]


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Router:
    return this_host(monkeypatch)


def state_of(host: Router, path: Path) -> FileState:
    """As root's: whoever runs the tests owns what they make."""
    return replace(ask(host, FileProbe(str(path))), owner=None)


def put(host: Router, path: Path, before: FileState, after: FileState, **more: Any) -> None:
    carry_out(host, write_file(FileEdit(str(path), before, after, **more)))


@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_made_changed_and_removed(host: Router, tmp_path: Path, name: str) -> None:
    path = tmp_path / "new folder" / name
    made, changed = plain_file(TEXT, "0640"), plain_file(EVERY_BYTE, "0755")
    other_mode = plain_file(EVERY_BYTE, "0600")
    for before, after in (
        (ABSENT, made), (made, changed), (changed, other_mode), (other_mode, ABSENT),
    ):  # fmt: skip
        assert state_of(host, path) == before
        put(host, path, before, after)
        assert state_of(host, path).content == after.content
    assert state_of(host, path) == ABSENT
    assert list(path.parent.iterdir()) == []
    assert path.parent.stat().st_mode & 0o777 == 0o755


@settings(max_examples=40)
@given(st.binary(max_size=9000))
def test_any_bytes_arrive_and_come_back(data: bytes) -> None:
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        host, path = this_host(patch), Path(folder, "x")
        put(host, path, ABSENT, plain_file(data.decode("utf-8", "surrogateescape"), "0644"))
        assert path.read_bytes() == data
        assert state_of(host, path).content == data.decode("utf-8", "surrogateescape")


@pytest.mark.parametrize(
    ("probe", "content"),
    [
        ({"most": 4}, None),
        ({"most": 5}, "five\n"),
        ({"unless": sha256("five\n")}, None),
        ({"unless": sha256("other")}, "five\n"),
        ({"most": 0, "unless": sha256("other")}, None),
    ],
)
def test_content_is_read_only_where_it_is_wanted(
    host: Router, tmp_path: Path, probe: dict[str, Any], content: str | None
) -> None:
    (tmp_path / "x").write_text("five\n")
    (tmp_path / "x").chmod(0o644)
    state = ask(host, FileProbe(str(tmp_path / "x"), **probe))
    assert replace(state, owner=None) == plain_file("five\n", "0644")
    assert state.content == content


def test_kinds_are_told_apart(host: Router, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir(mode=0o750)
    (folder / ".hidden").touch()
    os.mkfifo(tmp_path / "pipe", 0o600)
    (tmp_path / "to folder").symlink_to("folder")
    (tmp_path / "nowhere").symlink_to("no\nsuch 'ü'")
    assert state_of(host, folder) == FileState(Kind.DIRECTORY, mode="0750", size=1)
    assert state_of(host, tmp_path / "pipe") == FileState(Kind.OTHER, mode="0600")
    assert state_of(host, tmp_path / "to folder") == FileState(
        Kind.DIRECTORY, mode="0750", size=1, target="folder"
    )
    assert state_of(host, tmp_path / "nowhere") == FileState(Kind.LINK, target="no\nsuch 'ü'")


def test_a_link_to_a_file_is_followed(host: Router, tmp_path: Path) -> None:
    (tmp_path / "real").write_text("a")
    (tmp_path / "link").symlink_to("real")
    before = state_of(host, tmp_path / "link")
    put(host, tmp_path / "link", before, plain_file("b", before.mode))
    assert (tmp_path / "link").readlink() == Path("real")
    assert (tmp_path / "real").read_text() == "b"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("target", ["../a", "-f", "x\ny", "$(id)"])
def test_a_link_is_made_turned_and_removed(
    host: Router, tmp_path: Path, name: str, target: str
) -> None:
    (tmp_path / "folder").mkdir()
    path = tmp_path / "sub" / name
    put(host, path, ABSENT, FileState(Kind.LINK, target=str(tmp_path / "folder")))
    put(host, path, state_of(host, path), FileState(Kind.LINK, target=target))
    assert os.readlink(path) == target
    put(host, path, state_of(host, path), ABSENT)
    assert not path.is_symlink()
    assert list((tmp_path / "folder").iterdir()) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_directory_is_made_and_removed(host: Router, tmp_path: Path, name: str) -> None:
    path = tmp_path / "a" / name
    put(host, path, ABSENT, FileState(Kind.DIRECTORY, mode="0700"))
    assert [oct(each.stat().st_mode)[-3:] for each in (path, path.parent)] == ["700", "755"]
    put(host, path, state_of(host, path), FileState(Kind.DIRECTORY, mode="0711"))
    assert state_of(host, path).mode == "0711"
    (path / "x").touch()
    with pytest.raises(StepError, match=r"(?i)not empty"):
        put(host, path, state_of(host, path), ABSENT)
    put(host, path, state_of(host, path), ABSENT, recursive=True)
    assert not path.exists()


@pytest.mark.parametrize("found", [None, "changed meanwhile\n"])
def test_a_file_that_changed_since_it_was_read_is_left_alone(
    host: Router, tmp_path: Path, found: str | None
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    if found is not None:
        second.write_text(found)
    before = plain_file("as it was read\n", "0644")
    steps = [
        write_file(FileEdit(str(first), ABSENT, plain_file("x", "0644"))),
        write_file(FileEdit(str(second), before, plain_file("y", "0644"))),
    ]
    with pytest.raises(StepError, match=r"second has changed since it was read.*Nothing was chang"):
        carry_out(host, *steps)
    assert not first.exists()
    assert (second.read_text() if second.exists() else None) == found


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (ABSENT, plain_file("x", "0644")),
        (ABSENT, FileState(Kind.DIRECTORY, mode="0755")),
        (ABSENT, FileState(Kind.LINK, target="x")),
        (FileState(Kind.LINK, target="other"), FileState(Kind.LINK, target="x")),
        (FileState(Kind.DIRECTORY, mode="0755"), ABSENT),
        (plain_file("other", "0644"), ABSENT),
        (plain_file("other", "0644"), plain_file("other", "0600")),
    ],
)
def test_whatever_was_read_must_still_be_there(
    host: Router, tmp_path: Path, before: FileState, after: FileState
) -> None:
    path = tmp_path / "x"
    path.write_text("somebody else's")
    with pytest.raises(StepError, match="has changed since it was read"):
        put(host, path, before, after)
    assert path.read_text() == "somebody else's"


@pytest.mark.parametrize(
    "after",
    [plain_file("x", "0644"), FileState(Kind.DIRECTORY, "0755"), FileState(Kind.LINK, target="x")],
)
def test_nothing_is_made_below_a_file(host: Router, tmp_path: Path, after: FileState) -> None:
    (tmp_path / "a").write_text("a file")
    steps = [
        write_file(FileEdit(str(tmp_path / "first"), ABSENT, plain_file("x", "0644"))),
        write_file(FileEdit(str(tmp_path / "a/new/it's"), ABSENT, after)),
    ]
    with pytest.raises(StepError, match=r"/a is no folder.*Nothing was changed"):
        carry_out(host, *steps)
    assert [each.name for each in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize("check", ["sh -n", "sh -n 'unbalanced", "false #"])
def test_content_that_its_check_refuses_is_not_written(
    host: Router, tmp_path: Path, check: str
) -> None:
    path = tmp_path / "rc.local"
    with pytest.raises(StepError, match="exit status 68"):
        put(host, path, ABSENT, plain_file("if\n", "0644"), checks=(check,))
    assert not path.exists()


def test_a_check_sees_the_new_content_and_a_secret_one_says_nothing_of_it(
    host: Router, tmp_path: Path
) -> None:
    path = tmp_path / "x"
    check = "grep -q hunter2"
    put(host, path, ABSENT, plain_file("hunter2\n", "0600"), checks=(check,))
    secret = plain_file("hunter3\n", "0600")
    with pytest.raises(StepError) as caught:
        put(host, path, state_of(host, path), secret, checks=("cat; false",), secret=True)
    assert "refuses the new content" in str(caught.value)
    assert "hunter3" not in str(caught.value)


def test_content_that_did_not_arrive_whole_is_not_written(host: Router, tmp_path: Path) -> None:
    step = write_file(FileEdit(str(tmp_path / "x"), ABSENT, plain_file("whole\n", "0644")))
    ((name, _),) = step.stage.items()
    cut = type(step)(title=step.title, apply=step.apply, prepare=step.prepare, stage={name: "who"})
    with pytest.raises(StepError, match="did not arrive whole"):
        carry_out(host, cut)
    assert not (tmp_path / "x").exists()


def test_an_answer_that_is_none_is_an_error() -> None:
    with pytest.raises(ProbeError, match="the file /etc/x"):
        FileProbe("/etc/x").parse(Answer(1, "", "sh: sha256sum: not found"))


def test_the_shell_is_clean() -> None:
    file, folder = plain_file("x'\n", "0644"), FileState(Kind.DIRECTORY, mode="0755")
    link = FileState(Kind.LINK, target="/tmp/x y")
    edits = {
        "write": FileEdit("/etc/it's", file, plain_file("y", "0644"), checks=("sh -n",)),
        "secret": FileEdit("/etc/s", ABSENT, plain_file("y", "0600"), ("sh -n",), secret=True),
        "chmod": FileEdit("/etc/m", file, plain_file("x'\n", "0600")),
        "remove": FileEdit("/etc/r", file, ABSENT),
        "rmdir": FileEdit("/etc/d", folder, ABSENT),
        "rm -r": FileEdit("/etc/e", folder, ABSENT, recursive=True),
        "mkdir": FileEdit("/etc/f", ABSENT, folder),
        "link": FileEdit("/etc/l", link, FileState(Kind.LINK, target="y")),
    }
    bodies = {name: FileProbe(edit.path, 100, "a" * 64).script() for name, edit in edits.items()}
    for edit in edits.values():
        bodies |= bodies_of(write_file(edit))
    assert_clean_shell(bodies)


@pytest.mark.parametrize(
    ("permissions", "mode"),
    [
        ("-rw-r--r--", "0644"),
        ("-rwxr-x---", "0750"),
        ("-rwsr-sr-t", "7755"),
        ("-rwSr-Sr-T", "7644"),
        ("----------", "0000"),
    ],
)
def test_octal_mode(permissions: str, mode: str) -> None:
    assert octal_mode(permissions) == mode


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_a_file_is_given_to_root_and_to_nobody_else(host: Router, tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_text("a")
    os.chown(path, 1000, 1000)
    found = ask(host, FileProbe(str(path)))
    assert found.owner == "1000"
    put(host, path, found, plain_file("b", "0644", owner="1000"))
    assert (path.read_text(), path.stat().st_uid) == ("b", 1000)
    put(host, path, ask(host, FileProbe(str(path))), plain_file("b", "0644"))
    assert path.stat().st_uid == 0
    os.chown(path, 1000, 1000)
    put(host, path, ask(host, FileProbe(str(path))), plain_file("c", "0644"))
    assert (path.read_text(), path.stat().st_uid) == ("c", 0)
    assert ask(host, FileProbe(str(path))) == plain_file("c", "0644")
