# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Does anything come through? Pings bound to the WAN's device, names asked of the resolver."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from ..engine.probe import Probe
from ..errors import ProbeError
from ..router.wire import Answer
from ..shell import quote
from .whitelist import domain_to_allow

_MARK = "=== "
"""ping itself prints a line that begins with three dashes."""
_COUNTS = re.compile(r"(\d+) packets transmitted, (\d+) (?:packets )?received")
_TIMES = re.compile(r"= [\d.]+/([\d.]+)/")
_ADDRESS = re.compile(r"^Address(?: \d+)?:\s*(\S+)", re.MULTILINE)


@dataclass(frozen=True)
class Ping:
    """Answers to three packets: how many came, the loss in percent, the average in ms."""

    received: int
    loss: int
    ms: float | None


@dataclass(frozen=True)
class Traffic:
    """By host and by name; a name without an address has an empty list."""

    ping: Mapping[str, Ping]
    lookup: Mapping[str, tuple[str, ...]]

    @property
    def passes(self) -> bool:
        """Whether any host answered; True where none was asked."""
        return not self.ping or any(ping.received for ping in self.ping.values())

    @property
    def unresolved(self) -> tuple[str, ...]:
        return tuple(name for name, addresses in self.lookup.items() if not addresses)

    def result(self) -> dict[str, object]:
        return {
            "ping": {host: asdict(ping) for host, ping in self.ping.items()},
            "lookup": {name: list(addresses) for name, addresses in self.lookup.items()},
        }


@dataclass(frozen=True)
class TrafficProbe(Probe[Traffic]):
    """All at once, so that hosts that do not answer cost the time of one."""

    device: str
    ping: tuple[str, ...]
    lookup: tuple[str, ...]

    @property
    def title(self) -> str:
        return f"the traffic through {self.device}"

    def script(self) -> str:
        asked = [
            (f"ping {host}", f"ping -I {quote(self.device)} -c 3 -W 2 {quote(host)}")
            for host in self.ping
        ] + [(f"lookup {name}", f"nslookup {quote(name)} 127.0.0.1") for name in self.lookup]
        start = [
            f'{command} >"$T/traffic{number}" 2>&1 &'
            for number, (_ignored, command) in enumerate(asked)
        ]
        show = [
            f'echo {quote(_MARK + what)}\ncat "$T/traffic{number}"'
            for number, (what, _ignored) in enumerate(asked)
        ]
        return "\n".join([*start, "wait", *show])

    def parse(self, answer: Answer) -> Traffic:
        if answer.status != 0:
            raise ProbeError(self.title, status=answer.status, stderr=answer.stderr)
        said = _blocks(answer.stdout)
        return Traffic(
            ping={host: parse_ping(said.get(f"ping {host}", "")) for host in self.ping},
            lookup={name: parse_lookup(said.get(f"lookup {name}", "")) for name in self.lookup},
        )


def parse_ping(text: str) -> Ping:
    """What BusyBox's ping prints at its end; no statistics at all means that nothing came."""
    counts, times = _COUNTS.search(text), _TIMES.search(text)
    sent, received = (int(counts[1]), int(counts[2])) if counts else (0, 0)
    loss = round(100 * (sent - received) / sent) if sent else 100
    return Ping(received=received, loss=loss, ms=float(times[1]) if times else None)


def parse_lookup(text: str) -> tuple[str, ...]:
    """The addresses that BusyBox's nslookup prints behind the server's own, which comes first."""
    _ignored, _ignored, answers = text.partition("\n\n")
    return tuple(dict.fromkeys(_ADDRESS.findall(answers)))


def rebind_domain(name: str, log: Sequence[str]) -> str | None:
    """The domain to whitelist where dnsmasq has dropped the answer for `name`, else None."""
    rejection = f"possible dns-rebind attack detected: {name.lower()}"
    dropped = any(line.rstrip().lower().endswith(rejection) for line in log)
    return domain_to_allow(name) if dropped else None


def _blocks(text: str) -> dict[str, str]:
    pieces = re.split(rf"^{_MARK}(.*)\n", text, flags=re.MULTILINE)
    return dict(zip(pieces[1::2], pieces[2::2], strict=True))
