# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which ubus methods only read: what check mode may call, and what changes nothing.

Known by name, each from the source of the program that offers it. A method that is missing here is
taken for one that changes something, which is the harmless mistake.
"""

from __future__ import annotations

from fnmatch import fnmatchcase

_READING: tuple[tuple[str, frozenset[str]], ...] = (
    # procd: system.c, service/service.c. `state` and `watchdog` of a service also set.
    ("system", frozenset({"board", "info"})),
    ("service", frozenset({"list", "get_data"})),
    ("container", frozenset({"list", "get_features"})),
    # ubox: log/logd.c
    ("log", frozenset({"read"})),
    # netifd: ubus.c. The objects of single interfaces are named after them.
    ("network", frozenset({"get_proto_handlers"})),
    ("network.device", frozenset({"status"})),
    ("network.interface", frozenset({"dump", "status"})),
    ("network.interface.*", frozenset({"dump", "status"})),
    ("network.wireless", frozenset({"status", "get_validate"})),
    # rpcd: uci.c, file.c, rc.c, sys.c. Of `session` even get and list prolong a session's life.
    ("uci", frozenset({"changes", "configs", "get", "state"})),
    ("file", frozenset({"list", "md5", "read", "stat"})),
    ("rc", frozenset({"list"})),
    ("rpc-sys", frozenset({"packagelist"})),
    # rpcd: iwinfo.c. Not `scan`, for which a radio leaves its channel.
    (
        "iwinfo",
        frozenset(
            {
                "assoclist", "countrylist", "devices", "freqlist", "info", "phyname", "survey",
                "txpowerlist",
            }
        ),
    ),
    # luci: modules/luci-base/root/usr/share/rpcd/ucode/luci, libs/rpcd-mod-luci/src/luci.c
    ("luci", frozenset({"get*"})),
    ("luci-rpc", frozenset({"get*"})),
    # dnsmasq: src/ubus.c. odhcpd: src/ubus.c. umdns: ubus.c. fstools: blockd.c
    ("dnsmasq", frozenset({"metrics"})),
    ("dnsmasq.*", frozenset({"metrics"})),
    ("dhcp", frozenset({"ipv4leases", "ipv6leases", "ipv6ra"})),
    ("umdns", frozenset({"announcements", "browse", "hosts"})),
    ("block", frozenset({"info"})),
    # hostapd: src/ap/ubus.c, a patch of OpenWrt's. One object for each radio's network.
    (
        "hostapd.*",
        frozenset(
            {
                "get_clients", "get_features", "get_status", "list_bans", "rrm_nr_get_own",
                "rrm_nr_list", "wps_status",
            }
        ),
    ),
    # mwan3: files/usr/libexec/rpcd/mwan3
    ("mwan3", frozenset({"status"})),
)  # fmt: skip
"""Patterns of an object's path, and those of its methods."""


def is_known_to_read(path: str, method: str) -> bool:
    """Whether a call of this method is known to change nothing."""
    return any(
        fnmatchcase(path, objects) and any(fnmatchcase(method, each) for each in methods)
        for objects, methods in _READING
    )
