# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action of M(fleet.openwrt.checkpoint)."""

from __future__ import annotations

import secrets
from typing import Any

from ansible_collections.fleet.openwrt.plugins.modules.checkpoint import ARGUMENT_SPEC
from ansible_collections.fleet.openwrt.plugins.plugin_utils.action import FleetAction, who
from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine import converge, transaction
from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.plan import Plan
from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.probe import Known
from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.reading import read
from ansible_collections.fleet.openwrt.plugins.plugin_utils.errors import FleetError
from ansible_collections.fleet.openwrt.plugins.plugin_utils.guard import calls, checkpoint
from ansible_collections.fleet.openwrt.plugins.plugin_utils.guard.calls import Guarded
from ansible_collections.fleet.openwrt.plugins.plugin_utils.guard.policy import (
    Interrupted,
    Policy,
    check_timeout,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.guard.run import noted
from ansible_collections.fleet.openwrt.plugins.plugin_utils.guard.state import (
    GuardProbe,
    GuardState,
)


class ActionModule(FleetAction):
    """A transaction that is opened and left open."""

    argument_spec = ARGUMENT_SPEC

    def work(self, params: dict[str, Any]) -> dict[str, Any]:
        paths = checkpoint.check_paths(params["paths"])
        name = secrets.token_hex(4)
        timeout = check_timeout(params["timeout"])
        guard = checkpoint.guarded(paths, name=name, by=who(), timeout=timeout)
        policy = Policy(interrupted=Interrupted(params["interrupted"]))
        state = read(self.router, [GuardProbe()], Known())[GuardProbe()]
        warnings = list(converge.earlier_end(state))
        self._refuse_second(state)
        if self._task.check_mode:
            if state.is_open:
                warnings.append(f"Not confirmed yet on this router: {state.describe()}.")
            return _result(f"Would save {', '.join(paths)} and open a transaction.", warnings)
        if converge.clear_the_way(self.router, state, policy, ours=""):
            warnings.append(f"Rolled back first: {state.describe()}.")
        self._open(guard)
        command = calls.by_hand(name)
        opened = {"id": name, "state": "open", "timeout": timeout, "command": command}
        told = f"Rolled back in {timeout} s unless fleet.openwrt.confirm, or `{command}`, confirms."
        return {
            **_result(told, warnings),
            "transaction": opened,
            "ansible_facts": noted(name, self.run_name),
        }

    def _refuse_second(self, state: GuardState) -> None:
        if state.is_open and state.id == self.joined:
            raise FleetError(
                f"This run has a transaction open already: {state.describe()}. Tasks join it; end "
                f"it with fleet.openwrt.confirm before you open another one. Nothing was changed."
            )

    def _open(self, guard: Guarded) -> None:
        answers = self.router.run(
            checkpoint.opening(guard), stop_at_failure=True, rescue=guard.rescue(), exclusive=True
        )
        transaction.check(Plan((), (), ()), answers)


def _result(told: str, warnings: list[str]) -> dict[str, Any]:
    result: dict[str, Any] = {"changed": False, "msg": told}
    return {**result, "warnings": warnings} if warnings else result
