# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What stands around a WAN on its router: programs, kernel modules, what the kernel said of USB."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from ..engine.probe import Probe
from ..errors import ProbeError
from ..router.wire import Answer
from ..shell import quote
from ..usb.drivers import DRIVER_PACKAGES

_PROGRAMS = ("ModemManager", "pppd", "smsd", "minicom", "picocom")
"""Programs known to open the ports of modems, beside gcom."""

_RECENT = 300
"""Seconds: a stick that comes back again and again within them does not stay."""

_PLUGGED = re.compile(r"\[ *(?P<at>\d+)\.\d+\].* usb (?P<port>[\d.-]+): new .*USB device number")


@dataclass(frozen=True)
class Surroundings:
    """`device` says whether the control device that is configured is there, None without one.

    `programs` by name with their process ids; `mwan3` are the interfaces that it knows, None where
    it is not configured; `modules` maps drivers to the kernels that have them on flash; `plugged`
    is how often the most restless USB device was found anew within five minutes.
    """

    device: bool | None = None
    kernel: str = ""
    handler: bool = True
    programs: Mapping[str, int] | None = None
    mwan3: tuple[str, ...] | None = None
    modules: Mapping[str, tuple[str, ...]] | None = None
    plugged: int = 0

    @property
    def kernel_version(self) -> tuple[int, ...]:
        return tuple(map(int, re.findall(r"\d+", self.kernel)[:2]))

    def only_for_another_kernel(self, driver: str) -> bool:
        """Whether the driver's module is there, and not for the kernel that runs."""
        kernels = (self.modules or {}).get(driver, ())
        return bool(kernels) and self.kernel not in kernels


@dataclass(frozen=True)
class SurroundingsProbe(Probe[Surroundings]):
    interface: str

    @property
    def title(self) -> str:
        return "what stands around the WAN"

    def script(self) -> str:
        return f"""\
d=$(uci -q get {quote(f"network.{self.interface}.device")}) && if [ -c "$d" ]; then
    echo 'device there'
else
    echo 'device missing'
fi
echo "kernel $(uname -r)"
[ ! -e /lib/netifd/proto/ncm.sh ] || echo handler
for p in {" ".join(_PROGRAMS)}; do
    for n in $(pidof "$p"); do echo "program $p $n"; done
done
if [ -e /etc/config/mwan3 ]; then
    echo mwan3
    uci -q show mwan3 | sed -n 's/^mwan3\\.\\([^.=]*\\)=interface$/mwan3 \\1/p'
fi
for m in {" ".join(DRIVER_PACKAGES)}; do
    for k in /lib/modules/*/"$m.ko"; do
        [ ! -e "$k" ] || echo "module $m ${{k#/lib/modules/}}"
    done
done
echo "uptime $(cat /proc/uptime)"
dmesg 2>/dev/null | grep 'USB device number' | tail -n 60 | sed 's/^/dmesg /'"""

    def parse(self, answer: Answer) -> Surroundings:
        if answer.status != 0:
            raise ProbeError(self.title, status=answer.status, stderr=answer.stderr)
        said: dict[str, list[str]] = {}
        for line in answer.stdout.splitlines():
            word, _ignored, rest = line.partition(" ")
            said.setdefault(word, []).append(rest)
        programs = dict(line.split(" ")[:2] for line in said.get("program", ()))
        return Surroundings(
            device=said["device"] == ["there"] if "device" in said else None,
            kernel=said.get("kernel", [""])[0],
            handler="handler" in said,
            programs={name: int(pid) for name, pid in programs.items()},
            mwan3=tuple(filter(None, said["mwan3"])) if "mwan3" in said else None,
            modules=_modules(said.get("module", [])),
            plugged=_plugged(said.get("uptime", ["0"])[0], said.get("dmesg", [])),
        )


def _modules(lines: list[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for line in lines:
        driver, _ignored, path = line.partition(" ")
        found[driver] = (*found.get(driver, ()), path.partition("/")[0])
    return found


def _plugged(uptime: str, lines: list[str]) -> int:
    since = float(uptime.split(" ")[0]) - _RECENT
    ports = Counter(
        match["port"]
        for line in lines
        if (match := _PLUGGED.search(line)) and int(match["at"]) >= since
    )
    return max(ports.values(), default=0)
