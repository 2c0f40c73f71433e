# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action of M(fleet.openwrt.firewall_zone)."""

from __future__ import annotations

from ansible_collections.fleet.openwrt.plugins.modules.firewall_zone import ARGUMENT_SPEC
from ansible_collections.fleet.openwrt.plugins.plugin_utils.action import ResourceAction
from ansible_collections.fleet.openwrt.plugins.plugin_utils.resources.firewall_zone import (
    FirewallZone,
)


class ActionModule(ResourceAction):
    """One zone of the firewall."""

    argument_spec = ARGUMENT_SPEC
    resource = FirewallZone
