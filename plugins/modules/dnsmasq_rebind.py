#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation and arguments of M(fleet.openwrt.dnsmasq_rebind); its action plugin does the work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: dnsmasq_rebind
short_description: Manage the DNS rebind protection of dnsmasq and its whitelist
version_added: 0.1.0
author:
  - The fleet.openwrt authors (@fleet-openwrt)
description:
  - dnsmasq discards answers from upstream that hold private addresses, and logs
    C(possible DNS-rebind attack detected). Some operators answer like that for pages of their own; V(yota.ru) is the
    best known. This module whitelists such domains, or switches the protection on or off.
  - A domain covers its sub-domains.
extends_documentation_fragment:
  - fleet.openwrt.guard
  - fleet.openwrt.attributes
  - fleet.openwrt.reload
options:
  domains:
    description:
      - Domains that may be answered with private addresses.
    type: list
    elements: str
    default: []
  state:
    description:
      - Whether the domains are in the whitelist.
    type: str
    choices: [present, absent]
    default: present
  exclusive:
    description:
      - Remove all domains from the whitelist that O(domains) does not name. With O(state=present) only.
    type: bool
    default: false
  protection:
    description:
      - Whether private addresses are discarded at all. Not touched when not given; OpenWrt has it on.
    type: bool
  localhost:
    description:
      - Whether answers in 127.0.0.0/8 are let through, as DNS blocklist services need it. Not touched when not given.
    type: bool
  instance:
    description:
      - The C(dnsmasq) section, for routers that run several. Its name, or V(@dnsmasq[0]) for the first one, in quotes;
        the stock one has no name.
    type: str
"""

EXAMPLES = r"""
- name: Let the operator's own pages through
  fleet.openwrt.dnsmasq_rebind:
    domains: [yota.ru]

- name: No whitelist, protection on
  fleet.openwrt.dnsmasq_rebind:
    domains: []
    exclusive: true
    protection: true
"""

RETURN = r"""
domains:
  description: The whitelist as it is now, or would be after check mode.
  returned: success
  type: list
  elements: str
  sample: [yota.ru]
differences:
  description: What differs between the router and what is wanted; empty when nothing does.
  returned: success
  type: list
  elements: dict
  sample:
    - change: added
      path: dhcp.@dnsmasq[0].rebind_domain
      before: null
      after: [yota.ru]
steps:
  description: What was done, or would be done in check mode; empty when nothing differs.
  returned: success
  type: list
  elements: str
  sample: [write /etc/config/dhcp, reload dnsmasq, reload odhcpd]
round_trips:
  description: How often the router was asked.
  returned: success
  type: int
  sample: 1
"""

ARGUMENT_SPEC = {
    "domains": {"type": "list", "elements": "str", "default": []},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "exclusive": {"type": "bool", "default": False},
    "protection": {"type": "bool"},
    "localhost": {"type": "bool"},
    "instance": {"type": "str"},
    "reload": {"type": "bool", "default": True},
}
