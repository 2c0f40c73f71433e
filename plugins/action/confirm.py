# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action of M(fleet.openwrt.confirm)."""

from __future__ import annotations

from typing import Any

from ansible_collections.fleet.openwrt.plugins.modules.confirm import ARGUMENT_SPEC
from ansible_collections.fleet.openwrt.plugins.plugin_utils.action import FleetAction, who
from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.contact import Contact
from ansible_collections.fleet.openwrt.plugins.plugin_utils.guard import checkpoint
from ansible_collections.fleet.openwrt.plugins.plugin_utils.guard.ending import Ending
from ansible_collections.fleet.openwrt.plugins.plugin_utils.guard.run import noted
from ansible_collections.fleet.openwrt.plugins.plugin_utils.guard.state import GuardState


class ActionModule(FleetAction):
    """The end of a transaction, or a look at it."""

    argument_spec = ARGUMENT_SPEC

    def work(self, params: dict[str, Any]) -> dict[str, Any]:
        wanted = params["id"] or self.joined
        ending = Ending(Contact(self.router), wanted, params["timeout"])
        if params["state"] == "pending":
            state = ending.look()
            return self._report(state, checkpoint.describe(state))
        if self._task.check_mode:
            return self._rehearse(ending.look(), wanted, params["state"])
        if params["state"] == "confirmed":
            return self._confirm(ending)
        return self._roll_back(ending)

    def _confirm(self, ending: Ending) -> dict[str, Any]:
        ended = ending.confirm()
        told = f"The transaction {ended.id} is confirmed." if ended.id else "Nothing to confirm."
        return self._ended(ended.state, told)

    def _roll_back(self, ending: Ending) -> dict[str, Any]:
        ended = ending.roll_back(f"{who()} asked for it")
        told = (
            f"The transaction {ended.id} is rolled back." if ended.id else "Nothing to roll back."
        )
        return {**self._ended(ended.state, told), "changed": bool(ended.id)}

    def _rehearse(self, state: GuardState, wanted: str, what: str) -> dict[str, Any]:
        is_meant = state.is_open and wanted in {"", state.id}
        act = "confirm" if what == "confirmed" else "roll back"
        told = f"Would {act} {state.describe()}." if is_meant else f"Nothing to {act}."
        return {**self._report(state, told), "changed": is_meant and what == "rolled_back"}

    def _ended(self, state: GuardState, told: str) -> dict[str, Any]:
        report = self._report(state, told)
        if self.joined and self.joined == state.last_id:
            report["ansible_facts"] = noted("", self.run_name)
        return report

    def _report(self, state: GuardState, told: str) -> dict[str, Any]:
        pending = checkpoint.pending(state)
        return {
            "changed": False,
            "msg": told,
            "pending": pending,
            "transaction": pending[0] if pending else checkpoint.last(state),
        }
