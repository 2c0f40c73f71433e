# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action of M(fleet.openwrt.interface)."""

from __future__ import annotations

from ansible_collections.fleet.openwrt.plugins.plugin_utils.action import ResourceAction
from ansible_collections.fleet.openwrt.plugins.plugin_utils.ncm.arguments import INTERFACE_SPEC
from ansible_collections.fleet.openwrt.plugins.plugin_utils.resources.interface import (
    NetworkInterface,
)


class ActionModule(ResourceAction):
    """One interface of the network."""

    argument_spec = INTERFACE_SPEC
    resource = NetworkInterface
