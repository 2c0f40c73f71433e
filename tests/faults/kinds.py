# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of faults, by name. Each makes one happen and says how the trial must end."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping

from bench import clock

from . import link
from .moments import Moment, Phase, any_moment
from .pin import pin
from .scene import NEW, OLD, Scene, Wanted
from .state import read_entry

Kind = Callable[[Scene], Wanted]

ROLLED_BACK = r"rolled back"
_HONEST_CLOCK = 'ln -sf "$(readlink -f /usr/lib/lying-clock/date)" /bin/date'
_CONTENDED = r"[Aa]nother (transaction|task)|not this task's|changed since it was read"


def controller_killed(scene: Scene) -> Wanted:
    """The laptop's battery is empty: ansible-playbook and all its connections die at once."""
    run = scene.start()
    scene.wait(any_moment(scene.chance, scene.machine.undisturbed), run)
    run.kill()
    return Wanted()


def ssh_killed(scene: Scene) -> Wanted:
    """Only the connections die; Ansible may try again."""
    run = scene.start()
    if scene.wait(any_moment(scene.chance, scene.machine.undisturbed), run):
        scene.note(f"{run.kill_ssh()} ssh killed")
    scene.finish(run)
    return Wanted()


def link_cut_for_good(scene: Scene) -> Wanted:
    """After the reload nobody gets through, until the router has long given up waiting."""
    run = scene.start()
    if scene.wait(Moment(Phase.WRITTEN, scene.chance.uniform(0, 1.5)), run):
        scene.cut_link(scene.timeout + 8, run)
    scene.finish(run)
    return Wanted()


def link_cut_briefly(scene: Scene) -> Wanted:
    """After the reload nobody gets through, for less than the time to confirm."""
    run = scene.start()
    if scene.wait(Moment(Phase.WRITTEN, scene.chance.uniform(0, 1.5)), run):
        scene.cut_link(scene.chance.uniform(1, scene.timeout / 2), run)
    scene.finish(run)
    return Wanted()


def link_cut_any_time(scene: Scene) -> Wanted:
    """Anywhere in the run, for any time."""
    run = scene.start()
    if scene.wait(any_moment(scene.chance, scene.machine.undisturbed), run):
        scene.cut_link(scene.chance.uniform(0.5, scene.timeout + 12), run)
    scene.finish(run)
    return Wanted()


def address_moved(scene: Scene) -> Wanted:
    """A plan that moves the address by which Ansible knows the router."""
    number = int(scene.machine.name.rpartition("-")[2]) % 250
    other = re.sub(r"\d+\.\d+$", f"255.{number}", scene.machine.address)
    return _cut_off_by(scene, "address", other_address=other)


def firewalled_off(scene: Scene) -> Wanted:
    """A plan by which the router refuses, or drops, new connections from here."""
    policy = scene.chance.choice(["REJECT", "DROP"])
    scene.note(policy)
    return _cut_off_by(scene, "closed", policy=policy)


def ssh_moved(scene: Scene) -> Wanted:
    """A plan that moves dropbear to another port."""
    return _cut_off_by(scene, "other_port")


def _cut_off_by(scene: Scene, plan: str, **variables: object) -> Wanted:
    status = scene.finish(scene.start(plan, **variables))
    problems = () if status else ("the task did not fail",)
    return Wanted(OLD, said=(ROLLED_BACK,), problems=problems)


def block_killed(scene: Scene) -> Wanted:
    """Ansible is killed between a checkpoint and its confirmation."""
    run = scene.start("block")
    scene.wait(any_moment(scene.chance, 2 * scene.machine.undisturbed), run)
    run.kill()
    return Wanted()


def block_power_cut(scene: Scene) -> Wanted:
    """The router loses power between a checkpoint and its confirmation."""
    moment = any_moment(scene.chance, 2 * scene.machine.undisturbed)
    return _power_cut(scene, moment, plan="block")


def power_cut_before(scene: Scene) -> Wanted:
    """Before anything is written, at the first sign of the guard."""
    return _power_cut(scene, Moment(Phase.PREPARING, scene.chance.expovariate(1 / 0.05)))


