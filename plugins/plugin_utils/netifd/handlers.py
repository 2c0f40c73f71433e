# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which protocols netifd can do on this very router, and with which options.

netifd reads its protocol handlers (/lib/netifd/proto/*.sh) when it starts. One that a package
brings later is unknown to it until `/etc/init.d/network restart`; a reload does not suffice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..engine.probe import Probe
from ..errors import ProbeError
from ..facts.ubus import PROTO_HANDLERS
from ..router.wire import Answer
from ..shell import quote

Handlers = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class HandlersProbe(Probe[Handlers | None]):
    """The handlers by protocol, each with `validate`: option to type; None if netifd is silent."""

    @property
    def title(self) -> str:
        return "netifd's protocol handlers"

    def script(self) -> str:
        return "ubus -S call network get_proto_handlers"

    def parse(self, answer: Answer) -> Handlers | None:
        try:
            return PROTO_HANDLERS.understood(answer)
        except ProbeError:
            return None


@dataclass(frozen=True)
class HandlerFileProbe(Probe[bool]):
    """Whether a handler that netifd does not know lies on the router all the same."""

    proto: str

    @property
    def title(self) -> str:
        return f"the handler of proto {self.proto}"

    def script(self) -> str:
        return f"[ -e {quote(f'/lib/netifd/proto/{self.proto}.sh')} ]"

    def parse(self, answer: Answer) -> bool:
        return answer.status == 0
