#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation and arguments of M(fleet.openwrt.converge); its action plugin does the work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: converge
short_description: Bring many things on a router into their wanted state at once
version_added: 0.1.0
author:
  - The fleet.openwrt authors (@fleet-openwrt)
description:
  - Takes a list of resources, reads all that they need in one round trip, plans them together and applies them in one
    more. A router that is as it should be costs one round trip, however long the list is.
  - Resources are planned in the order of the list, and each sees what those before it have planned. All are planned
    before the first change; one that cannot be had stops the task with the router untouched.
  - A file that several resources edit is written once.
extends_documentation_fragment:
  - fleet.openwrt.guard
  - fleet.openwrt.attributes
options:
  resources:
    description:
      - The resources. Each item has one key, the kind, which is the name of the module that manages such a resource
        alone, and as its value the options of that module.
      - Kinds are V(package), V(uci), V(interface), V(firewall_zone), V(dnsmasq_rebind), V(rc_local),
        V(file), V(cron) and V(service).
    type: list
    elements: dict
    required: true
seealso:
  - module: fleet.openwrt.package
  - module: fleet.openwrt.uci
  - module: fleet.openwrt.interface
  - module: fleet.openwrt.firewall_zone
  - module: fleet.openwrt.dnsmasq_rebind
  - module: fleet.openwrt.rc_local
  - module: fleet.openwrt.file
  - module: fleet.openwrt.cron
  - module: fleet.openwrt.service
"""

EXAMPLES = r"""
- name: A whole WAN in one write
  fleet.openwrt.converge:
    resources:
      - package:
          name: [comgt-ncm]
      - interface:
          name: wwan
          proto: ncm
          device: /dev/cdc-wdm0
          apn: internet
      - firewall_zone:
          name: wan
          networks: [wwan]
      - dnsmasq_rebind:
          domains: [yota.ru]

- name: A service of our own, from its script to its process
  fleet.openwrt.converge:
    resources:
      - file:
          path: /etc/init.d/beacon
          mode: '0755'
          keep: true
          check: sh -n
          content: |
            #!/bin/sh /etc/rc.common
            START=95
            USE_PROCD=1
            start_service() {
                procd_open_instance
                procd_set_param command /bin/sh -c 'while sleep 60; do logger -t beacon "$(uptime)"; done'
                procd_close_instance
            }
      - service:
          name: beacon
          enabled: true
          state: started
"""

RETURN = r"""
resources:
  description: What came of each resource, in the order of the task.
  returned: success
  type: list
  elements: dict
  contains:
    kind:
      description: The kind of the resource.
      type: str
      sample: interface
    name:
      description: Its name.
      type: str
      sample: wwan
    changed:
      description: Whether it differed.
      type: bool
      sample: true
steps:
  description: What was done, or would be done in check mode; empty when nothing differs.
  returned: success
  type: list
  elements: str
  sample: [write /etc/config/network, write /etc/config/firewall, reload network, reload firewall]
round_trips:
  description: How often the router was asked.
  returned: success
  type: int
  sample: 1
"""

ARGUMENT_SPEC = {
    "resources": {"type": "list", "elements": "dict", "required": True},
}
