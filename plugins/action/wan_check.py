# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action of M(fleet.openwrt.wan_check)."""

from __future__ import annotations

from typing import Any

from ansible.errors import AnsibleConnectionFailure

from ansible_collections.fleet.openwrt.plugins.modules.wan_check import ARGUMENT_SPEC
from ansible_collections.fleet.openwrt.plugins.plugin_utils.action import FleetAction
from ansible_collections.fleet.openwrt.plugins.plugin_utils.errors import FleetError
from ansible_collections.fleet.openwrt.plugins.plugin_utils.wan.request import Check
from ansible_collections.fleet.openwrt.plugins.plugin_utils.wan.start import Start, check_started


class UnreachableError(FleetError):
    """The router does not answer; the text is what ssh says of it, and what to check."""

    def facts(self) -> dict[str, object]:
        diagnosis = {"code": "UNREACHABLE", "text": str(self), "action": "", "worth_a_start": False}
        return {"diagnosis": diagnosis, "recommended": {"action": "none"}, "remarks": []}


class ActionModule(FleetAction):
    """A WAN that is up."""

    argument_spec = ARGUMENT_SPEC

    def work(self, params: dict[str, Any]) -> dict[str, Any]:
        try:
            return self._check(params)
        except AnsibleConnectionFailure as error:
            if params["unreachable"] == "fail":
                raise
            raise UnreachableError(str(error)) from error

    def _check(self, params: dict[str, Any]) -> dict[str, Any]:
        return check_started(
            self.router,
            Check.from_params(params),
            Start(params["start"]),
            rehearsal=self._task.check_mode,
            coming=params["interface"] in self.rehearsed.interfaces,
        )
