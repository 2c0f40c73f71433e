# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action of M(fleet.openwrt.wait_for_connection)."""

from __future__ import annotations

from typing import Any

from ansible_collections.fleet.openwrt.plugins.modules.wait_for_connection import ARGUMENT_SPEC
from ansible_collections.fleet.openwrt.plugins.plugin_utils.action import FleetAction
from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.contact import Contact
from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.patience import (
    PATIENCE_OPTIONS,
    REFUSALS,
    Patience,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.errors import RouterError
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.wire import Section


class SilentError(RouterError):
    """The router has not answered in time."""


class ActionModule(FleetAction):
    """A router that runs what it is sent."""

    argument_spec = {**ARGUMENT_SPEC, **PATIENCE_OPTIONS}

    def work(self, params: dict[str, Any]) -> dict[str, Any]:
        patience = Patience.from_params(params)
        self.connection.connect_once(patience.connect_timeout)
        contact = Contact(self.router, pause=patience.sleep, refusals=REFUSALS)
        began = contact.clock()
        contact.sleep(patience.delay)
        until = contact.clock() + patience.timeout
        if contact.ask([Section("answer", ":")], until=until) is None:
            raise SilentError(
                f"The router has not answered within {patience.timeout} s. The last attempt of "
                f"{self.router.round_trips} ended so: {contact.reason}"
            )
        return {"changed": False, "elapsed": round(contact.clock() - began)}
