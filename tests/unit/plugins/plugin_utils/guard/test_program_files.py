# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The guard saves what stands at a path, and puts back exactly that, whatever became of it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.guard import Sandbox, picture

Act = Callable[[Path], object]

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")

NAMES = (
    "with blanks ",
    'it\'s "quoted" `id` $HOME',
    "new\nline",
    "ends in newlines\n\n",
    "\n",
    "-rf",
    "--",
    "*?[a-z]*",
    "back\\slash\\n",
    "Grüße ☂",
    "no utf-8 \udce9",
    "x" * 200,
    ".hidden",
    "...",
    "~",
    "%s%n",
    "=",
)

CONTENTS = {
    "empty": b"",
    "binary": bytes(range(256)) * 3,
    "no newline": b"last line",
    "newlines": b"\n\n\n",
    "1 MB": os.urandom(1 << 20),
}


def write(path: Path, content: bytes | str = "old\n", mode: int = 0o644) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    path.chmod(mode)


def replace(path: Path, content: str = "new\n", mode: int = 0o644) -> None:
    """As a task does it: with a new file that is renamed over the old one."""
    beside = path.with_name("beside")
    write(beside, content, mode)
    beside.rename(path)


def link(path: Path, target: str | Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.symlink_to(target)


def several(*acts: Act) -> Act:
    return lambda etc: [act(etc) for act in acts]


def at(name: str, act: Callable[..., object], *rest: object) -> Act:
    return lambda etc: act(etc / name, *rest)


@dataclass(frozen=True)
class Case:
    """Made, saved, changed; `paths` are relative to etc."""

    name: str
    made: Act
    changed: Act
    paths: tuple[str, ...]


def tree(etc: Path) -> None:
    write(etc / "d/changed")
    write(etc / "d/removed", mode=0o600)
    write(etc / "d/kept")
    write(etc / "d/deep/er/file", mode=0o4755)
    write(etc / "d/gone/with/all")
    (etc / "d/hollow").mkdir()
    (etc / "d/sticky").mkdir()
    (etc / "d/sticky").chmod(0o1777)
    (etc / "d/deep").chmod(0o2750)
    link(etc / "d/link", "changed")
    link(etc / "d/dangling", "/no/where")
    link(etc / "d/to-folder", "deep")


def tree_changed(etc: Path) -> None:
    replace(etc / "d/changed", "new\n", 0o600)
    (etc / "d/removed").unlink()
    write(etc / "d/added")
    write(etc / "d/added folder/in\nit/file")
    link(etc / "d/added link", "changed")
    replace(etc / "d/deep/er/file")
    shutil.rmtree(etc / "d/gone")
    (etc / "d/hollow").rmdir()
    write(etc / "d/hollow")
    (etc / "d/sticky").chmod(0o755)
    (etc / "d/deep").chmod(0o755)
    (etc / "d").chmod(0o700)
    link(etc / "d/link", "kept")
    (etc / "d/dangling").unlink()
    (etc / "d/to-folder").unlink()
    write(etc / "d/to-folder/was/a/link")


CASES = (
    Case("content", at("a", write), at("a", replace), ("a",)),
    Case("in place", at("a", write), at("a", write, "new\n"), ("a",)),
    Case("same size", at("a", write, "old\n"), at("a", write, "new\n"), ("a",)),
    Case("mode", at("a", write), at("a", Path.chmod, 0o600), ("a",)),
    Case("secret", at("a", write, "old\n", 0o600), at("a", replace), ("a",)),
    Case("setuid", at("a", write, "old\n", 0o4755), at("a", replace), ("a",)),
    Case("setgid", at("a", write, "old\n", 0o2711), at("a", replace), ("a",)),
    Case("sticky", at("a", write, "old\n", 0o1644), at("a", replace), ("a",)),
    Case("setuid, x missing", at("a", write, "old\n", 0o7644), at("a", replace), ("a",)),
    Case("no mode", at("a", write, "old\n", 0o000), at("a", replace), ("a",)),
    Case("removed", at("a", write), at("a", Path.unlink), ("a",)),
    Case(
        "removed with its folder",
        at("d/e/a", write, "old\n", 0o600),
        at("d", shutil.rmtree),
        ("d/e/a", "d/e", "d"),
    ),
    Case("made", several(), at("a", write), ("a",)),
    Case("never made", several(), several(), ("a", "b/c")),
    Case("made with folders", several(), at("b/c/d/a", write), ("b/c/d/a",)),
    Case(
        "two made in new folders",
        several(),
        several(at("b/c/a", write), at("b/d/a", write)),
        ("b/c/a", "b/d/a"),
    ),
    Case("made in a folder", at("d/x", write), at("d/e/a", write), ("d/e/a",)),
    Case("folder made", several(), at("d/e", Path.mkdir, 0o755, True), ("d/e",)),
    Case("folder with files made", several(), at("d/e/a", write), ("d/e",)),
    Case("link made", several(), at("a", link, "b"), ("a",)),
    Case("link made over a file", at("a", write), at("a", link, "b"), ("a",)),
    Case("link moved", at("a", link, "b"), at("a", link, "c"), ("a",)),
    Case("link removed", at("a", link, "b"), at("a", Path.unlink), ("a",)),
    Case("dangling link followed", at("a", link, "b"), at("b", write), ("a",)),
    Case("link to newlines", at("a", link, "b\n\n"), at("a", link, "b"), ("a",)),
    Case(
        "link and its target",
        several(at("d/b", write, "old\n", 0o600), at("a", link, "d/b")),
        several(at("d/b", replace), at("a", link, "c")),
        ("a",),
    ),
    Case(
        "target of a link",
        several(at("d/b", write, "old\n", 0o600), at("c", link, "d/b"), at("a", link, "c")),
        at("d/b", replace),
        ("a",),
    ),
    Case(
        "link to a folder",
        several(at("d/b", write), at("a", link, "d")),
        several(at("a", Path.unlink), at("a/b", write)),
        ("a",),
    ),
    Case(
        "file beyond a link",
        several(at("d/b", write), at("a", link, "d")),
        at("d/b", replace),
        ("a/b",),
    ),
    Case(
        "file to link, target saved",
        several(at("a", write), at("b", write)),
        several(at("a", link, "b"), at("b", replace)),
        ("a", "b"),
    ),
    Case(
        "folder as such",
        several(at("d/a", write), at("d", Path.chmod, 0o2750)),
        several(at("d", Path.chmod, 0o700), at("d/other", write)),
        ("d/other", "d"),
    ),
    Case("hollow folder removed", at("d", Path.mkdir, 0o1755), at("d", Path.rmdir), ("d",)),
    Case(
        "file to folder",
        at("a", write, "old\n", 0o640),
        several(at("a", Path.unlink), at("a/b/c", write)),
        ("a",),
    ),
    Case(
        "folder to file",
        at("a/b", write),
        several(at("a", shutil.rmtree), at("a", write)),
        ("a/",),
    ),
    Case("hollow folder to file", at("a", Path.mkdir), several(at("a", Path.rmdir), at("a", write)),
         ("a",)),
    Case("folder to link", at("a/b", write), several(at("a", shutil.rmtree), at("a", link, "b")),
         ("a/",)),
    Case("tree", tree, tree_changed, ("d/",)),
    Case("tree left alone", tree, several(), ("d/",)),
    Case("tree removed", tree, at("d", shutil.rmtree), ("d/",)),
    Case("tree made", several(), tree, ("d/",)),
    Case("file and its tree", tree, tree_changed, ("d/changed", "d/")),
    Case("tree and its file", tree, tree_changed, ("d/", "d/changed")),
    Case(
        "file of a tree that leads out of it",
        several(at("e/b", write), at("d/a", link, "../e/b")),
        at("e/b", replace),
        ("d/", "d/a"),
    ),
    Case(
        "file of a tree through a link out of it",
        several(at("e/b", write), at("d/a", link, "../e")),
        at("e/b", replace),
        ("d/", "d/a/b"),
    ),
    Case(
        "missing file of a tree through a link out of it",
        several(at("e/b", write), at("d/a", link, "../e")),
        at("e/c/f", write),
        ("d/", "d/a/c/f"),
    ),
    Case("twelve files", several(*(at(f"a{n}", write) for n in range(12))),
         several(*(at(f"a{n}", replace) for n in range(12))), tuple(f"a{n}" for n in range(12))),
    Case("files of any name", several(*(at(name, write) for name in NAMES)),
         several(*(at(name, replace) for name in NAMES)), NAMES),
    Case("made of any name", several(),
         several(*(at(f"{name}/{name}", write) for name in NAMES)),
         tuple(f"{name}/{name}" for name in NAMES)),
    Case("links of any name",
         several(*(at(f"to {name}", write) for name in NAMES),
                 *(at(name, link, f"to {name}") for name in NAMES)),
         several(*(at(f"to {name}", replace) for name in NAMES),
                 *(at(name, link, "x") for name in NAMES)), NAMES),
    Case("tree of any name", several(*(at(f"d/{name}/{name}", write) for name in NAMES)),
         several(*(at(f"d/{name}/{name}", replace) for name in NAMES),
                 *(at(f"d/{name} new", write) for name in NAMES)), ("d/",)),
    # GNU tar would read a backslash in the name of a tree itself.
    Case("trees of any name",
         several(*(at(f"{name}/{name}", write) for name in NAMES if "\\" not in name)),
         several(*(at(name, shutil.rmtree) for name in NAMES if "\\" not in name)),
         tuple(f"{name}/" for name in NAMES if "\\" not in name)),
    *(
        Case(f"content {name}", at("a", write, content), at("a", Path.unlink), ("a",))
        for name, content in CONTENTS.items()
    ),
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: ascii(case.name).strip("'"))
def test_what_is_rolled_back_is_as_it_was(sandbox: Sandbox, case: Case) -> None:
    write(sandbox.etc / "others")
    case.made(sandbox.etc)
    before = picture(sandbox.disk)
    opened = sandbox.open(*(f"{sandbox.etc}/{path}" for path in case.paths))
    assert (opened.status, opened.stderr) == (0, "")
    case.changed(sandbox.etc)
    ended = sandbox.guard("rollback", "t1")
    assert (ended.status, ended.stderr) == (0, "")
    assert picture(sandbox.disk) == before


@pytest.mark.parametrize("ending", [("rollback", "t1"), ("boot",)], ids=lambda words: words[0])
@pytest.mark.parametrize("saved", ["", "fleet-sim/", "fleet-sim/refused.2"])
@pytest.mark.parametrize("known", [True, False], ids=["some known", "none known"])
def test_what_a_sim_has_refused_is_remembered_over_every_rollback(
    sandbox: Sandbox, ending: tuple[str, ...], saved: str, known: bool
) -> None:
    memory = sandbox.etc / "fleet-sim"
    write(sandbox.etc / "a")
    if known:
        write(memory / "refused.1", "one\n")
    sandbox.open(f"{sandbox.etc}/{saved}")
    write(memory / "refused.1", "one, later\n")
    write(memory / "refused.2", "two\n")
    replace(sandbox.etc / "a")
    before = picture(memory)
    assert sandbox.guard(*ending).status == 0
    assert picture(memory) == before


def test_what_is_confirmed_stays(sandbox: Sandbox) -> None:
    tree(sandbox.etc)
    write(sandbox.etc / "a", mode=0o600)
    sandbox.open(*(f"{sandbox.etc}/{path}" for path in ("d/", "a", "made/in/folders")))
    tree_changed(sandbox.etc)
    replace(sandbox.etc / "a")
    write(sandbox.etc / "made/in/folders")
    wanted = picture(sandbox.etc)
    wanted.pop("rc.d/S00fleet-guard")
    assert sandbox.guard("applied", "t1", "60").status == 0
    assert sandbox.guard("confirm", "t1").status == 0
    assert picture(sandbox.etc) == wanted
    assert not sandbox.home.exists()


def test_what_is_as_it_was_is_not_written(sandbox: Sandbox) -> None:
    tree(sandbox.etc)
    write(sandbox.etc / "a")
    link(sandbox.etc / "l", "a")

    def stamps() -> dict[str, tuple[int, int]]:
        found = [*sandbox.etc.glob("d/**/*"), sandbox.etc / "a", sandbox.etc / "l"]
        return {str(path): (path.lstat().st_ino, path.lstat().st_mtime_ns) for path in found}

    before = stamps()
    sandbox.open(*(f"{sandbox.etc}/{path}" for path in ("d/", "a", "l", "d", "made")))
    replace(sandbox.etc / "made")
    assert sandbox.guard("rollback").status == 0
    assert stamps() == before


def test_files_of_others_stay_in_folders_that_were_made(sandbox: Sandbox) -> None:
    sandbox.open(f"{sandbox.etc}/b/c/d/a")
    write(sandbox.etc / "b/c/d/a")
    write(sandbox.etc / "b/theirs")
    assert sandbox.guard("rollback").status == 0
    assert (sandbox.etc / "b/theirs").exists()
    assert not (sandbox.etc / "b/c").exists()


def test_half_of_a_write_is_not_left_beside(sandbox: Sandbox) -> None:
    write(sandbox.etc / "b")
    link(sandbox.etc / "a", "b")
    before = picture(sandbox.etc)
    sandbox.open(f"{sandbox.etc}/a", f"{sandbox.etc}/new/c")
    write(sandbox.etc / ".b.fleet", "half")
    write(sandbox.etc / "new/.c.fleet", "half")
    assert sandbox.guard("rollback").status == 0
    assert picture(sandbox.etc) == before


def test_what_the_guard_keeps_is_private(sandbox: Sandbox) -> None:
    tree(sandbox.etc)
    write(sandbox.etc / "a", mode=0o4755)
    link(sandbox.etc / "l", "a")
    sandbox.open(*(f"{sandbox.etc}/{path}" for path in ("d/", "a", "l", "d", "made")),
                 before="true", after="true", packages="true")  # fmt: skip
    sandbox.guard("applied", "t1", "60")
    for folder in (sandbox.home, sandbox.ram):
        for name, entry in picture(folder).items():
            allowed = {"folder": {"0700"}, "link": {""}, "file": {"0600"}}[entry.kind]
            assert name == "guard" or entry.mode in allowed, name
    assert picture(sandbox.home)["guard"].mode == "0700"


@as_root
def test_owners_come_back(sandbox: Sandbox) -> None:
    tree(sandbox.etc)
    write(sandbox.etc / "a", mode=0o4755)
    os.chown(sandbox.etc / "a", 7, 8)
    (sandbox.etc / "a").chmod(0o4755)
    os.chown(sandbox.etc / "d/kept", 9, 10)
    os.chown(sandbox.etc / "d/deep", 11, 12)
    before = picture(sandbox.etc)
    sandbox.open(f"{sandbox.etc}/a", f"{sandbox.etc}/d/")
    replace(sandbox.etc / "a")
    replace(sandbox.etc / "d/kept")
    os.chown(sandbox.etc / "d/deep", 0, 0)
    assert sandbox.guard("rollback").status == 0
    assert picture(sandbox.etc) == before


LATER = (
    (("a",), ("a",)),
    (("d",), ("d/",)),
    (("d/f",), ("d/",)),
    (("new/x",), ("new/",)),
    (("new/x",), ("new/", "new")),
    (("a",), ("a/x", "a")),
    (("d/",), ("d/f", "d/new", "a")),
)


@pytest.mark.parametrize(("first", "later"), LATER)
def test_what_was_saved_first_is_what_comes_back(
    sandbox: Sandbox, first: tuple[str, ...], later: tuple[str, ...]
) -> None:
    write(sandbox.etc / "a", "first\n", 0o600)
    write(sandbox.etc / "d/f", "first\n", 0o600)
    (sandbox.etc / "d").chmod(0o750)
    before = picture(sandbox.etc)
    sandbox.open(*(f"{sandbox.etc}/{path}" for path in first))
    for path in first:
        if path.rstrip("/") == "d":
            (sandbox.etc / "d").chmod(0o755)
        else:
            write(sandbox.etc / path, "second\n")
    assert sandbox.extend(*(f"{sandbox.etc}/{path}" for path in later)).status == 0
    shutil.rmtree(sandbox.etc / later[0].split("/")[0], ignore_errors=True)
    if "a" in later:
        write(sandbox.etc / "a", "third\n")
    assert sandbox.guard("rollback").status == 0
    assert picture(sandbox.etc) == before


def test_more_than_nine_are_undone_in_order(sandbox: Sandbox) -> None:
    before = picture(sandbox.etc)
    sandbox.open(*(f"{sandbox.etc}/d/{n}" for n in range(12)))
    for n in range(12):
        write(sandbox.etc / f"d/{n}")
    assert sandbox.extend(f"{sandbox.etc}/d/").status == 0
    shutil.rmtree(sandbox.etc / "d")
    assert sandbox.guard("rollback").status == 0
    assert picture(sandbox.etc) == before


def test_lines_are_kept_once(sandbox: Sandbox) -> None:
    sandbox.open(before="one\n-n\n\na*\\t", after="one")
    sandbox.extend(before="one\n-n\ntwo\na*\\t", after="two\none")
    assert (sandbox.home / "before").read_text() == "one\n-n\na*\\t\ntwo\n"
    assert (sandbox.home / "after").read_text() == "one\ntwo\n"
    assert not (sandbox.home / "packages").exists()


@pytest.mark.parametrize("where", ["home", "ram"])
def test_the_guards_own_folders_are_not_saved(sandbox: Sandbox, where: str) -> None:
    folder: Path = getattr(sandbox, where)
    ended = sandbox.open(f"{folder.parent}/")
    assert ended.status == 77
    assert "could not be saved" in ended.stderr
    assert not sandbox.home.exists()
