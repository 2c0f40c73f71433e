# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated stick for one router, with a SIM that asks for its PIN."""

from __future__ import annotations

import json
import re
import subprocess
from collections import Counter
from typing import Any

from bench import routers
from bench.engine import BenchError

from .machine import Machine

# What the numbers of cards are asked with (plugins/plugin_utils/sim/program/sim.sh).
_NUMBER = ("^ICCID", "+CCID", "+QCCID", "+ZICCID", "!ICCID")


class Stick:
    """Plugged in by making one; raises BenchError."""

    def __init__(self, machine: Machine, pin: str) -> None:
        self._name = machine.name
        number = int(machine.name.rpartition("-")[2])
        _stick(
            "start", "--name", self._name, "--container", self._name,
            "--engine", machine.engine.program, "--tty", "/dev/ttyUSB0",
            # Beside those that the bench gives out.
            "--subnet", str(routers.subnet(1000 + number)), "--fault", f"pin={pin}",
        )  # fmt: skip

    def unplug(self) -> None:
        routers.unplug(self._name)

    def number_readable(self, readable: bool) -> None:
        """Whether the modem tells the number of its card."""
        self._fault("unknown=off")
        for command in () if readable else _NUMBER:
            self._fault(f"unknown={command}")

    def tries(self) -> Counter[str]:
        """How often each PIN was sent."""
        log = "\n".join(self._state()["log"])
        return Counter(re.findall(r'AT\+CPIN="(\d+)"', log))

    def left(self) -> int:
        """How many tries the card has left."""
        return int(self._state()["sim"]["pin_left"])

    def _state(self) -> dict[str, Any]:
        state: dict[str, Any] = json.loads(_stick("ctl", self._name, "state"))
        return state

    def _fault(self, what: str) -> None:
        _stick("ctl", self._name, "fault", what)


def _stick(*words: str) -> str:
    done = subprocess.run(
        [str(routers.STICK), *words],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise BenchError(done.stderr.strip())
    return done.stdout
