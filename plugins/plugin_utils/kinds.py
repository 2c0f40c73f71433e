# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The kinds of resources: under which name, with which options, which class."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..modules import (
    cron,
    dnsmasq_rebind,
    file,
    firewall_zone,
    package,
    rc_local,
    service,
    uci,
)
from .engine.resource import Resource
from .ncm.arguments import INTERFACE_SPEC
from .resources.cron import CronEntry
from .resources.dnsmasq_rebind import DnsmasqRebind
from .resources.file import ManagedFile
from .resources.firewall_zone import FirewallZone
from .resources.interface import NetworkInterface
from .resources.packages import Packages
from .resources.rc_local import RcLocalBlock
from .resources.service import ServiceState
from .resources.uci import UciSections

KINDS: Mapping[str, tuple[Mapping[str, Any], type[Resource]]] = {
    "package": (package.ARGUMENT_SPEC, Packages),
    "uci": (uci.ARGUMENT_SPEC, UciSections),
    "interface": (INTERFACE_SPEC, NetworkInterface),
    "firewall_zone": (firewall_zone.ARGUMENT_SPEC, FirewallZone),
    "dnsmasq_rebind": (dnsmasq_rebind.ARGUMENT_SPEC, DnsmasqRebind),
    "rc_local": (rc_local.ARGUMENT_SPEC, RcLocalBlock),
    "file": (file.ARGUMENT_SPEC, ManagedFile),
    "cron": (cron.ARGUMENT_SPEC, CronEntry),
    "service": (service.ARGUMENT_SPEC, ServiceState),
}
