# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action of M(fleet.openwrt.reboot)."""

from __future__ import annotations

import secrets
from typing import Any

from ansible_collections.fleet.openwrt.plugins.modules.reboot import ARGUMENT_SPEC
from ansible_collections.fleet.openwrt.plugins.plugin_utils.action import FleetAction, who
from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.contact import (
    Contact,
    RefusedError,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.patience import (
    PATIENCE_OPTIONS,
    REFUSALS,
    Patience,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.probe import Known
from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.reading import read
from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.reboot import Reboot
from ansible_collections.fleet.openwrt.plugins.plugin_utils.errors import FleetError, StepError
from ansible_collections.fleet.openwrt.plugins.plugin_utils.guard.state import GuardProbe


class RebootError(FleetError):
    """The router did not come back in time, did not go down, or must not.

    `asked`: whether it was asked to reboot.
    """

    def __init__(self, text: str, *, asked: bool) -> None:
        self.asked = asked
        super().__init__(text)

    def facts(self) -> dict[str, object]:
        return {"changed": self.asked}


class ActionModule(FleetAction):
    """Reboot, then wait for a router that has booted."""

    argument_spec = {**ARGUMENT_SPEC, **PATIENCE_OPTIONS}

    def work(self, params: dict[str, Any]) -> dict[str, Any]:
        patience = Patience.from_params(params)
        if self._task.check_mode:
            return {"changed": True}
        self._refuse_while_open()
        contact = Contact(self.router, pause=patience.sleep, refusals=REFUSALS)
        reboot = Reboot(
            f"/tmp/.fleet-reboot-{secrets.token_hex(8)}", test=params["test_command"] or ""
        )
        began = contact.clock()
        self._request(reboot, f"{params['msg']} ({who()})")
        self.connection.connect_once(patience.connect_timeout)
        contact.sleep(patience.delay)
        self._wait(contact, reboot, patience)
        return {"changed": True, "waited_s": round(contact.clock() - began)}

    def _refuse_while_open(self) -> None:
        state = read(self.router, [GuardProbe()], Known())[GuardProbe()]
        if state.is_open:
            raise RebootError(
                f"This router has an open {state.describe()}. A reboot would put back what is not "
                f"confirmed: end it first, with fleet.openwrt.confirm. Nothing was done.",
                asked=False,
            )

    def _request(self, reboot: Reboot, message: str) -> None:
        for name, answer in self.router.run(reboot.request(message), stop_at_failure=True).items():
            if answer.status != 0:
                raise StepError(step=name, status=answer.status, stderr=answer.stderr, applied=())

    def _wait(self, contact: Contact, reboot: Reboot, patience: Patience) -> None:
        until = contact.clock() + patience.timeout
        try:
            back = contact.ask(reboot.question(), until=until, enough=reboot.is_over)
        except RefusedError as error:
            raise RebootError(f"Since the reboot: {error}", asked=True) from error
        if back is None:
            seen = f"it did not answer ({contact.reason})" if contact.is_silent else reboot.seen
            raise RebootError(
                f"The router is not back after {patience.timeout} s: {seen}. Give it more time "
                f"with timeout, or look at it on its serial console or LAN.",
                asked=True,
            )
