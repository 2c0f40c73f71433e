# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task says about its transaction: who confirms it, in what time, what stands in its way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from ..errors import SpecError
from ..uci.pending import Pending

_SHORTEST = 5
_LONGEST = 86400


class Confirm(Enum):
    """What must be seen before a change stays."""

    REACHABLE = "reachable"
    WAN = "wan"
    MANUAL = "manual"
    NONE = "none"


class Interrupted(Enum):
    """What becomes of a transaction that an earlier run has left open."""

    REFUSE = "refuse"
    ROLLBACK = "rollback"


class Lockout(Enum):
    """What becomes of a change that takes from the connection what carries it."""

    REFUSE = "refuse"
    ACCEPT = "accept"


@dataclass(frozen=True)
class Policy:
    """`timeout`: seconds in which a change must be confirmed, counted from when it was applied."""

    confirm: Confirm = Confirm.REACHABLE
    timeout: int = 120
    wan_interface: str = "wwan"
    wan_ping: tuple[str, ...] = ()
    pending: Pending = Pending.REFUSE
    interrupted: Interrupted = Interrupted.REFUSE
    lockout: Lockout = Lockout.REFUSE

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> Policy:
        """From arguments that have the types of GUARD_OPTIONS; raises SpecError."""
        timeout = check_timeout(params["timeout"])
        wan = params["confirm_wan"] or {}
        return cls(
            confirm=Confirm(params["confirm"]),
            timeout=timeout,
            wan_interface=wan.get("interface") or "wwan",
            wan_ping=tuple(wan.get("ping") or ()),
            pending=Pending(params["pending"]),
            interrupted=Interrupted(params["interrupted"]),
            lockout=Lockout(params["lockout"]),
        )


def check_timeout(timeout: int) -> int:
    """Raises SpecError."""
    if not _SHORTEST <= timeout <= _LONGEST:
        raise SpecError(
            option="timeout", value=timeout, expected=f"{_SHORTEST} to {_LONGEST} seconds"
        )
    return timeout


GUARD_OPTIONS: Mapping[str, Any] = {
    "confirm": {"type": "str", "default": "reachable", "choices": [each.value for each in Confirm]},
    "confirm_wan": {
        "type": "dict",
        "options": {
            "interface": {"type": "str", "default": "wwan"},
            "ping": {"type": "list", "elements": "str", "default": []},
        },
    },
    "timeout": {"type": "int", "default": 120},
    "pending": {"type": "str", "default": "refuse", "choices": [each.value for each in Pending]},
    "interrupted": {
        "type": "str",
        "default": "refuse",
        "choices": [each.value for each in Interrupted],
    },
    "lockout": {"type": "str", "default": "refuse", "choices": [each.value for each in Lockout]},
}
"""The options of every module that writes; their documentation is in doc_fragments/guard.py."""
