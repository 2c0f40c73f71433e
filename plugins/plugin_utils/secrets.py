# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which values must never be shown: by the name of the option that holds them."""

from __future__ import annotations

import re

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
