#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation and arguments of M(fleet.openwrt.reboot); its action plugin does the work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: reboot
short_description: Reboot a router and wait until it is back
version_added: 0.1.0
author:
  - The fleet.openwrt authors (@fleet-openwrt)
description:
  - Asks the router to reboot once the reply has left, then connects anew until it answers again.
  - That it has really booted is told by a mark in RAM that is gone, not by a connection that was
    lost and not by a clock, which jumps on routers without one of their own.
  - Refuses while a transaction is open on the router, since that would be rolled back by the boot; see
    M(fleet.openwrt.confirm).
  - Needs no Python on the router, unlike M(ansible.builtin.reboot).
extends_documentation_fragment:
  - fleet.openwrt.attributes
attributes:
  diff_mode:
    description: A reboot has no before and after to compare.
    support: none
options:
  timeout:
    description:
      - Seconds to wait for the router to come back.
    type: int
    default: 300
"""

EXAMPLES = r"""
- name: Reboot after the drivers of the dongle were installed
  fleet.openwrt.reboot:
    timeout: 180
"""

RETURN = r"""
waited_s:
  description: Seconds until the router answered again.
  returned: changed, not in check mode
  type: int
  sample: 48
round_trips:
  description: How often the router was asked.
  returned: success
  type: int
  sample: 5
"""

ARGUMENT_SPEC = {
    "timeout": {"type": "int", "default": 300},
}
