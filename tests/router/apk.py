# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Feeds and database of the variant with apk, from feeds/25.12/*.toml.

Beyond what `feed` tells, a package has `origin`, `url`, `provides`, `file_size` (what the index
says), `from_root` (paths taken from the image), `texts`, `zeros` and `appends` (further files, by
path), `scripts`, `damage` (see `put`), `signer` and `folder`; a feed has `editions` and `spoilt`.

Packages begin as genuine ones do, with a database of their name and version (`adb_head`). For the
rest the genuine formats are not imitated: indexes, and packages behind that head, start with a line

    ADBi KIND SIGNER LENGTH DIGEST

(signer `-` when there is none), then come LENGTH bytes of JSON with that SHA-256, then, in a
package, a tar.gz of its files. The signature is the signer's name: who has its key in /etc/apk/keys
trusts it.
"""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import struct
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .feed import Package, Tree, archive, prepare_files, tree

KERNEL = "6.12.103"
SIGNER = "openwrt-snapshots"
PORTAL = b"<html><body>Please log in</body></html>\n"

# What the manager runs; the genuine ones do the same by way of /lib/functions.sh.
POST_INSTALL = """#!/bin/sh
# Starts what the package brings.
for script in $(grep '^/etc/init.d/' "/lib/apk/packages/{name}.list" 2> /dev/null); do
	"$script" enable
	"$script" start
done
exit 0
"""
PRE_DEINSTALL = """#!/bin/sh
for script in $(grep '^/etc/init.d/' "/lib/apk/packages/{name}.list" 2> /dev/null); do
	"$script" disable
	"$script" stop
