# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names of variables that nothing reads because they are misspelt."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from difflib import get_close_matches

_ALIKE = 0.85
"""How alike two names must be (0 to 1) for one to be taken for the other misspelt."""


def meant(name: str, known: Collection[str]) -> str | None:
    """The known name that `name` was meant to be, None if it is known or unlike all of them."""
    if name in known:
        return None
    plain = {_plain(each): each for each in sorted(known)}
    near = get_close_matches(_plain(name), plain, n=1, cutoff=_ALIKE)
    return plain[near[0]] if near else None


def ours(names: Iterable[str], known: Collection[str], prefixes: Collection[str]) -> list[str]:
    """Those of `names` that belong to us: known, or with a prefix of ours. Sorted.

    Two underscores mark what roles compute for themselves. Capitals and dashes make no difference.
    """
    starts = tuple(f"{prefix}_" for prefix in prefixes)
    plain = {_plain(each) for each in known}
    return sorted(
        name
        for name in names
        if name in known
        or ("__" not in name and (name.startswith(starts) or _plain(name) in plain))
    )


def _plain(name: str) -> str:
    return name.lower().replace("-", "").replace("_", "")
