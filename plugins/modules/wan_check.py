#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation and arguments of M(fleet.openwrt.wan_check); its action plugin does the work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: wan_check
short_description: Wait for a WAN, try it, and explain why it does not come up
version_added: 0.1.0
author:
  - The fleet.openwrt authors (@fleet-openwrt)
description:
  - Waits until an interface is up and has an address. An interface with proto ncm is up as soon as
    the modem said OK; its address belongs to its child C(wwan_4) or C(wwan_6), which is looked at
    too.
  - Then pings addresses through the WAN's own device and resolves names through the router's own
    resolver, where asked to.
  - When something is wrong, the message says what, in one diagnosis and one recommended action, for
    people and for playbooks. netifd itself shows the cause only for a wrong PIN; of a refused APN,
    a silent modem or a missing SIM it says no more than that it is trying. So the cause is read
    from the system log, with user names, passwords and PINs taken out, from the USB bus, from the
    configuration, and from the modem itself, which is asked by commands that change nothing.
  - The codes are listed in C(docs/wan_check.md) of the collection.
  - A WAN that works costs one round trip, with O(ping) or O(lookup) two, and the modem is left
    alone unless O(min_signal) or O(registered) want to know about it. One that does not work costs
    two more.
  - What netifd has given up ends the wait after a few seconds.
  - The wait happens on the router, in round trips of less than 30 seconds, so that a dead link is
    noticed.
  - Changes nothing unless O(start) says so. In check mode a WAN that is not configured yet is a
    warning, since the tasks that configure it have not been carried out.
extends_documentation_fragment:
  - fleet.openwrt.attributes
attributes:
  diff_mode:
    description: There is nothing to show but that an interface was started.
    support: none
options:
  interface:
    description:
      - Name of the interface.
    type: str
    default: wwan
  timeout:
    description:
      - Seconds to wait at most. With V(0) the module looks once.
    type: int
    default: 60
  ping:
    description:
      - Addresses to ping, three packets each, bound to the WAN's device. The module fails when none
        of them answers.
    type: list
    elements: str
    default: []
  lookup:
    description:
      - Names to resolve through the router's resolver. The module fails when one of them has no
        address, and says so when that is because of the DNS rebind protection.
    type: list
    elements: str
    default: []
  start:
    description:
      - When the interface is started. With V(auto) that is once, where the diagnosis says that it may
        help (RV(diagnosis.worth_a_start)), and the WAN is then waited for again. V(always) starts it
        first, as after a change that netifd does not know of. The task has changed something then.
      - A start is what works on the state that netifd has the interface in; C(ifup) alone leaves one
        that netifd has given up.
      - Nothing is started in check mode.
    type: str
    choices: [never, auto, always]
    default: never
  unreachable:
    description:
      - What a router is that does not answer. With V(fail) the host is unreachable, as with any
        module. With V(diagnose) the module fails with RV(diagnosis.code=UNREACHABLE), as with any
        other reason for which a WAN is not there, and the play goes on with that host.
    type: str
    choices: [fail, diagnose]
    default: fail
  networks:
    description:
      - Networks such as V(10.0.0.0/8), of which one has to hold an address of the WAN. With the
        wrong APN some operators give an address of another network instead of none. Empty means
        that any address will do.
    type: list
    elements: str
    default: []
  ask_modem:
    description:
      - Whether the modem is asked about its SIM, network and session where something is wrong. It
        tells a missing SIM from a locked one, no signal from a refused APN, and a session that the
        operator has ended from a router that has no route. A port that netifd uses at the moment is
        waited for.
    type: bool
    default: true
  min_signal:
    description:
      - The weakest signal in dBm that will do, such as V(-95). The modem is asked also when all is
        well, and the module fails when it hears less.
    type: int
  registered:
    description:
      - Whether the modem has to say that it is registered with a network, at home or roaming. It is
        asked also when all is well.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Wait until the WAN is up
  fleet.openwrt.wan_check:

- name: Wait, and see that something comes through
  fleet.openwrt.wan_check:
    interface: wwan
    timeout: 120
    ping: [9.9.9.9, 1.1.1.1]
    lookup: [openwrt.org]
  register: wan

