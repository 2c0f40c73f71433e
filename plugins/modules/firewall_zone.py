#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation and arguments of M(fleet.openwrt.firewall_zone); its action plugin does the work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: firewall_zone
short_description: Manage a zone of the firewall and the networks in it
version_added: 0.1.0
author:
  - The fleet.openwrt authors (@fleet-openwrt)
description:
  - Finds the zone by its name and adds or removes networks without touching the others.
  - An old-style text such as V(wan wan6) is converted to a proper list when a network is added or removed.
    C(uci add_list) would make a list of it whose first item is the whole text.
  - For an interface with C(proto ncm) only the interface itself belongs into the zone; netifd puts its children
    (C(wwan_4), C(wwan_6)) there by itself.
extends_documentation_fragment:
  - fleet.openwrt.guard
  - fleet.openwrt.attributes
  - fleet.openwrt.reload
options:
  name:
    description:
      - Name of the zone, such as V(wan); 1 to 11 letters, digits and C(_).
    type: str
    required: true
  networks:
    description:
      - Interfaces of C(/etc/config/network) that must be in the zone.
    type: list
    elements: str
    default: []
  absent_networks:
    description:
      - Interfaces that must not be in the zone.
    type: list
    elements: str
    default: []
  exclusive:
    description:
      - Remove all networks that O(networks) does not name.
    type: bool
    default: false
  input:
    description:
      - What happens to packets for the router itself. Not touched when not given.
    type: str
    choices: [ACCEPT, REJECT, DROP]
  output:
    description:
      - What happens to packets of the router itself. Not touched when not given.
    type: str
    choices: [ACCEPT, REJECT, DROP]
  forward:
    description:
      - What happens to packets between networks of the zone. Not touched when not given.
    type: str
    choices: [ACCEPT, REJECT, DROP]
  masq:
    description:
      - Whether packets that leave by this zone get the router's address. Not touched when not given.
    type: bool
  mtu_fix:
    description:
      - Whether the maximum segment size of TCP is clamped to the path. Not touched when not given.
    type: bool
  create:
    description:
      - Make the zone when the router has none of that name. Otherwise that is an error, for a mistyped name would
        leave the interface without a firewall.
    type: bool
    default: false
  state:
    description:
      - Whether the zone exists.
    type: str
    choices: [present, absent]
    default: present
seealso:
  - module: fleet.openwrt.interface
  - module: fleet.openwrt.uci
"""

EXAMPLES = r"""
- name: The mobile link belongs to the WAN
  fleet.openwrt.firewall_zone:
    name: wan
    networks: [wwan]
    masq: true
    mtu_fix: true

- name: A zone for guests
  fleet.openwrt.firewall_zone:
    name: guest
    networks: [guest]
    exclusive: true
    input: REJECT
    output: ACCEPT
    forward: REJECT
    create: true

- name: Take the old link out of the zone
  fleet.openwrt.firewall_zone:
    name: wan
    absent_networks: [wwan_old]
"""

RETURN = r"""
networks:
  description: The networks of the zone as they are now, or would be after check mode.
  returned: success
  type: list
  elements: str
  sample: [wan, wan6, wwan]
differences:
  description: What differs between the router and what is wanted; empty when nothing does.
  returned: success
  type: list
  elements: dict
  sample:
    - change: changed
      path: firewall.@zone[1].network
      before: [wan, wan6]
      after: [wan, wan6, wwan]
steps:
  description: What was done, or would be done in check mode; empty when nothing differs.
  returned: success
  type: list
  elements: str
  sample: [write /etc/config/firewall, reload firewall]
round_trips:
  description: How often the router was asked.
  returned: success
  type: int
  sample: 1
"""

_POLICY = {"type": "str", "choices": ["ACCEPT", "REJECT", "DROP"]}

ARGUMENT_SPEC = {
    "name": {"type": "str", "required": True},
    "networks": {"type": "list", "elements": "str", "default": []},
    "absent_networks": {"type": "list", "elements": "str", "default": []},
    "exclusive": {"type": "bool", "default": False},
    "input": _POLICY,
    "output": _POLICY,
    "forward": _POLICY,
    "masq": {"type": "bool"},
    "mtu_fix": {"type": "bool"},
    "create": {"type": "bool", "default": False},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "reload": {"type": "bool", "default": True},
}
