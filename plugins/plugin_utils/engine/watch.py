# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting for something on a router, in round trips that are short enough to notice a dead link.

The router waits until what it sees changes; whether that is what we wait for is judged here, by
a pure function. So there is one judgement and not a second one in shell.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import ProbeError
from ..router.router import Router
from ..router.wire import Answer, Section
from ..shell import quote
from .probe import Known, Probe

_TRIP = 25
"""Seconds that one round trip may wait; a link that dies meanwhile is noticed after it."""

_WAIT = "wait for a change"


@dataclass(frozen=True)
class Seen:
    """What was read last, and how many seconds the router has waited in all."""

    known: Known
    waited: int


def watch(
    router: Router,
    probes: Sequence[Probe[Any]],
    *,
    patience: Callable[[Known], float],
    timeout: int,
    look: str | None = None,
) -> Seen:
    """Read `probes` again whenever something changes, until it deserves no more patience.

    `patience` says for how many seconds a state is worth waiting if it stays as it is: 0 ends the
    wait, infinity means until `timeout` (seconds; 0 reads once). `look` is shell that prints what
    counts as a change, by default all that the probes print. Raises ProbeError.
    """
    look = look if look is not None else "\n".join(f"(\n{p.script()}\n)" for p in probes)
    reads = [probe.section() for probe in probes]
    waited = steady = seconds = 0
    seen = ""
    while True:
        wait = Section(_WAIT, _wait(look, seen=seen, seconds=seconds))
        answers = router.run([wait, *reads])
        # A trip that was to wait has slept a second at least, whatever two readings in whole
        # seconds say: the loop ends even where the clock does not move.
        took, now = _parse(answers[_WAIT])
        took = max(took, 1) if seconds else 0
        waited += took
        steady = steady + took if now == seen else 0
        seen = now
        known = Known({probe: probe.understood(answers[probe.title]) for probe in probes})
        left = min(patience(known) - steady, timeout - waited)
        if left <= 0:
            return Seen(known, waited)
        seconds = int(min(_TRIP, max(left, 1)))


def _wait(look: str, *, seen: str, seconds: int) -> str:
    """Shell that waits until `look` prints something else than what has the sum `seen`.

    Prints the seconds that it waited (by /proc/uptime: the clock of a router jumps) and the sum of
    what it saw last. The sum is taken before the probes read, so a change in between is found by
    the next wait at once.
    """
    return f"""\
fleet_look() {{
{look}
}}
fleet_sum() {{
    fleet_look 2>&1 | sha256sum | cut -c1-64
}}
fleet_uptime() {{
    read -r fleet_up _ </proc/uptime
    fleet_up=${{fleet_up%%.*}}
}}
fleet_uptime
fleet_start=$fleet_up
fleet_now=$(fleet_sum)
while [ $((fleet_up - fleet_start)) -lt {seconds} ]; do
    sleep 1
    fleet_uptime
    fleet_now=$(fleet_sum)
    [ "$fleet_now" = {quote(seen)} ] || break
done
echo "$((fleet_up - fleet_start)) $fleet_now\""""


def _parse(answer: Answer) -> tuple[int, str]:
    fields = answer.stdout.split()
    if answer.status != 0 or len(fields) != 2 or not fields[0].isdigit():
        raise ProbeError(
            "the router's uptime", status=answer.status, stderr=answer.stderr or answer.stdout
        )
    return int(fields[0]), fields[1]
