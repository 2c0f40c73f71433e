# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A plan as one script: every check before the first change, the reloads after the reply.

The phases are sections of one round trip that stops at the first failure, so a guard can be put
around them without a resource knowing: what it must save stands in `Plan.touches`.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..errors import CHECK, ReloadError, StepError
from ..router.wire import Answer, Section
from ..shell import quote
from .plan import Plan, Reload

_JOB = "/tmp/fleet-reload"
_PATIENCE = 60
"""Seconds to wait for init scripts; a firewall of a slow router takes about ten."""

_SETTLE = "reload"


def sections(plan: Plan) -> list[Section]:
    """Prepare all, apply all, flush, and leave a job behind that reloads once we are gone."""
    prepare = [
        Section(f"{CHECK}{step.title}", step.prepare, step.stage)
        for step in plan.steps
        if step.prepare
    ]
    apply = [Section(step.title, step.apply) for step in plan.steps]
    flush = [Section("flush to flash", "sync")] if plan.steps else []
    job = [Section("start the reload", _reload_job(plan.reloads))] if plan.reloads else []
    return prepare + apply + flush + job


def check(plan: Plan, answers: Mapping[str, Answer]) -> None:
    """Raise StepError for the section that failed, naming what was applied before it."""
    titles = {step.title for step in plan.steps}
    applied = tuple(
        name for name, answer in answers.items() if answer.status == 0 and name in titles
    )
    for name, answer in answers.items():
        if answer.status != 0:
            raise StepError(
                step=name,
                status=answer.status,
                stderr=answer.stderr or answer.stdout,
                applied=applied,
            )


def settle() -> Section:
    """Wait for the job that `sections` left behind and print what went wrong in it."""
    return Section(
        _SETTLE,
        f"""\
n=0
until [ -e {_JOB}/done ]; do
    if [ "$n" -ge {_PATIENCE} ]; then
        echo "the reload did not end within {_PATIENCE} s" >&2
        exit 1
    fi
    n=$((n + 1))
    sleep 1
done
cat {_JOB}/failed
rm -rf {_JOB}""",
    )


def check_reloads(answers: Mapping[str, Answer]) -> None:
    """Raise ReloadError when a service refused what was written."""
    answer = answers[_SETTLE]
    if answer.status != 0 or answer.stdout.strip():
        raise ReloadError(answer.stdout.strip() or answer.stderr.strip())


def check_expectations(plan: Plan, answers: Mapping[str, Answer]) -> None:
    """Raise ReloadError for all that is not as it must be after the reloads."""
    verdicts = (
        each.verdict(each.probe.parse(answers[each.probe.title])) for each in plan.expectations
    )
    problems = [verdict for verdict in verdicts if verdict]
    if problems:
        raise ReloadError("\n".join(problems))


def _reload_job(reloads: tuple[Reload, ...]) -> str:
    """The reload of a network may cut the session that asked for it: let the reply leave first."""
    actions = "\n".join(_action(reload) for reload in reloads)
    # A subshell, not a function: ash keeps a copy of a function's standard output open, and with
    # it the session, until the function returns.
    return f"""\
rm -rf {_JOB}
mkdir {_JOB} || exit 1
(
trap '' HUP
sleep 1
: >{_JOB}/failed
{actions}
: >{_JOB}/done
) </dev/null >/dev/null 2>&1 &"""


def _action(reload: Reload) -> str:
    script = quote(f"/etc/init.d/{reload.service}")
    action = quote(reload.action)
    if reload.service == "reload_config":
        return f"/sbin/reload_config || echo reload_config failed >>{_JOB}/failed"
    return (
        f"if [ -x {script} ]; then {script} {action} >{_JOB}/log 2>&1 || "
        f"{{ echo {quote(f'{reload.service} {reload.action}:')}; cat {_JOB}/log; }} "
        f">>{_JOB}/failed; fi"
    )
