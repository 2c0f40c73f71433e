# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action of M(fleet.openwrt.reboot)."""

from __future__ import annotations

import secrets
import time
from typing import Any

from ansible.errors import AnsibleConnectionFailure

from ansible_collections.fleet.openwrt.plugins.modules.reboot import ARGUMENT_SPEC
from ansible_collections.fleet.openwrt.plugins.plugin_utils.action import FleetAction
from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.probe import Known
from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.reading import read
from ansible_collections.fleet.openwrt.plugins.plugin_utils.errors import (
    FleetError,
    NoShellError,
    ReplyCutError,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.guard.state import GuardProbe
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.wire import Section

_PAUSE = 3
"""Seconds between two attempts to connect."""


class RebootError(FleetError):
    """The router did not come back in time, did not go down, or must not."""


class ActionModule(FleetAction):
    """Reboot, then wait for a router that has forgotten the mark."""

    argument_spec = ARGUMENT_SPEC

    def work(self, params: dict[str, Any]) -> dict[str, Any]:
        if self._task.check_mode:
            return {"changed": True}
        mark = f"/tmp/.fleet-reboot-{secrets.token_hex(8)}"
        start = time.monotonic()
        state = read(self.router, [GuardProbe()], Known())[GuardProbe()]
        if state.is_open:
            raise RebootError(
                f"This router has an open {state.describe()}. A reboot would put back what is not "
                f"confirmed: end it first, with fleet.openwrt.confirm. Nothing was done."
            )
        self.router.run(
            [
                Section(
                    "ask for the reboot",
                    f": >{mark} || exit 1\n"
                    "( trap '' HUP; sleep 2; reboot ) </dev/null >/dev/null 2>&1 &",
                )
            ]
        )
        self._wait(mark, until=start + params["timeout"], timeout=params["timeout"])
        return {"changed": True, "waited_s": round(time.monotonic() - start)}

    def _wait(self, mark: str, *, until: float, timeout: int) -> None:
        seen = "it did not answer"
        while time.monotonic() < until:
            time.sleep(_PAUSE)
            # A kept-alive connection to the old boot would hang until its own timeout.
            self._connection.reset()
            try:
                answers = self.router.run([Section("look", f"[ ! -e {mark} ]")])
            except (AnsibleConnectionFailure, ReplyCutError, NoShellError) as error:
                seen = f"it did not answer ({error})"
                continue
            if answers["look"].status == 0:
                return
            seen = "it answers and has not gone down"
        raise RebootError(
            f"The router is not back after {timeout} s: {seen}. Give it more time with timeout, or "
            f"look at it on its serial console or LAN."
        )
