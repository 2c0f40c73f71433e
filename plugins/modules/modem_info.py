#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation and arguments of M(fleet.openwrt.modem_info); its action plugin does the work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: modem_info
short_description: Ask a modem about itself, its SIM, its network and its session
version_added: 0.1.0
author:
  - The fleet.openwrt authors (@fleet-openwrt)
description:
  - Asks the router's modem by AT commands that change nothing, and returns what it tells, taken
    apart and as it came. All of it costs one round trip.
  - What is standard (3GPP TS 27.007) is asked of every modem, and of those of Huawei, Quectel, ZTE,
    MikroTik and Sierra Wireless what only they know. What a modem does not tell is V(none).
  - Says whether proto ncm on this very router knows the modem's maker, and what is on the USB bus.
  - A SIM that wants its PIN, or no SIM at all, is a result and not a failure. The module fails when
    it finds nobody to ask, and says why, be it HiLink firmware, a missing driver or a busy port.
  - The modem is talked to as with M(fleet.openwrt.at_command), by C(gcom) of the package comgt.
extends_documentation_fragment:
  - fleet.openwrt.attributes.info
  - fleet.openwrt.port
options:
  timeout:
    description:
      - Seconds that each command may take.
    type: int
    default: 5
  show_imsi:
    description:
      - Whether to return the whole IMSI, by which an operator knows its subscriber. Without it only
        the first five digits are, country and network.
    type: bool
    default: false
seealso:
  - module: fleet.openwrt.wan_check
  - module: fleet.openwrt.at_command
"""

EXAMPLES = r"""
- name: Ask the modem
  fleet.openwrt.modem_info:
  register: asked

- name: Ask one of two modems, wherever it came up
  fleet.openwrt.modem_info:
    interface: wwan2

- name: Refuse to go on with a weak signal or a SIM that is not ready
  ansible.builtin.assert:
    that:
      - asked.modem.sim.state == 'ready'
      - asked.modem.signal.word in ['excellent', 'good', 'fair']
"""

RETURN = r"""
modem:
  description: What the modem tells; V(none) for what it does not.
  returned: success
  type: dict
  contains:
    port:
      description: The port on which it answered.
      type: str
      sample: /dev/ttyUSB0
    manufacturer:
      description: Who made it.
      type: str
      sample: huawei
    model:
      description: The model.
      type: str
      sample: E3372
    firmware:
      description: Version of its firmware.
      type: str
      sample: 21.326.62.00.1217
    imei:
      description: The modem's own number.
      type: str
      sample: "861000000000010"
    iccid:
      description: The number of the SIM card.
      type: str
      sample: "8988211000000000017"
    imsi:
      description: The subscriber's number; see O(show_imsi).
      type: str
      sample: 00101**********
    sim:
      description: The SIM card.
      type: dict
      contains:
        state:
          description:
            - V(ready), V(pin) or V(puk) when it wants one, V(absent), V(failure), V(busy), V(unknown).
          type: str
          sample: ready
        pin_left:
          description: How many wrong PINs it still puts up with.
          type: int
          sample: 3
        puk_left:
          description: How many wrong PUKs it still puts up with.
          type: int
          sample: 10
        pin_enabled:
          description: Whether it asks for its PIN at every start.
          type: bool
          sample: false
    operator:
      description: The operator in whose network it is.
      type: str
      sample: Test Carrier
    registration:
      description:
        - V(home) or V(roaming) when an operator has let it in, V(searching), V(denied), V(idle) when
          it does not even look for one, V(unknown). Of the registrations for 5G, LTE, packets and
          calls the best one.
      type: str
      sample: home
    technology:
      description: GSM, UMTS, HSPA, LTE or NR5G.
      type: str
      sample: LTE
    signal:
      description: How well it hears.
      type: dict
      contains:
        dbm:
          description: Received power (RSSI) in dBm.
          type: int
          sample: -73
        word:
          description:
            - V(excellent) from -73 dBm on, V(good) from -83 on, V(fair) from -93 on, V(poor) below,
              V(none) when there is no network in reach.
          type: str
          sample: excellent
        rsrp:
          description: Power of the cell's reference signal in dBm (LTE, 5G).
          type: int
          sample: -94
        rsrq:
          description: Quality of it in dB (LTE, 5G).
          type: float
          sample: -7.0
        sinr:
          description: Signal to interference and noise in dB.
          type: float
          sample: 3.8
    attached:
      description: Whether it is attached to the packet network; without that there is no data.
      type: bool
      sample: true
    connected:
      description: Whether a data session is up.
      type: bool
      sample: true
    contexts:
      description: The PDP contexts that are defined in it.
      type: list
      elements: dict
      contains:
        cid:
          description: Number of the context; O(fleet.openwrt.interface#module:profile) chooses it.
          type: int
          sample: 1
        type:
          description: IP, IPV6 or IPV4V6.
          type: str
          sample: IP
        apn:
          description: The access point name.
          type: str
          sample: internet
    mode:
      description: Which networks it is set to use.
      type: dict
      contains:
        raw:
          description: As the modem says it.
          type: str
          sample: "030201"
        words:
          description: The name that proto ncm has for it, else a description.
          type: str
          sample: preferlte
    domain:
      description: Which services it is set to use, V(cs), V(ps), V(both) or V(any).
      type: str
      sample: both
    roaming_allowed:
      description: Whether it may use networks of other operators.
      type: bool
      sample: true
    ports:
      description: What it shows on USB (Huawei).
      type: dict
      contains:
        layout:
          description: As C(AT^SETPORT?) answers it.
          type: str
          sample: FF;12,16
        functions:
          description: By function the place that it has in the layout.
          type: dict
          sample: {PCUI: 0, NCM: 1}
    unsolicited:
      description: What it said of its own accord meanwhile.
      type: list
      elements: str
      sample: ["^RSSI:20"]
raw:
  description: By command the lines and the final result that came back, without the IMSI.
  returned: success
  type: dict
  sample:
    AT+CSQ:
      lines: ["+CSQ: 20,99"]
      result: OK
usb:
  description: What is on the USB bus, as in C(ansible_facts.openwrt.usb.finding) of M(fleet.openwrt.facts).
  returned: when the router answered
  type: dict
  sample:
    kind: ncm_ready
    explanation: The stick 12d1:1506 HUAWEI_MOBILE is ready for proto ncm.
    id: 12d1:1506
vendor:
  description: The word by which proto ncm looks the maker up, quotes of the modem included.
  returned: success
  type: str
  sample: huawei
vendor_known:
  description: Whether proto ncm on this router knows that word; V(none) when that could not be read.
  returned: success
  type: bool
  sample: true
reason:
  description:
    - Why there was nobody to ask, V(no_gcom), V(no_port), V(busy), V(silent), V(diag), V(hung_up), V(stuck) or
      V(failed).
  returned: failure
  type: str
  sample: no_port
round_trips:
  description: How often the router was asked.
  returned: success
  type: int
  sample: 1
"""

ARGUMENT_SPEC = {
    "timeout": {"type": "int", "default": 5},
    "show_imsi": {"type": "bool", "default": False},
}
