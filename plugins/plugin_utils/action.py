# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The base of the collection's action plugins: arguments, check mode, diff, secrets, errors.

An action plugin says what it does in `work`; it returns the task's result or raises FleetError.
"""

from __future__ import annotations

import os
import platform
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar, NamedTuple

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.parameters import remove_values
from ansible.module_utils.errors import UnsupportedError
from ansible.plugins.action import ActionBase

from .engine import converge
from .engine.commit import Judge
from .engine.plan import Plan
from .engine.probe import Known
from .engine.rehearsed import Rehearsed
from .engine.resource import Resource
from .errors import EndlessReplyError, FleetError, IllegibleError
from .guard.policy import GUARD_OPTIONS, Confirm, Lockout, Policy
from .guard.run import left_open, run_of
from .guard.state import GuardProbe
from .on_controller import OnController
from .router.over_connection import OverConnection
from .router.router import Router
from .secrets import VARIABLE as SECRET_OPTIONS
from .secrets import also_secret, in_arguments
from .visible import visible_result
from .wan.check import Check, check
from .written import check_written


class InvalidArgumentsError(FleetError):
    """The arguments do not have the form that the module's documentation gives them."""


class Validated(NamedTuple):
    """Arguments with their types and defaults, and the values among them that must stay hidden.

    `warnings` and `deprecations` are for the task's result.
    """

    params: dict[str, Any]
    hidden: set[str]
    warnings: tuple[str, ...] = ()
    deprecations: tuple[Mapping[str, Any], ...] = ()


def validate(args: Mapping[str, Any], spec: Mapping[str, Any], *, where: str = "") -> Validated:
    """Raises InvalidArgumentsError, naming every fault at once, or SpecError for what is no text.

    `where` says which part of the task is meant.
    """
    warnings = check_written(args, spec, where=where)
    result = ArgumentSpecValidator(dict(spec)).validate(dict(args))
    # The validator keeps them to itself, and so does Ansible where it needs them.
    hidden: set[str] = set(result._no_log_values)  # noqa: SLF001
    if result.error_messages:
        unknown = any(isinstance(each, UnsupportedError) for each in result.errors)
        text = ("Unknown options: " if unknown else "") + "; ".join(result.error_messages)
        raise InvalidArgumentsError(remove_values(f"{where}: {text}" if where else text, hidden))
    twice = (
        f"Both {each['option']} and its alias {each['alias']} are given."
        for each in result._warnings  # noqa: SLF001
    )
    return Validated(
        params=dict(result.validated_parameters),
        hidden=hidden,
        warnings=(*warnings, *twice),
        deprecations=tuple(result._deprecations),  # noqa: SLF001
    )


