# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A plan as one script: every check before the first change, the reloads after the reply.

The phases are sections of one round trip that stops at the first failure. The guard is set up
between the checks and the first change; what it must save stands in `Plan.touches`.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..errors import CHECK, ReloadError, StepError
from ..guard.calls import RELOAD_JOB, ROLL_BACK, Guarded
from ..guard.state import parse as parse_state
from ..router.wire import Answer, Section
from ..shell import quote
from .plan import Plan, Reload

_PATIENCE = 60
"""Seconds to wait for init scripts; a firewall of a slow router takes about ten."""

AFTERMATH = {"network": 3, "dropbear": 2, "reload_config": 4}
"""Seconds in which a reload takes effect after its init script has ended: netifd works on, procd
calls the services that a configuration concerns a second after it was told (procd.sh,
PROCD_RELOAD_DELAY). What is confirmed before has not been seen."""

_LIMIT = 300
_LIMIT_WITH_PACKAGES = 1800
"""Seconds in which all must be applied, a step that hangs included."""

_DELAY = 1
"""Seconds before the reloads, in which the reply leaves."""

_WARNING = "warning: "

_SETTLE = "reload"
_EARLY = 70


def guard_of(plan: Plan, *, name: str, by: str, timeout: int) -> Guarded:
    """What the guard must know of a plan."""
    undoing = [reload.undoing for reload in plan.reloads]
    packages = tuple(step.undo for step in plan.steps if step.undo)
    return Guarded(
        id=name,
        by=by,
        timeout=timeout,
        limit=_LIMIT_WITH_PACKAGES if packages else _LIMIT,
        paths=plan.touches,
        before=tuple(_call(each) for each in undoing if each.action == "stop"),
        after=tuple(_call(each) for each in undoing if each.action != "stop"),
        packages=packages,
    )


def sections(
    plan: Plan, guard: Guarded | None = None, *, extend: bool = False, close: bool = False
) -> list[Section]:
    """Prepare all, apply all, flush, and leave a job behind that reloads once we are gone.

    What stays whatever happens comes before the guard. `extend` joins a transaction that is open;
    `close` confirms at the end without a look from outside.
    """
    checks = [
        Section(f"{CHECK}{step.title}", step.prepare, step.stage)
        for step in plan.steps
        if step.prepare
    ]
    before = [Section(step.title, step.apply) for step in plan.steps if not step.guarded]
    apply = [Section(step.title, step.apply) for step in plan.steps if step.guarded]
    flush = [Section("flush to flash", "sync")] if plan.steps else []
    job = [Section("start the reload", _reload_job(plan.reloads))] if plan.reloads else []
    if guard is None:
        return checks + before + apply + flush + job
    opening = [guard.extending() if extend else guard.opening()]
    ending = [guard.applied(), *([guard.closing()] if close else [])]
    return checks + before + opening + apply + flush + ending + job


def check(plan: Plan, answers: Mapping[str, Answer]) -> None:
    """Raise StepError for the section that failed, with what was applied before it and stays."""
    rescue = answers.get(ROLL_BACK)
    back = rescue is not None and parse_state(rescue.stdout).last_outcome == "rolled-back"
    stuck = rescue is not None and bool(rescue.status)
    steps = [step for step in plan.steps if not (back and step.guarded)]
    titles = {step.title for step in steps}
    for name, answer in answers.items():
        if answer.status != 0 and name != ROLL_BACK:
            raise StepError(
                step=name,
                status=answer.status,
                stderr=answer.stderr or answer.stdout,
                applied=tuple(
                    title for title, each in answers.items() if each.status == 0 and title in titles
                ),
                rolled_back=back,
                stuck=(rescue.stdout + rescue.stderr).strip() if rescue and stuck else "",
            )


