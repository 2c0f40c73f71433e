#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation and arguments of M(fleet.openwrt.gather_facts); its action plugin does the work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: gather_facts
short_description: Let gather_facts of a play work on routers
version_added: 0.1.0
author:
  - The fleet.openwrt authors (@fleet-openwrt)
description:
  - M(ansible.builtin.gather_facts), which runs M(fleet.openwrt.facts) on the hosts whose variable C(ansible_facts_modules)
    says so, and does on all others what it always does.
  - Ansible's own sends its facts modules to the host as Python source, which a router cannot run.
  - C(gather_facts=true) of a play calls this one when the play says C(collections=[fleet.openwrt]), or when the
    project has a file C(action_plugins/gather_facts.py) that imports it. See the examples.
  - Of the play's keywords C(gather_subset) is passed on; C(gather_timeout) and C(fact_path) mean nothing to a router.
    M(fleet.openwrt.facts) may also stand in C(module_defaults).
  - Where several facts modules are set for a router, they run one after the other.
extends_documentation_fragment:
  - fleet.openwrt.attributes.info
options:
  gather_subset:
    description:
      - The parts to gather, see O(fleet.openwrt.facts#module:gather_subset). For other hosts what their facts module
        takes.
    type: list
    elements: str
  gather_timeout:
    description:
      - Seconds for facts modules of other hosts.
    type: int
  filter:
    description:
      - What to keep, for facts modules of other hosts.
    type: list
    elements: str
  fact_path:
    description:
      - Where other hosts keep local facts.
    type: path
  parallel:
    description:
      - Whether the facts modules of other hosts run at the same time.
    type: bool
seealso:
  - module: fleet.openwrt.facts
  - module: ansible.builtin.gather_facts
"""

EXAMPLES = r"""
# `gather_facts: true` works on routers whose inventory says
#     ansible_facts_modules: fleet.openwrt.facts
# in plays that say
#     collections: [fleet.openwrt]
# or, without a word in the plays, with a file action_plugins/gather_facts.py beside them that says
#     from ansible_collections.fleet.openwrt.plugins.action.gather_facts import ActionModule

- name: Gather them in a task
  fleet.openwrt.gather_facts:
    gather_subset: [release, interfaces]
"""

RETURN = r"""
ansible_facts:
  description: What the facts modules have gathered; of M(fleet.openwrt.facts) the key C(openwrt).
  returned: success
  type: dict
"""

ARGUMENT_SPEC = {
    "gather_subset": {"type": "list", "elements": "str"},
    "gather_timeout": {"type": "int"},
    "filter": {"type": "list", "elements": "str"},
    "fact_path": {"type": "path"},
    "parallel": {"type": "bool"},
}
