# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long, and how, a task waits for a router that cannot be reached for now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import SpecError

PATIENCE_OPTIONS = {
    "delay": {"type": "int", "default": 0},
    "sleep": {"type": "int", "default": 1},
    "connect_timeout": {"type": "int", "default": 10},
}
"""The options of the documentation fragment C(fleet.openwrt.patience)."""

REFUSALS = 30
"""Seconds for which a refused login may still be a router that is not ready yet."""


@dataclass(frozen=True)
class Patience:
    """All in seconds; `timeout` counts from when `delay` is over."""

    timeout: int
    delay: int
    sleep: int
    connect_timeout: int

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> Patience:
        """From arguments with the types of PATIENCE_OPTIONS, and a timeout; raises SpecError."""
        for option, least in (("timeout", 0), ("delay", 0), ("sleep", 1), ("connect_timeout", 1)):
            if params[option] < least:
                raise SpecError(
                    option=option, value=params[option], expected=f"{least} seconds or more"
                )
        return cls(params["timeout"], params["delay"], params["sleep"], params["connect_timeout"])