def warnings(plan: Plan, answers: Mapping[str, Answer]) -> tuple[str, ...]:
    """What the steps found worth a warning: lines of theirs that begin with `warning: `."""
    return tuple(
        line.removeprefix(_WARNING)
        for step in plan.steps
        if step.title in answers
        for line in answers[step.title].stdout.splitlines()
        if line.startswith(_WARNING)
    )


def settling_time(plan: Plan) -> float:
    """Seconds after the reply in which the reloads are usually done."""
    return _DELAY + _aftermath(plan.reloads) + 1 if plan.reloads else 0


def settle() -> Section:
    """Wait for the job that `sections` left behind and print what went wrong in it.

    Fails with a status of its own where it had to wait: whoever asked did so over a connection
    that is older than the reloads.
    """
    return Section(
        _SETTLE,
        f"""\
n=0
until [ -e {RELOAD_JOB}/done ]; do
    if [ ! -e {RELOAD_JOB}/pid ]; then
        echo "the reload was never started"
        exit 1
    fi
    if [ ! -d "/proc/$(cat {RELOAD_JOB}/pid)" ] && [ ! -e {RELOAD_JOB}/done ]; then
        echo "the reload was broken off"
        exit 1
    fi
    if [ "$n" -ge {_PATIENCE} ]; then
        echo "the reload did not end within {_PATIENCE} s"
        exit 1
    fi
    n=$((n + 1))
    sleep 1
done
[ ! -s {RELOAD_JOB}/failed ] || {{ cat {RELOAD_JOB}/failed; exit 1; }}
[ "$n" = 0 ] || exit {_EARLY}""",
    )


def asked_early(answers: Mapping[str, Answer]) -> bool:
    """Whether the answers came over a connection that is older than the reloads."""
    answer = answers.get(_SETTLE)
    return answer is not None and answer.status == _EARLY


def check_reloads(answers: Mapping[str, Answer]) -> None:
    """Raise ReloadError when a service refused what was written."""
    answer = answers.get(_SETTLE)
    if answer is not None and answer.status not in (0, _EARLY):
        raise ReloadError(answer.stdout.strip() or answer.stderr.strip())


def check_expectations(plan: Plan, answers: Mapping[str, Answer]) -> None:
    """Raise ReloadError for all that is not as it must be after the reloads."""
    verdicts = (
        each.verdict(each.probe.understood(answers[each.probe.title])) for each in plan.expectations
    )
    problems = [verdict for verdict in verdicts if verdict]
    if problems:
        raise ReloadError("\n".join(problems))


def _reload_job(reloads: tuple[Reload, ...]) -> str:
    """The reload of a network may cut the session that asked for it: let the reply leave first."""
    actions = "\n".join(
        f"{_call(reload)} >{RELOAD_JOB}/log 2>&1 || {{\n"
        f"echo {quote(f'{reload.service} {reload.action}:')}\ncat {RELOAD_JOB}/log\n"
        f"}} >>{RELOAD_JOB}/failed"
        for reload in reloads
    )
    # A subshell, not a function: ash keeps a copy of a function's standard output open, and with
    # it the session, until the function returns.
    return f"""\
umask 077
rm -rf {RELOAD_JOB}
mkdir -p {RELOAD_JOB} || exit 1
: >{RELOAD_JOB}/failed || exit 1
(
trap '' HUP
umask 022
sleep {_DELAY}
{actions}
sleep {_aftermath(reloads)}
: >{RELOAD_JOB}/done
) </dev/null >/dev/null 2>&1 &
echo $! >{RELOAD_JOB}/pid"""


def _aftermath(reloads: tuple[Reload, ...]) -> int:
    return max(AFTERMATH.get(each.service, 0) for each in reloads)


def _call(reload: Reload) -> str:
    """A command that has a service do something, where there is such a service."""
    if reload.service == "reload_config":
        return "/sbin/reload_config"
    script = quote(f"/etc/init.d/{reload.service}")
    return f"if [ -x {script} ]; then {script} {quote(reload.action)}; fi"
