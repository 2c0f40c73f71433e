# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which values must never be shown: by the name of the option that holds them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

HIDDEN = "********"

_SECRET = re.compile(
    r"""^(?: .*passw(?:or)?d | .*passphrase | pass | .*secret | .*token
        | pin(?:code)? | puk(?:code)? | .*psk | sae_password
        | key[1-4]? | (?:.*_)?(?:private|preshared|shared)_?key | .*_key | api_?key
        | auth(?:_key|key) | .*credentials? )$""",
    re.VERBOSE | re.IGNORECASE,
)


def is_secret(option: str) -> bool:
    """Whether the option's name says that its value is a secret.

    By name, since UCI itself does not tell. `public_key` and its like are shown.
    """
    name = option.lower()
    return bool(_SECRET.match(name)) and not name.startswith(("public", "pub_"))


def secret_values(options: Iterable[Mapping[str, str | Sequence[str]]]) -> frozenset[str]:
    """The texts behind secret options of these sections, an item each of lists."""
    return frozenset(
        item
        for section in options
        for option, value in section.items()
        if is_secret(option)
        for item in ((value,) if isinstance(value, str) else value)
        if item
    )
