# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of modules that talk with a modem."""

from __future__ import annotations


class ModuleDocFragment:
    """C(fleet.openwrt.port)."""

    DOCUMENTATION = r"""
options:
  device:
    description:
      - The control port, such as V(/dev/ttyUSB0), V(/dev/cdc-wdm0) or a link to one.
      - Without it, or with V(auto), the port that the interface O(interface) is configured with is tried first, then
        every control node there is; the first that answers is taken.
    type: str
  interface:
    description:
      - The interface whose modem is meant. What netifd has to say to the modem for it waits meanwhile.
    type: str
    default: wwan
"""
