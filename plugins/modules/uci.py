#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation and arguments of M(fleet.openwrt.uci); the work is done by its action plugin."""

from __future__ import annotations

DOCUMENTATION = r"""
module: uci
short_description: Manage sections of a UCI package
version_added: 0.1.0
author:
  - The fleet.openwrt authors (@fleet-openwrt)
description:
  - Declares how sections of one file of C(/etc/config) shall look. What differs is computed on the controller
    and written in one atomic replacement; a package that needs no change is not written.
  - Sections without a name are found by their type and by options that tell them apart, where these do
    not suffice by their index, and never by the changing names (C(cfg01e48a)) that C(uci) prints.
  - Sections, options and items of lists that are not mentioned keep their values and their order.
  - Comments stay with the section or option that they stand above or behind, unlike with C(uci commit). They are not
    shown, since they may hold an old password; a warning tells how many go with what is removed.
  - The router's own C(uci) must read the file before and after the change as the controller does, or nothing is
    written. The task also refuses when the file has changed since it was read, and when somebody has staged
    changes to it that are not committed.
  - Options of an interface in the package C(network) are held to the rules of M(fleet.openwrt.interface), since the
    handlers of some protocols paste them into AT commands.
extends_documentation_fragment:
  - fleet.openwrt.guard
  - fleet.openwrt.attributes
  - fleet.openwrt.reload
options:
  package:
    description:
      - Name of the package, such as V(network). It is created when it does not exist.
    type: str
    required: true
  sections:
    description:
      - The sections, each with its name, or with its type and O(sections[].match).
      - Values may be text, numbers, booleans (V(true) is written as V(1), V(false) as V(0)) or lists.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description:
          - Name of the section. Letters, digits and C(_) only, as UCI demands.
        type: str
      type:
        description:
          - Type of the section, such as V(interface). Needed when the section has no name, and to create one.
        type: str
      match:
        description:
          - 'Options whose values distinguish a section without a name, such as C(name: wan).'
          - When no section matches, one is made that has these options.
        type: dict
        default: {}
      index:
        description:
          - Picks one of several sections that O(sections[].type) and O(sections[].match) mean, V(0) for the first and
            V(-1) for the last, where no option tells them apart. Such a section is never made nor removed.
        type: int
      options:
        description:
          - Options and their exact values. A list is written as a UCI list with exactly these items.
          - An empty text or list removes the option, as in UCI itself.
        type: dict
        default: {}
      contains:
        description:
          - Lists and items that must be among theirs. Missing ones are added at the end.
          - An old-style text such as V(wan wan6) is turned into a proper list when an item is added, or when its
            reader sees lists only, as dnsmasq's does.
        type: dict
        default: {}
      lacks:
        description:
          - Lists and items that must not be among theirs.
        type: dict
        default: {}
      absent:
        description:
          - Names of options that must not exist.
        type: list
        elements: str
        default: []
      exclusive:
        description:
          - Remove all options of the section that are not mentioned.
        type: bool
        default: false
      state:
        description:
          - With V(absent) all sections that are meant are removed.
        type: str
        choices: [present, absent]
        default: present
  purge:
    description:
      - Types of which only the sections listed in O(sections) may exist; all others of these types are removed.
    type: list
    elements: str
    default: []
  ordered:
    description:
      - Whether the listed sections must stand in the order in which they are listed.
    type: bool
    default: false
seealso:
  - module: fleet.openwrt.interface
  - module: fleet.openwrt.firewall_zone
  - module: fleet.openwrt.dnsmasq_rebind
  - module: fleet.openwrt.converge
"""

EXAMPLES = r"""
- name: Name the router
  fleet.openwrt.uci:
    package: system
    sections:
      - type: system
        options:
          hostname: kiosk-17
          timezone: CET-1CEST,M3.5.0,M10.5.0/3

- name: Open SSH to the WAN, as a rule that is found again by its name
  fleet.openwrt.uci:
    package: firewall
    sections:
      - type: rule
        match:
          name: Allow-SSH-WAN
        options:
          src: wan
          proto: tcp
          dest_port: 22
          target: ACCEPT

- name: One more time server, the others stay
  fleet.openwrt.uci:
    package: system
    sections:
      - name: ntp
        type: timeserver
        contains:
          server: [time.example.net]

- name: These static leases and no others
  fleet.openwrt.uci:
    package: dhcp
    sections:
      - type: host
        match: {mac: "02:00:00:00:00:11"}
        options: {name: camera, ip: 192.168.1.11}
      - type: host
        match: {mac: "02:00:00:00:00:12"}
        options: {name: printer, ip: 192.168.1.12}
    purge: [host]

- name: Remove an interface
  fleet.openwrt.uci:
    package: network
    sections:
      - name: wwan_old
        state: absent
"""

RETURN = r"""
differences:
  description:
    - What differs between the router and what is wanted, one entry a section or option; empty when nothing does.
    - Values of options whose names say that they are secrets (V(password), V(pincode), V(key) and so on) are redacted,
      and of those that the variable C(fleet_openwrt_secret_options) names.
  returned: success
  type: list
  elements: dict
  sample:
    - change: changed
      path: system.@system[0].hostname
      before: OpenWrt
      after: kiosk-17
steps:
  description: What was done, or would be done in check mode; empty when nothing differs.
  returned: success
  type: list
  elements: str
  sample: [write /etc/config/system, reload reload_config]
round_trips:
  description: How often the router was asked.
  returned: success
  type: int
  sample: 1
"""

_SECTION = {
    "name": {"type": "str"},
    "type": {"type": "str"},
    "match": {"type": "dict", "default": {}},
    "index": {"type": "int"},
    "options": {"type": "dict", "default": {}},
    "contains": {"type": "dict", "default": {}},
    "lacks": {"type": "dict", "default": {}},
    "absent": {"type": "list", "elements": "str", "default": []},
    "exclusive": {"type": "bool", "default": False},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
}

ARGUMENT_SPEC = {
    "package": {"type": "str", "required": True},
    "sections": {"type": "list", "elements": "dict", "default": [], "options": _SECTION},
    "purge": {"type": "list", "elements": "str", "default": []},
    "ordered": {"type": "bool", "default": False},
    "reload": {"type": "bool", "default": True},
}
