# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options that have an effect only as a list.

Shell reads lists by `config_list_foreach` (package/base-files/files/lib/functions.sh), which does
not see `option server '1.1.1.1'`, only `list server '1.1.1.1'`. netifd, odhcpd (libubox and uci,
blob.c) and firewall4 (fw4.uc) take both, and split the option at its blanks.
"""

from __future__ import annotations

from .model import Section

_DNSMASQ = """
addnhosts addnmount address bogusnxdomain cache_rr connmark_allowlist filter_rr interface
listen_address notinterface pxe_service rebind_domain rev_server server
"""

_ONLY_AS_LIST: dict[tuple[str, str], frozenset[str]] = {
    # package/network/services/dnsmasq/files/dnsmasq.init
    ("dhcp", "dnsmasq"): frozenset(_DNSMASQ.split()),
    ("dhcp", "dhcp"): frozenset({"interface_name", "tag"}),
    ("dhcp", "host"): frozenset({"match_tag"}),
    ("dhcp", "ipset"): frozenset({"domain", "name"}),
    # package/network/services/dropbear/files/dropbear.init
    ("dropbear", "dropbear"): frozenset({"keyfile"}),
    # package/network/services/uhttpd/files/uhttpd.init
    ("uhttpd", "uhttpd"): frozenset({"httpauth", "ucode_prefix"}),
    # package/network/config/wifi-scripts/files/lib/netifd/hostapd.sh
    ("wireless", "osu-provider"): frozenset({"osu_friendly_name", "osu_icon", "osu_service_desc"}),
}


def is_unread(section: Section, option: str, *, package: str) -> bool:
    """True if the section has this option in a form that its reader does not see."""
    only_as_list = _ONLY_AS_LIST.get((package, section.type), frozenset())
    return option in only_as_list and isinstance(section.get(option), str)
