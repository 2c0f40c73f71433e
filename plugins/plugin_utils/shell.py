# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Quoting for the router's shell: the one function through which every value passes."""

from __future__ import annotations

import shlex

from .errors import SpecError


def quote(value: str) -> str:
    """`value` as one word of a POSIX shell, whatever bytes it holds.

    Raises SpecError for a NUL byte, which no shell word can carry.
    """
    if "\0" in value:
        raise SpecError(option="value", value=value[:40], expected="text without a NUL byte")
    return shlex.quote(value)
