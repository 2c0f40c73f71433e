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
  - That it has really booted is told by a note in RAM of the boot before, not by a connection that was
    lost and not by a clock, which jumps on routers without one of their own.
  - Refuses while a transaction is open on the router, since that would be rolled back by the boot; see
    M(fleet.openwrt.confirm).
  - Needs no Python on the router, unlike M(ansible.builtin.reboot). Works over any connection; a container
    has to be started again by its engine, so give it a restart policy.
extends_documentation_fragment:
  - fleet.openwrt.attributes
  - fleet.openwrt.patience
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
    aliases: [reboot_timeout]
  test_command:
    description:
      - A shell command that must succeed on the router before it counts as back, tried until O(timeout).
      - Without it a router is back as soon as it runs what it is sent, which may be before its last services
        have started.
    type: str
  msg:
    description:
      - What the router's log says before the reboot. That log is in RAM, so it matters where it is also sent
        elsewhere.
    type: str
    default: Reboot asked for by Ansible
"""

EXAMPLES = r"""
- name: Reboot after the drivers of the dongle were installed
  fleet.openwrt.reboot:
    timeout: 180

- name: Reboot, and go on once the WAN has an address
  fleet.openwrt.reboot:
    delay: 20
    test_command: ubus call network.interface.wan status | jsonfilter -e '@["ipv4-address"][0].address'
    msg: New kernel modules
"""

RETURN = r"""
waited_s:
  description: Seconds until the router was back.
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
    "timeout": {"type": "int", "default": 300, "aliases": ["reboot_timeout"]},
    "test_command": {"type": "str"},
    "msg": {"type": "str", "default": "Reboot asked for by Ansible"},
}
