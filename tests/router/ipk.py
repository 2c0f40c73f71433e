# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Feeds and database of the variant with opkg, from feeds/24.10/*.toml."""

from __future__ import annotations

import gzip
import hashlib
import shutil
import tomllib
from pathlib import Path

from .feed import Package, Tree, archive, prepare_files, tree

KERNEL = "6.6.110"
NAME_SERVER = ("usr/sbin/dnsmasq", "etc/init.d/dnsmasq", "etc/config/dhcp")
"""What dnsmasq-full brings, the same files as dnsmasq."""
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
    for path in NAME_SERVER:
        copy = contents / "dnsmasq-full" / path
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(root / path, copy)
    for description in sorted((source / "24.10").glob("*.toml")):
        feed = tomllib.loads(description.read_text())
        if description.stem == "installed":
            write_database(feed["packages"], root)
        else:
            write_feed(feed, contents, root / "feed" / feed["path"])


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
    # A blank line ends the last package too: opkg cuts off its fields otherwise.
    text = "".join(f"{package}\n" for package in listed).encode()
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
        "Provides": ", ".join(package.get("provides", [])),
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
    if package.get("conffiles"):
        scripts["conffiles"] = "".join(f"{path}\n" for path in package["conffiles"])
    control_tree = Tree(
        {key: text.encode() for key, text in scripts.items()}, executable={"postinst", "prerm"}
    )
    outer = {
        "debian-binary": b"2.0\n",
        "data.tar.gz": archive(tree(name, package, contents, KERNEL), folders=True),
        "control.tar.gz": archive(control_tree),
    }
    return archive(Tree(outer))


def write_database(packages: dict[str, Package], root: Path) -> None:
    """opkg's status file and the lists of files of what the image has."""
    info = root / "usr/lib/opkg/info"
    info.mkdir(parents=True)
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
