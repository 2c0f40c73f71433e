# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every way in which a WAN fails, from the configuration to the names."""

from __future__ import annotations

from collections.abc import Mapping

from ..diagnosis import Reason, do
from ..netifd.reasons import REASONS as BRING_UP
from .modem_reasons import NETWORK, PORT, SIM, STICK

_CONFIGURATION: Mapping[str, Reason] = {
    "NO_NETIFD": Reason(
        "netifd, which manages the interfaces, does not run",
        "netifd, which manages the interfaces, does not run on this router.",
        "Look at logread, and start it with '/etc/init.d/network restart'.",
        do("restart_network"),
        "/etc/init.d/network restart",
    ),
    "DISABLED": Reason(
        "the option disabled keeps netifd from the interface",
        "{interface} is in /etc/config/network with option disabled '1'.",
        "Remove that option.",
        do("remove_option", "interface", option="disabled"),
    ),
    "HANDLER_UNLOADED": Reason(
        "the handler of proto ncm was installed after netifd started",
        "comgt-ncm is installed, but netifd has started before and does not know its protocol.",
        "Run '/etc/init.d/network restart' once; a reload is not enough.",
        do("restart_network"),
        "/etc/init.d/network restart",
    ),
    "WRONG_PROTO": Reason(
        "the stick speaks NCM and the interface another protocol",
        "{interface} has proto {proto}, but the stick that is plugged in speaks NCM.",
        "Set proto to ncm: proto wwan takes PPP for some Huawei sticks that speak NCM.",
        do("use_other_proto", "interface", proto="ncm"),
    ),
}

_TRAFFIC: Mapping[str, Reason] = {
    "NO_DEFAULT_ROUTE": Reason(
        "the WAN has no default route",
        "{interface} has an address and no default route.",
        "Remove option defaultroute '0' if it is set; else the operator's DHCP gave no gateway: "
        "run 'ifup {interface}'.",
        do("set_option", "interface", option="defaultroute", value="1"),
    ),
    "OTHER_ROUTE": Reason(
        "the default route goes through another interface",
        "The default route of this router goes through {other}, which has a smaller metric than "
        "{interface}.",
        "If this WAN is to be used, give {interface} a smaller metric than {other} has, or {other} "
        "a greater one.",
        do("set_option", "interface", option="metric"),
    ),
    "NO_TRAFFIC": Reason(
        "nothing comes through",
        "{interface} has an address, but {hosts} did not answer through {netdev}.",
        "The session may be dead although the modem holds it up: run 'ifup {interface}'. Else the "
        "SIM has no data left, or the hosts do not answer.",
        do("ifup", "interface"),
        "ifup {interface}",
    ),
    "DNS_REBIND": Reason(
        "dnsmasq dropped a private address",
        "dnsmasq has dropped the answer for {names}: it holds a private address, which the rebind "
        "protection refuses.",
        "If the operator's names may have such addresses, whitelist {listed} with "
        "fleet.openwrt.dnsmasq_rebind.",
        do("whitelist_domain", "domains"),
    ),
    "NO_DNS_SERVER": Reason(
        "the WAN brought no DNS server",
        "The router's resolver has no address for {names}, and {interface} brought no DNS server.",
        "Set dns on the interface to a server that answers, or remove peerdns '0'.",
        do("set_option", "interface", option="dns"),
    ),
    "NO_NAMES": Reason(
        "names have no address",
        "The router's resolver has no address for {names}.",
        "Check that the operator's DNS servers answer, or set dns on the interface with "
        "peerdns off.",
        do("set_option", "interface", option="dns"),
    ),
}

_THRESHOLDS: Mapping[str, Reason] = {
    "WRONG_ADDRESS": Reason(
        "the WAN's address lies in none of the networks that were asked for",
        "{interface} has the address {address}, which lies in none of {listed}.",
        "With the wrong APN ({apn}) some operators give an address of their public network.",
        do("set_apn", "interface", "apn"),
    ),
    "WEAK_SIGNAL": Reason(
        "the signal is weaker than min_signal",
        "The signal is {signal} dBm, weaker than the {least} dBm that are wanted.",
        "Find a better place for the modem, or another antenna.",
        do("move_antenna"),
    ),
    "MODEM_UNREADABLE": Reason(
        "the WAN works, but its modem did not tell what a threshold needs",
        "The WAN works, but its modem cannot be judged: {trouble}",
        "Leave min_signal and registered out for this router, or free the modem's port.",
        do("none"),
    ),
}

REASONS: Mapping[str, Reason] = {
    **BRING_UP,
    **_CONFIGURATION,
    **STICK,
    **PORT,
    **SIM,
    **NETWORK,
    **_TRAFFIC,
    **_THRESHOLDS,
}
"""All codes."""
