# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands under /etc, byte for byte, and whether it is the old or the new."""

from __future__ import annotations

import difflib
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

TREE = "etc"
GUARD = "usr/lib/fleet-guard"

# What stands there without the collection's doing.
IGNORED: Mapping[str, str] = {
    "etc/hosts": "mounted by the container engine, which writes the router's address into it",
    "etc/hostname": "mounted by the container engine",
    "etc/urandom.seed": "written anew at every boot by the init script urandom_seed",
}

# All that may be left of the guard, by a power cut before its boot link stands or when that is
# gone: itself, and lines of shell that restart services. The next transaction removes it.
HARMLESS = frozenset({"guard", "closed", "before", "after", "packages"})

_EXCERPT = 12


class Ending(Enum):
    """How a trial ended; everything that is not wholly old or new is neither."""

    OLD = "old"
    NEW = "new"
    NEITHER = "neither"


@dataclass(frozen=True)
class Entry:
    """One path. `content` is a file's content or a link's target; owner and group are numbers."""

    kind: str
    mode: int
    owner: tuple[int, int]
    content: bytes = b""


State = Mapping[str, Entry]


def read(root: Path) -> dict[str, Entry]:
    """All that stands under /etc, and what the guard has left, below the router's root."""
    found: dict[str, Entry] = {}
    for top in (TREE, GUARD) if left_by_guard(root) else (TREE,):
        for path in _walk(root / top):
            name = str(path.relative_to(root))
            entry = None if name in IGNORED else read_entry(path)
            if entry is not None:
                found[name] = entry
    return found


def left_by_guard(root: Path) -> list[str]:
    """What the guard still holds of a transaction: empty when there is none."""
    names = sorted(path.name for path in _children(root / GUARD))
    return [] if HARMLESS.issuperset(names) else names


def read_entry(path: Path) -> Entry | None:
    """One path without following it; None when nothing is there."""
    try:
        seen = path.lstat()
        owner = (seen.st_uid, seen.st_gid)
        if stat.S_ISLNK(seen.st_mode):
            # A link has no mode of its own.
            return Entry("link", 0, owner, os.fsencode(os.readlink(path)))
        mode = stat.S_IMODE(seen.st_mode)
        if stat.S_ISREG(seen.st_mode):
            return Entry("file", mode, owner, path.read_bytes())
    except FileNotFoundError:
        return None
    return Entry("folder" if stat.S_ISDIR(seen.st_mode) else "other", mode, owner)


def _walk(top: Path) -> Iterator[Path]:
    for path in _children(top):
        yield path
        if path.is_dir() and not path.is_symlink():
            yield from _walk(path)


def _children(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except FileNotFoundError:
        return []


def differing(one: State, other: State) -> list[str]:
    """The paths that are not the same in both."""
    return sorted(path for path in one.keys() | other.keys() if one.get(path) != other.get(path))


def judge(seen: State, *, old: State, new: State | None) -> Ending:
    """`new` is None where the plan must never stand."""
    if not differing(seen, old):
        return Ending.OLD
    if new is not None and not differing(seen, new):
        return Ending.NEW
    return Ending.NEITHER


def evidence(seen: State, *, old: State, new: State | None) -> list[str]:
    """Lines for people: every path that is not as before, and whether it is as planned."""
    lines = []
    for path in sorted(set(differing(seen, old)) | set(differing(seen, new or old))):
        if path.startswith(f"{GUARD}/saved/"):
            continue
        here, before, planned = seen.get(path), old.get(path), (new or old).get(path)
        verdict = "old" if here == before else "new" if here == planned else "NEITHER"
        lines.append(f"{path}: {verdict} ({_describe(here)}; was {_describe(before)})")
        if verdict == "NEITHER" and here and before:
            lines += _excerpt(before.content, here.content)
    return lines


def _describe(entry: Entry | None) -> str:
    if entry is None:
        return "absent"
    owner = "" if entry.owner == (0, 0) else f" of {entry.owner[0]}:{entry.owner[1]}"
    return f"{entry.kind} {entry.mode:04o}{owner} {len(entry.content)} bytes"


def _excerpt(before: bytes, here: bytes) -> list[str]:
    lines = difflib.unified_diff(
        before.decode(errors="replace").splitlines(),
        here.decode(errors="replace").splitlines(),
        lineterm="", n=0,
    )  # fmt: skip
    return [f"    {line}" for line in list(lines)[2:][:_EXCERPT]]
