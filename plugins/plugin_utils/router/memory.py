# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""An end to a reply without end.

Connection plugins collect a reply in memory until it ends, and offer no way to look at it before.
So the process is not allowed to grow without end: Ansible runs each task of each host in a process
of its own.
"""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_GROWTH = 96 << 20
"""Bytes: a reply of 16 MB is held twice while it grows, and once more as text."""


@contextmanager
def bounded_memory(growth: int = _GROWTH) -> Iterator[None]:
    """Within it, growing by more is a MemoryError, on systems that tell a process's size."""
    size = _size()
    if not size:
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    limits = (limit for limit in (soft, hard) if limit != resource.RLIM_INFINITY)
    resource.setrlimit(resource.RLIMIT_AS, (min((size + growth, *limits)), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _size() -> int:
    """Bytes of address space of this process; 0 where that cannot be told."""
    try:
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
    except OSError:
        return 0
    return int(pages) * resource.getpagesize()
