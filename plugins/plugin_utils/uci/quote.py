# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a value is written in UCI text. Nothing else in the collection quotes for UCI."""

from __future__ import annotations


def quote(value: str) -> str:
    r"""Put a value into single quotes: ``it's`` becomes ``'it'\''s'``.

    Everything between single quotes is literal in UCI, line breaks included, so the quote itself is
    the only character that needs care (uci, file.c).
    """
    return "'" + value.replace("'", "'\\''") + "'"
