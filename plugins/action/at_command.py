# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action of M(fleet.openwrt.at_command)."""

from __future__ import annotations

from typing import Any

from ansible_collections.fleet.openwrt.plugins.modules.at_command import ARGUMENT_SPEC
from ansible_collections.fleet.openwrt.plugins.plugin_utils.action import FleetAction
from ansible_collections.fleet.openwrt.plugins.plugin_utils.at.command import (
    check_commands,
    check_seconds,
    is_query,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.at.converse import converse
from ansible_collections.fleet.openwrt.plugins.plugin_utils.at.talk import (
    PORT_OPTIONS,
    DialogueProbe,
    Port,
)


class ActionModule(FleetAction):
    """Commands to a modem, and what it answers."""

    argument_spec = {**PORT_OPTIONS, **ARGUMENT_SPEC}

    def work(self, params: dict[str, Any]) -> dict[str, Any]:
        commands = check_commands(params["command"], params["commands"], force=params["force"])
        # The order of what is left does not matter: what asks changes nothing.
        asked = tuple(filter(is_query, commands)) if self._task.check_mode else commands
        probe = DialogueProbe(
            Port.from_params(params),
            asked,
            seconds=check_seconds("timeout", params["timeout"], least=1),
            patience=check_seconds("patience", params["patience"], least=0),
            stop_at_error=params["stop_at_error"],
        )
        return converse(self.router, probe, [each for each in commands if each not in asked])
