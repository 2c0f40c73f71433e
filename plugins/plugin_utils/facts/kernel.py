# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The kernel's last words about modems."""

from __future__ import annotations

from dataclasses import dataclass

from ..engine.probe import Probe
from ..errors import ProbeError
from ..router.wire import Answer


@dataclass(frozen=True)
class KernelLogProbe(Probe[tuple[str, ...]]):
    """The last 20 lines about USB, serial ports and network devices of modems."""

    @property
    def title(self) -> str:
        return "the kernel's log"

    def script(self) -> str:
        return (
            'dmesg >"$T/dmesg" || exit 1\n'
            "grep -iE 'usb|cdc|option|huawei|wwan|ncm' \"$T/dmesg\" | tail -n 20"
        )

    def parse(self, answer: Answer) -> tuple[str, ...]:
        if answer.status != 0:
            raise ProbeError(self.title, status=answer.status, stderr=answer.stderr)
        return tuple(answer.stdout.splitlines())
