#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation and arguments of M(fleet.openwrt.package); its action plugin does the work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: package
short_description: Install, pin, upgrade and remove packages of an OpenWrt router
version_added: 0.1.0
author:
  - The fleet.openwrt authors (@fleet-openwrt)
description:
  - Brings packages to the state asked for, in any version or in an exact one.
  - Everything that can be known is checked before the first change. Names and versions must be on
    offer, everything that they depend on too, kernel modules must be made for the router's kernel,
    and all of it together must fit on the flash.
  - If an installation fails nevertheless, the packages that it had added are removed again.
  - Also available by the name C(fleet.openwrt.opkg).
extends_documentation_fragment:
  - fleet.openwrt.guard
  - fleet.openwrt.attributes
options:
  name:
    description:
      - The packages, each as C(NAME) or, when O(state=present), as C(NAME=VERSION) with the exact
        version.
      - A name that other packages provide, such as C(libubox) for C(libubox20240329), is met by any
        of these.
      - Required unless O(files) is given.
    type: list
    elements: str
    aliases: [pkg]
  files:
    description:
      - Package files on the controller, for routers that cannot reach a feed. They are found as
        M(ansible.builtin.copy) finds its O(ansible.builtin.copy#module:src), first in C(files/).
      - Each is wanted in the very version that it holds, so O(allow_downgrade) counts. What is
        installed in that version is not sent.
      - They may depend on each other and on what is installed. Only when they need more than that
        are the feeds asked.
      - Files in C(.ipk) are for opkg, files in C(.apk) for apk. Name and version are read from the
        file itself, whatever it is called. An C(.apk) that is compressed with zstd cannot be read
        so; it must be called C(NAME-VERSION.apk), as in OpenWrt's feeds.
      - They are not checked against the keys on the router, since OpenWrt signs lists of packages
        and not packages. They come whole, or nothing is installed.
    type: list
    elements: path
    default: []
  hold:
    description:
      - Whether these packages are held in the version that they have (V(true)) or freed
        (V(false)). If it is not set, that stays as it is, also when another version is installed.
      - opkg keeps a flag and leaves a held package out of C(opkg upgrade). With apk the exact
        version is asked for in C(/etc/apk/world), which C(apk upgrade) obeys. Should such a package
        get lost, every C(apk) command fails as long as no feed offers that version.
    type: bool
  state:
    description:
      - V(present) installs what is not installed. A package that is installed is left in the
        version that it has, unless another one is asked for by C(NAME=VERSION).
      - V(latest) also upgrades these packages, and no others, to the newest version that a feed
        offers. A package that is held stays, with a warning, unless O(hold=false).
      - V(absent) removes what is installed. Configuration files that were edited stay. Packages
        that were installed as dependencies stay with opkg; apk removes them with the last package
        that needs them.
    type: str
    choices: [present, absent, latest]
    default: present
  companions:
    description:
      - Further packages that are wanted only on routers where another one is installed. The other
        one is the key, the list of what goes with it the value.
      - This is how one task serves routers with and without LuCI.
    type: dict
    default: {}
  update_cache_max_age:
    description:
      - The age in seconds from which on the package lists are too old to choose from.
      - They are refreshed when they are older or missing, or lack what is wanted, and only when
        something must be installed. With V(0) they are refreshed whenever that is the case.
    type: int
    default: 86400
  replaces:
    description:
      - Installed packages that go to make room for those that this task installs, such as C(dnsmasq) for
        C(dnsmasq-full). Without it, a package that stands for an installed one, or conflicts with it, is refused before
        anything is changed, and so is an installation for which apk would remove a package that was asked for.
      - They go in the step that installs the others. Where nothing must be installed, none goes.
      - With opkg, all that comes is fetched and checked first, the configuration files stay as they are, services stay
        enabled and running or not as before, and a failed installation puts the old packages back, without a network.
      - apk exchanges them by itself; a failed installation is taken back as far as apk gets the old package again.
    type: list
    elements: str
    default: []
  allow_downgrade:
    description:
      - Whether an exact version may be older than what is installed. Otherwise that is an error.
    type: bool
    default: false
  check_space:
    description:
      - Whether to compare the size of all that is to be installed with the space that is free on
        the overlay.
      - Sizes are those of the unpacked files. On a flash file system that compresses they take
        about half of that, so the check is too strict there. It can be switched off; opkg then
        still makes its own for every single package, apk makes none.
    type: bool
    default: true
  rollback:
    description:
      - Whether what this task installs anew is removed again when its transaction is rolled back, since the change
        was not confirmed or a step after the installation failed. By default packages stay, and only the configuration
        goes back, for a router without its WAN could not fetch them again.
      - Upgrades and downgrades stay in any case, and with them all that the same task installs. A failed installation
        is taken back in any case.
    type: bool
    default: false
notes:
  - Works with opkg (OpenWrt up to 24.10) and with apk (25.12 and later), whichever the router has,
    with the same options and results.
  - Package lists are in RAM, so they are gone after every reboot. That is why they are refreshed on
    demand and not by a task of their own. Refreshing them writes nothing to the flash, and check
    mode may do it.
  - opkg itself cannot install an exact version. When a feed offers it, but opkg would choose
    another, the module fetches that very file, compares its checksum with the one in the feed's
    signed list, and installs the file.
  - apk can, but keeps the version in C(/etc/apk/world) and refuses all work once it can neither
    keep nor get it. The module therefore leaves the plain name there, unless O(hold=true).
  - A package asked for that apk installed as a dependency only is noted in C(/etc/apk/world), so
    that it stays when the other one goes. That is reported as a change.
  - What an image pins for itself (C(base-files), C(kernel), C(libc)) is never touched.
  - C(opkg install) upgrades a package that is installed. The module therefore never calls it for
    one that is to stay.
  - The exit status of neither manager tells the truth. The module reads afterwards what is there.
  - A feed whose list has a wrong signature, or cannot be had, is an error when it may hold what is
    wanted, and a warning otherwise.
  - Another package manager at work (LuCI, a cron job) is waited for, 20 seconds at most.
  - A protocol handler such as the one of C(comgt-ncm) is not known to a running netifd before the
    network is restarted.
"""

EXAMPLES = r"""
- name: Support for dongles that speak NCM
  fleet.openwrt.package:
    name: comgt-ncm

- name: Exactly these versions, whatever newer ones the feeds have
  fleet.openwrt.package:
    name:
      - comgt=0.32-r36
      - comgt-ncm=0.32-r36
      - usb-modeswitch

- name: Back to an older version that one of the feeds still has
  fleet.openwrt.package:
    name: comgt-ncm=0.32-r33
    allow_downgrade: true

- name: The newest version that is on offer now
  fleet.openwrt.package:
    name: usb-modeswitch
    state: latest
    update_cache_max_age: 0

- name: LuCI's page for proto ncm, where there is LuCI
  fleet.openwrt.package:
    name: comgt-ncm
    companions:
      luci-base: [luci-proto-ncm]

- name: Files from the controller, for a router without an uplink
  fleet.openwrt.package:
    files: "{{ query('ansible.builtin.fileglob', 'packages/24.10/*.ipk') }}"

- name: The name server with all its features in place of the small one
  fleet.openwrt.package:
    name: dnsmasq-full
    replaces: [dnsmasq]

- name: A version that stays, whatever others upgrade
  fleet.openwrt.package:
    name: comgt-ncm=0.32-r36
    hold: true

- name: No terminal program on a router in the field
  fleet.openwrt.opkg:
    name: picocom
    state: absent
"""

RETURN = r"""
packages:
  description: The packages asked for, their versions before and after; null where not installed.
  returned: success
  type: dict
  sample:
    comgt-ncm:
      before: null
      after: 0.32-r36
dependencies:
  description:
    - Packages that were installed because those asked for depend on them, or removed because
      nothing needs them any more.
    - What O(files) in C(.apk) depend on is not among them; that is only known on the router.
  returned: success
  type: list
  elements: str
  sample: [chat, comgt, wwan]
steps:
  description: What was done, or would be done in check mode; empty when nothing differs.
  returned: success
  type: list
  elements: str
  sample: [install comgt-ncm 0.32-r36]
round_trips:
  description:
    - How often the router was asked. Three times for an installation, twice for a removal.
    - Once when nothing differs; twice with O(state=latest), which must look at the feeds.
    - Once less when no feed must be asked, as for O(files) that have all they need; once more to
      upgrade by O(state=latest) with apk.
  returned: success
  type: int
  sample: 1
"""

ARGUMENT_SPEC = {
    "name": {"type": "list", "elements": "str", "aliases": ["pkg"]},
    "files": {"type": "list", "elements": "path", "default": []},
    "hold": {"type": "bool"},
    "state": {"type": "str", "choices": ["present", "absent", "latest"], "default": "present"},
    "companions": {"type": "dict", "default": {}},
    "update_cache_max_age": {"type": "int", "default": 86400},
    "replaces": {"type": "list", "elements": "str", "default": []},
    "allow_downgrade": {"type": "bool", "default": False},
    "check_space": {"type": "bool", "default": True},
    "rollback": {"type": "bool", "default": False},
}
