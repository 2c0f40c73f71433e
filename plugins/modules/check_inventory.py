#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation and arguments of M(fleet.openwrt.check_inventory); its action does the work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: check_inventory
short_description: Check the variables of all routers before one of them is touched
version_added: 0.1.0
author:
  - The fleet.openwrt authors (@fleet-openwrt)
description:
  - Checks what inventory, group variables and command line say to a playbook of the collection and
    to its roles, for all hosts at once, on the controller. Nothing is sent to any router.
  - Every variable that cannot be used is named with its value, what is expected, and the hosts that
    have it. Secret values are not shown.
  - Variables whose name is nearly one of the collection's are taken for misspelt.
  - Variables that choose hosts and batches, such as C(provision_hosts), are refused where the
    inventory sets them, since Ansible reads them before it knows the variables of any host.
  - Fails when there is no host to check, which C(ansible-playbook) itself takes for success.
  - The playbooks of the collection begin with it. It runs once, for all hosts.
extends_documentation_fragment:
  - fleet.openwrt.attributes.info
options:
  playbook:
    description:
      - The playbook whose variables, and whose roles' variables, are checked.
    type: str
    choices: [provision, verify]
  roles:
    description:
      - Roles of the collection whose variables are checked, for plays that use them by themselves.
    type: list
    elements: str
    choices: [ncm_monitor, ncm_wan, packages, usb_modem, verify]
  pattern:
    description:
      - The group or pattern of hosts that the playbook works on, for the message when there is none.
    type: str
    default: routers
  hosts:
    description:
      - The hosts to check. Not set, that is the host of the task.
    type: list
    elements: str
"""

EXAMPLES = r"""
# In a play of hosts all:localhost, so that one host is there to stand for all.
- name: There are routers, and their variables can be used
  fleet.openwrt.check_inventory:
    playbook: provision
    pattern: routers
    hosts: "{{ ansible_play_hosts_all | select('in', groups['routers'] | default([])) }}"
  run_once: true

- name: Check what one role takes, on each host by itself
  fleet.openwrt.check_inventory:
    roles: [ncm_wan]
"""

RETURN = r"""
checked:
  description: How many hosts were checked.
  returned: success
  type: int
  sample: 3
"""

ARGUMENT_SPEC = {
    "playbook": {"type": "str", "choices": ["provision", "verify"]},
    "roles": {
        "type": "list",
        "elements": "str",
        "choices": ["ncm_monitor", "ncm_wan", "packages", "usb_modem", "verify"],
    },
    "pattern": {"type": "str", "default": "routers"},
    "hosts": {"type": "list", "elements": "str"},
}
