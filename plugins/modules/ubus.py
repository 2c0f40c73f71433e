#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation and arguments of M(fleet.openwrt.ubus); its action plugin does the work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: ubus
short_description: Call a method on a router's message bus
version_added: 0.1.0
author:
  - The fleet.openwrt authors (@fleet-openwrt)
description:
  - Calls one method of one object on ubus, with a message and an answer in JSON, in one round trip.
  - Calls that only read report no change and are made in check mode as well. All others report a change
    and are not made in check mode, which then only looks whether the router has such a method.
  - Which calls only read is known for those of procd, netifd, logd, rpcd, LuCI, dnsmasq, odhcpd, umdns,
    blockd, hostapd and mwan3, such as C(status), C(dump), C(list), C(info), C(board), C(read) and
    C(get). For others say it with O(read_only).
  - When a call fails, the message says why, and what the object has to offer instead.
notes:
  - The program C(ubus) takes O(args) on its command line, where other processes of the router can read them.
    Where the router has ucode with its modules for ubus and files, as OpenWrt has from 22.03 on, they are read from
    a file that only root can read instead. Elsewhere see O(expose_secrets). Errors do not show them. Use C(no_log)
    where the answer holds secrets.
  - A call is not put back by the guard, unlike what the other modules change, unless a
    M(fleet.openwrt.checkpoint) covers the files that it changes. To change a configuration use
    M(fleet.openwrt.uci), to reboot M(fleet.openwrt.reboot).
extends_documentation_fragment:
  - fleet.openwrt.attributes
attributes:
  diff_mode:
    description: What a call changes is not known.
    support: none
options:
  path:
    description:
      - The object, such as V(network.interface.wan).
    type: str
    required: true
  method:
    description:
      - Its method, such as V(status).
    type: str
    required: true
  args:
    description:
      - The message. Numbers, booleans, lists and dictionaries arrive as such.
    type: dict
    default: {}
  query:
    description:
      - A JMESPath expression that is applied to the answer, see U(https://jmespath.org). It is checked
        before anything is sent.
      - Needs the Python library jmespath on the controller.
    type: str
  timeout:
    description:
      - Seconds to wait for the answer.
    type: int
    default: 30
  expose_secrets:
    description:
      - Whether secrets among O(args) may be on the router's command line while the call lasts, on a router that has
        no other way. Without it such a call is refused.
      - Secrets are known by the names of their arguments, as with M(fleet.openwrt.uci).
    type: bool
    default: false
  read_only:
    description:
      - Whether the call changes nothing.
      - Without it a call is taken for a change unless it is known to only read.
    type: bool
"""

EXAMPLES = r"""
- name: Which interfaces are up
  fleet.openwrt.ubus:
    path: network.interface
    method: dump
    query: interface[?up].interface
  register: up

- name: Whether dnsmasq runs
  fleet.openwrt.ubus:
    path: service
    method: list
    args:
      name: dnsmasq
    query: values(dnsmasq.instances)[].running | [0]
  register: dnsmasq_runs

- name: Ask for a new lease
  fleet.openwrt.ubus:
    path: network.interface.wan
    method: renew

- name: Look for wireless networks, which is no change to us
  fleet.openwrt.ubus:
    path: iwinfo
    method: scan
    args:
      device: wlan0
    read_only: true
    timeout: 60
"""

RETURN = r"""
response:
  description: The whole answer; V(none) when the method answered nothing or was not called.
  returned: success, and when the query does not suit it
  type: raw
  sample:
    interface:
      - interface: lan
        up: true
result:
  description: What O(query) finds in the answer, or the answer itself without one.
  returned: success
  type: raw
  sample: [lan]
called:
  description: Whether the call was made. V(false) in check mode, unless it only reads.
  returned: success, and when the query does not suit the answer
  type: bool
  sample: true
path:
  description: The object that was called.
  returned: when the call failed
  type: str
  sample: network.interface.lan
method:
  description: The method that was called.
  returned: when the call failed
  type: str
  sample: stauts
status:
  description:
    - How the call ended, by its name in C(ubusmsg.h), such as V(not_found), V(method_not_found),
      V(invalid_argument), V(permission_denied) or V(timeout); V(none) when ubus gave none.
  returned: when the call failed
  type: str
  sample: method_not_found
methods:
  description: The methods that the object has, with the types of their arguments.
  returned: when the call failed
  type: dict
  sample:
    status: {}
    add_device:
      name: String
      link-ext: Boolean
round_trips:
  description: How often the router was asked.
  returned: success
  type: int
  sample: 1
"""

ARGUMENT_SPEC = {
    "path": {"type": "str", "required": True},
    "method": {"type": "str", "required": True},
    "args": {"type": "dict", "default": {}},
    "query": {"type": "str"},
    "timeout": {"type": "int", "default": 30},
    "expose_secrets": {"type": "bool", "default": False},
    "read_only": {"type": "bool"},
}
