# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the engine renders, run by the test router's own BusyBox and uci: any value, any fault."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from conformance import stand_in
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.fake_router import params
from support.this_host import ask, carry_out

from ansible_collections.fleet.openwrt.plugins.modules import uci as uci_module
from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine import converge
from ansible_collections.fleet.openwrt.plugins.plugin_utils.errors import (
    NoRoomError,
    PlanError,
    ProbeError,
    ReplyCutError,
    StepError,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.files.probe import FileProbe
from ansible_collections.fleet.openwrt.plugins.plugin_utils.files.state import plain_file
from ansible_collections.fleet.openwrt.plugins.plugin_utils.files.write import FileEdit, write_file
from ansible_collections.fleet.openwrt.plugins.plugin_utils.guard.policy import Policy
from ansible_collections.fleet.openwrt.plugins.plugin_utils.resources.uci import UciSections
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.router import (
    ExecResult,
    Router,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.wire import Answer, Section
from ansible_collections.fleet.openwrt.plugins.plugin_utils.shell import quote
from ansible_collections.fleet.openwrt.plugins.plugin_utils.uci.model import Package
from ansible_collections.fleet.openwrt.plugins.plugin_utils.uci.probe import (
    BrokenPackageError,
    UciProbe,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.uci.write import write_package
from tests.unit.plugins.plugin_utils.uci.test_serialise import PACKAGES, TEXTS

few = settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])


class Meddled(Router):
    """A router on which somebody else does something before the second round trip."""

    def __init__(self, machine: stand_in.Router, meddle: str) -> None:
        super().__init__(over(machine))
        self.machine = machine
        self.meddle = meddle

    def run(self, sections: Iterable[Section], **options: Any) -> Mapping[str, Answer]:
        if self.round_trips == 1:
            self.machine.shell(self.meddle)
        return super().run(sections, **options)


def over(machine: stand_in.Router) -> Callable[[str, bytes], ExecResult]:
    """Run commands in the container, without SSH."""

    def execute(command: str, data: bytes) -> ExecResult:
        done = subprocess.run(
            [machine.engine.program, "exec", "-i", machine.name, *command.split()],
            input=data, capture_output=True, check=False, timeout=60,
        )  # fmt: skip
        return ExecResult(
            done.returncode,
            done.stdout.decode("utf-8", "surrogateescape"),
            done.stderr.decode("utf-8", "surrogateescape"),
        )

    return execute


@pytest.fixture(scope="module")
def machine() -> Iterator[stand_in.Router]:
    with stand_in.running("engine") as router:
        yield router


@pytest.fixture
def router(machine: stand_in.Router) -> Router:
    return Router(over(machine))


@contextmanager
def little_room(machine: stand_in.Router, folder: str, *, kib: int) -> Iterator[None]:
    """The folder on a small file system of its own, with so much room left."""
    fill = f"""\
        cp -a {folder} /root/kept
        mount -t tmpfs -o size=512k,mode=0755 tmpfs {folder} || exit 1
        [ {folder} = /tmp ] || cp -a /root/kept/. {folder} || exit 1
        dd if=/dev/zero of={folder}/room bs=1k count={kib}
        dd if=/dev/zero of={folder}/ballast bs=4k
        rm {folder}/room"""
    privileged = [machine.engine.program, "exec", "--privileged", machine.name, "sh", "-c"]
    subprocess.run([*privileged, fill], check=True, capture_output=True)
    try:
        yield
    finally:
        subprocess.run([*privileged, f"umount {folder}; rm -rf /root/kept"], check=True)


def hostname(value: str) -> UciSections:
    sections = [{"type": "system", "options": {"hostname": value}}]
    return UciSections.from_params(
        params(uci_module.ARGUMENT_SPEC, package="system", sections=sections, reload=False)
    )


def converged(router: Router, resource: UciSections) -> bool:
    """As a task does it; whether anything changed."""
    known = converge.observe(router, [resource])
    plan = converge.make_plan([resource], known)
    converge.carry_out(router, plan, known, Policy())
    return plan.changed


@given(texts=st.lists(TEXTS, min_size=5, max_size=20))
@few
def test_any_text_survives_the_routers_shell(router: Router, texts: list[str]) -> None:
    sections = [Section(str(n), f"printf '%s' {quote(each)}") for n, each in enumerate(texts)]
    assert [answer.stdout for answer in router.run(sections).values()] == texts


@given(names=st.sets(TEXTS, min_size=3, max_size=6), contents=st.lists(TEXTS, min_size=6))
@few
def test_any_file_is_written_changed_and_removed(
    router: Router, names: set[str], contents: list[str]
) -> None:
    # A name of at most 255 bytes on any file system.
    safe = [name.replace("/", "_")[:40] for name in names]
    paths = [f"/tmp/any/{number} {name}" for number, name in enumerate(safe)]
    probes = {path: FileProbe(path) for path in paths}
    before = {path: ask(router, probe) for path, probe in probes.items()}
    wanted = {
        path: plain_file(content, "0644") for path, content in zip(paths, contents, strict=False)
    }
    carry_out(router, *(write_file(FileEdit(each, before[each], wanted[each])) for each in paths))
    for path, probe in probes.items():
        assert ask(router, probe).content == wanted[path].content
    router.run([Section("clean", "rm -rf /tmp/any")])


@given(packages=st.lists(PACKAGES, min_size=2, max_size=5, unique_by=lambda each: each.name))
@few
def test_any_package_is_written_as_uci_reads_it(router: Router, packages: list[Package]) -> None:
    named = [Package(f"any_{number}", each.sections) for number, each in enumerate(packages)]
    probes = [UciProbe(each.name) for each in named]
    before = {probe: ask(router, probe) for probe in probes}
    carry_out(
        router,
        *(write_package(before[probe], each) for probe, each in zip(probes, named, strict=True)),
    )
    assert [ask(router, probe).package for probe in probes] == named


def test_a_package_that_changes_between_reading_and_writing_is_left_alone(
    machine: stand_in.Router,
) -> None:
    meddle = "uci set system.@system[0].notes=mine && uci commit system"
    with pytest.raises(StepError, match=r"system has changed since it was read.*Nothing was ch"):
        converged(Meddled(machine, meddle), hostname("ours"))
    assert machine.shell("uci get system.@system[0].notes") == "mine\n"
    assert machine.shell("uci get system.@system[0].hostname") != "ours\n"


def test_changes_staged_between_reading_and_writing_are_not_run_over(
    machine: stand_in.Router,
) -> None:
    meddle = "uci set system.@system[0].notes=staged"
    with pytest.raises(StepError, match=r"staged uncommitted changes to system.*Nothing was ch"):
        converged(Meddled(machine, meddle), hostname("ours"))
    assert "staged" in machine.shell("uci changes system; uci revert system")


def test_a_package_that_is_gone_when_it_is_to_be_written_is_not_made_anew(
    machine: stand_in.Router,
) -> None:
    meddle = "mv /etc/config/system /root/system"
    with pytest.raises(StepError, match="has changed since it was read"):
        converged(Meddled(machine, meddle), hostname("ours"))
    machine.shell("[ ! -e /etc/config/system ] && mv /root/system /etc/config/system")


def test_a_file_that_uci_cannot_read_is_named_with_its_line(
    machine: stand_in.Router, router: Router
) -> None:
    machine.shell("cp /etc/config/system /root/system; echo 'optoin x y' >>/etc/config/system")
    try:
        with pytest.raises(BrokenPackageError, match=r"/etc/config/system.*invalid com") as caught:
            converged(router, hostname("ours"))
        said = machine.shell("uci show system 2>&1; :")
    finally:
        machine.shell("mv /root/system /etc/config/system")
    assert f"at line {caught.value.error.line}, byte {caught.value.error.byte}" in said


ODD_TYPES = """\
config 'we#ird;x'
	option a '1'

config "a'b" 'named'
	option b '2'

config spot 'home'
	option c '1'
"""


def odd(name: str, value: str) -> UciSections:
    sections = [{"name": "home", "options": {"c": value}}]
    return UciSections.from_params(
        params(uci_module.ARGUMENT_SPEC, package=name, sections=sections, reload=False)
    )


def test_types_that_uci_itself_could_not_read_again_are_kept(
    machine: stand_in.Router, router: Router
) -> None:
    machine.shell(f"printf %s {quote(ODD_TYPES)} >/etc/config/odd")
    before = ask(router, UciProbe("odd")).package
    assert converged(router, odd("odd", "2"))
    after = ask(router, UciProbe("odd")).package
    assert after is not None
    assert before is not None
    assert [each.type for each in after.sections] == [each.type for each in before.sections]
    assert machine.shell("uci get odd.home.c; uci get odd.named.b") == "2\n2\n"
    assert not converged(router, odd("odd", "2"))


def test_an_override_is_named_before_anything_is_written(
    machine: stand_in.Router, router: Router
) -> None:
    machine.shell(
        f"printf %s {quote(ODD_TYPES)} >/etc/config/veiled; mkdir -p /var/run/uci; "
        f"cp /etc/config/veiled /var/run/uci/veiled"
    )
    with pytest.raises(PlanError, match="reads /var/run/uci/veiled"):
        converged(router, odd("veiled", "2"))
    assert not converged(router, odd("veiled", "1"))
    machine.shell("rm /var/run/uci/veiled")
    assert converged(router, odd("veiled", "2"))


def test_an_override_that_comes_while_we_plan_is_no_fault_of_ours(
    machine: stand_in.Router,
) -> None:
    machine.shell(f"printf %s {quote(ODD_TYPES)} >/etc/config/late; mkdir -p /var/run/uci")
    meddle = "echo 'config other' >/var/run/uci/late"
    with pytest.raises(StepError, match="somebody has made /var/run/uci/late") as caught:
        converged(Meddled(machine, meddle), odd("late", "2"))
    machine.shell("rm /var/run/uci/late")
    assert "report" not in str(caught.value)


def test_a_link_that_leads_nowhere_is_followed_from_where_it_stands(
    machine: stand_in.Router, router: Router
) -> None:
    machine.shell("mkdir -p /etc/way && ln -s ../led /etc/way/link")
    probe = FileProbe("/etc/way/link")
    edit = FileEdit(probe.path, ask(router, probe), plain_file("content", "0644"))
    carry_out(router, write_file(edit))
    assert machine.shell("cat /etc/led; readlink /etc/way/link") == "content../led\n"
    machine.shell("rm -r /etc/way /etc/led")


def test_a_full_flash_keeps_the_old_file_and_no_half_of_the_new(
    machine: stand_in.Router, router: Router
) -> None:
    with little_room(machine, "/etc/config", kib=0):
        before = machine.shell("sha256sum /etc/config/*; ls -A /etc/config")
        with pytest.raises(StepError, match="No space left on device") as caught:
            converged(router, hostname("x" * 2000))
        assert machine.shell("sha256sum /etc/config/*; ls -A /etc/config") == before
    assert caught.value.facts()["changed"] is False
    assert converged(router, hostname("room-again"))


def test_a_full_tmp_is_told_apart(machine: stand_in.Router, router: Router) -> None:
    with little_room(machine, "/tmp", kib=0):
        with pytest.raises(NoRoomError, match=r"/tmp is full: .*No space left on device"):
            converged(router, hostname("ours"))
        assert machine.shell("ls -d /tmp/fleet.*; :") == ""


def test_a_tmp_that_is_too_small_for_the_new_text_is_told_apart(
    machine: stand_in.Router, router: Router
) -> None:
    with (
        little_room(machine, "/tmp", kib=40),
        pytest.raises(StepError, match=r"system has no room in /tmp \(\d+ bytes\)"),
    ):
        converged(router, hostname("x" * 100_000))


def test_a_shell_that_is_ended_in_the_middle_is_a_cut_reply(router: Router) -> None:
    sections = [Section("one", "echo whole"), Section("two", "kill $$; sleep 1; echo lost")]
    with pytest.raises(ReplyCutError, match="last section that arrived whole is 'one'"):
        router.run(sections)


def test_what_cannot_be_read_says_why(machine: stand_in.Router, router: Router) -> None:
    machine.shell("mkdir /etc/config/folder")
    read = ask(router, UciProbe("folder"))
    assert read.text is None
    machine.shell("rmdir /etc/config/folder; ln -s /dev/nosuch/device /etc/config/dangling")
    assert ask(router, UciProbe("dangling")).text is None
    machine.shell("rm /etc/config/dangling")
    with pytest.raises(ProbeError, match="not found"):
        UciProbe("x").parse(Answer(127, "", "sh: cat: not found"))
