# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action of M(fleet.openwrt.facts)."""

from __future__ import annotations

from typing import Any

from ansible_collections.fleet.openwrt.plugins.modules.facts import ARGUMENT_SPEC
from ansible_collections.fleet.openwrt.plugins.plugin_utils.action import FleetAction
from ansible_collections.fleet.openwrt.plugins.plugin_utils.facts import parts


class ActionModule(FleetAction):
    """What a router is."""

    argument_spec = ARGUMENT_SPEC

    def run(
        self, tmp: str | None = None, task_vars: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        # Ansible replaces a fact as a whole, and all of ours are one.
        known = (task_vars or {}).get("ansible_facts", {}).get("openwrt")
        self._known = dict(known) if known else {}
        return super().run(tmp, task_vars)

    def work(self, params: dict[str, Any]) -> dict[str, Any]:
        wanted = parts.chosen(params["gather_subset"])
        customary = parts.wants_customary(params["gather_subset"])
        gathered = parts.gather(self.router, wanted, customary=customary)
        result: dict[str, Any] = {
            "changed": False,
            "ansible_facts": {
                "openwrt": {**self._known, **gathered.openwrt},
                **gathered.customary,
            },
        }
        if gathered.warnings:
            result["warnings"] = gathered.warnings
        return result
