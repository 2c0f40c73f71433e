# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting for a WAN, trying it, and saying what is wrong with it."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..engine.probe import Known
from ..engine.reading import read
from ..engine.watch import watch
from ..errors import FleetError, SpecError
from ..netifd.explain import Diagnosis, diagnose, undecided
from ..router.router import Router
from .link import Link, LinkProbe, patience
from .log import WanLogProbe, failing
from .traffic import Traffic, TrafficProbe, rebind_domain

_INTERFACE = re.compile(r"[A-Za-z0-9_]{1,64}")
_NAME = re.compile(r"(?!-)[A-Za-z0-9_.-]{1,253}")
_SHOWN_LINES = 40
_TEARDOWN = 10
"""Seconds that a bring-up which has just failed is given to say the rest."""


@dataclass(frozen=True)
class Check:
    """What a task asks for."""

    interface: str
    timeout: int
    ping: tuple[str, ...]
    lookup: tuple[str, ...]

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> Check:
        """Raises SpecError."""
        interface = params["interface"]
        if not _INTERFACE.fullmatch(interface):
            raise SpecError(
                option="interface", value=interface, expected="letters, digits and underscores"
            )
        for host in params["ping"]:
            _check_address(host)
        for name in params["lookup"]:
            if not _NAME.fullmatch(name):
                raise SpecError(option="lookup", value=name, expected="host names")
        return cls(
            interface=interface,
            timeout=params["timeout"],
            ping=tuple(params["ping"]),
            lookup=tuple(params["lookup"]),
        )


class WanError(FleetError):
    """The WAN is not up, or nothing comes through."""

    def __init__(
        self, diagnosis: Diagnosis, *, result: Mapping[str, object], log: Sequence[str]
    ) -> None:
        self.diagnosis = diagnosis
        self._facts = {
            **result,
            "diagnosis": {
                "code": diagnosis.code,
                "text": diagnosis.text,
                "action": diagnosis.action,
            },
            "log": list(log[-_SHOWN_LINES:]),
        }
        super().__init__(f"{diagnosis.text} {diagnosis.action}".strip())

    def facts(self) -> dict[str, object]:
        return self._facts


def check(router: Router, wanted: Check, *, rehearsal: bool = False) -> dict[str, object]:
    """The task's result; raises WanError.

    In a rehearsal a WAN that is not configured yet is a warning: what was to configure it has not
    been carried out.
    """
    now, waited = _wait(router, wanted, rehearsal=rehearsal)
    result: dict[str, object] = {"changed": False, **now.result(), "waited_s": waited}
    if rehearsal and not now.configured:
        return {**result, "warnings": [f"{wanted.interface} is not configured yet."]}
    if not now.netifd:
        raise FleetError(
            "netifd, which manages the interfaces, does not run on this router. Look at logread, "
            "and start it with '/etc/init.d/network restart'."
        )
    if not now.wan.up:
        raise _down(router, now, result)
    traffic = _try(router, wanted, now)
    result.update(traffic.result())
    if traffic.unresolved or not traffic.passes:
        raise _no_traffic(router, now, traffic, result)
    return result


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


def _log(router: Router, interface: str) -> tuple[str, ...]:
    probe = WanLogProbe(interface)
    return read(router, [probe], Known())[probe]


def _log_of_failure(router: Router, interface: str) -> tuple[str, ...]:
    probe = WanLogProbe(interface)

    def worth(known: Known) -> float:
        log = known[probe]
        return _TEARDOWN if undecided(failing(log, interface), interface) else 0

    return watch(router, [probe], patience=worth, timeout=_TEARDOWN).known[probe]


def _down(router: Router, now: Link, result: Mapping[str, object]) -> WanError:
    log = _log_of_failure(router, now.interface)
    diagnosis = diagnose(
        now.status, failing(log, now.interface), interface=now.interface, children=now.children
    )
    return WanError(diagnosis, result=result, log=log)


def _no_traffic(
    router: Router, now: Link, traffic: Traffic, result: Mapping[str, object]
) -> WanError:
    log = _log(router, now.interface)
    if traffic.passes:
        diagnosis = _diagnose_names(traffic.unresolved, log)
    else:
        hosts = ", ".join(traffic.ping)
        diagnosis = Diagnosis(
            code="NO_TRAFFIC",
            text=f"{now.interface} has an address, but {hosts} did not answer through "
            f"{now.wan.device}.",
            action="The session may be dead although the modem holds it up: run "
            f"'ifup {now.interface}'. Else the SIM has no data left, or the hosts do not answer.",
        )
    return WanError(diagnosis, result=result, log=log)


def _diagnose_names(names: Sequence[str], log: Sequence[str]) -> Diagnosis:
    rejected = {name: domain for name in names if (domain := rebind_domain(name, log))}
    if rejected:
        domains = ", ".join(dict.fromkeys(rejected.values()))
        return Diagnosis(
            code="DNS_REBIND",
            text=f"dnsmasq has dropped the answer for {', '.join(rejected)}: it holds a private "
            "address, which the rebind protection refuses.",
            action=f"If the operator's names may have such addresses, whitelist {domains} with "
            "fleet.openwrt.dnsmasq_rebind.",
        )
    return Diagnosis(
        code="NO_NAMES",
        text=f"The router's resolver has no address for {', '.join(names)}.",
        action="Check that the operator's DNS servers answer, or set dns on the interface with "
        "peerdns off.",
    )


def _check_address(host: str) -> None:
    try:
        ipaddress.ip_address(host)
    except ValueError as error:
        raise SpecError(
            option="ping",
            value=host,
            expected="IP addresses",
            hint="Names are for lookup: a ping of a name could not tell a dead link from a dead "
            "resolver.",
        ) from error
