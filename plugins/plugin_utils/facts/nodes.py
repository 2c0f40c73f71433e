# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The device nodes and network devices that a modem may have brought."""

from __future__ import annotations

from dataclasses import dataclass

from ..engine.probe import Probe
from ..errors import ProbeError
from ..router.wire import Answer
from ..shell import quote


@dataclass(frozen=True)
class NetDevice:
    """A network device; `driver` is None where sysfs does not name one."""

    name: str
    driver: str | None


@dataclass(frozen=True)
class Nodes:
    """Paths of character devices that may take AT commands, and all network devices."""

    control: tuple[str, ...]
    netdevs: tuple[NetDevice, ...]

    @property
    def netdev_names(self) -> tuple[str, ...]:
        return tuple(device.name for device in self.netdevs)


@dataclass(frozen=True)
class NodesProbe(Probe[Nodes]):
    """`extra` is a further path that may be a control node, such as a link with a stable name."""

    extra: str | None = None

    @property
    def title(self) -> str:
        return "the modem's device nodes"

    def script(self) -> str:
        extra = f" {quote(self.extra)}" if self.extra else ""
        return f"""\
for n in /dev/cdc-wdm* /dev/ttyUSB* /dev/ttyACM*{extra}; do
    [ ! -c "$n" ] || printf 'control %s\\n' "$n"
done
for n in /sys/class/net/*; do
    [ -d "$n" ] || continue
    d=
    [ ! -e "$n/device/driver" ] || d=$(readlink -f "$n/device/driver")
    printf 'net %s %s\\n' "${{n##*/}}" "${{d##*/}}"
done"""

    def parse(self, answer: Answer) -> Nodes:
        if answer.status != 0:
            raise ProbeError(self.title, status=answer.status, stderr=answer.stderr)
        control: list[str] = []
        netdevs: list[NetDevice] = []
        for line in answer.stdout.splitlines():
            kind, _ignored, rest = line.partition(" ")
            if kind == "control":
                control.append(rest)
            elif kind == "net":
                name, _ignored, driver = rest.partition(" ")
                netdevs.append(NetDevice(name, driver or None))
        return Nodes(tuple(dict.fromkeys(control)), tuple(netdevs))
