# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""From resources to a converged router: observe, plan, carry out.

Only this folder and the Router know that there is a network between us and the router.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from ..errors import FleetError, OpenTransactionError
from ..guard import calls
from ..guard.carrier import CarrierProbe
from ..guard.lockout import LockoutError
from ..guard.policy import Interrupted, Policy
from ..guard.state import GuardProbe, GuardState
from ..router.router import Router
from ..uci.pending import Pending
from . import transaction
from .commit import Commit, Judge
from .contact import Contact
from .draft import Draft
from .plan import Plan
from .probe import Known
from .reading import read
from .rehearsed import Rehearsed
from .resource import Resource

_MOST_READS = 4


def observe(router: Router, resources: Sequence[Resource]) -> Known:
    """Read all that planning needs: one round trip, one more for each question that follows."""
    known = Known()
    guard = GuardProbe()
    for _ignored in range(_MOST_READS):
        reads = (probe for each in resources for probe in each.reads(known))
        wanted = known.missing((guard, *reads))
        if not wanted:
            return known
        known = read(router, wanted, known)
    raise FleetError(
        f"Planning asked for more than {_MOST_READS} rounds of reading; this is a fault of the "
        f"collection. Still missing: {', '.join(probe.title for probe in wanted)}."
    )


def make_plan(
    resources: Sequence[Resource],
    known: Known,
    *,
    rehearsal: bool = False,
    pending: Pending = Pending.REFUSE,
    rehearsed: Rehearsed | None = None,
) -> Plan:
    """Pure: the same resources and the same router give the same plan."""
    draft = Draft(known, rehearsal=rehearsal, pending=pending, rehearsed=rehearsed)
    outcomes = [resource.plan(draft) for resource in resources]
    return draft.plan(outcomes)


def refuse_lockout(router: Router, plan: Plan) -> None:
    """Raise LockoutError where the plan takes from this connection what carries it."""
    carrier = read(router, [CarrierProbe()], Known())[CarrierProbe()]
    losses = carrier.concerned(plan.risks)
    if losses:
        raise LockoutError(losses)


def carry_out(
    router: Router,
    plan: Plan,
    known: Known,
    policy: Policy,
    *,
    by: str = "",
    run: str = "",
    joined: str = "",
    judge: Judge | None = None,
) -> dict[str, object]:
    """Apply the plan under the guard and see from outside that it works.

    `run` is which run of Ansible this is (guard/run.py), `joined` the transaction that an earlier
    task of it has opened and a later one will confirm.
    Further keys of the task's result; raises StepError, ReloadError or RolledBackError.
    """
    if not plan.changed:
        return {}
    if not plan.guarded:
        sections = transaction.sections(plan)
        answers = router.run(sections, stop_at_failure=True, exclusive=True)
        transaction.check(plan, answers)
        warnings = transaction.warnings(plan, answers)
        return {"warnings": list(warnings)} if warnings else {}
    name = joined or secrets.token_hex(4)
    guard = transaction.guard_of(plan, name=name, by=by, timeout=policy.timeout)
    commit = Commit(
        Contact(router), plan, known, guard, policy, run, extend=bool(joined), judge=judge
    )
    return commit.carry_out()


def clear_the_way(router: Router, state: GuardState, policy: Policy, *, ours: str) -> bool:
    """Deal with a transaction that is open and not ours; whether the router must be read again.

    Raises OpenTransactionError.
    """
    if not state.is_open or state.id == ours:
        return False
    if policy.interrupted is Interrupted.REFUSE:
        raise OpenTransactionError(state.describe(), facts=state.facts())
    answer = router.run([calls.roll_back(state.id, "a later run found it open")])[calls.ROLL_BACK]
    if answer.status != 0:
        raise FleetError(
            f"The {state.describe()}; it could not be rolled back: "
            f"{(answer.stderr or answer.stdout).strip()}"
        )
    return True


def earlier_end(state: GuardState) -> tuple[str, ...]:
    """Warnings about a transaction that ended badly and that no task has told of yet."""
    if state.told or state.last_outcome not in {"rolled-back", "failed"}:
        return ()
    ended = f"{state.last_outcome}, {state.last_why}"
    return (f"An earlier transaction on this router, {state.last_id}, did not last: {ended}.",)
