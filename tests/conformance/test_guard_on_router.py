# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guard under a router's own BusyBox: its timer, its lock, and what a person can do by hand."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest
from conformance import stand_in
from conformance.test_engine_on_router import over

from ansible_collections.fleet.openwrt.plugins.plugin_utils.errors import BusyError, ReplyCutError
from ansible_collections.fleet.openwrt.plugins.plugin_utils.guard import calls
from ansible_collections.fleet.openwrt.plugins.plugin_utils.guard.calls import Guarded
from ansible_collections.fleet.openwrt.plugins.plugin_utils.guard.state import GuardState, parse
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router import wire
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.router import Router
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.wire import Answer, Section

FILE = "/etc/guarded"
WRITE = f"echo new >{FILE}"
IS_OLD = f'[ "$(cat {FILE})" = old ]'
GUARD = "/usr/lib/fleet-guard/guard"


# Both variants of the test router have the same BusyBox.
@pytest.fixture(scope="module")
def machine() -> Iterator[stand_in.Router]:
    with stand_in.running("guard") as router:
        yield router


@pytest.fixture
def router(machine: stand_in.Router) -> Iterator[Router]:
    machine.shell(f"echo old >{FILE}")
    yield Router(over(machine))
    machine.shell(f"[ ! -x {GUARD} ] || {GUARD} rollback >/dev/null; rm -f {FILE}")
    assert machine.answers("[ ! -e /usr/lib/fleet-guard ] && [ ! -L /etc/rc.d/S00fleet-guard ]")


def guarded(*paths: str, timeout: int = 60, limit: int = 60) -> Guarded:
    return Guarded(id="t1", by="a test", timeout=timeout, limit=limit, paths=paths or (FILE,))


def apply(router: Router, guard: Guarded, *steps: str) -> Mapping[str, Answer]:
    """As a task does it."""
    numbered = [Section(f"step {number}", step) for number, step in enumerate(steps)]
    return router.run(
        [guard.opening(), *numbered, guard.applied()],
        stop_at_failure=True, rescue=guard.rescue(), exclusive=True,
    )  # fmt: skip


def state(router: Router) -> GuardState:
    return parse(router.run([calls.status()])[calls.STATUS].stdout)


def end(router: Router, section: Section) -> int:
    return router.run([section])[section.name].status


def test_what_nobody_confirms_is_rolled_back_at_the_deadline(
    machine: stand_in.Router, router: Router
) -> None:
    apply(router, guarded(timeout=8), WRITE)
    seen = state(router)
    assert (seen.state, seen.id, seen.by, seen.timer) == ("open", "t1", "a test", True)
    assert seen.left is not None
    assert 0 < seen.left <= 8
    assert not machine.answers(IS_OLD)
    assert machine.wait_for(IS_OLD, 30)
    assert machine.wait_for("[ ! -e /usr/lib/fleet-guard ]", 30)
    ended = state(router)
    assert (ended.state, ended.last_id, ended.last_outcome) == ("none", "t1", "rolled-back")
    assert ended.last_why == "nobody confirmed it in time"
    said = machine.shell("logread -e 'transaction t1'").splitlines()
    assert said[-1].endswith("transaction t1: rolled-back, nobody confirmed it in time")
    assert end(router, calls.confirm("t1")) == calls.ROLLED_BACK


def test_a_task_that_is_killed_in_the_middle_is_rolled_back_at_once(
    machine: stand_in.Router, router: Router
) -> None:
    with pytest.raises(ReplyCutError):
        apply(router, guarded(), WRITE, "kill -9 $$")
    assert machine.wait_for(IS_OLD, 30)
    assert machine.wait_for("[ ! -e /usr/lib/fleet-guard ]", 30)
    assert state(router).last_why == "the task broke off in the middle"


def test_what_a_killed_task_still_does_is_undone_as_well(
    machine: stand_in.Router, router: Router
) -> None:
    with pytest.raises(ReplyCutError):
        # The timer sees the task at work before it is killed.
        apply(router, guarded(), f"{WRITE}; sleep 2; kill -9 $$; sleep 4; {WRITE}")
    assert machine.wait_for("[ ! -e /usr/lib/fleet-guard ]", 30)
    time.sleep(5)
    assert machine.answers(IS_OLD)


