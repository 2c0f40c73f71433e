#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation and arguments of M(fleet.openwrt.facts); the work is done by its action plugin."""

from __future__ import annotations

DOCUMENTATION = r"""
module: facts
short_description: Find out what a router is and what hangs on it
version_added: 0.1.0
author:
  - The fleet.openwrt authors (@fleet-openwrt)
description:
  - Reads release, board, packages, memory, free flash, network interfaces, USB devices and modem
    nodes of a router in one round trip, and sets them as C(ansible_facts.openwrt).
  - Sets the facts as well that roles for all kinds of hosts test, under their usual names, such as
    C(ansible_distribution), C(ansible_os_family), C(ansible_hostname), C(ansible_pkg_mgr) and
    C(ansible_default_ipv4).
  - A router without Python cannot run M(ansible.builtin.setup). Set C(gather_facts=false) and use
    this module, or let M(fleet.openwrt.gather_facts) call it for C(gather_facts=true).
  - What a router cannot tell (an older release, no debugfs, a container) is V(none), with a
    warning.
extends_documentation_fragment:
  - fleet.openwrt.attributes.info
options:
  gather_subset:
    description:
      - The parts to gather. They are the keys of RV(ansible_facts.openwrt).
      - With a V(!) before its name a part is left out. When only such are given, everything else is
        gathered. V(!all) leaves out what is not named otherwise.
      - V(min) are the customary facts beside RV(ansible_facts.openwrt). As with
        M(ansible.builtin.setup) they come along unless V(!min) is given.
      - Parts that an earlier task has gathered stay as they were.
    type: list
    elements: str
    default: [all]
    choices:
      - all
      - release
      - board
      - package_manager
      - packages
      - memory
      - uptime_s
      - overlay
      - interfaces
      - proto_handlers
      - usb
      - modem
      - min
      - "!all"
      - "!release"
      - "!board"
      - "!package_manager"
      - "!packages"
      - "!memory"
      - "!uptime_s"
      - "!overlay"
      - "!interfaces"
      - "!proto_handlers"
      - "!usb"
      - "!modem"
      - "!min"
seealso:
  - module: fleet.openwrt.gather_facts
"""

EXAMPLES = r"""
- name: Find out what the router is
  fleet.openwrt.facts:

- name: Stop where packages will not fit
  ansible.builtin.assert:
    that: ansible_facts.openwrt.overlay.free_kb > 1024
    fail_msg: "{{ ansible_facts.openwrt.overlay.free_kb }} KiB are left."

- name: What can be had cheaply, without the list of packages and the USB bus
  fleet.openwrt.facts:
    gather_subset: ["!packages", "!package_manager", "!usb"]

- name: Look at the interfaces again
  fleet.openwrt.facts:
    gather_subset: interfaces

- name: Say what is on the USB bus
  ansible.builtin.debug:
    var: ansible_facts.openwrt.usb.finding.explanation
"""

