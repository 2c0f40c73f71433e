# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The base of the collection's action plugins: arguments, check mode, diff, secrets, errors.

An action plugin says what it does in `work`; it returns the task's result or raises FleetError.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.parameters import remove_values
from ansible.module_utils.errors import UnsupportedError
from ansible.plugins.action import ActionBase

from .engine import converge
from .engine.plan import Plan
from .engine.resource import Resource
from .errors import FleetError
from .on_controller import OnController
from .router.over_connection import OverConnection
from .router.router import Router


class InvalidArgumentsError(FleetError):
    """The arguments do not have the form that the module's documentation gives them."""


def validate(
    args: Mapping[str, Any], spec: Mapping[str, Any], *, where: str = ""
) -> tuple[dict[str, Any], set[str]]:
    """Arguments with their types and defaults, and the values among them that must stay hidden.

    Raises InvalidArgumentsError, naming every fault at once. `where` says which part of the task
    is meant.
    """
    result = ArgumentSpecValidator(dict(spec)).validate(dict(args))
    # The validator keeps them to itself, and so does Ansible where it needs them.
    hidden: set[str] = set(result._no_log_values)  # noqa: SLF001
    if result.error_messages:
        unknown = any(isinstance(each, UnsupportedError) for each in result.errors)
        text = ("Unknown options: " if unknown else "") + "; ".join(result.error_messages)
        raise InvalidArgumentsError(remove_values(f"{where}: {text}" if where else text, hidden))
    return dict(result.validated_parameters), hidden


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
        self.router = Router(OverConnection(self))
        self.hidden: set[str] = set()
        self.controller = OnController(self, task_vars or {})
        try:
            params, hidden = validate(self._task.args, self.argument_spec)
            self.hidden |= hidden
            result.update(self.work(params))
        except FleetError as error:
            result.update(failed=True, msg=str(error), **error.facts())
        if self.router.round_trips:
            result["round_trips"] = self.router.round_trips
        redacted: dict[str, Any] = remove_values(result, self.hidden)
        return redacted

    @abstractmethod
    def work(self, params: dict[str, Any]) -> dict[str, Any]:
        """Do the task and return its result; raises FleetError."""

    def make(self, kind: type[Resource], params: Mapping[str, Any]) -> Resource:
        """A resource from validated arguments; raises SpecError."""
        return kind.from_params(kind.completed(params, self.controller))

    def converge(self, resources: Sequence[Resource]) -> dict[str, Any]:
        """Observe, plan and, unless this is check mode, carry out; the common result keys."""
        for resource in resources:
            self.hidden |= resource.secrets()
        rehearsal = self._task.check_mode
        known = converge.observe(self.router, resources)
        plan = converge.make_plan(resources, known, rehearsal=rehearsal)
        if not rehearsal:
            converge.carry_out(self.router, plan)
        return self._report(plan)

    def _report(self, plan: Plan) -> dict[str, Any]:
        report: dict[str, Any] = {
            "changed": plan.changed,
            "steps": [step.title for step in plan.steps]
            + [f"{reload.action} {reload.service}" for reload in plan.reloads],
            "outcomes": plan.outcomes,
        }
        if plan.warnings:
            report["warnings"] = list(plan.warnings)
        if self._task.diff:
            report["diff"] = [outcome.diff() for outcome in plan.outcomes if outcome.changed]
        return report


class ResourceAction(FleetAction):
    """The action of a module that manages one resource of one kind."""

    resource: ClassVar[type[Resource]]

    def work(self, params: dict[str, Any]) -> dict[str, Any]:
        report = self.converge([self.make(self.resource, params)])
        (outcome,) = report.pop("outcomes")
        return {**report, **outcome.details}