def power_cut_in_the_middle(scene: Scene) -> Wanted:
    """When the first path has been written."""
    return _power_cut(scene, Moment(Phase.WRITING, scene.chance.expovariate(1 / 0.1)))


def power_cut_after(scene: Scene) -> Wanted:
    """When the last path has been written, around the reload and the confirmation."""
    return _power_cut(scene, Moment(Phase.WRITTEN, scene.chance.uniform(0, 3)))


def power_cut_confirmed(scene: Scene) -> Wanted:
    """When the transaction is over."""
    wanted = _power_cut(scene, Moment(Phase.OVER, scene.chance.expovariate(1 / 0.1)))
    return Wanted(NEW, problems=wanted.problems)


def power_cut_any_time(scene: Scene) -> Wanted:
    """Anywhere in the run."""
    return _power_cut(scene, any_moment(scene.chance, scene.machine.undisturbed))


def power_cut_twice(scene: Scene) -> Wanted:
    """Once in the run, and once more in the boot after it, which puts back what was open."""
    moment = any_moment(scene.chance, scene.machine.undisturbed)
    return _power_cut(scene, moment, again=scene.chance.uniform(0, 1.5))


def _power_cut(
    scene: Scene, moment: Moment, *, plan: str = "whole", again: float | None = None
) -> Wanted:
    """Half of them take Ansible along: else it may come back, and see to what the boot has not."""
    machine, alone = scene.machine, scene.chance.random() < 0.5
    run = scene.start(plan)
    if scene.wait(moment, run):
        machine.power_cut()
        if alone:
            run.kill()
            scene.note("Ansible as well")
        if again is not None:
            time.sleep(again)
            machine.wait_for(machine.runs, 30, "start again")
            machine.power_cut()
            scene.note(f"again {again:.3f} s later")
    scene.finish(run)
    return Wanted()


def flash_full(scene: Scene) -> Wanted:
    """There is too little room on the flash, from the beginning or while the plan is applied."""
    machine, chance = scene.machine, scene.chance
    scene.undo.callback(machine.empty_flash)
    if chance.random() < 0.3:
        left = chance.randrange(0, 240, 4)
        machine.fill_flash(left)
        run = scene.start()
    else:
        left = chance.choice([0, 0, 4, 8])
        run = scene.start()
        phase = chance.choice([Phase.OPEN, Phase.WRITING])
        if scene.wait(Moment(phase, chance.expovariate(1 / 0.03)), run):
            machine.fill_flash(left)
    scene.note(f"{left} KiB of flash left")
    if scene.finish(run) == 0:
        return Wanted(NEW)
    return Wanted(OLD, said=(r"No space left|could not be saved",))


def step_fails(scene: Scene) -> Wanted:
    """The last step fails of itself."""
    status = scene.finish(scene.start("failing"))
    problems = () if status else ("the task did not fail",)
    said = ("enable faulty failed with exit status", "no luck today", "put back")
    return Wanted(OLD, said=said, problems=problems)


def file_in_the_way(scene: Scene) -> Wanted:
    """One of the files cannot be replaced: something is mounted there."""
    machine = scene.machine
    path = scene.chance.choice(_replaced_files(scene))
    scene.note(f"/{path} cannot be replaced")
    # Not a bind mount of the file itself: what could still be written into would not be in the way.
    machine.shell(f"mount -o bind,ro '/{path}' '/{path}'", privileged=True)
    scene.undo.callback(machine.shell, f"umount '/{path}'", privileged=True, check=False)
    status = scene.finish(scene.start())
    problems = () if status else ("the task did not fail",)
    return Wanted(OLD, said=(rf"/{re.escape(path)} failed with exit status",), problems=problems)


def _replaced_files(scene: Scene) -> list[str]:
    old, new = scene.machine.old, scene.machine.new
    return [path for path in old if path in new and old[path] != new[path]]


