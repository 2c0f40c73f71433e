# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Asking ubus, the router's message bus."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..engine.probe import Probe
from ..errors import ProbeError
from ..router.wire import Answer
from ..ubus.call import Call, decode


@dataclass(frozen=True)
class UbusProbe(Probe[Mapping[str, Any]]):
    """A method without arguments and the JSON object that it answers."""

    object: str
    method: str

    @property
    def title(self) -> str:
        return f"ubus {self.object} {self.method}"

    def script(self) -> str:
        return Call(self.object, self.method).script()

    def parse(self, answer: Answer) -> Mapping[str, Any]:
        if answer.status != 0:
            raise ProbeError(self.title, status=answer.status, stderr=answer.stderr)
        try:
            value = decode(answer.stdout)
        except ValueError as error:
            raise ProbeError(
                self.title, status=answer.status, stderr=f"no JSON: {answer.stdout[:100]!r}"
            ) from error
        if not isinstance(value, dict):
            raise ProbeError(
                self.title, status=answer.status, stderr=f"no object: {answer.stdout[:100]!r}"
            )
        return value


SYSTEM_BOARD = UbusProbe("system", "board")
SYSTEM_INFO = UbusProbe("system", "info")
INTERFACES = UbusProbe("network.interface", "dump")
PROTO_HANDLERS = UbusProbe("network", "get_proto_handlers")
