# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Turn the descriptions in feeds/*.toml into package feeds and opkg's own database.

A description has `name` and `path` of the feed, defaults for its packages (`version`, `section`,
`needs`: what every package depends on), and `packages`: name to
`version`, `depends`, `description`, `architecture`, `installed_size` (bytes) and
`files` (a folder under feeds/files), `without` (options that an older handler does not declare).
"""

from __future__ import annotations

import gzip
import hashlib
import io
import shutil
import tarfile
import tomllib
from pathlib import Path
from typing import Any

Package = dict[str, Any]

POSTINST = """#!/bin/sh
# Starts what the package brings, unless it is unpacked for another root.
for script in $(grep '^/etc/init.d/' "/usr/lib/opkg/info/{name}.list" 2> /dev/null); do
	"$script" enable
	"$script" start
done
exit 0
"""
PRERM = """#!/bin/sh
for script in $(grep '^/etc/init.d/' "/usr/lib/opkg/info/{name}.list" 2> /dev/null); do
	"$script" disable
	"$script" stop
done
exit 0
"""


def build(source: Path, root: Path) -> None:
    """Write every feed under root/feed, and the database of what is installed."""
    contents = prepare_files(source, root)
    for description in sorted(source.glob("*.toml")):
        feed = tomllib.loads(description.read_text())
        if description.stem == "installed":
            write_database(feed["packages"], root)
        else:
            write_feed(feed, contents, root / "feed" / feed["path"])


def prepare_files(source: Path, root: Path) -> Path:
    """Move gcom into its package: on a fresh flash it is not there."""
    contents = root.parent / "files"
    shutil.copytree(source / "files", contents, symlinks=True)
    gcom = contents / "comgt/usr/bin/gcom"
    gcom.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(root / "usr/bin/comgt", gcom)
    gcom.with_name("comgt").symlink_to("gcom")
    return contents


def write_feed(feed: Package, contents: Path, target: Path) -> None:
    target.mkdir(parents=True)
    listed = []
    for name, package in sorted(feed["packages"].items()):
        control = control_of(name, package, feed)
        ipk = make_ipk(name, control, package, contents)
        filename = f"{name}_{control['Version']}_{control['Architecture']}.ipk"
        (target / filename).write_bytes(ipk)
        index = {
            **{field: control[field] for field in control if field != "Description"},
            "Filename": filename,
            "Size": str(len(ipk)),
            "SHA256sum": hashlib.sha256(ipk).hexdigest(),
            "Description": control["Description"],
        }
        listed.append(stanza(index))
    text = "\n".join(listed).encode()
    (target / "Packages").write_bytes(text)
    (target / "Packages.gz").write_bytes(gzip.compress(text, mtime=0))
    # An imitation of usign's signature: the checksum that the signer vouches for.
    digest = hashlib.sha256(text).hexdigest()
    (target / "Packages.sig").write_text(f"untrusted comment: stand-in feed key\n{digest}\n")


def control_of(name: str, package: Package, feed: Package) -> dict[str, str]:
    control = {
        "Package": name,
        "Version": package.get("version") or feed["version"],
        "Depends": ", ".join([*feed.get("needs", []), *package.get("depends", [])]),
        "Section": package.get("section") or feed["section"],
        "Architecture": package.get("architecture", "x86_64"),
        "Installed-Size": str(package.get("installed_size", 10240)),
        "Description": package.get("description", f"Kernel module package {name} (stub .ko)"),
    }
    return {field: value for field, value in control.items() if value}


def stanza(fields: dict[str, str]) -> str:
    return "".join(f"{field}: {value}\n" for field, value in fields.items())


def make_ipk(name: str, control: dict[str, str], package: Package, contents: Path) -> bytes:
    scripts = {
        "control": stanza(control),
        "postinst": POSTINST.format(name=name),
        "prerm": PRERM.format(name=name),
    }
    outer = {
        "debian-binary": b"2.0\n",
        "data.tar.gz": data_archive(name, package, contents),
        "control.tar.gz": archive({key: text.encode() for key, text in scripts.items()}),
    }
    return archive(outer)


def data_archive(name: str, package: Package, contents: Path) -> bytes:
    if "files" not in package:
        if not name.startswith("kmod-"):
            return archive({})
        module = name.removeprefix("kmod-").replace("-", "_")
        return archive({f"lib/modules/6.6.110/{module}.ko": b"stub\n"})
    root = contents / package["files"]
    members: dict[str, bytes] = {}
    links: dict[str, str] = {}
    for path in sorted(root.rglob("*"), reverse=True):
        relative = str(path.relative_to(root))
        if path.is_symlink():
            links[relative] = str(path.readlink())
        elif path.is_file():
            members[relative] = without(path.read_bytes(), package.get("without", []))
    executable = {str(p.relative_to(root)) for p in root.rglob("*") if p.stat().st_mode & 0o100}
    return archive(members, links, executable)


def without(content: bytes, options: list[str]) -> bytes:
    """An older handler: the same text, but it does not declare these options."""
    if not options:
        return content
    undeclared = tuple(
        f"add_{kind} {name}".encode() for name in options for kind in ("string", "boolean")
    )
    lines = content.splitlines(keepends=True)
    return b"".join(line for line in lines if not line.strip().endswith(undeclared))


def archive(
    members: dict[str, bytes],
    links: dict[str, str] | None = None,
    executable: set[str] | None = None,
) -> bytes:
    """A reproducible tar.gz with paths starting `./`; scripts of a package are executable."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT) as tar:
        for name, content in members.items():
            entry = tarfile.TarInfo(f"./{name}")
            entry.size = len(content)
            runs = name in ("postinst", "prerm") or (executable is not None and name in executable)
            entry.mode = 0o755 if runs else 0o644
            tar.addfile(entry, io.BytesIO(content))
        for name, target in (links or {}).items():
            entry = tarfile.TarInfo(f"./{name}")
            entry.type, entry.linkname = tarfile.SYMTYPE, target
            tar.addfile(entry)
    return gzip.compress(buffer.getvalue(), mtime=0)


def write_database(packages: dict[str, Package], root: Path) -> None:
    """opkg's status file and the lists of files of what the image has."""
    info = root / "usr/lib/opkg/info"
    stanzas = []
    for name, package in packages.items():
        needs = [] if name == "libc" else ["libc"]
        fields = {"Package": name, "Version": package["version"]}
        depends = ", ".join([*needs, *package.get("depends", [])])
        if depends:
            fields["Depends"] = depends
        fields |= {"Status": "install user installed", "Architecture": "x86_64"}
        conffiles = "".join(conffile(path, root) for path in package.get("conffiles", []))
        if conffiles:
            fields["Conffiles"] = f"\n{conffiles.rstrip()}"
        fields["Installed-Time"] = "1760891865"
        stanzas.append(stanza(fields))
        (info / f"{name}.list").write_text(
            "".join(f"{path}\n" for path in package.get("files", []))
        )
        (info / f"{name}.control").write_text(
            stanza({"Package": name, "Version": package["version"]})
        )
    (root / "usr/lib/opkg/status").write_text("\n".join(stanzas) + "\n")


def conffile(path: str, root: Path) -> str:
    content = root / path.lstrip("/")
    digest = hashlib.sha256(content.read_bytes() if content.exists() else b"").hexdigest()
    return f" {path} {digest}\n"
