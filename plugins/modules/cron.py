#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation and arguments of M(fleet.openwrt.cron); the work is done by its action plugin."""

from __future__ import annotations

DOCUMENTATION = r"""
module: cron
short_description: Manage a named entry of a router's crontab
version_added: 0.1.0
author:
  - The fleet.openwrt authors (@fleet-openwrt)
description:
  - Puts a line into C(/etc/crontabs/root), below a comment line with its name. All other lines stay as they are.
  - A crontab that root does not own is given to root, since cron passes over it without a word. A warning names the
    other jobs that run from then on.
  - Sees to it that cron is enabled and runs. On a fresh router it does not, since it starts nothing as long as there
    is no crontab.
  - The times are those of BusyBox's cron, which drops a line that it cannot read. So they are checked here, and what
    other crons have and this one has not (nicknames, a seventh day of the week) is translated.
extends_documentation_fragment:
  - fleet.openwrt.guard
  - fleet.openwrt.attributes
options:
  name:
    description:
      - Name of the entry, unique in the crontab. One line of text.
    type: str
    required: true
  job:
    description:
      - The command, in one line. Required when O(state=present).
      - The shell of the router runs it with the directory of the user as its place. A V(%) means itself, it is no line
        end as in other crons. A V(#) is refused, since cron would drop it and all that follows, even in quotes.
      - The user belongs into O(user) and the times into the other options; a job that begins with a user, as in
        C(/etc/crontab) of other systems, or with times is refused.
    type: str
  minute:
    description:
      - The minutes, 0 to 59. V(*) for each, ranges such as V(10-20), steps such as V(*/5), and lists of these with
        commas.
    type: str
    default: "*"
  hour:
    description:
      - The hours, 0 to 23.
    type: str
    default: "*"
  day:
    description:
      - The days of the month, 1 to 31.
    type: str
    default: "*"
  month:
    description:
      - The months, 1 to 12 or V(jan) to V(dec).
    type: str
    default: "*"
  weekday:
    description:
      - The days of the week, 0 to 7 or V(sun) to V(sat), where both 0 and 7 are Sunday.
      - When both this and O(day) are limited, cron runs the job on days that are either.
    type: str
    default: "*"
  special:
    description:
      - A nickname instead of the five fields, V(hourly), V(daily), V(midnight), V(weekly), V(monthly), V(yearly) or
        V(annually), with or without a V(@) before it. The five fields that it stands for are written.
      - For what shall run at boot there is M(fleet.openwrt.rc_local).
    type: str
  disabled:
    description:
      - Leaves the line in the crontab, commented out.
    type: bool
    default: false
  user:
    description:
      - Whose crontab it is. The job runs as this user.
    type: str
    default: root
  state:
    description:
      - Whether the entry is there.
    type: str
    choices: [present, absent]
    default: present
seealso:
  - module: fleet.openwrt.rc_local
  - module: fleet.openwrt.file
"""

EXAMPLES = r"""
- name: Look after the uplink every five minutes
  fleet.openwrt.cron:
    name: uplink
    minute: "*/5"
    job: ping -c 3 -W 5 9.9.9.9 >/dev/null || ifup wan

- name: Reboot on Sunday night
  fleet.openwrt.cron:
    name: weekly reboot
    minute: "30"
    hour: "4"
    weekday: sun
    job: sleep 70 && touch /etc/banner && reboot

- name: Not on weekends any more
  fleet.openwrt.cron:
    name: report
    special: daily
    job: logger -t report "$(uptime)"
    disabled: true

- name: Away with it
  fleet.openwrt.cron:
    name: uplink
    state: absent
"""

RETURN = r"""
path:
  description: The crontab.
  returned: success
  type: str
  sample: /etc/crontabs/root
entry:
  description: The line as it stands in the crontab; empty when it shall not be there.
  returned: success
  type: str
  sample: "*/5 * * * * ping -c 3 -W 5 9.9.9.9 >/dev/null || ifup wan"
steps:
  description: What was done, or would be done in check mode; empty when nothing differs.
  returned: success
  type: list
  elements: str
  sample: [write /etc/crontabs/root, restart cron]
round_trips:
  description: How often the router was asked.
  returned: success
  type: int
  sample: 1
"""

ARGUMENT_SPEC = {
    "name": {"type": "str", "required": True},
    "job": {"type": "str"},
    "minute": {"type": "str", "default": "*"},
    "hour": {"type": "str", "default": "*"},
    "day": {"type": "str", "default": "*"},
    "month": {"type": "str", "default": "*"},
    "weekday": {"type": "str", "default": "*"},
    "special": {"type": "str"},
    "disabled": {"type": "bool", "default": False},
    "user": {"type": "str", "default": "root"},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
}
