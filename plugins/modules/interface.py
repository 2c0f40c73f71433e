#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation and arguments of M(fleet.openwrt.interface); its action plugin does the work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: interface
short_description: Manage a network interface, proto ncm in particular
version_added: 0.1.0
author:
  - The fleet.openwrt authors (@fleet-openwrt)
description:
  - Manages one section of type C(interface) in C(/etc/config/network).
  - For C(proto=ncm) every option is checked before anything is sent to the router. OpenWrt's handler pastes APN,
    user name, password and PIN into AT commands, so a quote in one of them would run another command on the modem;
    unknown modes and types it ignores in silence. Options of other protocols are checked as far as they are known.
  - When netifd on the router has the handler loaded, the options are also compared with what that very handler
    declares. When the handler is installed and netifd has not learnt it yet, the network is restarted once instead
    of reloaded, since netifd reads its handlers only when it starts.
  - An option that is not given keeps its value. An empty text removes it.
extends_documentation_fragment:
  - fleet.openwrt.guard
  - fleet.openwrt.attributes
  - fleet.openwrt.reload
options:
  name:
    description:
      - Name of the interface, such as V(wwan). Letters, digits and C(_) only.
      - netifd names the children of an ncm interface after it (C(wwan_4), C(wwan_6)).
    type: str
    required: true
  proto:
    description:
      - The protocol. Required when O(state=present).
    type: str
  device:
    description:
      - For C(proto=ncm) the node that takes AT commands, such as V(/dev/cdc-wdm0) or V(/dev/ttyUSB0). For other
        protocols the network device.
      - With V(auto) and C(proto=ncm) the port is found out, from the USB bus and by asking with C(AT). The port that the
        interface is configured with already stays as long as it is one of the stick's and nothing speaks against it.
        Where several sticks are free, the task fails and lists them.
    type: str
  ifname:
    description:
      - For C(proto=ncm) the network device, such as V(wwan0). The handler finds it by itself from OpenWrt 22.03 on
        when the option is absent; earlier releases do not read it.
      - With V(auto) it is written only where the handler does not find it by itself.
    type: str
  apn:
    description:
      - Name of the access point. Printable ASCII without C("), C(\\), C(,) and C(;), at most 99 characters.
    type: str
  auth:
    description:
      - How the access point wants to be logged in to. The word is translated to what the vendor's AT command wants,
        as the handler passes the option through unchanged.
    type: str
  username:
    description:
      - User name for the access point; goes together with O(password).
    type: str
  password:
    description:
      - Password for the access point; goes together with O(username).
    type: str
  pincode:
    description:
      - PIN of the SIM, 4 to 8 digits, in quotes. netifd sends it at every bring-up that finds the SIM locked, so a
        wrong one could burn a try at every C(ifup), reload and boot; see O(pin_check).
    type: str
  pin_check:
    description:
      - What is done with a new O(pincode) before it is written. With V(safe) the SIM must accept it first, and all is
        rolled back when it does not. It is tried only when the SIM asks for it and the tries left are known and at
        least O(pin_min_retries), and once. The router notes it in C(/etc/fleet-sim), as salted hashes of the card's
        number and the PIN, before it is sent; what a SIM has refused stays there over every rollback and is never
        tried again. Another PIN may be tried, and the same one on another card. A SIM that is open already, or not
        there yet, is no obstacle; in the latter case the task warns.
      - V(off) writes the PIN untested, unless the router knows that it was refused.
      - Either way the router gets a guard with its first PIN, by which netifd asks the same memory before it sends
        the PIN; see the role P(fleet.openwrt.ncm_wan#role).
      - In check mode the modem is not asked.
    type: str
    choices: [safe, 'off']
    default: safe
  pin_min_retries:
    description:
      - How many tries the SIM must have left for O(pincode) to be tried, V(2) or more.
    type: int
    default: 2
  delay:
    description:
      - Seconds for which the modem is asked again until it answers. Up to OpenWrt 22.03 a plain pause.
      - Without it the modem gets a single try, and one that still boots fails.
    type: str
  mode:
    description:
      - Radio access V(preferlte), V(preferumts), V(lte), V(umts), V(gsm) or V(auto), as far as the vendor has it.
      - The handler writes it to the modem at every connection, and on many modems that is their flash, which wears out.
        M(fleet.openwrt.modem_config) sets it once instead.
    type: str
  pdptype:
    description:
      - V(IP), V(IPV6) or V(IPV4V6). Without it the handler asks for V(IP).
    type: str
  profile:
    description:
      - Number of the modem's context, V(1) when absent.
    type: str
  mtu:
    description:
      - MTU of the network device. Ignored by the handler before OpenWrt 25.12.
    type: str
  metric:
    description:
      - Metric of the default route.
    type: str
  defaultroute:
    description:
      - Whether the link becomes the default route.
    type: bool
  peerdns:
    description:
      - Whether the operator's name servers are used.
    type: bool
  dns:
    description:
      - Name servers to use.
    type: list
    elements: str
  sourcefilter:
    description:
      - Source filter of the IPv6 child, from OpenWrt 24.10 on.
    type: bool
  delegate:
    description:
      - Prefix delegation of the IPv6 child, from OpenWrt 24.10 on.
    type: bool
  ip4table:
    description:
      - Routing table for IPv4.
    type: str
  ip6table:
    description:
      - Routing table for IPv6.
    type: str
  vendor:
    description:
      - Whose modem it is, as far as O(auth) and O(mode) differ. With V(auto) the modem's own answer tells, which is
        asked for only where O(auth) is a word.
    type: str
    choices: [auto, huawei, samsung, sierra, sony, mtk1, quectel, zte, marvell, mikrotik, spreadtrum]
    default: auto
  options:
    description:
      - Further options and their exact values, for what has no option of its own here, such as C(ipaddr) of
        C(proto=static).
      - They are checked and translated as if they had been given by name. An option of C(proto=ncm) that this
        collection does not know passes where this router's handler declares it and no quote stands in it.
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
      - Remove all options of the interface that the task does not mention.
    type: bool
    default: false
  state:
    description:
      - Whether the interface exists.
    type: str
    choices: [present, absent]
    default: present
seealso:
  - module: fleet.openwrt.firewall_zone
  - module: fleet.openwrt.converge
  - module: fleet.openwrt.wan_check
"""

EXAMPLES = r"""
- name: The WAN over the LTE dongle
  fleet.openwrt.interface:
    name: wwan
    proto: ncm
    device: /dev/cdc-wdm0
    apn: internet
    pdptype: IPV4V6
    delay: 10

- name: The WAN over whatever port of the dongle takes AT commands
  fleet.openwrt.interface:
    name: wwan
    proto: ncm
    device: auto
    ifname: auto
    apn: internet

- name: An access point with a login
  fleet.openwrt.interface:
    name: wwan
    proto: ncm
    device: /dev/ttyUSB0
    apn: corp.example
    auth: chap
    username: kiosk
    password: "{{ vault_apn_password }}"

- name: A network for guests
  fleet.openwrt.interface:
    name: guest
    proto: static
    device: br-guest
    options:
      ipaddr: 192.168.3.1
      netmask: 255.255.255.0
"""

RETURN = r"""
found:
  description: What was found out, where O(device), O(ifname) or O(vendor) was V(auto) and had to be.
  returned: success, when the router was looked at for it
  type: dict
  sample: {device: /dev/ttyUSB2, netdev: wwan0, vendor: huawei, id: "12d1:1506"}
differences:
  description: What differs between the router and what is wanted, secrets redacted; empty when nothing does.
  returned: success
  type: list
  elements: dict
  sample:
    - change: added
      path: network.wwan
      before: null
      after: interface
steps:
  description: What was done, or would be done in check mode; empty when nothing differs.
  returned: success
  type: list
  elements: str
  sample: [write /etc/config/network, restart network]
round_trips:
  description: How often the router was asked.
  returned: success
  type: int
  sample: 1
"""

# Without those that the table of an interface's options gives (plugin_utils/ncm/options.py): a file of
# documentation imports nothing of the collection. All together are INTERFACE_SPEC, in ncm/arguments.py.
ARGUMENT_SPEC = {
    "name": {"type": "str", "required": True},
    "proto": {"type": "str"},
    "pin_check": {"type": "str", "choices": ["safe", "off"], "default": "safe"},
    "pin_min_retries": {"type": "int", "default": 2},
    "options": {"type": "dict", "default": {}},
    "absent": {"type": "list", "elements": "str", "default": []},
    "exclusive": {"type": "bool", "default": False},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "reload": {"type": "bool", "default": True},
}