def two_controllers(scene: Scene) -> Wanted:
    """Two people run the same at about the same time; one of them may be killed in it."""
    one = scene.start()
    late = scene.chance.uniform(0, scene.machine.undisturbed)
    time.sleep(late)
    scene.note(f"second run {late:.3f} s after the first")
    other = scene.start()
    problems: tuple[str, ...] = ()
    if scene.chance.random() < 0.5 and scene.wait(
        any_moment(scene.chance, scene.machine.undisturbed), one
    ):
        one.kill()
        runs = [other]
    else:
        runs = [one, other]
    for run in runs:
        if scene.finish(run) and not re.search(f"{_CONTENDED}|{ROLLED_BACK}", run.output):
            problems += ("a run failed without telling of the other",)
    return Wanted(problems=problems)


def pending_edits(scene: Scene) -> Wanted:
    """Somebody has staged changes and not committed them."""
    _stage_by_hand(scene)
    status = scene.finish(scene.start())
    problems = _still_staged(scene) + (() if status else ("the task did not fail",))
    return Wanted(OLD, said=("uncommitted",), problems=problems)


def pending_edits_meanwhile(scene: Scene) -> Wanted:
    """Somebody stages changes while the run is at work."""
    run = scene.start()
    scene.wait(any_moment(scene.chance, scene.machine.undisturbed), run)
    _stage_by_hand(scene)
    scene.finish(run)
    return Wanted(problems=_still_staged(scene))


def _stage_by_hand(scene: Scene) -> None:
    scene.machine.shell("uci set system.@system[0].notes=by_hand")
    scene.undo.callback(scene.machine.shell, "uci revert system", check=False)


def _still_staged(scene: Scene) -> tuple[str, ...]:
    staged = "by_hand" in scene.machine.shell("uci changes system; cat /tmp/.uci/system; :")
    return () if staged else ("what was staged by hand is gone",)


def file_changed(scene: Scene) -> Wanted:
    """Somebody edits a file after it was read and before it is written."""
    machine = scene.machine
    path = scene.chance.choice(_replaced_files(scene))
    run = scene.start()
    while not machine.scripts() and not run.over:
        pass
    while machine.scripts():
        pass
    run.hold()
    file = machine.root / path
    with file.open("ab") as opened:
        opened.write(b"# by hand\n")
    edited = read_entry(file)
    run.go_on()
    scene.note(f"/{path} edited by hand once it was read")
    status = scene.finish(run)
    problems = () if status else ("the task did not fail",)
    old = {**machine.old, **({path: edited} if edited else {})}
    return Wanted(OLD, said=(r"changed since it was read",), problems=problems, old=old)


def clock_jumps(scene: Scene) -> Wanted:
    """The clock jumps by years while the router waits for somebody to confirm, and nobody can."""
    machine, years = scene.machine, scene.chance.choice([-20, 20])
    run = scene.start()
    problems: tuple[str, ...] = ()
    if scene.wait(Moment(Phase.WRITTEN, scene.chance.uniform(0, 0.5)), run):
        link.cut(scene.table, machine.address)
        began = time.monotonic()
        try:
            clock.lie(machine.engine, machine.name, years * 365 * 86400)
            scene.undo.callback(machine.shell, _HONEST_CLOCK)
            scene.note(f"link cut, {years:+} years")
            machine.wait_for(machine.is_free, scene.timeout + 60, "end the transaction")
        finally:
            link.mend(scene.table, machine.address)
        waited = time.monotonic() - began
        if not scene.timeout - 3 < waited < scene.timeout + 15:
            problems = (f"it waited for {waited:.0f} s instead of {scene.timeout} s",)
    scene.finish(run)
    return Wanted(problems=problems)


KINDS: Mapping[str, Kind] = {
    each.__name__: each
    for each in (
        controller_killed, ssh_killed, block_killed, block_power_cut,
        link_cut_for_good, link_cut_briefly, link_cut_any_time,
        address_moved, firewalled_off, ssh_moved,
        power_cut_before, power_cut_in_the_middle, power_cut_after, power_cut_confirmed,
        power_cut_any_time, power_cut_twice,
        flash_full, step_fails, file_in_the_way,
        two_controllers, pending_edits, pending_edits_meanwhile, file_changed, clock_jumps, pin,
    )
}  # fmt: skip
