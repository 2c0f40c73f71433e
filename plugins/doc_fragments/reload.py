# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The option O(reload) of modules that write UCI packages."""

from __future__ import annotations


class ModuleDocFragment:
    """C(fleet.openwrt.reload)."""

    DOCUMENTATION = r"""
options:
  reload:
    description:
      - Whether the services concerned take up the change at once. They are reloaded after the router has
        replied, since that may cut the very connection over which the task runs.
      - When V(false), the change takes effect with the next reload of the service or the next boot.
    type: bool
    default: true
"""
