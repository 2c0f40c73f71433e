# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action of M(fleet.openwrt.modem_info)."""

from __future__ import annotations

from typing import Any

from ansible_collections.fleet.openwrt.plugins.modules.modem_info import ARGUMENT_SPEC
from ansible_collections.fleet.openwrt.plugins.plugin_utils.action import FleetAction
from ansible_collections.fleet.openwrt.plugins.plugin_utils.at.command import check_seconds
from ansible_collections.fleet.openwrt.plugins.plugin_utils.at.talk import PORT_OPTIONS, Port
from ansible_collections.fleet.openwrt.plugins.plugin_utils.modem.info import info


class ActionModule(FleetAction):
    """What a modem says of itself."""

    argument_spec = {**PORT_OPTIONS, **ARGUMENT_SPEC}

    def work(self, params: dict[str, Any]) -> dict[str, Any]:
        return info(
            self.router,
            Port.from_params(params),
            seconds=check_seconds("timeout", params["timeout"], least=1),
            show_imsi=params["show_imsi"],
        )
