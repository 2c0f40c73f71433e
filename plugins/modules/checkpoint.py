#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation and arguments of M(fleet.openwrt.checkpoint); its action plugin does the work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: checkpoint
short_description: Have a router put everything back unless the tasks that follow are confirmed
version_added: 0.1.0
author:
  - The fleet.openwrt authors (@fleet-openwrt)
description:
  - Saves files and folders on the router's flash and opens a transaction. Whatever the tasks that follow do to them,
    with modules of this collection, with those of others or with M(ansible.builtin.raw), goes back unless
    M(fleet.openwrt.confirm) confirms it in time. A router that is switched off and on before that has its old files
    too.
  - Modules of this collection that write join the transaction in later tasks of the play. They do not confirm by
    themselves then, and what they write outside O(paths) is covered as well.
  - What tasks of other kinds do outside O(paths) stays. So do packages that they install, and processes that they
    start or stop by hand. What the router's SIMs have refused (C(/etc/fleet-sim)) stays as well.
  - When everything goes back, C(network), C(firewall), C(dnsmasq), C(odhcpd), C(dropbear) and C(cron) take it up as
    far as they are there and enabled, and so do all services that watch their configuration.
  - It changes no configuration, so it never reports a change. It does write to flash each time, about as much as
    O(paths) hold, compressed; these copies are gone as soon as the transaction has ended.
  - One transaction at a time can be open on a router. A second checkpoint in the same play fails.
extends_documentation_fragment:
  - fleet.openwrt.attributes
attributes:
  check_mode:
    description: Nothing is saved and nothing armed; the result says what would be.
    support: full
  diff_mode:
    description: A checkpoint changes nothing that could be compared.
    support: N/A
options:
  paths:
    description:
      - What to save. Absolute paths of files, or of folders with all that is in them; what is not there yet is removed
        again.
      - Links below a folder are saved as links. Where a path is a link itself, what it leads to is saved as well.
      - Paths in RAM, such as below C(/tmp), and folders that hold the guard's own, C(/usr/lib/fleet-guard), are refused.
    type: list
    elements: str
    default: [/etc]
  timeout:
    description:
      - Seconds until everything is rolled back, counted from now. From 5 to 86400.
      - A task that joins the transaction and has a later end in its own O(ignore:timeout) puts the end off to then.
    type: int
    default: 600
  interrupted:
    description:
      - What to do where a transaction is open that is not of this play.
      - With V(refuse) the task fails and says whose it is.
      - With V(rollback) the router puts back what was there before that transaction first.
    type: str
    default: refuse
    choices: [refuse, rollback]
seealso:
  - module: fleet.openwrt.confirm
"""

EXAMPLES = r"""
- name: Change what may cut us off
  block:
    - name: Have the router put everything back in five minutes
      fleet.openwrt.checkpoint:
        timeout: 300

    - name: Do something that no module knows
      ansible.builtin.raw: |
        uci set network.lan.ipaddr=192.168.7.1
        uci commit network
        trap '' HUP
        ( sleep 2; /etc/init.d/network reload ) </dev/null >/dev/null 2>&1 &
      changed_when: true

    - name: Keep it if the router still answers
      fleet.openwrt.confirm:
  rescue:
    - name: Do not wait for the five minutes
      fleet.openwrt.confirm:
        state: rolled_back

- name: Cover a web server's pages too
  fleet.openwrt.checkpoint:
    paths: [/etc, /www]
"""

RETURN = r"""
transaction:
  description: The transaction that was opened.
  returned: success, not in check mode
  type: dict
  contains:
    id:
      description: Its name.
      type: str
      sample: 5f0c11d2
    state:
      description: Always V(open).
      type: str
      sample: open
    timeout:
      description: Seconds until it is rolled back.
      type: int
      sample: 600
    command:
      description: What confirms it when it is typed on the router.
      type: str
      sample: /usr/lib/fleet-guard/guard confirm 5f0c11d2
ansible_facts:
  description: What later tasks go by.
  returned: success, not in check mode
  type: dict
  contains:
    fleet_openwrt_transaction:
      description: The transaction that later tasks of this run join.
      type: str
      sample: 5f0c11d2
    fleet_openwrt_run:
      description: The run that opened it. A fact cache keeps both facts, and tasks of other runs do not join.
      type: str
      sample: 0b4c3b1e5d7f9a20
round_trips:
  description: How often the router was asked.
  returned: success
  type: int
  sample: 2
"""

ARGUMENT_SPEC = {
    "paths": {"type": "list", "elements": "str", "default": ["/etc"]},
    "timeout": {"type": "int", "default": 600},
    "interrupted": {"type": "str", "default": "refuse", "choices": ["refuse", "rollback"]},
}
