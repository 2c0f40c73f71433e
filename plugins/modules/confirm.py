#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation and arguments of M(fleet.openwrt.confirm); its action plugin does the work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: confirm
short_description: Confirm, roll back or look at what is not confirmed yet on a router
version_added: 0.1.0
author:
  - The fleet.openwrt authors (@fleet-openwrt)
description:
  - Ends what M(fleet.openwrt.checkpoint), or a task with C(confirm=manual), has left open.
  - Everything is done over a new connection. One that has been kept alive since before the change proves nothing.
extends_documentation_fragment:
  - fleet.openwrt.attributes
attributes:
  diff_mode:
    description: What was changed has been shown by the tasks that changed it.
    support: N/A
options:
  state:
    description:
      - With V(confirmed) what was changed stays. The task fails when the router has put everything back meanwhile,
        because the time was over or because it was started anew, and tells what the router says about it.
      - With V(rolled_back) the router puts everything back now. The task ends when services have taken it up and the
        router answers again.
      - With V(pending) the task only looks, and changes nothing.
      - Where nothing is open, V(confirmed) and V(rolled_back) have nothing to do, unless this play or O(id) says that
        something should be.
    type: str
    default: confirmed
    choices: [confirmed, rolled_back, pending]
  id:
    description:
      - The transaction that is meant. By default it is what this play has left open, and where it has left nothing open,
        whatever is.
      - Put it in quotes; it may look like a number.
    type: str
  timeout:
    description:
      - Seconds to try for while the router does not answer.
      - To be told how it ends when the changes have cut the router off, wait longer than the transaction has left.
    type: int
    default: 120
seealso:
  - module: fleet.openwrt.checkpoint
"""

EXAMPLES = r"""
- name: Keep what was changed since the checkpoint
  fleet.openwrt.confirm:

- name: Put everything back
  fleet.openwrt.confirm:
    state: rolled_back

- name: See what is not confirmed yet in the fleet
  fleet.openwrt.confirm:
    state: pending

- name: Confirm what a colleague has seen to
  fleet.openwrt.confirm:
    id: 21832e55
"""

RETURN = r"""
pending:
  description: What is open now. No more than one transaction can be.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: Its name.
      type: str
      sample: 5f0c11d2
    by:
      description: Who opened it, and from where.
      type: str
      sample: ada@laptop
    state:
      description: V(open), or V(rolling) while it is being rolled back.
      type: str
      sample: open
    seconds_left:
      description: Seconds until it is rolled back; null while it is being applied, or where only the next boot rolls back.
      type: int
      sample: 412
    timer:
      description: Whether anything waits for that moment. Otherwise it is rolled back at the next boot.
      type: bool
      sample: true
transaction:
  description:
    - The transaction that is open, as in RV(pending), otherwise how the last one since the boot has ended; empty when
      there was none.
  returned: success
  type: dict
  contains:
    id:
      description: Its name.
      type: str
      sample: 5f0c11d2
    state:
      description: V(confirmed), V(rolled-back), or V(failed) when something could not be put back.
      type: str
      sample: confirmed
    why:
      description: What the router says about it.
      type: str
      sample: what was changed stays
msg:
  description: The same in words.
  returned: always
  type: str
  sample: The transaction 5f0c11d2 is confirmed.
story:
  description: What happened, in order, each with the seconds since the beginning.
  returned: when the transaction was rolled back, or the router does not answer
  type: list
  elements: str
log:
  description: What the router's log says about it.
  returned: when the transaction was rolled back, or the router does not answer
  type: list
  elements: str
round_trips:
  description: How often the router was asked.
  returned: success
  type: int
  sample: 1
"""

ARGUMENT_SPEC = {
    "state": {
        "type": "str",
        "default": "confirmed",
        "choices": ["confirmed", "rolled_back", "pending"],
    },
    "id": {"type": "str"},
    "timeout": {"type": "int", "default": 120},
}
