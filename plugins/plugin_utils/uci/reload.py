# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which services must take up a UCI package that was written."""

from __future__ import annotations

from ..engine.plan import Reload

_SERVICES = {
    "network": ("network",),
    "wireless": ("network",),
    "firewall": ("firewall",),
    "dhcp": ("dnsmasq", "odhcpd"),
    "dropbear": ("dropbear",),
}


def reloads_for(package: str) -> tuple[Reload, ...]:
    """The init scripts to reload; `reload_config`, procd's own triggers, for all other packages.

    The named ones are asked directly because their exit status tells whether they liked it;
    procd's triggers are asynchronous (package/system/procd/files/reload_config).
    """
    services = _SERVICES.get(package, ("reload_config",))
    return tuple(Reload(service) for service in services)
