# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What stands at a path of a router, or shall stand there."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import Enum


class Kind(Enum):
    ABSENT = "absent"
    FILE = "file"
    DIRECTORY = "directory"
    LINK = "link"
    OTHER = "other"


@dataclass(frozen=True)
class FileState:
    """Kind, mode, size and checksum are those of what the path leads to, links followed.

    `mode` is octal text such as 0644; `size` counts a file's bytes or a directory's entries;
    `digest` is a file's sha256. `target` is what a link at the path itself says. The kind LINK
    is a link that leads nowhere, or one that is planned. `owner` is the number of the user that
    owns it, None for root: crond, for one, ignores what others own. `content` is a file's, bytes
    as text with surrogate escapes; None where there is none or where it was not read.
    """

    kind: Kind
    mode: str | None = None
    digest: str | None = None
    size: int = 0
    target: str | None = None
    owner: str | None = None
    content: str | None = field(default=None, compare=False)

    @property
    def exists(self) -> bool:
        """Whether anything is at the path, be it a link that leads nowhere."""
        return self.kind is not Kind.ABSENT


ABSENT = FileState(Kind.ABSENT)


def plain_file(content: str, mode: str | None, *, owner: str | None = None) -> FileState:
    return FileState(
        Kind.FILE,
        mode=mode,
        digest=sha256(content),
        size=len(as_bytes(content)),
        owner=owner,
        content=content,
    )


def as_bytes(content: str) -> bytes:
    return content.encode("utf-8", "surrogateescape")


def sha256(content: str) -> str:
    return hashlib.sha256(as_bytes(content)).hexdigest()
