# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a router says about one of its init scripts and the processes that it started."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..engine.probe import Probe
from ..errors import ProbeError, SpecError
from ..netifd.redact import redact
from ..router.wire import Answer
from ..shell import quote

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+-]*")
_STEADY = 2
"""Seconds after which a process that crashes at its start has crashed."""
_PATIENCE = 8
"""Seconds for a process to end; procd kills it after five (term_timeout)."""


@dataclass(frozen=True)
class Service:
    """`pids` has one entry for each process that procd looks after, None for one that is down.

    `registered`: procd knows the service, be it without any process, as `firewall` or a `cron`
    without crontabs. `links` are the files that enabling makes.
    """

    exists: bool
    enabled: bool = False
    procd: bool = False
    registered: bool = False
    pids: tuple[int | None, ...] = ()
    links: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    @property
    def running(self) -> bool | None:
        """None where nobody can tell: a plain init script, or a service without a process."""
        if not self.exists or (self.procd and not self.registered):
            return False
        return all(self.pids) if self.pids else None

    @property
    def started(self) -> bool | None:
        """Whether starting it is done with; None where nobody can tell."""
        return self.registered and all(self.pids) if self.procd else self.running


@dataclass(frozen=True)
class ServiceProbe(Probe[Service]):
    """`process` is the name of the program of a plain init script, which no procd looks after."""

    name: str
    process: str = ""

    @property
    def title(self) -> str:
        return f"the service {self.name}" + (f" ({self.process})" if self.process else "")

    def script(self) -> str:
        return f"""\
s={quote("/etc/init.d/" + self.name)}
if [ ! -x "$s" ]; then
    echo missing
    ls /etc/init.d
    exit 0
fi
"$s" enabled >/dev/null 2>&1 && e=1 || e=0
l=$(sed -n '{_place("START", "S")}; {_place("STOP", "K")}' "$s")
printf 'found %s %s\\n' "$e" "$(echo "$l" | tr '\\n' ' ')"
{_look(self.name, self.process)}"""

    def parse(self, answer: Answer) -> Service:
        head, _ignored, rest = answer.stdout.partition("\n")
        if answer.status != 0 or not head:
            raise ProbeError(self.title, status=answer.status, stderr=answer.stderr)
        if head == "missing":
            return Service(exists=False, others=tuple(rest.split()))
        _ignored, enabled, *places = head.split()
        seen = _seen(self, rest, answer)
        return Service(
            exists=True,
            enabled=enabled == "1",
            procd=seen.procd,
            registered=seen.registered,
            pids=seen.pids,
            links=tuple(f"/etc/rc.d/{place}{self.name}" for place in places),
        )


@dataclass(frozen=True)
class Processes:
    """What of a service was running at one moment; see Service."""

    procd: bool
    registered: bool
    pids: tuple[int | None, ...]


@dataclass(frozen=True)
class Steadiness:
    """The processes at two moments, and the last lines that the log has of the service."""

    first: Processes
    second: Processes
    log: str


@dataclass(frozen=True)
class SteadinessProbe(Probe[Steadiness]):
    """Looks twice, since what crashes is seen running for a moment; `ending`: waits for the end."""

    name: str
    process: str = ""
    ending: bool = False

    @property
    def title(self) -> str:
        return f"whether {self.name} has {'ended' if self.ending else 'come up'}"

    def script(self) -> str:
        wait = f"sleep {_STEADY}"
        if self.ending:
            wait = f"""\
n=0
while fleet_look | grep -q '"running":true\\|[0-9]$' && [ "$n" -lt {_PATIENCE} ]; do
    n=$((n + 1))
    sleep 1
done"""
        return f"""\
fleet_look() {{
{_look(self.name, self.process)}
}}
fleet_look || exit
{wait}
fleet_look || exit
logread -e {quote(self.name.replace("+", "."))} 2>/dev/null | tail -n 8"""

    def parse(self, answer: Answer) -> Steadiness:
        first, _ignored, rest = answer.stdout.partition("\n")
        second, _ignored, log = rest.partition("\n")
        if answer.status != 0:
            raise ProbeError(self.title, status=answer.status, stderr=answer.stderr)
        return Steadiness(
            first=_seen(self, first, answer),
            second=_seen(self, second, answer),
            log="\n".join(redact(line) for line in log.splitlines()),
        )


def check_service_name(name: str, *, option: str) -> str:
    if not _NAME.fullmatch(name):
        raise SpecError(option=option, value=name, expected="the name of a file in /etc/init.d")
    return name


def _place(variable: str, letter: str) -> str:
    """For sed: the place in the order of boot or shutdown that an init script sets."""
    return f"s/^{variable}=[^0-9]*\\([0-9][0-9]*\\).*/{letter}\\1/p"


def _look(name: str, process: str) -> str:
    """Shell that prints a line: whether procd has a say, what it says, and who else runs."""
    others = f"$(pidof {quote(process)})" if process else ""
    return f"""\
grep -q '^[[:space:]]*USE_PROCD=' {quote("/etc/init.d/" + name)} && p=1 || p=0
u=$(ubus -S call service list {quote(json.dumps({"name": name}))}) || exit
printf '%s\\t%s\\t%s\\n' "$p" "$u" "{others}\""""


def _seen(probe: ServiceProbe | SteadinessProbe, line: str, answer: Answer) -> Processes:
    procd, _ignored, rest = line.strip("\n").partition("\t")
    said, _ignored, others = rest.rpartition("\t")
    try:
        found: Mapping[str, Any] = json.loads(said or "{}")
    except ValueError as error:
        raise ProbeError(f"the service {probe.name}", status=answer.status, stderr=line) from error
    service = found.get(probe.name)
    if procd == "1":
        instances = (service or {}).get("instances", {}).values()
        pids = tuple(each.get("pid", 1) if each.get("running") else None for each in instances)
    else:
        pids = tuple(map(int, others.split())) or ((None,) if probe.process else ())
    return Processes(procd=procd == "1", registered=service is not None, pids=pids)