- name: Wait for it, and start it where netifd has given it up
  fleet.openwrt.wan_check:
    timeout: 90
    start: auto

- name: See that the place is good enough for a router
  fleet.openwrt.wan_check:
    timeout: 0
    min_signal: -95
    registered: true
"""

RETURN = r"""
interface:
  description: Name of the interface.
  returned: when the router answered
  type: str
  sample: wwan
l3_device:
  description: The network device behind it; V(none) when it has none.
  returned: when the router answered
  type: str
  sample: wwan0
address:
  description: The first address, without its prefix length; V(none) when it has none.
  returned: when the router answered
  type: str
  sample: 100.64.0.16
addresses:
  description: All addresses with their prefix lengths, those of the children included.
  returned: when the router answered
  type: list
  elements: str
  sample: [100.64.0.16/24]
gateway:
  description: Next hop of the default route; V(none) when there is none.
  returned: when the router answered
  type: str
  sample: 100.64.0.1
dns:
  description: The operator's DNS servers.
  returned: when the router answered
  type: list
  elements: str
  sample: [9.9.9.9]
ping:
  description:
    - By address how many of three packets were answered, the loss in percent, and the average time
      in milliseconds.
  returned: when the interface is up
  type: dict
  sample:
    9.9.9.9:
      received: 3
      loss: 0
      ms: 41.2
lookup:
  description: The addresses of each name.
  returned: when the interface is up
  type: dict
  sample:
    openwrt.org: [64.226.122.113]
waited_s:
  description: Seconds that the router waited.
  returned: when the router answered
  type: int
  sample: 11
modem:
  description:
    - What the modem says of itself, as M(fleet.openwrt.modem_info) returns it.
  returned: when the modem was asked and answered
  type: dict
  sample:
    sim:
      state: ready
    registration: home
    operator: Test Carrier
    signal:
      dbm: -77
      word: good
remarks:
  description:
    - What is not the fault, and yet worth knowing, each with a C(code) and a C(text).
  returned: when the interface is up, and on failure
  type: list
  elements: dict
  sample:
    - code: OTHER_ROUTE
      text: The router's default route goes through wan instead of it.
diagnosis:
  description: What is wrong.
  returned: failure
  type: dict
  contains:
    code:
      description: A code, that of ncm.sh where it has one.
      returned: always
      type: str
      sample: CONNECT_FAILED
    text:
      description: What is, in words.
      returned: always
      type: str
      sample: The modem or the carrier refused the connection.
    action:
      description: What to do about it.
      returned: always
      type: str
      sample: Most often the APN is wrong, or user name, password or auth are.
    command:
      description: A command for the router's shell that does it.
      returned: when one command does it
      type: str
      sample: ifup wwan
    worth_a_start:
      description: Whether a new start of the interface may be all that it takes, and costs the SIM nothing.
      returned: always
      type: bool
      sample: false
recommended:
  description:
    - The same action for a playbook. What stands beside RV(recommended.action) is an argument of
      that action.
  returned: failure
  type: dict
  contains:
    action:
      description: A word of a short list, which C(docs/wan_check.md) of the collection explains.
      returned: always
      type: str
      sample: set_apn
  sample:
    action: set_apn
    interface: wwan
    apn: internet
log:
  description: The last lines of the system log about the interface, without secrets.
  returned: failure
  type: list
  elements: str
  sample: ["daemon.notice netifd: wwan (2250): Failed to connect"]
round_trips:
  description: How often the router was asked.
  returned: success
  type: int
  sample: 2
"""

ARGUMENT_SPEC = {
    "interface": {"type": "str", "default": "wwan"},
    "timeout": {"type": "int", "default": 60},
    "ping": {"type": "list", "elements": "str", "default": []},
    "lookup": {"type": "list", "elements": "str", "default": []},
    "networks": {"type": "list", "elements": "str", "default": []},
    "ask_modem": {"type": "bool", "default": True},
    "min_signal": {"type": "int"},
    "registered": {"type": "bool", "default": False},
    "unreachable": {"type": "str", "choices": ["fail", "diagnose"], "default": "fail"},
    "start": {"type": "str", "choices": ["never", "auto", "always"], "default": "never"},
}
