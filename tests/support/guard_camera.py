# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Power cuts without waiting for them: a camera sees the disk at every step of a script.

Cutting the power at the Nth step and looking at the disk is the same as looking at the disk at the
Nth step, since nothing but the disk is left. So one run shows all the moments at which the power
may go. The programs that write are replaced by such that take their time: a copy is empty, then
half, then whole; what is removed goes piece by piece. The shell stops before each of its commands
(PS4), redirections done.

Until `sync` flash may hold the name of a file without its content, so every moment is seen once
more with all files empty that were written since.
"""

from __future__ import annotations

import os
import shutil
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from .guard import Sandbox

_TICK = 'printf t >"$FLEET_TEST/request"; read -r _ <"$FLEET_TEST/answer"'
STEP_BY_STEP = {"PS4": f"$({_TICK})"}
"""For a shell with -x."""

_SLOWLY = f'[ -n "${{FLEET_CAMERA-}}" ] || exec {{0}} "$@"\ntick() {{ {_TICK}; }}\n'
_PLAIN = 'tick; {0} "$@"; status=$?; tick; exit $status'
_HALVES = """\
case $(readlink /proc/$$/fd/1) in
    "$FLEET_TEST"/disk/*) ;;
    *) exec {0} "$@" ;;
esac
tick
all=$(mktemp "$FLEET_TEST/all.XXXXXX") || exit 1
{0} "$@" >"$all" || exit 1
half=$(($(wc -c <"$all") / 2))
head -c "$half" "$all"; tick
tail -c +"$((half + 1))" "$all"; tick"""
_COPY = """\
tick
for to; do :; done
for from; do [ "$from" != "$to" ] || break; last=$from; done
case $to in
    "$FLEET_TEST"/disk/*)
        if [ -f "$last" ] && [ ! -L "$last" ] && [ ! -d "$to" ]; then
            : >"$to"; tick
            head -c "$(($(wc -c <"$last") / 2))" "$last" >"$to"; tick
        fi ;;
esac
{0} "$@"; status=$?; tick; exit $status"""
_REMOVE = """\
tick
if [ "$1" = -rf ]; then
    for path; do
        case $path in
            "$FLEET_TEST"/disk/*)
                [ ! -e "$path" ] || find "$path" -depth | while read -r each; do
                    [ -d "$each" ] && [ ! -L "$each" ] && rmdir "$each" || {0} -f "$each"
                    tick
                done ;;
        esac
    done
fi
{0} "$@"; status=$?; tick; exit $status"""
_SLOW = {
    **dict.fromkeys(("mv", "ln", "chmod", "chown", "mkdir", "rmdir"), _PLAIN),
    "cat": _HALVES,
    "gzip": _HALVES,
    "cp": _COPY,
    "rm": _REMOVE,
}


@dataclass(frozen=True)
class Node:
    """One name on a disk; `same_as` is the first name of a file that has several."""

    kind: str
    mode: int
    content: bytes = b""
    same_as: str = ""


Disk = tuple[tuple[str, Node], ...]
"""What is on a disk: name and node, folders before what is in them."""


@dataclass
class Camera:
    """Collects the states of a sandbox's disk; each once, in the order in which they came."""

    sandbox: Sandbox
    seen: dict[Disk, None] = field(default_factory=dict)
    pictures: int = 0
    _flushed: set[tuple[int, int, int]] = field(default_factory=set)

    def install(self) -> None:
        """Put the slow programs before those of this machine."""
        for name, text in _SLOW.items():
            self.sandbox.stub(name, (_SLOWLY + text).replace("{0}", str(shutil.which(name))))
        # Whatever waits in the background is gone with the power.
        self.sandbox.stub("sleep", 'kill -9 "$PPID"')
        flush = _TICK.replace("printf t", "printf s")
        self.sandbox.stub("sync", f'[ -n "${{FLEET_CAMERA-}}" ] || exit 0\n{flush}\n{_TICK}')
        for name in ("request", "answer"):
            os.mkfifo(self.sandbox.root / name)

    @contextmanager
    def on(self) -> Iterator[None]:
        """Answer the programs, which wait for it."""
        # Opened for both: so it neither waits for the other end nor loses it.
        request, answer = (
            os.open(self.sandbox.root / name, os.O_RDWR) for name in ("request", "answer")
        )
        self._flush()
        thread = threading.Thread(target=self._serve, args=(request, answer))
        thread.start()
        self.sandbox.env["FLEET_CAMERA"] = "on"
        try:
            yield
        finally:
            del self.sandbox.env["FLEET_CAMERA"]
            os.write(request, b"e")
            thread.join()
            os.close(request)
            os.close(answer)

    def _serve(self, request: int, answer: int) -> None:
        while (asked := os.read(request, 1)) != b"e":
            try:
                self._flush() if asked == b"s" else self._shoot()
            finally:
                os.write(answer, b"\n")

    def now(self) -> Disk:
        """What is on the disk."""
        return self._look()[0]

    def _shoot(self) -> None:
        self.pictures += 1
        for state in self._look():
            self.seen.setdefault(state)

    def _look(self) -> tuple[Disk, Disk]:
        """The disk, and the disk without what was not flushed."""
        whole, lossy = [], []
        first: dict[int, str] = {}
        for name, path in _walk(self.sandbox.disk):
            try:
                node, stamp = _look(path, first.setdefault(path.lstat().st_ino, name), name)
            except FileNotFoundError:
                # Something beside the program that waits, as in a pipe, has removed it.
                continue
            whole.append((name, node))
            lost = node.kind == "file" and stamp not in self._flushed
            lossy.append((name, Node(node.kind, node.mode, b"", node.same_as) if lost else node))
        return tuple(whole), tuple(lossy)

    def _flush(self) -> None:
        self._flushed = {_stamp(path) for _name, path in _walk(self.sandbox.disk)}


def _walk(disk: Path) -> Iterator[tuple[str, Path]]:
    for parent, folders, files in os.walk(disk):
        folders.sort()
        for name in sorted((*folders, *files)):
            path = Path(parent, name)
            yield str(path.relative_to(disk)), path


def _stamp(path: Path) -> tuple[int, int, int]:
    seen = path.lstat()
    return seen.st_ino, seen.st_mtime_ns, seen.st_size


def _look(path: Path, first: str, name: str) -> tuple[Node, tuple[int, int, int]]:
    seen = path.lstat()
    mode = stat.S_IMODE(seen.st_mode)
    if stat.S_ISLNK(seen.st_mode):
        node = Node("link", 0, os.fsencode(path.readlink()))
    elif stat.S_ISDIR(seen.st_mode):
        node = Node("folder", mode)
    else:
        node = Node("file", mode, path.read_bytes(), first if first != name else "")
    return node, _stamp(path)


def put_on(disk: Path, state: Disk) -> None:
    """Have the disk hold what it held in that moment."""
    for child in disk.iterdir():
        shutil.rmtree(child)
    for name, node in state:
        path = disk / name
        if node.kind == "folder":
            path.mkdir()
            path.chmod(node.mode)
        elif node.kind == "link":
            path.symlink_to(os.fsdecode(node.content))
        elif node.same_as:
            path.hardlink_to(disk / node.same_as)
        else:
            path.write_bytes(node.content)
            path.chmod(node.mode)
