# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action of M(fleet.openwrt.modem_config)."""

from __future__ import annotations

from typing import Any

from ansible_collections.fleet.openwrt.plugins.modules.modem_config import ARGUMENT_SPEC
from ansible_collections.fleet.openwrt.plugins.plugin_utils.action import FleetAction
from ansible_collections.fleet.openwrt.plugins.plugin_utils.at.command import check_seconds
from ansible_collections.fleet.openwrt.plugins.plugin_utils.at.talk import PORT_OPTIONS, Port
from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.contact import Contact
from ansible_collections.fleet.openwrt.plugins.plugin_utils.modem.config.setting import Setting
from ansible_collections.fleet.openwrt.plugins.plugin_utils.modem.config.wanted import Wanted


class ActionModule(FleetAction):
    """What a modem keeps."""

    argument_spec = {**PORT_OPTIONS, **ARGUMENT_SPEC}

    def work(self, params: dict[str, Any]) -> dict[str, Any]:
        port, wanted = Port.from_params(params), Wanted.from_params(params)
        seconds = check_seconds("timeout", params["timeout"], least=1)
        setting = Setting(Contact(self.router), port, wanted, seconds, joined=self.joined)
        result = setting.rehearse() if self._task.check_mode else setting.carry_out()
        if self._task.diff and result["changed"]:
            result["diff"] = {
                "before_header": "modem",
                "after_header": "modem",
                "before": result["before"],
                "after": result["after"],
            }
        return result
