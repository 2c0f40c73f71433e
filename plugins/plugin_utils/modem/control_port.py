# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which port of the stick takes AT commands: by the USB bus, by what is in use, else by asking."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..at import talk
from ..at.hold import hold
from ..at.reply import reply
from ..engine.probe import Probe
from ..errors import ProbeError
from ..router.wire import Answer, Section
from ..shell import quote
from ..uci.names import check_section_name

_SECONDS = 4
"""For each port; a modem that is awake answers AT at once."""

_NO_GCOM = 70
_TROUBLES = (0, _NO_GCOM, 71, 72, 73, 74)
"""Exit statuses of at_find (at/program/at.sh)."""


@dataclass(frozen=True)
class InUse:
    """What netifd is configured with: `device` as written, `node` as the link resolves.

    `up` tells that the handler has had answers on it, and `maker` the word that it took for the
    maker's.
    """

    device: str | None = None
    node: str | None = None
    up: bool = False
    maker: str | None = None

    def among(self, ports: Sequence[str]) -> str | None:
        """The configured device if it is one of these ports, or a link to one."""
        return self.device if {self.device, self.node} & set(ports) else None

    def first(self, ports: Sequence[str]) -> tuple[str, ...]:
        """The ports in the order of being asked: the configured one before all others."""
        ours = [port for port in ports if port in (self.device, self.node)]
        return (*ours, *(port for port in ports if port not in ours))


@dataclass(frozen=True)
class InUseProbe(Probe[InUse]):
    """Reads the interface's configured device and what netifd says of the interface."""

    interface: str

    @property
    def title(self) -> str:
        return f"the port that {self.interface} uses"

    def script(self) -> str:
        name = check_section_name(self.interface, option="interface")
        return f"""\
d=$(uci -q get network.{name}.device) || d=
printf '%s\\n' "$d"
[ -z "$d" ] || readlink -f "$d" || :
echo --
ubus -S call network.interface.{name} status 2>/dev/null || :"""

    def parse(self, answer: Answer) -> InUse:
        if answer.status != 0:
            raise ProbeError(self.title, status=answer.status, stderr=answer.stderr)
        head, _ignored, status = answer.stdout.partition("--\n")
        device, node = (*head.splitlines(), "", "")[:2]
        up, maker = _netifd(status)
        return InUse(device or None, node or None, up, maker)


def _netifd(status: str) -> tuple[bool, str | None]:
    try:
        said = json.loads(status)
    except json.JSONDecodeError:
        return False, None
    if not isinstance(said, dict):
        return False, None
    data = said.get("data")
    maker = data.get("manufacturer") if isinstance(data, dict) else None
    return said.get("up") is True, str(maker) if maker else None


@dataclass(frozen=True)
class Heard:
    """The first port that answered, its maker's word, and why others did not.

    `no_gcom` tells that nothing was asked, for lack of the program.
    """

    port: str | None = None
    maker: str | None = None
    silent: tuple[str, ...] = ()
    busy: tuple[str, ...] = ()
    no_gcom: bool = False
    seconds: int = 0


@dataclass(frozen=True)
class AskProbe(Probe[Heard]):
    """Asks the ports one after the other until one answers AT, and that one for its maker.

    netifd's handler for the interface stands still meanwhile.
    """

    ports: tuple[str, ...]
    interface: str

    @property
    def title(self) -> str:
        return f"which of {', '.join(self.ports)} takes AT commands for {self.interface}"

    def script(self) -> str:
        return f"""\
{talk.LIBRARY}
{hold(check_section_name(self.interface, option="interface"))}
fleet_uptime() {{
    read -r fleet_up _ </proc/uptime
    printf '%s %s\\n' "$1" "${{fleet_up%%.*}}"
}}
fleet_uptime began
port=$(at_find {_SECONDS} {" ".join(map(quote, self.ports))})
fleet_code=$?
[ -z "$port" ] || printf 'port %s\\n' "$port"
[ -z "$port" ] || at_ask "$port" {_SECONDS} AT+CGMI | sed 's/^/maker /'
fleet_uptime ended
exit $fleet_code"""

    def section(self) -> Section:
        return Section(self.title, self.script(), talk.STAGE)

    def parse(self, answer: Answer) -> Heard:
        if answer.status not in _TROUBLES:
            raise ProbeError(self.title, status=answer.status, stderr=answer.stderr)
        said = dict(reversed([_word(line) for line in answer.stdout.splitlines() if line.strip()]))
        return Heard(
            port=said.get("port"),
            maker=_maker(answer.stdout),
            silent=tuple(re.findall(r"^(\S+) does not answer$", answer.stderr, re.MULTILINE)),
            busy=tuple(re.findall(r"^(\S+) is in use by ", answer.stderr, re.MULTILINE)),
            no_gcom=answer.status == _NO_GCOM,
            seconds=_seconds(said, "ended") - _seconds(said, "began"),
        )


def _seconds(said: dict[str, str], key: str) -> int:
    text = said.get(key, "")
    return int(text) if re.fullmatch(r"[0-9]{1,12}", text) else 0


def _word(line: str) -> tuple[str, str]:
    key, _ignored, value = line.partition(" ")
    return key, value.strip()


def _maker(stdout: str) -> str | None:
    """The maker in the answer to AT+CGMI, among what the modem has said of its own accord."""
    lines = re.findall(r"^maker (.*)$", stdout, re.MULTILINE)
    values = reply("AT+CGMI", [line.strip() for line in lines]).values
    return values[0] or None if values else None