def test_a_step_that_hangs_is_ended_at_its_limit(machine: stand_in.Router, router: Router) -> None:
    with pytest.raises(ReplyCutError):
        apply(router, guarded(limit=2), f"{WRITE}; sleep 8; {WRITE}")
    assert machine.wait_for(IS_OLD, 30)
    time.sleep(7)
    assert machine.answers(IS_OLD)
    assert state(router).last_why == "the task did not come to an end"


def test_a_step_that_fails_is_rolled_back_before_the_reply(
    machine: stand_in.Router, router: Router
) -> None:
    answers = apply(router, guarded(), WRITE, "exit 5", "echo never")
    assert (answers["step 1"].status, "step 2" in answers) == (5, False)
    assert parse(answers[calls.ROLL_BACK].stdout).last_outcome == "rolled-back"
    assert machine.answers(IS_OLD)


def test_what_is_confirmed_stays_and_leaves_nothing_behind(
    machine: stand_in.Router, router: Router
) -> None:
    apply(router, guarded(timeout=8), WRITE)
    assert end(router, calls.confirm("t1")) == calls.CONFIRMED
    assert end(router, calls.confirm("t1")) == calls.CONFIRMED
    time.sleep(9)
    assert machine.shell(f"cat {FILE}") == "new\n"
    assert machine.answers("[ ! -e /usr/lib/fleet-guard ] && ! pgrep -f 'guard [t]imer'")
    assert end(router, calls.confirm("another")) == calls.UNKNOWN


def test_nobody_confirms_what_is_being_applied(router: Router) -> None:
    with ThreadPoolExecutor() as pool:
        task = pool.submit(apply, router, guarded(), WRITE, "sleep 8")
        time.sleep(4)
        seen = state(router)
        assert (seen.state, seen.left, seen.timer) == ("open", None, True)
        task.result()
    assert end(router, calls.confirm("t1")) == calls.CONFIRMED


def test_a_second_transaction_is_refused_by_name(router: Router) -> None:
    apply(router, guarded(), WRITE)
    other = Guarded(id="t2", by="another", timeout=9, limit=9, paths=("/etc/hosts",))
    answers = apply(router, other, "echo never")
    assert list(answers) == ["set up the guard", calls.ROLL_BACK]
    assert answers["set up the guard"].status == 76
    assert "Another transaction is open on this router: t1." in answers["set up the guard"].stderr
    assert state(router).id == "t1"
    assert end(router, calls.roll_back("t2", "not mine")) == calls.UNKNOWN
    assert end(router, calls.roll_back("t1", "mine")) == 0


def test_extending_gives_more_time_and_keeps_what_was_saved_first(
    machine: stand_in.Router, router: Router
) -> None:
    apply(router, guarded(timeout=10), WRITE)
    later = guarded(FILE, f"{FILE}.2", timeout=40)
    router.run(
        [later.extending(), Section("step", f"echo newer | tee {FILE} {FILE}.2"), later.applied()],
        exclusive=True,
    )
    time.sleep(11)
    assert state(router).state == "open"
    assert end(router, calls.roll_back("t1", "a test")) == 0
    assert machine.answers(f"{IS_OLD} && [ ! -e {FILE}.2 ]")


