# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Package files on the controller, for routers that cannot reach a feed.

An .ipk is a tar.gz of three parts, of which control.tar.gz says what it is. An .apk begins with a
database that does. The name of a file is asked only where that database cannot be read.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import re
import tarfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import astuple, dataclass, field
from pathlib import PurePosixPath

from ..errors import PlanError, SpecError
from . import adb, apk_version
from .model import Offer, dependencies, names_in
from .want import check_identity

# Versions without a revision or a commit are not OpenWrt's: such a name was made by somebody else.
_APK_NAME = re.compile(r"(?P<name>.+?)-(?P<version>\d[^-]*(?:-r\d+|~[0-9a-f]+))")


@dataclass(frozen=True)
class LocalFile:
    """A file on the controller: its path, as the user wrote it, and what it holds."""

    path: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class PackageFile:
    """A package file, what it offers, and which package manager it is for."""

    manager: str
    offer: Offer
    content: bytes = field(repr=False)
    path: str


def package_file(file: LocalFile) -> PackageFile:
    """Raises SpecError for a file that is no package."""
    suffix = PurePosixPath(file.path).suffix
    if suffix not in _READERS:
        expected = "a file that ends in .ipk (up to OpenWrt 24.10) or .apk (from 25.12 on)"
        raise _unusable(file, expected)
    manager, read = _READERS[suffix]
    offer = read(file)
    check_identity(offer.name, offer.version, option="files", value=file.path)
    return PackageFile(manager, offer, file.content, file.path)


def refuse_other_files(files: Iterable[PackageFile], manager: str) -> None:
    """Raise PlanError for files that the router's package manager does not take."""
    others = [file.path for file in files if file.manager != manager]
    if others:
        raise PlanError(
            f"This router has {manager} and cannot install {', '.join(others)}.",
            hint="opkg (OpenWrt up to 24.10) takes .ipk files, apk (from 25.12 on) .apk files.",
        )


def _ipk(file: LocalFile) -> Offer:
    try:
        fields = _control(file.content)
        return Offer(
            name=fields["Package"],
            version=fields["Version"],
            depends=dependencies(fields.get("Depends", "")),
            provides=names_in(fields.get("Provides", "")),
            filename=PurePosixPath(file.path).name,
            sha256=hashlib.sha256(file.content).hexdigest(),
            size=len(file.content),
            installed_size=int(fields.get("Installed-Size", "0")),
            conflicts=dependencies(fields.get("Conflicts", "")),
        )
    except (tarfile.TarError, KeyError, ValueError, EOFError, OSError, zlib.error) as error:
        raise _unusable(file, f"an .ipk, a tar.gz with control.tar.gz in it ({error})") from error


def _control(content: bytes) -> dict[str, str]:
    """The fields of the control file; all of the file is unpacked, so that a cut one shows."""
    with _tar(content) as parts, _tar(_member(parts, "control.tar.gz")) as control:
        text = _member(control, "control").decode("utf-8", "replace")
    fields = (line.partition(":") for line in text.splitlines() if not line.startswith(" "))
    return {name: value.strip() for name, colon, value in fields if colon}


def _tar(compressed: bytes) -> tarfile.TarFile:
    return tarfile.open(fileobj=io.BytesIO(gzip.decompress(compressed)), mode="r:")


def _member(archive: tarfile.TarFile, name: str) -> bytes:
    for member in archive:
        if PurePosixPath(member.name) == PurePosixPath(name):
            opened = archive.extractfile(member)
            if opened is not None:
                return opened.read()
    raise ValueError(f"it has no {name}")


def _apk(file: LocalFile) -> Offer:
    if not file.content.startswith(b"ADB"):
        raise _unusable(file, "an .apk of apk-tools 3, which begins with ADB")
    try:
        name, version = astuple(adb.identity(file.content))
    except adb.NotAnApkError as error:
        name, version = _by_file_name(file, error)
    return Offer(
        name=name,
        version=version,
        filename=PurePosixPath(file.path).name,
        sha256=hashlib.sha256(file.content).hexdigest(),
        size=len(file.content),
    )


def _by_file_name(file: LocalFile, reason: adb.NotAnApkError) -> tuple[str, str]:
    match = _APK_NAME.fullmatch(PurePosixPath(file.path).stem)
    if match is None or not apk_version.is_version(match["version"]):
        raise _unusable(
            file,
            f"an .apk that says what it is ({reason}), or one that is called NAME-VERSION.apk, as "
            f"in OpenWrt's feeds: rename it",
        ) from reason
    return match["name"], match["version"]


def _unusable(file: LocalFile, expected: str) -> SpecError:
    return SpecError(option="files", value=file.path, expected=expected)


_READERS: Mapping[str, tuple[str, Callable[[LocalFile], Offer]]] = {
    ".ipk": ("opkg", _ipk),
    ".apk": ("apk", _apk),
}
"""By the end of a file's name: the package manager it is for, and what reads it."""
