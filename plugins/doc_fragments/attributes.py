# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What all modules of the collection have in common, for their documentation."""

from __future__ import annotations


class ModuleDocFragment:
    """C(fleet.openwrt.attributes) for modules that may change a router, C(.INFO) for the others."""

    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description:
      - Can run in C(check_mode) and predicts the changed status without modifying the router.
    support: full
  diff_mode:
    description: Returns what has changed, or would change, when in diff mode. Secrets are redacted.
    support: full
  platform:
    description:
      - Routers with OpenWrt 21.02 or later. Nothing has to be installed on them, no Python either.
    support: full
    platforms: OpenWrt
  action_group:
    description:
      - Use C(group/fleet.openwrt.router) in C(module_defaults) to set defaults for this module.
    support: full
    membership:
      - fleet.openwrt.router
"""

    INFO = r"""
options: {}
attributes:
  check_mode:
    description: Can run in C(check_mode). This module does not change the router.
    support: full
  diff_mode:
    description: This module does not change the router, so there is no difference to show.
    support: N/A
  platform:
    description:
      - Routers with OpenWrt 21.02 or later. Nothing has to be installed on them, no Python either.
    support: full
    platforms: OpenWrt
  action_group:
    description:
      - Use C(group/fleet.openwrt.router) in C(module_defaults) to set defaults for this module.
    support: full
    membership:
      - fleet.openwrt.router
"""
