# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action of M(fleet.openwrt.usb_modem)."""

from __future__ import annotations

from typing import Any

from ansible_collections.fleet.openwrt.plugins.modules.usb_modem import ARGUMENT_SPEC
from ansible_collections.fleet.openwrt.plugins.plugin_utils.action import FleetAction
from ansible_collections.fleet.openwrt.plugins.plugin_utils.modem import wait
from ansible_collections.fleet.openwrt.plugins.plugin_utils.modem.usable import Want


class ActionModule(FleetAction):
    """A modem that can be used."""

    argument_spec = ARGUMENT_SPEC

    def work(self, params: dict[str, Any]) -> dict[str, Any]:
        want = Want.from_params(params)
        may_switch = params["switch"] == "auto"
        if self._task.check_mode:
            return wait.rehearse(self.router, want, may_switch=may_switch)
        state = wait.wait(self.router, want, timeout=params["timeout"], may_switch=may_switch)
        return {"changed": state.switched, **state.result()}
