# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action of M(fleet.openwrt.converge)."""

from __future__ import annotations

from typing import Any

from ansible_collections.fleet.openwrt.plugins.modules.converge import ARGUMENT_SPEC
from ansible_collections.fleet.openwrt.plugins.plugin_utils.action import ConvergingAction
from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.resource import Resource
from ansible_collections.fleet.openwrt.plugins.plugin_utils.errors import SpecError
from ansible_collections.fleet.openwrt.plugins.plugin_utils.kinds import KINDS


class ActionModule(ConvergingAction):
    """Many resources, one plan."""

    argument_spec = ARGUMENT_SPEC

    def work(self, params: dict[str, Any]) -> dict[str, Any]:
        report = self.converge(
            [self._resource(item, number) for number, item in enumerate(params["resources"])],
            params,
        )
        report["resources"] = [
            {"kind": each.kind, "name": each.name, "changed": each.changed, **each.details}
            for each in report.pop("outcomes")
        ]
        return report

    def _resource(self, item: dict[str, Any], number: int) -> Resource:
        where = f"resources[{number}]"
        if len(item) != 1 or next(iter(item)) not in KINDS:
            raise SpecError(
                option=where,
                value=sorted(item),
                expected=f"one key that names the kind, out of {', '.join(KINDS)}",
            )
        ((kind, args),) = item.items()
        if not isinstance(args, dict):
            raise SpecError(
                option=f"{where}.{kind}", value=args, expected=f"the options of the module {kind}"
            )
        spec, resource = KINDS[kind]
        return self.make(resource, self.accepted(args, spec, where=f"{where}.{kind}"))