done
exit 0
"""


@dataclass(frozen=True)
class Built:
    """One package: what the index says of it, its file, where that goes, and what it brings."""

    entry: dict[str, Any]
    file: bytes
    folder: str
    tree: Tree
    edition: str | None


def build(source: Path, root: Path) -> None:
    """Write every feed under root/feed, and the database of what is installed."""
    contents = prepare_files(source, root)
    described = {
        path.stem: tomllib.loads(path.read_text())
        for path in sorted((source / "25.12").glob("*.toml"))
    }
    flash, local = described.pop("installed"), described.pop("local")
    feeds = {
        name: [
            make(key, package, feed, contents, root) for key, package in feed["packages"].items()
        ]
        for name, feed in described.items()
    }
    for name, feed in described.items():
        write_feed(feed, feeds[name], root / "feed")
    for key, package in local["packages"].items():
        built = make(key, package, local, contents, root)
        put(built, package, root / "feed" / local["path"] / built.folder)
    for name, text in local["no_packages"].items():
        (root / "feed" / local["path"] / name).write_text(text)
    write_offline(local["offline"], described, contents, root)
    every = [built for packages in feeds.values() for built in packages]
    installed = [one for one in every if one.entry["name"] in flash["packages"]]
    write_database(installed, root)
    (root / "etc/apk/world").write_text("".join(f"{entry}\n" for entry in flash["world"]))
    keep_flash(installed, root)


def write_offline(keys: list[str], feeds: dict[str, Package], contents: Path, root: Path) -> None:
    """Unsigned packages, which are not those of the feeds, although they are called so."""
    for feed in feeds.values():
        for key, package in feed["packages"].items():
            if key in keys:
                own = {**package, "signer": "", "packager": "offline"}
                put(make(key, own, feed, contents, root), own, root / "feed/offline")


def make(key: str, package: Package, feed: Package, contents: Path, root: Path) -> Built:
    """Build one package; what follows a space in the key tells versions of a name apart."""
    name = key.split()[0]
    version = package.get("version") or feed["version"]
    files = files_of(name, package, contents, root)
    info = info_of(name, version, package, feed)
    scripts = {
        "post-install": POST_INSTALL.format(name=name),
        "pre-deinstall": PRE_DEINSTALL.format(name=name),
        "post-upgrade": POST_INSTALL.format(name=name),
        **package.get("scripts", {}),
    }
    meta = {"info": info, "scripts": scripts, "paths": paths_of(files)}
    signer = str(package.get("signer", feed.get("signer", SIGNER)))
    head = signed("package", signer, meta)
    file = adb_head(name, version) + head + archive(files)
    entry = {
        **info,
        "file-size": package.get("file_size", len(file)),
        "hash": identity(head),
        "digest": hashlib.sha256(file).hexdigest(),
        "size": len(file),
    }
    return Built(entry, file, package.get("folder", ""), files, package.get("edition"))


def info_of(name: str, version: str, package: Package, feed: Package) -> dict[str, Any]:
    needs = package["needs"] if "needs" in package else feed.get("needs", [])
    depends = package.get("depends", [])
    info = {
        "name": name,
        "version": version,
        "description": package.get("description", f"Kernel module {name}"),
        "arch": package.get("architecture", "x86_64"),
        "license": "GPL-2.0",
        "origin": package.get("origin", feed.get("origin", name)),
        "maintainer": "OpenWrt",
        "url": package.get("url", "https://openwrt.org/"),
        "installed-size": package.get("installed_size", 40),
        "depends": sorted([*needs, *depends]),
        "provides": package.get("provides", []),
        "tags": ["openwrt:section=net"],
    }
    if "packager" in package:
        info["packager"] = package["packager"]
    return info


def files_of(name: str, package: Package, contents: Path, root: Path) -> Tree:
    files = tree(name, package, contents, KERNEL)
    for path in package.get("from_root", []):
        files.members[path] = (root / path).read_bytes()
        if (root / path).stat().st_mode & 0o100:
            files.executable.add(path)
    for path, text in package.get("texts", {}).items():
        files.members[path] = text.encode()
        if text.startswith("#!"):
            files.executable.add(path)
    for path, text in package.get("appends", {}).items():
        files.members[path] += text.encode()
    for path, size in package.get("zeros", {}).items():
        files.members[path] = bytes(size)
    listed = "".join(f"/{path}\n" for path in sorted({*files.members, *files.links}))
    configuration = [path for path in sorted(files.members) if path.startswith("etc/config/")]
    if configuration:
        text = "".join(f"/{path}\n" for path in configuration)
        files.members[f"lib/apk/packages/{name}.conffiles"] = text.encode()
    files.members[f"lib/apk/packages/{name}.list"] = listed.encode()
    return files


def paths_of(files: Tree) -> list[dict[str, Any]]:
    """What a package's description says of its files, in the order of their names."""
    found: list[dict[str, Any]] = [
        {
            "name": path,
            "mode": "755" if path in files.executable else "644",
            "size": len(content),
            "digest": hashlib.sha256(content).hexdigest(),
        }
        for path, content in files.members.items()
    ]
    found += [{"name": path, "target": target} for path, target in files.links.items()]
    return sorted(found, key=lambda path: str(path["name"]))


def adb_head(name: str, version: str) -> bytes:
    """The beginning of a package of apk-tools 3, uncompressed: magic, schema, first block.

    Objects are arrays of words, the first of which is their number; texts follow their length.
    """
    block = bytearray(8)

    def put(data: bytes) -> int:
        block.extend(bytes(-len(block) % 4))
        place = len(block)
        block.extend(data)
        return place

    def text(value: str) -> int:
        return 0x80000000 | put(bytes([len(value)]) + value.encode())

    def object_of(*words: int) -> int:
        return 0xE0000000 | put(struct.pack(f"<{len(words) + 1}I", len(words) + 1, *words))

    struct.pack_into("<I", block, 4, object_of(object_of(text(name), text(version))))
    head = b"ADB.pckg" + struct.pack("<I", 4 + len(block)) + bytes(block)
    return head + bytes(-len(head) % 8)


def signed(kind: str, signer: str, content: Any) -> bytes:
    body = json.dumps(content).encode()
    digest = hashlib.sha256(body).hexdigest()
    return f"ADBi {kind} {signer or '-'} {len(body)} {digest}\n".encode() + body


def identity(head: bytes) -> str:
    """How apk tells packages of the same name and version apart."""
    return short(bytes.fromhex(head.split(b"\n", 1)[0].split()[-1].decode()))


def short(digest: bytes) -> str:
    return "Q1" + base64.b64encode(digest[:20]).decode()


