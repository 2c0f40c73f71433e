#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation and arguments of M(fleet.openwrt.usb_modem); its action plugin does the work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: usb_modem
short_description: Wait until the USB modem is usable, and explain why it is not
version_added: 0.1.0
author:
  - The fleet.openwrt authors (@fleet-openwrt)
description:
  - Waits until the modem's control node is there as a character device and its network device
    exists. Proto ncm needs both.
  - A stick that shows itself as a disk with its own installer is told to switch, by C(usbmode) of
    the package C(usb-modeswitch). Whether it did is judged by what is on the USB bus afterwards,
    for C(usbmode) always exits with 0.
  - An Ethernet adapter, a phone, a serial adapter or a memory stick is no modem, whatever its classes; what each
    device on the bus is instead is said. A plain disk is told from a stick in storage mode by its vendor, which
    makes modems and no disks, or by a name such as V(USB Modem).
  - When the modem does not come, the message says what is on the bus, which driver is missing,
    which package brings it and whether that is installed. What will not change by waiting (HiLink
    firmware, a missing driver, another protocol) ends the wait after a few seconds.
  - The wait happens on the router, in round trips of less than 30 seconds, so that a dead link is
    noticed.
  - In check mode it looks once, neither waits nor switches, and warns instead of failing, since the
    drivers may be among the packages that check mode did not install.
extends_documentation_fragment:
  - fleet.openwrt.attributes
attributes:
  diff_mode:
    description: A stick's mode is no text that could be compared.
    support: none
options:
  device:
    description:
      - Path of the control node, such as V(/dev/cdc-wdm0), V(/dev/ttyUSB0) or a link to one. A path
        that is given here is trusted to take AT commands once it is there.
      - Found out when not given, or with V(auto), from the USB bus and the drivers. A serial port of which these do not tell
        whether it takes AT commands is asked with C(AT), and the answer decides; the port that O(interface) runs
        on is preferred and not asked. Ports of serial adapters and diag ports are sent nothing.
    type: str
  interface:
    description:
      - The interface whose configured port is preferred, and whose handler in netifd stands still while ports
        are asked.
    type: str
    default: wwan
  netdev:
    description:
      - Name of the network device, such as V(wwan0). Found out when not given, or with V(auto).
    type: str
  timeout:
    description:
      - Seconds to wait at most. With V(0) the module looks once.
      - A stick that had to be switched is given 25 seconds to come back, even if that takes longer.
    type: int
    default: 60
  switch:
    description:
      - What to do with a stick in storage mode. V(auto) switches it, V(never) leaves it alone and
        fails.
    type: str
    choices: [auto, never]
    default: auto
"""

EXAMPLES = r"""
- name: Wait for the dongle
  fleet.openwrt.usb_modem:
  register: dongle

- name: Wait for a modem whose AT port is a serial one
  fleet.openwrt.usb_modem:
    device: /dev/ttyUSB0
    netdev: wwan0
    timeout: 120

- name: Look once, and do not touch a stick in storage mode
  fleet.openwrt.usb_modem:
    timeout: 0
    switch: never
"""

RETURN = r"""
device:
  description: Path of the control node; V(none) when there is none.
  returned: when the router answered
  type: str
  sample: /dev/cdc-wdm0
netdev:
  description: Name of the network device; V(none) when there is none.
  returned: when the router answered
  type: str
  sample: wwan0
finding:
  description:
    - What is on the USB bus, as in C(ansible_facts.openwrt.usb.finding) of M(fleet.openwrt.facts).
  returned: when the router answered
  type: dict
  sample:
    kind: ncm_ready
    explanation: The stick 12d1:1506 HUAWEI_MOBILE is ready for proto ncm.
    id: 12d1:1506
    control: [/dev/cdc-wdm0]
    netdev: wwan0
    driver: huawei_cdc_ncm
    missing: []
    unsure: []
    bus: [12d1:1506 HUAWEI_MOBILE]
switched:
  description:
    - Whether the stick was switched out of storage mode; in check mode, whether it would be told
      to.
  returned: when the router answered
  type: bool
  sample: false
waited_s:
  description: Seconds that the router waited.
  returned: when the router answered
  type: int
  sample: 4
usbmode:
  description: What C(usbmode) said when the stick was told to switch; V(none) when it was not.
  returned: when the router answered
  type: str
  sample: 'Found device: 12d1:1f01 (Manufacturer: "HUAWEI_MOBILE", Product: "HUAWEI_MOBILE")'
packages:
  description:
    - Packages that the stick needs, and their installed versions; V(none) for those that are not
      installed.
  returned: failure
  type: dict
  sample:
    kmod-usb-net-huawei-cdc-ncm: null
kernel_log:
  description: The last 20 lines in which the kernel speaks of USB, serial ports or modems.
  returned: failure
  type: list
  elements: str
  sample: ["[   12.3] usb 1-1: new high-speed USB device number 3 using ehci-platform"]
round_trips:
  description: How often the router was asked.
  returned: success
  type: int
  sample: 1
"""

ARGUMENT_SPEC = {
    "device": {"type": "str"},
    "interface": {"type": "str", "default": "wwan"},
    "netdev": {"type": "str"},
    "timeout": {"type": "int", "default": 60},
    "switch": {"type": "str", "choices": ["auto", "never"], "default": "auto"},
}
