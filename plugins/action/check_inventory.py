# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action of M(fleet.openwrt.check_inventory)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleError
from ansible.utils.vars import load_extra_vars

from ansible_collections.fleet.openwrt.plugins.modules.check_inventory import ARGUMENT_SPEC
from ansible_collections.fleet.openwrt.plugins.plugin_utils.action import FleetAction
from ansible_collections.fleet.openwrt.plugins.plugin_utils.errors import SpecError
from ansible_collections.fleet.openwrt.plugins.plugin_utils.inventory.judge import (
    HostVariables,
    InventoryError,
    NoHostsError,
    UnreadableError,
    judge,
    too_late,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.inventory.playbooks import (
    PLAYBOOKS,
    Playbook,
)

_ROLES = Path(__file__).parents[2] / "roles"


def _playbook(params: Mapping[str, Any]) -> Playbook:
    """What is to be checked; raises SpecError unless it is said once."""
    if (params["playbook"] is None) is (params["roles"] is None):
        raise SpecError(
            option="playbook", value=params["playbook"], expected="either playbook or roles"
        )
    if params["roles"] is not None:
        return Playbook(roles=tuple(params["roles"]), variables={})
    return PLAYBOOKS[params["playbook"]]


class ActionModule(FleetAction):
    """Looks at variables alone: no connection is opened."""

    argument_spec = ARGUMENT_SPEC

    def work(self, params: dict[str, Any]) -> dict[str, Any]:
        playbook = _playbook(params)
        here = self.task_vars["inventory_hostname"]
        names = [here] if params["hosts"] is None else params["hosts"]
        play = self._of_the_play()
        # The variables of this host have chosen the others.
        chosen = () if here in names else too_late(here, self._variables(here, play), playbook)
        if not names and not chosen:
            groups = sorted(set(self.task_vars["groups"]) - {"all", "ungrouped"})
            raise NoHostsError(params["pattern"], f"{params['playbook']}_hosts", groups)
        specs = {role: self._spec(role) for role in playbook.roles}
        hosts = {host: self._variables(host, play) for host in names}
        faults = (*chosen, *judge(hosts, playbook, specs))
        if faults:
            raise InventoryError(faults)
        return {"changed": False, "checked": len(hosts)}

    def _spec(self, role: str) -> Mapping[str, Any]:
        """The options of a role, from the file that Ansible itself reads them from."""
        path = _ROLES / role / "meta/argument_specs.yml"
        specs = self._loader.load_from_file(str(path))
        options: Mapping[str, Any] = specs["argument_specs"]["main"]["options"]
        return options

    def _of_the_play(self) -> Mapping[str, Any]:
        """Variables that the play has for all hosts: those of import_playbook, for instance."""
        here = self.task_vars["inventory_hostname"]
        of_host = self.task_vars["hostvars"].raw_get(here)
        return {
            name: value
            for name, value in self.task_vars.items()
            if name not in of_host or _differ(of_host[name], value)
        }

    def _variables(self, host: str, play: Mapping[str, Any]) -> HostVariables:
        of_host = self.task_vars["hostvars"][host]

        def value(name: str) -> object:
            try:
                return self._templar.template(play[name]) if name in play else of_host[name]
            except AnsibleError as error:
                raise UnreadableError(str(error)) from error

        own = set(of_host) - set(play) - set(load_extra_vars(self._loader))
        return HostVariables([*{**dict.fromkeys(of_host), **dict.fromkeys(play)}], value, own)


def _differ(one: object, other: object) -> bool:
    try:
        return one != other
    except AnsibleError:
        # What a closed vault holds cannot be compared. Of hosts such a variable is told as well.
        return False
