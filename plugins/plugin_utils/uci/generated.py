# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The names that uci itself gives to anonymous sections while it holds a package in memory."""

from __future__ import annotations


def generated_name(section_type: str, number: int) -> str:
    """What uci calls the anonymous section of a type that is the ``number``-th of its package.

    The number starts at 1 and counts every section, named or not. The name changes as soon as an
    earlier section comes or goes, so it is good for reading one file and must never be stored
    (uci, list.c: a counter, then the low 16 bits of Bernstein's hash of the type).
    """
    digest = 5381
    for byte in section_type.encode("utf-8", "surrogateescape"):
        digest = (digest * 33 + byte) & 0xFFFFFFFF
    return f"cfg{number:02x}{digest & 0xFFFF:04x}"