class FleetAction(ActionBase):
    """Validates the arguments, runs `work` and turns typed errors into a failed task."""

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_diff = True

    argument_spec: ClassVar[Mapping[str, Any]]

    def run(
        self, tmp: str | None = None, task_vars: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        del tmp
        self.connection = OverConnection(self)
        self.router = Router(self.connection, self.connection.renew)
        self.router.root_only = True
        self.hidden: set[str] = set()
        self.notes: dict[str, list[Any]] = {"warnings": [], "deprecations": []}
        self.task_vars: Mapping[str, Any] = task_vars or {}
        self.controller = OnController(self, self.task_vars)
        self.run_name = run_of(self._task._uuid)  # noqa: SLF001
        facts = self.task_vars.get("ansible_facts") or {}
        self.joined = left_open(facts, self.run_name)
        """The transaction that an earlier task of this run has left open, if any."""
        self.rehearsed = Rehearsed.of(facts, self.run_name)
        try:
            with also_secret(self.controller.texts(SECRET_OPTIONS)):
                self.hidden |= in_arguments(self._task.args)
                result.update(self.work(self.accepted(self._task.args, self.options())))
        except FleetError as error:
            result.update(failed=True, msg=self._told(error), **error.facts())
        if self.router.round_trips:
            result["round_trips"] = self.router.round_trips
        for kind, notes in self.notes.items():
            if notes:
                result[kind] = [*notes, *result.get(kind, ())]
        if "warnings" in result:
            result["warnings"] = [self._named(text) for text in result["warnings"]]
        return visible_result(remove_values(result, self.hidden))

    def _named(self, warning: str) -> str:
        """With the router before it: Ansible names no host, and prints alike warnings once."""
        host = self.task_vars.get("inventory_hostname")
        return f"{host}: {warning}" if host else warning

    def _told(self, error: FleetError) -> str:
        """The message; of what no router says, with the router's name."""
        host = self.task_vars.get("inventory_hostname")
        strange = isinstance(error, (IllegibleError, EndlessReplyError))
        return f"{host}: {error}" if host and strange else str(error)

    def accepted(
        self, args: Mapping[str, Any], spec: Mapping[str, Any], *, where: str = ""
    ) -> dict[str, Any]:
        """Arguments as validate returns them; their secrets and warnings are seen to."""
        valid = validate(args, spec, where=where)
        self.hidden |= valid.hidden
        self.notes["warnings"] += valid.warnings
        self.notes["deprecations"] += valid.deprecations
        return valid.params

    def options(self) -> Mapping[str, Any]:
        """All that the task may say."""
        return self.argument_spec

    @abstractmethod
    def work(self, params: dict[str, Any]) -> dict[str, Any]:
        """Do the task and return its result; raises FleetError."""

    def make(self, kind: type[Resource], params: Mapping[str, Any]) -> Resource:
        """A resource from validated arguments; raises SpecError."""
        return kind.from_params(kind.completed(params, self.controller))


class ConvergingAction(FleetAction):
    """The action of a module that brings resources into their wanted state, under the guard."""

    def options(self) -> Mapping[str, Any]:
        return {**self.argument_spec, **GUARD_OPTIONS}

    def converge(self, resources: Sequence[Resource], params: Mapping[str, Any]) -> dict[str, Any]:
        """Observe, plan and, unless this is check mode, carry out; the common result keys."""
        for resource in resources:
            self.hidden |= resource.secrets()
        policy = Policy.from_params(params)
        judge = self._judge(policy)
        rehearsal = self._task.check_mode
        known = converge.observe(self.router, resources)
        plan = self._plan(resources, known, policy)
        warnings = converge.earlier_end(known[GuardProbe()])
        state = known[GuardProbe()]
        if rehearsal:
            if state.is_open and state.id != self.joined:
                warnings += (f"Not confirmed yet on this router: {state.describe()}.",)
            return {**self._report(plan, warnings), **self._rehearsed_facts(plan)}
        # Also where nothing differs: what is not confirmed may be gone in a moment.
        if converge.clear_the_way(self.router, state, policy, ours=self.joined):
            warnings += (f"Rolled back first: {state.describe()}.",)
            known = converge.observe(self.router, resources)
            plan = self._plan(resources, known, policy)
        report = self._report(plan, warnings)
        more = converge.carry_out(
            self.router,
            plan,
            known,
            policy,
            by=who(),
            run=self.run_name,
            joined=self.joined if state.is_open and state.id == self.joined else "",
            judge=judge,
        )
        return {**report, **more, **_all_warnings(report, more)}

    def _plan(self, resources: Sequence[Resource], known: Known, policy: Policy) -> Plan:
        plan = converge.make_plan(
            resources,
            known,
            rehearsal=self._task.check_mode,
            pending=policy.pending,
            rehearsed=self.rehearsed,
        )
        if plan.risks and policy.lockout is Lockout.REFUSE:
            converge.refuse_lockout(self.router, plan)
        return plan

    def _rehearsed_facts(self, plan: Plan) -> dict[str, object]:
        interfaces = [each.name for each in plan.outcomes if each.kind == "interface"]
        if not (plan.installs or interfaces):
            return {}
        rehearsed = self.rehearsed.further(plan.installs, interfaces)
        return {"ansible_facts": rehearsed.facts(self.run_name)}

    def _judge(self, policy: Policy) -> Judge | None:
        if policy.confirm is not Confirm.WAN:
            return None
        wanted = Check.from_params(
            {
                "interface": policy.wan_interface,
                "timeout": policy.timeout,
                "ping": policy.wan_ping,
                "lookup": (),
            }
        )
        return lambda router, seconds: check(router, replace(wanted, timeout=seconds))

    def _report(self, plan: Plan, warnings: Sequence[str]) -> dict[str, Any]:
        report: dict[str, Any] = {
            "changed": plan.changed,
            "steps": [step.title for step in plan.steps]
            + [f"{reload.action} {reload.service}" for reload in plan.reloads],
            "outcomes": plan.outcomes,
        }
        if warnings or plan.warnings:
            report["warnings"] = [*warnings, *plan.warnings]
        if self._task.diff:
            report["diff"] = [outcome.diff() for outcome in plan.outcomes if outcome.changed]
        return report


def who() -> str:
    """Who works from where, for the log of a router and for others who find it at work."""
    return f"{os.environ.get('USER') or os.getuid()}@{platform.node()}"


def _all_warnings(*reports: Mapping[str, Any]) -> dict[str, Any]:
    found = [text for report in reports for text in report.get("warnings", ())]
    return {"warnings": found} if found else {}


class ResourceAction(ConvergingAction):
    """The action of a module that manages one resource of one kind."""

    resource: ClassVar[type[Resource]]

    def work(self, params: dict[str, Any]) -> dict[str, Any]:
        report = self.converge([self.make(self.resource, params)], params)
        (outcome,) = report.pop("outcomes")
        return {**report, **outcome.details}
