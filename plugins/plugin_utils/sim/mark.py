# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the router's own guard leaves in an interface whose PIN the SIM has refused.

The guard (roles/ncm_wan/files/pin-guard.sh) takes the PIN out of netifd's reach, and has netifd
leave the interface alone: without its PIN it would be set up again and again for nothing.
"""

from __future__ import annotations

from ..uci.model import Section

MARK = "pin_refused"
"""The option that tells of it; `auto` beside it is the guard's as well."""


def unmarked(section: Section) -> Section:
    """The section as it is once somebody says anew what its PIN is."""
    if not section.has(MARK):
        return section
    return section.without_option(MARK).without_option("auto")
