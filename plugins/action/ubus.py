# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action of M(fleet.openwrt.ubus)."""

from __future__ import annotations

from typing import Any

from ansible_collections.fleet.openwrt.plugins.modules.ubus import ARGUMENT_SPEC
from ansible_collections.fleet.openwrt.plugins.plugin_utils.action import FleetAction
from ansible_collections.fleet.openwrt.plugins.plugin_utils.ubus import ask
from ansible_collections.fleet.openwrt.plugins.plugin_utils.ubus.call import Call
from ansible_collections.fleet.openwrt.plugins.plugin_utils.ubus.query import Query, QueryError
from ansible_collections.fleet.openwrt.plugins.plugin_utils.ubus.read_only import is_known_to_read


class ActionModule(FleetAction):
    """One call, and the part of its answer that was asked for."""

    argument_spec = ARGUMENT_SPEC

    def work(self, params: dict[str, Any]) -> dict[str, Any]:
        call = Call.from_params(params)
        query = None if params["query"] is None else Query(params["query"])
        reads = params["read_only"]
        if reads is None:
            reads = is_known_to_read(call.path, call.method)
        if self._task.check_mode and not reads:
            return self._rehearse(call)
        response = ask.call(self.router, call)
        report = {"changed": not reads, "called": True, "response": response}
        try:
            result = response if query is None else query.search(response)
        except QueryError as error:
            # The call was made all the same, and its answer may be needed.
            return {**report, "failed": True, "msg": str(error)}
        return {**report, "result": result}

    def _rehearse(self, call: Call) -> dict[str, Any]:
        """What would be called; a warning where this router lacks it, for now at least."""
        lacking = ask.lacking(self.router, call)
        report = {
            "changed": True,
            "called": False,
            "msg": f"Would call {call}, which is not known to only read.",
            "response": None,
            "result": None,
        }
        return {**report, "warnings": [f"ubus call {call}: {lacking}"]} if lacking else report
