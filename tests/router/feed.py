# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The descriptions of package feeds, and what is in a package, whatever manager it is for.

A description, feeds/RELEASE/*.toml, has `name` and `path` of the feed, defaults for its packages
(`version`, `section`, `needs`: what every package depends on), and `packages`: name to
`version`, `depends`, `provides`, `conffiles`, `description`, `architecture`, `installed_size`
(bytes) and `files` (a folder under feeds/files), `without` (options that an older handler does not
declare).
"""

from __future__ import annotations

import gzip
import io
import shutil
import tarfile
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

Package = dict[str, Any]
OLDER = ("string", "boolean")


@dataclass
class Tree:
    """Files of a package by path: content, target of a link, and which are executable."""

    members: dict[str, bytes] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    executable: set[str] = field(default_factory=set)


def prepare_files(source: Path, root: Path) -> Path:
    """Move gcom into its package: on a fresh flash it is not there."""
    contents = root.parent / "files"
    shutil.copytree(source / "files", contents, symlinks=True)
    gcom = contents / "comgt/usr/bin/gcom"
    gcom.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(root / "usr/bin/gcom", gcom)
    gcom.with_name("comgt").symlink_to("gcom")
    return contents


def tree(name: str, package: Package, contents: Path, kernel: str) -> Tree:
    """What a package brings: its folder, or an empty module when it is one of the kernel's."""
    found = Tree()
    if "files" not in package:
        if name.startswith("kmod-"):
            module = name.removeprefix("kmod-").replace("-", "_")
            found.members[f"lib/modules/{kernel}/{module}.ko"] = b"stub\n"
        return found
    root = contents / package["files"]
    for path in sorted(root.rglob("*"), reverse=True):
        relative = str(path.relative_to(root))
        if path.is_symlink():
            found.links[relative] = str(path.readlink())
        elif path.is_file():
            found.members[relative] = without(path.read_bytes(), package.get("without", []))
        if path.stat().st_mode & 0o100:
            found.executable.add(relative)
    return found


def without(content: bytes, options: list[str]) -> bytes:
    """An older handler: the same text, but it does not declare these options."""
    if not options:
        return content
    undeclared = tuple(f"add_{kind} {name}".encode() for name in options for kind in OLDER)
    lines = content.splitlines(keepends=True)
    return b"".join(line for line in lines if not line.strip().endswith(undeclared))


def folders_of(tree: Tree) -> list[str]:
    """Every folder that a member lies in, outer ones first."""
    paths = (*tree.members, *tree.links)
    found = {folder for path in paths for folder in PurePosixPath(path).parents}
    return [f"./{folder}/" if str(folder) != "." else "./" for folder in sorted(found)]


def archive(tree: Tree, *, folders: bool = False) -> bytes:
    """A reproducible tar.gz with paths starting `./`; with `folders` these are members too."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT) as tar:
        for folder in folders_of(tree) if folders else []:
            entry = tarfile.TarInfo(folder)
            entry.type, entry.mode = tarfile.DIRTYPE, 0o755
            tar.addfile(entry)
        for name, content in tree.members.items():
            entry = tarfile.TarInfo(f"./{name}")
            entry.size = len(content)
            entry.mode = 0o755 if name in tree.executable else 0o644
            tar.addfile(entry, io.BytesIO(content))
        for name, target in tree.links.items():
            entry = tarfile.TarInfo(f"./{name}")
            entry.type, entry.linkname = tarfile.SYMTYPE, target
            tar.addfile(entry)
    return gzip.compress(buffer.getvalue(), mtime=0)
