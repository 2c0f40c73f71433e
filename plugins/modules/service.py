#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation and arguments of M(fleet.openwrt.service); the work is done by its action plugin."""

from __future__ import annotations

DOCUMENTATION = r"""
module: service
short_description: Start, stop, enable or disable a service of a router
version_added: 0.1.0
author:
  - The fleet.openwrt authors (@fleet-openwrt)
description:
  - Manages a script in C(/etc/init.d), whether it starts at boot and whether it runs now.
  - Services of procd are judged by what procd says about their processes. A plain init script does not tell whether
    it runs; with O(process) the program that it starts is looked for instead.
  - The action is carried out after the router has replied, since it may cut the very connection over which the task
    runs. Then the router is looked at again. A service that does not stay running fails the task with its last lines
    in the log.
extends_documentation_fragment:
  - fleet.openwrt.guard
  - fleet.openwrt.attributes
options:
  name:
    description:
      - Name of the script in C(/etc/init.d).
    type: str
    required: true
  enabled:
    description:
      - Whether the service starts at boot. Left alone when not given.
    type: bool
  state:
    description:
      - V(started) and V(stopped) act only where that is not so already. A service of procd that has nothing to run,
        such as C(firewall), or C(cron) without a crontab, counts as started once procd knows it.
      - V(restarted) and V(reloaded) act every time, so the task is always changed. A service that knows no reload is
        started again by it if it runs, and started if it does not.
      - Left alone when not given.
    type: str
    choices: [started, stopped, restarted, reloaded]
  process:
    description:
      - Name of the program that a plain init script starts, as C(pidof) knows it. Without it nobody can tell whether
        such a service runs, so V(started) and V(stopped) act every time, with a warning.
      - Of no consequence for services of procd.
    type: str
"""

EXAMPLES = r"""
- name: Have the router keep its hands off IPv6 leases
  fleet.openwrt.service:
    name: odhcpd
    enabled: false
    state: stopped

- name: Have jobs run
  fleet.openwrt.service:
    name: cron
    enabled: true
    state: started

- name: Start the DNS server afresh
  fleet.openwrt.service:
    name: dnsmasq
    state: restarted
"""

RETURN = r"""
enabled:
  description: Whether the service starts at boot, after the task.
  returned: success
  type: bool
  sample: true
running:
  description:
    - Whether it runs, after the task.
    - Null where nobody can tell, which is so for a plain init script without O(process), and for a service of procd
      that has no process.
  returned: success
  type: bool
  sample: true
steps:
  description: What was done, or would be done in check mode; empty when nothing differs.
  returned: success
  type: list
  elements: str
  sample: [enable cron, start cron]
round_trips:
  description: How often the router was asked.
  returned: success
  type: int
  sample: 1
"""

ARGUMENT_SPEC = {
    "name": {"type": "str", "required": True},
    "enabled": {"type": "bool"},
    "state": {"type": "str", "choices": ["started", "stopped", "restarted", "reloaded"]},
    "process": {"type": "str"},
}