def write_feed(feed: Package, packages: list[Built], mirror: Path) -> None:
    folder = mirror / feed["path"]
    folder.mkdir(parents=True)
    for built, package in zip(packages, feed["packages"].values(), strict=True):
        put(built, package, folder)
    editions: dict[str, list[str]] = feed.get("editions", {"": []})
    for edition, parts in editions.items():
        entries = [one.entry for one in packages if one.edition is None or one.edition in parts]
        index = signed("index", SIGNER, sorted(entries, key=lambda entry: str(entry["name"])))
        if edition:
            (folder / f"packages-{edition}.adb").write_bytes(index)
        if not (folder / "packages.adb").exists():
            (folder / "packages.adb").write_bytes(index)
    if feed.get("spoilt"):
        write_spoilt([one.entry for one in packages], mirror / "bad")


def write_spoilt(entries: list[dict[str, Any]], folder: Path) -> None:
    spoilt = {
        "stranger": signed("index", "stranger", entries),
        "unsigned": signed("index", "", entries),
        "truncated": signed("index", SIGNER, entries)[:-100],
        "html": PORTAL,
    }
    for name, content in spoilt.items():
        (folder / name).mkdir(parents=True)
        (folder / name / "packages.adb").write_bytes(content)


def put(built: Built, package: Package, folder: Path) -> None:
    """Write a package's file: whole, or as a mirror in disorder has it."""
    damage = package.get("damage")
    content = built.file
    if damage == "corrupt":
        content = content[:-1] + bytes([content[-1] ^ 1])
    elif damage == "shortened":
        content = content[:-10]
    if damage != "gone":
        folder.mkdir(parents=True, exist_ok=True)
        name = f"{built.entry['name']}-{built.entry['version']}.apk"
        (folder / name).write_bytes(content)


def write_database(packages: list[Built], root: Path) -> None:
    """apk's database of what the image has, and those files that the stand-in lacks otherwise."""
    database = root / "lib/apk/db"
    database.mkdir(parents=True)
    for built in packages:
        for path, content in built.tree.members.items():
            target = root / path
            if not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
    ordered = sorted(packages, key=lambda built: str(built.entry["name"]))
    (database / "installed").write_text("".join(f"{record(built)}\n" for built in ordered))
    (database / "triggers").touch()
    (database / "lock").touch(0o600)
    (database / "scripts.tar.gz").write_bytes(archive(Tree()))


def keep_flash(packages: list[Built], root: Path) -> None:
    """Keep what `feed/reset` goes back to."""
    kept = root / "feed/.flash"
    kept.mkdir()
    for name in ("etc/apk/world", "lib/apk/db/installed", "lib/apk/db/scripts.tar.gz"):
        shutil.copy2(root / name, kept)
    files = Tree()
    for built in packages:
        files.members |= {path: (root / path).read_bytes() for path in built.tree.members}
        files.executable |= built.tree.executable
    (kept / "files.tar.gz").write_bytes(archive(files))


def record(built: Built) -> str:
    """A package's record: a letter, a colon and a value on each line."""
    entry = built.entry
    lines = [
        f"C:{entry['hash']}",
        f"P:{entry['name']}",
        f"V:{entry['version']}",
        f"A:{entry['arch']}",
        f"S:{entry['file-size']}",
        f"I:{entry['installed-size']}",
        f"T:{entry['description']}",
        f"U:{entry['url']}",
        f"L:{entry['license']}",
        f"o:{entry['origin']}",
        f"m:{entry['maintainer']}",
        f"D:{' '.join(entry['depends'])}",
        f"p:{' '.join(entry['provides'])}",
        f"g:{' '.join(entry['tags'])}",
        "f:S",
    ]
    folder = None
    for path in paths_of(built.tree):
        parent, _, name = path["name"].rpartition("/")
        if parent != folder:
            folder = parent
            lines.append(f"F:{folder}")
        lines.append(f"R:{name}")
        if path["mode"] == "755":
            lines.append("a:0:0:755")
        lines.append(f"Z:{short(bytes.fromhex(path['digest']))}")
    kept = [line for line in lines if line not in ("D:", "p:")]
    return "".join(f"{line}\n" for line in kept)
