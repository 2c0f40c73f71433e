# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A service: whether it starts at boot, and whether it runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from ..engine.draft import Draft
from ..engine.plan import Expectation, Outcome, Reload, Step
from ..engine.probe import Known, Probe
from ..engine.resource import Resource
from ..errors import SpecError
from ..files.probe import FileProbe
from ..files.state import Kind
from ..guard.lockout import of_service
from ..services.probe import (
    Service,
    ServiceProbe,
    Steadiness,
    SteadinessProbe,
    check_service_name,
)
from ..shell import quote
from .init_script import find_init_script

_ACTIONS = {"started": "start", "stopped": "stop", "restarted": "restart", "reloaded": "reload"}


@dataclass(frozen=True)
class ServiceState(Resource):
    """`enabled` and `state` are None where they shall stay as they are."""

    kind: ClassVar[str] = "service"

    name: str
    enabled: bool | None = None
    state: str | None = None
    process: str = ""

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> ServiceState:
        if params["enabled"] is None and params["state"] is None:
            raise SpecError(option="state", value=None, expected="a state, or enabled, or both")
        process = params["process"] or ""
        if process and (process.startswith("-") or not process.isprintable()):
            raise SpecError(option="process", value=process, expected="the name of a program")
        return cls(
            name=check_service_name(params["name"], option="name"),
            enabled=params["enabled"],
            state=params["state"],
            process=process,
        )

    @property
    def _script(self) -> str:
        return f"/etc/init.d/{self.name}"

    @property
    def _probe(self) -> ServiceProbe:
        return ServiceProbe(self.name, self.process)

    def reads(self, known: Known) -> Iterable[Probe[Any]]:
        del known
        return (self._probe,)

    def plan(self, draft: Draft) -> Outcome:
        service = draft.known[self._probe]
        draft.endanger(
            of_service(
                self.name,
                disabled=self.enabled is False and service.enabled,
                stopped=self.state == "stopped" and self._acts(service),
            )
        )
        if self._goes_with_its_script(draft):
            return self._end(draft, service)
        warnings = find_init_script(draft, self._probe)
        switched = self.enabled is not None and service.enabled != self.enabled
        if switched:
            draft.do_last(enabling(self.name, service, enabled=bool(self.enabled)))
        acts = self._acts(service)
        if acts and self.state:
            draft.reload(Reload(self.name, _ACTIONS[self.state]))
            draft.expect(self._expectation())
            if self.state in {"started", "stopped"} and service.exists and service.started is None:
                warnings += (self._blind(),)
        enabled = service.enabled if self.enabled is None else self.enabled
        running = self._running(service, acts=acts)
        return Outcome(
            kind=self.kind,
            name=self.name,
            changed=switched or acts,
            before=_shown(service.enabled, service.running),
            after=_shown(enabled, running) + (f"{self.state}\n" if acts else ""),
            warnings=warnings,
            details={"enabled": enabled, "running": running},
        )

    def _goes_with_its_script(self, draft: Draft) -> bool:
        """Whether it shall be off, and a file of the same plan sees to it that it is no more."""
        if self.enabled or self.state not in {None, "stopped"}:
            return False
        planned = draft.will_have(self._script)
        if planned is not None:
            return planned.kind is Kind.ABSENT
        managed = any(probe.path == self._script for probe in draft.known.of(FileProbe))
        return managed and not draft.known[self._probe].exists

    def _end(self, draft: Draft, service: Service) -> Outcome:
        """Only the script can stop and disable its service: that comes before it is removed."""
        stops = self.state == "stopped" and self._acts(service)
        if stops:
            script = quote(self._script)
            draft.do(Step(title=f"stop {self.name}", apply=f"{script} stop"))
            # Nothing is left to be called then; it tells the guard what to start if all goes back.
            draft.reload(Reload(self.name, "stop"))
        if service.enabled:
            draft.do(enabling(self.name, service, enabled=False))
        return Outcome(
            kind=self.kind,
            name=self.name,
            changed=stops or service.enabled,
            before=_shown(service.enabled, service.running),
            after=_shown(False, self._running(service, acts=stops)),
            details={"enabled": False, "running": self._running(service, acts=stops)},
        )

    def _acts(self, service: Service) -> bool:
        if self.state == "started":
            return service.started is not True
        if self.state == "stopped":
            # procd starts a service again that it still knows, when its configuration changes.
            return service.exists and (service.registered or service.running is not False)
        return self.state is not None

    def _running(self, service: Service, *, acts: bool) -> bool | None:
        """What will be seen afterwards."""
        if not acts:
            return service.running
        if self.state == "stopped":
            return False if service.procd or self.process else None
        known = self.process or (service.procd and (service.pids or not service.registered))
        return True if known else None

    def _expectation(self) -> Expectation:
        if self.state == "stopped":
            probe = SteadinessProbe(self.name, self.process, ending=True)
            return Expectation(probe, self._has_ended)
        return Expectation(SteadinessProbe(self.name, self.process), self._has_come_up)

    def _has_ended(self, seen: Steadiness) -> str:
        runs = any(pid is not None for pid in seen.second.pids)
        return f"{self.name} still runs.{_log(seen)}" if runs else ""

    def _has_come_up(self, seen: Steadiness) -> str:
        first, second = seen.first, seen.second
        fell = None in second.pids or (second.procd and first.pids != second.pids)
        if fell or (second.procd and not second.registered):
            return f"{self.name} does not stay running.{_log(seen)}"
        return ""

    def _blind(self) -> str:
        return (
            f"{self.name} is a plain init script, which does not tell whether it runs, so it is "
            f"{self.state} every time. Name its program in the option process to have it looked at."
        )


def enabling(name: str, service: Service, *, enabled: bool) -> Step:
    """The step that has a service started at boot, or not."""
    verb = "enable" if enabled else "disable"
    script = quote(f"/etc/init.d/{name}")
    test = f"{script} enabled" if enabled else f"! {script} enabled"
    refusal = quote(f"{name} is not {verb}d by it")
    return Step(
        title=f"{verb} {name}",
        apply=f"{script} {verb}\n{test} || {{ echo {refusal} >&2; exit 1; }}",
        touches=service.links,
    )


def _log(seen: Steadiness) -> str:
    return f" Its log:\n{seen.log}" if seen.log else " It has logged nothing."


def _shown(enabled: bool, running: bool | None) -> str:
    words = {True: "yes", False: "no", None: "unknown"}
    return f"enabled: {words[enabled]}\nrunning: {words[running]}\n"
