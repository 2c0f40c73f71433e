# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Package files made on the spot."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterable


def ipk(name: str, version: str, *, files: Iterable[str] = (), **fields: str) -> bytes:
    """An .ipk as OpenWrt's ipkg-build makes it; `fields` with _ for - in their names."""
    control = {
        "Package": name,
        "Version": version,
        **{key.replace("_", "-"): value for key, value in fields.items()},
        "Description": "what it is\n and more of it",
    }
    text = "".join(f"{key}: {value}\n" for key, value in control.items())
    return tar_gz(
        {
            "./debian-binary": b"2.0\n",
            "./data.tar.gz": tar_gz({f"./{path.lstrip('/')}": b"" for path in files}),
            "./control.tar.gz": tar_gz({"./control": text.encode()}),
        }
    )


def tar_gz(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()
