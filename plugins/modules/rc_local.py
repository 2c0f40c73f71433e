#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation and arguments of M(fleet.openwrt.rc_local); the work is done by its action plugin."""

from __future__ import annotations

DOCUMENTATION = r"""
module: rc_local
short_description: Manage a named block of commands in /etc/rc.local
version_added: 0.1.0
author:
  - The fleet.openwrt authors (@fleet-openwrt)
description:
  - Puts commands that a router runs at the end of every boot into C(/etc/rc.local).
  - The block stands where the shell reaches it, before the first command that ends the script for certain, and
    at the end of a file that has none. An C(exit) in a function, a here-document, a subshell or under a condition
    is none; C(exit) in any spelling, C(exec) of a program, a call of a function that exits and an endless loop are.
    A block that is there already stays where it is if it is reached there, and moves if not.
  - A warning names a line above the block that can end the script under a condition, which only the router knows, and
    one tells of a block that ends the script itself.
  - The two comment lines around the block carry its name. Several blocks live side by side, and lines outside of
    the block are never touched. One like C(echo one; exit 0) is split to let the block in; it is joined again once
    no block needs it.
  - A file that the shell itself cannot read to its end is refused with the number of the line.
  - The whole new file is checked with C(sh -n) on the router before it is written, unless something else than
    shell follows the command that ends the script.
extends_documentation_fragment:
  - fleet.openwrt.guard
  - fleet.openwrt.attributes
options:
  name:
    description:
      - Name of the block, unique in the file. Letters, digits, C(.), C(_) and C(-).
    type: str
    required: true
  block:
    description:
      - The commands, as POSIX shell for BusyBox ash. Required when O(state=present).
      - A long-running command must be put in the background, or the boot waits for it.
    type: str
  state:
    description:
      - Whether the block is there.
    type: str
    choices: [present, absent]
    default: present
"""

EXAMPLES = r"""
- name: Switch the dongle to NCM at every boot
  fleet.openwrt.rc_local:
    name: usbmode
    block: |
      /sbin/usbmode -l
      /bin/sleep 2
      /sbin/usbmode -s

- name: Remove that block again
  fleet.openwrt.rc_local:
    name: usbmode
    state: absent
"""

RETURN = r"""
path:
  description: The file that holds the block.
  returned: success
  type: str
  sample: /etc/rc.local
steps:
  description: What was done, or would be done in check mode; empty when nothing differs.
  returned: success
  type: list
  elements: str
  sample: [write /etc/rc.local]
round_trips:
  description: How often the router was asked.
  returned: success
  type: int
  sample: 1
"""

ARGUMENT_SPEC = {
    "name": {"type": "str", "required": True},
    "block": {"type": "str"},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
}
