# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why names have no address although the WAN is up."""

from __future__ import annotations

from collections.abc import Sequence

from .evidence import Evidence
from .modem import Found
from .traffic import Traffic, rebind_domain


def names_trouble(seen: Evidence, traffic: Traffic) -> Found:
    """The first that fits of: dropped by dnsmasq, no server, another route, none of these."""
    domains = rejected(traffic.unresolved, seen.log)
    names = ", ".join(traffic.unresolved)
    if domains:
        dropped = ", ".join(name for name in traffic.unresolved if rebind_domain(name, seen.log))
        listed = ", ".join(domains)
        return "DNS_REBIND", {"names": dropped, "domains": list(domains), "listed": listed}
    if not seen.now.wan.dns and not seen.has("dns"):
        return "NO_DNS_SERVER", {"names": names}
    if seen.preferred_route is not None:
        return "OTHER_ROUTE", {"names": names}
    return "NO_NAMES", {"names": names}


def rejected(names: Sequence[str], log: Sequence[str]) -> tuple[str, ...]:
    """The domains to whitelist, each once."""
    found = (rebind_domain(name, log) for name in names)
    return tuple(dict.fromkeys(domain for domain in found if domain))
