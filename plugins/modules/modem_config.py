#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation and arguments of M(fleet.openwrt.modem_config); its action plugin does the work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: modem_config
short_description: Settings that a modem keeps in its own flash, written only on a difference
version_added: 0.1.0
author:
  - The fleet.openwrt authors (@fleet-openwrt)
description:
  - Asks the modem by AT commands how it is set, and writes only what differs, so that its flash,
    which wears out, is spared. One round trip when nothing differs, a second one writes and asks
    again.
  - The option C(mode) of an interface with proto ncm is written to the modem at every connect. A
    mode that this module has set stays, and has no need of that option.
  - Modems of Huawei keep mode, domain, roaming and ports, those of Quectel mode (without the two
    preferences) and domain, those of Sierra Wireless the mode. For others it fails and says so.
    What a modem does not tell is not written either.
  - What the modem does not keep although it said OK is an error.
  - Where none of O(mode), O(domain), O(roaming) and O(ports) is given the modem is only asked.
  - A new mode or domain has the modem register anew, which may end the data session; start the
    interface again after it, as the role P(fleet.openwrt.ncm_wan#role) does.
  - The modem's flash is not the router's. No transaction guards it, and what was written stays when
    the router rolls back. While a transaction that is not this play's is open on the router, nothing
    is written.
  - Bands and what a modem is on the bus (such as C(usbnet) of Quectel) are never written.
extends_documentation_fragment:
  - fleet.openwrt.attributes
  - fleet.openwrt.port
attributes:
  check_mode:
    description:
      - Only asks, and tells what would be written. A modem that is not there yet, or a router
        without C(gcom), is a warning.
    support: full
options:
  timeout:
    description:
      - Seconds that each command may take.
    type: int
    default: 10
  mode:
    description:
      - Which networks are used. V(preferlte) and V(preferumts) fall back to older ones, V(lte),
        V(umts) and V(gsm) do not.
      - Left as it is when not given, like O(domain), O(roaming) and O(ports).
    type: str
    choices: [auto, lte, umts, gsm, preferlte, preferumts]
  domain:
    description:
      - Which services are used. V(ps) is data only, V(cs) voice only, V(both) both. V(any) is another
        code of Huawei for what there is.
    type: str
    choices: [ps, cs, both, any]
  roaming:
    description:
      - Whether networks of other operators are used.
    type: bool
  ports:
    description:
      - The layout of the stick's USB ports for Huawei's C(^SETPORT), with what it shows before
        C(usbmode) switches it, a semicolon, and what after. V(12) takes AT commands, V(16) is the
        NCM network device, V(10) a modem port, V(A1) and V(A2) are disks, V(FF) is nothing.
      - Refused without V(12) (or V(2)) and without V(16) behind the semicolon.
    type: str
  allow_port_change:
    description:
      - Whether O(ports) is written. Otherwise the task fails where the layout differs.
      - The layout that the stick had first is noted in C(/etc/fleet-modem/IMEI.setport) on the
        router before the modem is told, and kept over sysupgrade.
    type: bool
    default: false
  reset:
    description:
      - Whether the modem is started anew after its ports were changed, since they count from its
        next start on. Waits up to two minutes until it answers again. Ends the data session.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: LTE only, data only
  fleet.openwrt.modem_config:
    mode: lte
    domain: ps

- name: No roaming
  fleet.openwrt.modem_config:
    device: /dev/ttyUSB0
    roaming: false

- name: A stick without a disk, with an AT port and a network device
  fleet.openwrt.modem_config:
    ports: FF;12,16
    allow_port_change: true
    reset: true

- name: See how the modem is set
  fleet.openwrt.modem_config:
  register: modem
"""

RETURN = r"""
port:
  description: The control port.
  returned: when the modem answered
  type: str
  sample: /dev/ttyUSB0
vendor:
  description: Whose modem it is.
  returned: when the modem answered
  type: str
  sample: huawei
before:
  description:
    - How the modem was set. V(none) for what it does not tell, its own code where there is no word
      for it.
  returned: when the modem answered
  type: dict
  sample:
    mode: auto
    domain: both
    roaming: true
    ports: FF;12,16
after:
  description: How it is set now, as it says itself; in check mode, how it would be.
  returned: when the modem answered
  type: dict
  sample:
    mode: lte
    domain: ps
    roaming: true
    ports: FF;12,16
commands:
  description: The commands that were sent to change something; in check mode, that would be.
  returned: when the modem answered
  type: list
  elements: str
  sample: ['AT^SYSCFGEX="03",40000000,2,1,40000000,,']
active_ports:
  description: The ports that the stick has now; empty when it does not tell.
  returned: when the modem answered
  type: list
  elements: str
  sample: [PCUI, NCM]
record:
  description: The file on the router that holds the layout before the first change.
  returned: when ports were changed
  type: str
  sample: /etc/fleet-modem/861000000000010.setport
round_trips:
  description: How often the router was asked.
  returned: success
  type: int
  sample: 1
"""

ARGUMENT_SPEC = {
    "timeout": {"type": "int", "default": 10},
    "mode": {"type": "str", "choices": ["auto", "lte", "umts", "gsm", "preferlte", "preferumts"]},
    "domain": {"type": "str", "choices": ["ps", "cs", "both", "any"]},
    "roaming": {"type": "bool"},
    "ports": {"type": "str"},
    "allow_port_change": {"type": "bool", "default": False},
    "reset": {"type": "bool", "default": False},
}
