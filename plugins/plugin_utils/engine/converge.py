# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""From resources to a converged router: observe, plan, carry out.

Only this file and the Router know that there is a network between us and the router.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ..errors import FleetError
from ..router.router import Router
from ..router.wire import Section
from . import transaction
from .draft import Draft
from .plan import Plan
from .probe import Known, Probe
from .resource import Resource

_MOST_READS = 4


def observe(router: Router, resources: Sequence[Resource]) -> Known:
    """Read all that planning needs: one round trip, one more for each question that follows."""
    known = Known()
    for _ignored in range(_MOST_READS):
        wanted = known.missing(probe for each in resources for probe in each.reads(known))
        if not wanted:
            return known
        known = read(router, wanted, known)
    raise FleetError(
        f"Planning asked for more than {_MOST_READS} rounds of reading; this is a fault of the "
        f"collection. Still missing: {', '.join(probe.title for probe in wanted)}."
    )


def read(router: Router, probes: Iterable[Probe[Any]], known: Known) -> Known:
    """Ask the probes in one round trip; raises ProbeError for the first that has no answer."""
    asked = tuple(probes)
    answers = router.run(Section(probe.title, probe.script()) for probe in asked)
    return known.joined({probe: probe.parse(answers[probe.title]) for probe in asked})


def make_plan(resources: Sequence[Resource], known: Known, *, rehearsal: bool = False) -> Plan:
    """Pure: the same resources and the same router give the same plan."""
    draft = Draft(known, rehearsal=rehearsal)
    outcomes = [resource.plan(draft) for resource in resources]
    return draft.plan(outcomes)


def carry_out(router: Router, plan: Plan) -> None:
    """Apply the plan and wait until the services have taken it up; raises StepError."""
    if not plan.changed:
        return
    applied = router.run(transaction.sections(plan), stop_at_failure=True)
    transaction.check(plan, applied)
    if plan.reloads:
        looks = [Section(each.probe.title, each.probe.script()) for each in plan.expectations]
        settled = router.run([transaction.settle(), *looks])
        transaction.check_reloads(settled)
        transaction.check_expectations(plan, settled)