def test_one_script_at_a_time_changes_a_router(
    router: Router, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient = wire._EXCLUSIVE.replace("-gt 30", "-gt 2")
    assert impatient != wire._EXCLUSIVE
    monkeypatch.setattr(wire, "_EXCLUSIVE", impatient)
    with ThreadPoolExecutor() as pool:
        for held, refused in ((1, False), (12, True)):
            holder = pool.submit(router.run, [Section("hold", f"sleep {held}")], exclusive=True)
            time.sleep(1)
            if refused:
                with pytest.raises(BusyError):
                    router.run([Section("change", "echo done")], exclusive=True)
            else:
                answers = router.run([Section("change", "echo done")], exclusive=True)
                assert answers["change"].stdout == "done\n"
            holder.result()


def test_a_daemon_that_a_section_starts_does_not_keep_the_lock(
    router: Router, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "_EXCLUSIVE", wire._EXCLUSIVE.replace("-gt 30", "-gt 1"))
    daemon = "start-stop-daemon -S -b -x /bin/sleep -- 12; sleep 12 </dev/null >/dev/null 2>&1 &"
    router.run([Section("start", daemon)], exclusive=True)
    router.run([Section("change", "true")], exclusive=True)


TIMER = "/var/run/fleet-guard/timer.pid"


def test_a_timer_that_is_killed_is_started_again_and_keeps_the_deadline(
    machine: stand_in.Router, router: Router
) -> None:
    answers = apply(router, guarded(timeout=12), WRITE)
    assert not [each for each in answers.values() if each.status], answers
    for _ in range(2):
        killed = machine.shell(f"cat {TIMER}; kill -9 $(cat {TIMER})").strip()
        another = f'pid=$(cat {TIMER}) && [ "$pid" != {killed} ] && kill -0 "$pid"'
        assert machine.wait_for(another, 5)
    seen = state(router)
    assert (seen.state, seen.timer) == ("open", True)
    assert machine.wait_for(IS_OLD, 30)
    assert state(router).last_why == "nobody confirmed it in time"
    assert machine.wait_for("! pgrep -f 'guard [t]imer'", 10)
    assert machine.wait_for("! ubus call service list | grep -q fleet-guard", 10)


def test_a_timer_that_is_killed_while_it_puts_back_goes_on_with_it(
    machine: stand_in.Router, router: Router
) -> None:
    slowly = Guarded("t1", "a test", 2, 60, (FILE,), before=(f"kill -9 $(cat {TIMER}); sleep 1",))
    # What marks that services have to take it up.
    apply(router, slowly, WRITE, "mkdir -p /var/run/fleet-guard/reload/done")
    assert machine.wait_for(IS_OLD, 30)
    assert state(router).last_outcome == "rolled-back"


def privileged(machine: stand_in.Router, how: str) -> None:
    command = [machine.engine.program, "exec", "--privileged", machine.name, "sh", "-c", how]
    subprocess.run(command, check=True, capture_output=True)


TREE = "/etc/guarded.d"
TAKEN_UP = "/etc/guarded.taken-up"
SMALL_RAM = "mount -t tmpfs -o size=128k tmpfs /var/run/fleet-guard"
FILL_RAM = "cat /dev/zero >/var/run/fleet-guard/fill 2>/dev/null || true"


def test_with_ram_full_files_go_back_services_take_them_up_and_the_end_is_told(
    machine: stand_in.Router, router: Router
) -> None:
    machine.shell(
        f"rm -f {TAKEN_UP}; mkdir -p {TREE} /var/run/fleet-guard; "
        f"head -c 500000 /dev/urandom >{TREE}/large; sha256sum {TREE}/large >/etc/guarded.sum"
    )
    privileged(machine, SMALL_RAM)
    try:
        guard = Guarded("t1", "a test", 60, 60, (FILE, f"{TREE}/"), after=(f"echo up >{TAKEN_UP}",))
        mark = "mkdir -p /var/run/fleet-guard/reload/done"
        answers = apply(router, guard, WRITE, f"echo new >{TREE}/large", mark)
        assert {answer.status for answer in answers.values()} == {0}
        machine.shell(FILL_RAM)
        answer = router.run([calls.roll_back("t1", "a test")])[calls.ROLL_BACK]
        assert (answer.status, parse(answer.stdout).last_outcome) == (0, "rolled-back")
        assert machine.answers(f"{IS_OLD} && sha256sum -c /etc/guarded.sum")
        assert machine.wait_for(f'[ "$(cat {TAKEN_UP})" = up ]', 10)
        assert machine.wait_for("[ ! -e /var/run/fleet-guard/after ]", 10)
    finally:
        privileged(machine, "umount -l /var/run/fleet-guard")
        machine.shell(f"rm -rf {TREE} {TAKEN_UP} /etc/guarded.sum")


@pytest.mark.parametrize("folder", ["/usr/lib", "/etc"])
def test_a_flash_that_cannot_be_written_is_named_and_nothing_is_changed(
    machine: stand_in.Router, router: Router, folder: str
) -> None:
    privileged(machine, f"mount --bind {folder} {folder} && mount -o remount,bind,ro {folder}")
    try:
        answers = apply(router, guarded(), WRITE)
        answer = answers["set up the guard"]
        assert answer.status == 77
        assert "nothing was changed" in answer.stderr
        assert f"{folder}" in answer.stderr
        assert "cannot be written" in answer.stderr
        assert state(router).state == "none"
    finally:
        privileged(machine, f"umount -l {folder}")
    assert machine.answers(IS_OLD)


def test_a_flash_that_can_no_longer_be_written_is_told_and_tried_again(
    machine: stand_in.Router, router: Router
) -> None:
    apply(router, guarded(), WRITE)
    home = "/usr/lib/fleet-guard"
    privileged(machine, f"mount --bind {home} {home} && mount -o remount,bind,ro {home}")
    try:
        answer = router.run([calls.roll_back("t1", "a test")])[calls.ROLL_BACK]
        assert answer.status == calls.ROLLED_BACK
        seen = parse(answer.stdout)
        assert (seen.state, seen.last_outcome) == ("open", "failed")
        assert "cannot be written" in seen.last_why
    finally:
        privileged(machine, f"umount -l {home}")
    assert end(router, calls.roll_back("t1", "a test")) == 0
    assert machine.answers(IS_OLD)


def by_hand(machine: stand_in.Router, words: str) -> tuple[int, str, str]:
    (done,) = machine.run([stand_in.Case(f"{GUARD} {words}")])
    return done.rc, done.stdout, done.stderr


def test_a_person_looks_and_confirms(machine: stand_in.Router, router: Router) -> None:
    apply(router, guarded(), WRITE)
    status, said, _errors = by_hand(machine, "status")
    assert status == 0
    assert said.startswith("state=open\nid=t1\ntimeout=60\nby=a test\nleft=")
    assert by_hand(machine, "")[1].startswith("state=open\n")
    status, said, errors = by_hand(machine, "nonsense")
    assert (status, said) == (64, "")
    assert errors == "usage: guard [status | confirm [ID] | rollback [ID [WHY]]]\n"
    assert by_hand(machine, "confirm t2")[0] == calls.UNKNOWN
    status, said, _errors = by_hand(machine, "confirm")
    assert (status, said.splitlines()[:3]) == (
        0, ["state=none", "last_id=t1", "last_outcome=confirmed"])  # fmt: skip


def test_a_person_rolls_back(machine: stand_in.Router, router: Router) -> None:
    apply(router, guarded(), WRITE)
    status, said, _errors = by_hand(machine, "rollback")
    assert (status, said.splitlines()[:4]) == (
        0, ["state=none", "last_id=t1", "last_outcome=rolled-back",
            "last_why=somebody asked for it"])  # fmt: skip
    assert machine.answers(IS_OLD)


def test_what_cannot_be_put_back_is_named_and_tried_again(
    machine: stand_in.Router, router: Router
) -> None:
    def mount(how: str) -> None:
        privileged = [machine.engine.program, "exec", "--privileged", machine.name, "sh", "-c"]
        subprocess.run([*privileged, how], check=True, capture_output=True)

    mount("mkdir /mnt/small && mount -t tmpfs tmpfs /mnt/small && echo old >/mnt/small/x")
    try:
        apply(
            router, guarded("/mnt/small/x", FILE), f"{WRITE}; {WRITE.replace(FILE, '/mnt/small/x')}"
        )
        mount("mount -o remount,ro /mnt/small")
        said = router.run([calls.roll_back("t1", "a test")])[calls.ROLL_BACK]
        seen = parse(said.stdout)
        assert (said.status, seen.state, seen.last_outcome) == (78, "rolling", "failed")
        assert seen.last_why == "a test; these could not be put back: /mnt/small/x"
        assert machine.answers(IS_OLD)
        mount("mount -o remount,rw /mnt/small")
        assert machine.wait_for(
            '[ "$(cat /mnt/small/x)" = old ] && [ ! -e /usr/lib/fleet-guard ]', 60
        )
        assert state(router).last_outcome == "rolled-back"
    finally:
        mount("umount /mnt/small && rmdir /mnt/small")