RETURN = r"""
ansible_facts:
  description: The facts that were asked for. A part is V(none) where the router cannot tell it.
  returned: success
  type: dict
  contains:
    ansible_distribution:
      description: V(OpenWrt), or what a fork calls itself.
      returned: success, unless O(gather_subset) has V(!min)
      type: str
      sample: OpenWrt
    ansible_distribution_version:
      description: The release; C(ansible_distribution_major_version) is its first number.
      returned: success, unless O(gather_subset) has V(!min)
      type: str
      sample: 24.10.4
    ansible_os_family:
      description: V(OpenWrt), with forks as well.
      returned: success, unless O(gather_subset) has V(!min)
      type: str
      sample: OpenWrt
    ansible_hostname:
      description: The router's name; C(ansible_nodename) and C(ansible_fqdn) in full.
      returned: success, unless O(gather_subset) has V(!min)
      type: str
      sample: van-17
    ansible_architecture:
      description: The machine, as C(uname -m) says it.
      returned: success, unless O(gather_subset) has V(!min)
      type: str
      sample: mips
    ansible_kernel:
      description: The running kernel.
      returned: success, unless O(gather_subset) has V(!min)
      type: str
      sample: 6.6.110
    ansible_pkg_mgr:
      description: V(opkg), V(apk), or V(unknown) where there is neither.
      returned: success, unless O(gather_subset) has V(!min)
      type: str
      sample: opkg
    ansible_service_mgr:
      description: V(procd).
      returned: success, unless O(gather_subset) has V(!min)
      type: str
      sample: procd
    ansible_memtotal_mb:
      description: Memory in MiB; C(ansible_memfree_mb), C(ansible_swaptotal_mb) and C(ansible_swapfree_mb) likewise.
      returned: success, unless O(gather_subset) has V(!min)
      type: int
      sample: 115
    ansible_default_ipv4:
      description: Gateway, interface and address of the default route; C(ansible_default_ipv6) likewise.
      returned: success, unless O(gather_subset) has V(!min)
      type: dict
      sample: {interface: wwan0, gateway: 10.64.0.1, address: 10.64.0.2, netmask: 255.255.255.252}
    ansible_all_ipv4_addresses:
      description: All addresses but the router's own loopback; C(ansible_all_ipv6_addresses) likewise.
      returned: success, unless O(gather_subset) has V(!min)
      type: list
      elements: str
      sample: [192.168.1.1, 10.64.0.2]
    ansible_interfaces:
      description: Names of all network devices; each has a fact of its own, such as C(ansible_br_lan).
      returned: success, unless O(gather_subset) has V(!min)
      type: list
      elements: str
      sample: [lo, br-lan, wwan0]
    openwrt:
      description: All that was found out.
      returned: success
      type: dict
      contains:
        release:
          description: What C(/etc/openwrt_release) says.
          returned: success
          type: dict
          contains:
            distribution:
              description: Who built it.
              returned: success
              type: str
              sample: OpenWrt
            version:
              description: The release.
              returned: success
              type: str
              sample: 24.10.4
            series:
              description: The stable branch, or V(SNAPSHOT) for a build of the main branch.
              returned: success
              type: str
              sample: "24.10"
            revision:
              description: The commit that it was built from.
              returned: success
              type: str
              sample: r28959-29397011cc
            target:
              description: Target and subtarget.
              returned: success
              type: str
              sample: ramips/mt7621
            arch:
              description: The architecture of its packages.
              returned: success
              type: str
              sample: mipsel_24kc
            description:
              description: Its name in full.
              returned: success
              type: str
              sample: OpenWrt 24.10.4 r28959-29397011cc
        board:
          description: What C(ubus call system board) says.
          returned: success
          type: dict
          contains:
            model:
              description: The device as its maker calls it.
              returned: success
              type: str
              sample: ZBT-WE826 (16M)
            board_name:
              description: The device as OpenWrt calls it.
              returned: success
              type: str
              sample: zbtlink,zbt-we826-16m
            system:
              description: The chip.
              returned: success
              type: str
              sample: MediaTek MT7620A ver:2 eco:6
            kernel:
              description: The running kernel.
              returned: success
              type: str
              sample: 6.6.110
            hostname:
              description: The router's name.
              returned: success
              type: str
              sample: van-17
        package_manager:
          description: V(opkg), or V(apk) from OpenWrt 25.12 on; V(none) where there is neither.
          returned: success
          type: str
          sample: opkg
        packages:
          description: Installed packages and their versions; V(none) without a package manager.
          returned: success
          type: dict
          sample:
            comgt-ncm: 0.32-r36
        memory:
          description: Memory in bytes.
          returned: success
          type: dict
          contains:
            total:
              description: All of it.
              returned: success
              type: int
              sample: 121151488
            free:
              description: What nothing uses.
              returned: success
              type: int
              sample: 71585792
            available:
              description: What programs can have, caches included.
              returned: success
              type: int
              sample: 85413888
        uptime_s:
          description: Seconds since the router booted.
          returned: success
          type: int
          sample: 86400
        overlay:
          description: Where packages and configuration go.
          returned: success
          type: dict
          contains:
            total_kb:
              description: Size in KiB.
              returned: success
              type: int
              sample: 9216
            free_kb:
              description: Free space in KiB.
              returned: success
              type: int
              sample: 7420
        interfaces:
          description:
            - The interfaces that netifd knows, by name. Of a WAN by proto ncm the addresses stand
              in its children, such as C(wwan_4).
          returned: success
          type: dict
          sample:
            lan:
              up: true
              proto: static
              device: br-lan
              l3_device: br-lan
              addresses: [192.168.1.1/24]
              gateway: null
              dns: []
              errors: []
        proto_handlers:
          description:
            - The protocols that netifd can do now. One whose package was installed later is missing
              until C(/etc/init.d/network restart).
          returned: success
          type: list
          elements: str
          sample: [dhcp, ncm, none, static]
        usb:
          description: The USB bus.
          returned: success
          type: dict
          contains:
            table_readable:
              description: Whether the kernel's table of USB devices, or sysfs, could be read.
              returned: success
              type: bool
              sample: true
            devices:
              description: Every device on the bus, hubs included.
              returned: success
              type: list
              elements: dict
              sample:
                - id: 12d1:1506
                  bus: 1
                  device: 3
                  port: 0
                  speed: "480"
                  manufacturer: HUAWEI
                  product: HUAWEI_MOBILE
                  serial: null
                  revision: "1.02"
                  interfaces:
                    - number: 2
                      class: ff/02/16
                      driver: huawei_cdc_ncm
                      active: true
                      nodes: [cdc-wdm0, wwan0]
            finding:
              description:
                - Whether there is a stick that proto ncm can drive. Its
                  RV(ansible_facts.openwrt.usb.finding.kind) is V(ncm_ready), V(ncm_no_control),
                  V(switched_off), V(driver_missing), V(storage_mode), V(other_mode), V(hilink),
                  V(no_table) or V(absent).
              returned: success
              type: dict
              contains:
                kind:
                  description: What was found.
                  returned: success
                  type: str
                  sample: ncm_ready
                explanation:
                  description: The same in sentences, with what to do.
                  returned: success
                  type: str
                  sample: The stick 12d1:1506 HUAWEI_MOBILE is ready for proto ncm.
                id:
                  description: Vendor and product of the stick.
                  returned: success
                  type: str
                  sample: 12d1:1506
                control:
                  description: Nodes that take AT commands, best first.
                  returned: success
                  type: list
                  elements: str
                  sample: [/dev/cdc-wdm0]
                netdev:
                  description: Its network device, as far as it is known.
                  returned: success
                  type: str
                  sample: wwan0
                driver:
                  description: What drives its network function.
                  returned: success
                  type: str
                  sample: huawei_cdc_ncm
                missing:
                  description: Drivers that the stick lacks, and the packages that bring them.
                  returned: success
                  type: list
                  elements: dict
                  sample:
                    - interface: 0
                      driver: option
                      package: kmod-usb-serial-option
                unsure:
                  description:
                    - Nodes of which the bus does not tell whether they take AT commands.
                      M(fleet.openwrt.usb_modem) asks those that cannot be a diagnostic port.
                  returned: success
                  type: list
                  elements: str
                  sample: []
                bus:
                  description: Every device that is no hub, in words.
                  returned: success
                  type: list
                  elements: str
                  sample: [12d1:1506 HUAWEI_MOBILE]
        modem:
          description: What a modem may have brought.
          returned: success
          type: dict
          contains:
            control:
              description: Character devices C(/dev/cdc-wdm*), C(/dev/ttyUSB*) and C(/dev/ttyACM*).
              returned: success
              type: list
              elements: str
              sample: [/dev/cdc-wdm0, /dev/ttyUSB0]
            netdevs:
              description: All network devices, with their drivers where sysfs names them.
              returned: success
              type: dict
              sample:
                wwan0:
                  driver: huawei_cdc_ncm
round_trips:
  description: How often the router was asked.
  returned: success
  type: int
  sample: 1
"""

_PARTS = (
    "release",
    "board",
    "package_manager",
    "packages",
    "memory",
    "uptime_s",
    "overlay",
    "interfaces",
    "proto_handlers",
    "usb",
    "modem",
)

ARGUMENT_SPEC = {
    "gather_subset": {
        "type": "list",
        "elements": "str",
        "default": ["all"],
        "choices": ["all", *_PARTS, "min", "!all", *(f"!{part}" for part in _PARTS), "!min"],
    },
}
