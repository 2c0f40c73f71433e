#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation and arguments of M(fleet.openwrt.file); the work is done by its action plugin."""

from __future__ import annotations

DOCUMENTATION = r"""
module: file
short_description: Manage a file, a directory or a link on a router
version_added: 0.1.0
author:
  - The fleet.openwrt authors (@fleet-openwrt)
description:
  - Writes a file from text, from a file or from a template on the controller, any bytes, up to some megabytes. Makes
    directories and links, and removes all three.
  - The router is asked for a checksum. The content of a file comes back only if it is a text of less than 64 KiB that
    is about to be replaced, to show what differs.
  - A file is replaced atomically, after its new content has arrived whole in the router's RAM and passed the
    O(check). Missing folders above it are made with mode 0755. A new file belongs to root; one that is there keeps
    its owner. A link to a file is followed.
extends_documentation_fragment:
  - fleet.openwrt.guard
  - fleet.openwrt.attributes
options:
  path:
    description:
      - Absolute path on the router, not below C(/proc), C(/sys) or C(/dev).
    type: str
    required: true
  state:
    description:
      - V(present) is a file. Without O(content), O(src) and O(template) the file must be there already, and its
        O(mode) and O(keep) are managed.
      - V(directory) and V(link) are what they say; what is there already and is something else is not replaced.
      - V(absent) is nothing at all. Of a link only the link itself is removed.
    type: str
    choices: [present, absent, directory, link]
    default: present
  content:
    description:
      - The text of the file, as it is.
    type: str
  src:
    description:
      - A file on the controller whose bytes are copied, found as M(ansible.builtin.copy) finds it, such as in
        C(files/) of the role. One that is encrypted with Ansible Vault is decrypted.
    type: str
  template:
    description:
      - A Jinja2 template on the controller, found as M(ansible.builtin.template) finds it, such as in
        C(templates/) of the role, and rendered with the variables of the task.
      - The time is none of its variables, for a file that changes with each run would be written with each run.
    type: str
  mode:
    description:
      - Permissions as octal digits in quotes, such as V('0755').
      - What is there keeps its mode when this is not given. A new file gets 0644, or 0600 when O(secret) is true, a
        new directory 0755.
    type: raw
  target:
    description:
      - Where a link leads. Required when O(state=link).
    type: str
  check:
    description:
      - A command that gets the path of the new content's copy as its last argument, such as V(sh -n). When it fails
        nothing is written.
    type: str
  keep:
    description:
      - Whether the path is listed in C(/etc/sysupgrade.conf), so that it survives a sysupgrade. V(false) takes it out
        of there. Left alone when not given.
      - Files in C(/etc/config), C(/etc/crontabs) and some others are kept anyway.
    type: bool
  secret:
    description:
      - Hides the content from the result, the difference and the errors. Together with C(no_log) on the task it is
        hidden from verbose output as well.
    type: bool
    default: false
  brief:
    description:
      - Has the difference show size and checksum in the place of the text, for programs that nobody reads line by line.
        The old text is not fetched then.
    type: bool
    default: false
  recursive:
    description:
      - Removes a directory with all that is in it. Without it only an empty one is removed.
    type: bool
    default: false
  reload:
    description:
      - Services that are reloaded when the file was changed.
    type: list
    elements: str
    default: []
  restart:
    description:
      - Services that are restarted when the file was changed.
    type: list
    elements: str
    default: []
seealso:
  - module: fleet.openwrt.uci
  - module: fleet.openwrt.rc_local
  - module: fleet.openwrt.cron
"""

EXAMPLES = r"""
- name: A script that survives a sysupgrade
  fleet.openwrt.file:
    path: /usr/bin/uplink-report
    content: |
      #!/bin/sh
      logger -t uplink "$(ubus call network.interface.wan status)"
    mode: '0755'
    check: sh -n
    keep: true

- name: Addresses that the DNS server knows
  fleet.openwrt.file:
    path: /etc/hosts.fleet
    content: |
      10.20.0.1 depot.example
    restart: [dnsmasq]

- name: A folder for keys that nobody else looks into
  fleet.openwrt.file:
    path: /etc/fleet-keys
    state: directory
    mode: '0700'

- name: A secret
  fleet.openwrt.file:
    path: /etc/fleet-keys/token
    content: "{{ fleet_token | default('none yet') }}"
    secret: true

- name: Another name for a script
  fleet.openwrt.file:
    path: /usr/bin/report
    state: link
    target: uplink-report

- name: Clear away
  fleet.openwrt.file:
    path: /etc/fleet-keys
    state: absent
    recursive: true
"""

RETURN = r"""
path:
  description: The path on the router.
  returned: success
  type: str
  sample: /usr/bin/uplink-report
mode:
  description: Its permissions after the task; null for what is not there and for a new link.
  returned: success
  type: str
  sample: "0755"
size:
  description: Size of the file in bytes.
  returned: when it is a file and not secret
  type: int
  sample: 71
checksum:
  description: The sha256 of the file.
  returned: when it is a file and not secret
  type: str
  sample: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
steps:
  description: What was done, or would be done in check mode; empty when nothing differs.
  returned: success
  type: list
  elements: str
  sample: [write /usr/bin/uplink-report, write /etc/sysupgrade.conf]
round_trips:
  description: How often the router was asked.
  returned: success
  type: int
  sample: 1
"""

ARGUMENT_SPEC = {
    "path": {"type": "str", "required": True},
    "state": {
        "type": "str",
        "choices": ["present", "absent", "directory", "link"],
        "default": "present",
    },
    "content": {"type": "str"},
    "src": {"type": "str"},
    "template": {"type": "str"},
    "mode": {"type": "raw"},
    "target": {"type": "str"},
    "check": {"type": "str"},
    "keep": {"type": "bool"},
    "secret": {"type": "bool", "default": False},
    "brief": {"type": "bool", "default": False},
    "recursive": {"type": "bool", "default": False},
    "reload": {"type": "list", "elements": "str", "default": []},
    "restart": {"type": "list", "elements": "str", "default": []},
}
