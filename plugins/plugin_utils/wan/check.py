# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting for a WAN, trying it, and saying what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ..diagnosis import Diagnosis
from ..engine.probe import Known
from ..engine.reading import read
from ..engine.watch import watch
from ..errors import FleetError
from ..modem.describe import describe
from ..netifd.explain import undecided
from ..router.router import Router
from . import remarks, verdict
from .asked import AskProbe
from .evidence import Evidence, ask_modem, gather
from .link import Link, LinkProbe, patience
from .log import WanLogProbe, failing
from .request import Check
from .traffic import Traffic, TrafficProbe

__all__ = ["Check", "WanError", "check"]

_NOT_YET = "{} is not configured yet."
_SHOWN_LINES = 40
_TEARDOWN = 10
"""Seconds that a bring-up which has just failed is given to say the rest."""


class WanError(FleetError):
    """The WAN is not up, nothing comes through, or it falls short of a threshold."""

    def __init__(
        self, diagnosis: Diagnosis, *, result: Mapping[str, object], seen: Evidence
    ) -> None:
        self.diagnosis = diagnosis
        found = remarks.of_evidence(seen, diagnosis.attempts)
        self._facts = {
            **result,
            **_modem(seen),
            "diagnosis": diagnosis.describe(),
            "recommended": dict(diagnosis.recommended),
            "remarks": [remark.describe() for remark in found],
            "log": list(seen.log[-_SHOWN_LINES:]),
        }
        super().__init__(" ".join([str(diagnosis), *(remark.text for remark in found)]))

    def facts(self) -> dict[str, object]:
        return self._facts


def check(
    router: Router, wanted: Check, *, rehearsal: bool = False, coming: bool = False
) -> dict[str, object]:
    """The task's result; raises WanError.

    In a rehearsal a WAN that is not configured yet is a warning, and with `coming` not even that:
    an earlier task would have configured it.
    """
    now, waited = _wait(router, wanted, rehearsal=rehearsal)
    result: dict[str, object] = {"changed": False, **now.result(), "waited_s": waited}
    if rehearsal and not now.configured:
        return result if coming else {**result, "warnings": [_NOT_YET.format(wanted.interface)]}
    if not now.wan.up:
        raise _down(router, wanted, now, result)
    if not any(map(wanted.welcomes, now.wan.addresses)):
        seen = gather(router, now)
        raise WanError(verdict.wrong_address(seen, wanted), result=result, seen=seen)
    traffic = _try(router, wanted, now)
    result.update(traffic.result())
    if traffic.unresolved or not traffic.passes:
        raise _no_traffic(router, wanted, now, traffic, result)
    seen = Evidence(now)
    result["remarks"] = [each.describe() for each in remarks.of_link(now, seen.preferred_route)]
    return {**result, **_thresholds(router, wanted, seen, result)}


def _wait(router: Router, wanted: Check, *, rehearsal: bool) -> tuple[Link, int]:
    probe = LinkProbe(wanted.interface)

    def worth(known: Known) -> float:
        now = known[probe]
        return 0 if rehearsal and not now.configured else patience(now)

    seen = watch(router, [probe], patience=worth, timeout=wanted.timeout, look=probe.look)
    return seen.known[probe], seen.waited


def _try(router: Router, wanted: Check, now: Link) -> Traffic:
    if not (wanted.ping or wanted.lookup):
        return Traffic({}, {})
    # An interface without a device of its own is bound to by name, which then says what is wrong.
    probe = TrafficProbe(now.wan.device or wanted.interface, wanted.ping, wanted.lookup)
    return read(router, [probe], Known())[probe]


def _down(router: Router, wanted: Check, now: Link, result: Mapping[str, object]) -> WanError:
    seen = gather(router, now)
    if wanted.ask_modem and verdict.worth_asking(seen, verdict.down(seen)):
        seen = ask_modem(router, seen)
    if _open(seen) and verdict.down(seen).code == "CONNECT_FAILED":
        seen = replace(seen, log=_log_of_failure(router, now.interface))
    return WanError(verdict.down(seen), result=result, seen=seen)


def _open(seen: Evidence) -> bool:
    """Whether the teardown that is under way will tell more, and the modem has not told it."""
    told = seen.asked is not None and seen.asked.report is not None
    interface = seen.now.interface
    return not told and undecided(failing(seen.log, interface), interface)


def _log_of_failure(router: Router, interface: str) -> tuple[str, ...]:
    probe = WanLogProbe(interface)

    def worth(known: Known) -> float:
        log = known[probe]
        return _TEARDOWN if undecided(failing(log, interface), interface) else 0

    return watch(router, [probe], patience=worth, timeout=_TEARDOWN).known[probe]


def _no_traffic(
    router: Router, wanted: Check, now: Link, traffic: Traffic, result: Mapping[str, object]
) -> WanError:
    seen = gather(router, now, traffic)
    # Where hosts answer the modem is not at fault.
    blameless = bool(traffic.ping) and traffic.passes
    if wanted.ask_modem and not blameless and verdict.worth_asking(seen, verdict.no_traffic(seen)):
        seen = ask_modem(router, seen)
    return WanError(verdict.no_traffic(seen), result=result, seen=seen)


def _thresholds(
    router: Router, wanted: Check, seen: Evidence, result: Mapping[str, object]
) -> dict[str, object]:
    """The modem, where a threshold asks for it; raises WanError where one is not met."""
    if not wanted.thresholds:
        return {}
    probe = AskProbe(wanted.interface)
    seen = replace(seen, asked=read(router, [probe], Known())[probe])
    short = verdict.threshold(seen, wanted)
    if short is not None:
        raise WanError(short, result=result, seen=seen)
    return _modem(seen)


def _modem(seen: Evidence) -> dict[str, object]:
    report = seen.asked.report if seen.asked else None
    return {"modem": describe(report)} if report else {}
