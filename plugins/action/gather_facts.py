# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action of M(fleet.openwrt.gather_facts): Ansible's own, which also takes our facts module.

Ansible's sends every facts module to the host as Python source and never asks for an action plugin
of that name (ansible-core, plugins/action/gather_facts.py), so none can run where Python is not.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import ansible.plugins.action
from ansible import constants
from ansible.errors import AnsibleError

FACTS = "fleet.openwrt.facts"
_OURS = (FACTS, "fleet.openwrt.gather_facts")
"""Names in FACTS_MODULES that mean our facts; the second is what many would write there."""

_FOR_SETUP_ALONE = ("fact_path",)


def _ansibles_own() -> Any:
    """Ansible's class, by its file: what stands in `action_plugins` of a project has its name."""
    path = Path(ansible.plugins.action.__file__).with_name("gather_facts.py")
    spec = importlib.util.spec_from_file_location("fleet_openwrt_ansibles_gather_facts", path)
    if spec is None or spec.loader is None:
        raise AnsibleError(f"{path} is missing; is ansible-core installed as a whole?")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.ActionModule


Own: Any = _ansibles_own()


class FactsError(AnsibleError):
    """Our facts module failed; `result` is what it said."""

    def __init__(self, result: dict[str, Any]) -> None:
        super().__init__(result["msg"])
        self.result = result


class ActionModule(Own):
    """Runs the facts modules that FACTS_MODULES names for the host."""

    def run(
        self, tmp: str | None = None, task_vars: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        variables = dict(task_vars or {})
        named = constants.config.get_config_value("FACTS_MODULES", variables=variables)
        if any(name in _OURS for name in named):
            # Parallel is by jobs in the background of the host, which take Python as well.
            variables["ansible_facts_parallel"] = False
        try:
            result: dict[str, Any] = super().run(tmp, variables)
        except FactsError as error:
            return error.result
        return result

    def _get_module_args(self, fact_module: str, task_vars: dict[str, Any]) -> dict[str, Any]:
        if fact_module not in _OURS:
            own: dict[str, Any] = super()._get_module_args(fact_module, task_vars)
            return own
        given = dict(self._task.args)
        subset = given.pop("gather_subset", None)
        self._task.args = {key: given[key] for key in given if key not in _FOR_SETUP_ALONE}
        try:
            args: dict[str, Any] = super()._get_module_args(fact_module, task_vars)
        finally:
            self._task.args = {**given, **({} if subset is None else {"gather_subset": subset})}
        return args if subset is None else {**args, "gather_subset": subset}

    def _execute_module(
        self,
        module_name: str | None = None,
        module_args: dict[str, Any] | None = None,
        **how: Any,
    ) -> dict[str, Any]:
        if module_name not in _OURS:
            sent: dict[str, Any] = super()._execute_module(module_name, module_args, **how)
            return sent
        task = self._task.copy()
        task.action = FACTS
        task.args = module_args or {}
        action = self._shared_loader_obj.action_loader.get(
            FACTS,
            task=task,
            connection=self._connection,
            play_context=self._play_context,
            loader=self._loader,
            templar=self._templar,
            shared_loader_obj=self._shared_loader_obj,
        )
        result: dict[str, Any] = action.run(task_vars=how.get("task_vars"))
        if result.get("failed"):
            raise FactsError(result)
        return result
