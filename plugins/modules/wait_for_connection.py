#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation and arguments of M(fleet.openwrt.wait_for_connection); its action does the work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: wait_for_connection
short_description: Wait until a router can be reached
version_added: 0.1.0
author:
  - The fleet.openwrt authors (@fleet-openwrt)
description:
  - Connects anew until the router runs a script, over whatever connection the play uses.
  - Needs no Python on the router, unlike M(ansible.builtin.wait_for_connection).
  - Fails at once when a host answers that is not OpenWrt.
  - Waits in check mode as well.
extends_documentation_fragment:
  - fleet.openwrt.attributes.info
  - fleet.openwrt.patience
options:
  timeout:
    description:
      - Seconds to wait at most. With V(0) the module tries once.
    type: int
    default: 600
"""

EXAMPLES = r"""
- name: Wait for a router that is being flashed
  fleet.openwrt.wait_for_connection:
    delay: 10
    timeout: 900

- name: Wait over a slow link, without knocking every second
  fleet.openwrt.wait_for_connection:
    sleep: 10
    connect_timeout: 30
"""

RETURN = r"""
elapsed:
  description: Seconds until the router answered, O(delay) included.
  returned: success
  type: int
  sample: 41
round_trips:
  description: How often the router was asked, whether it answered or not.
  returned: always
  type: int
  sample: 5
"""

ARGUMENT_SPEC = {
    "timeout": {"type": "int", "default": 600},
}
