# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Steps of apk: what is called in which order, and what comes of its failures."""

from __future__ import annotations

import hashlib
import json

import pytest
from support.recorded_apk import Said, said
from support.rendered import assert_clean_shell, bodies_of

from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.plan import Step
from ansible_collections.fleet.openwrt.plugins.plugin_utils.errors import NOT_UNDONE
from ansible_collections.fleet.openwrt.plugins.plugin_utils.packages import apk_apply
from ansible_collections.fleet.openwrt.plugins.plugin_utils.packages.files import (
    LocalFile,
    package_file,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.packages.model import (
    Installed,
    Offer,
    Package,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.packages.probe import (
    OffersProbe,
    PackagesProbe,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.packages.selection import (
    Change,
    Selection,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.packages.want import Want

from .conftest import Sandbox

NOTHING = Said(0, "", "")
LOOK = "query --installed --format json --fields name,version,status *"


def look(*packages: str, broken: str = "") -> Said:
    """What is installed, as apk prints it."""
    entries = []
    for package in packages:
        name, version = package.split("=")
        status = ["installed", *(["broken-script"] if name == broken else [])]
        entries.append({"name": name, "version": version, "status": status})
    return Said(0, json.dumps(entries, indent=2) + "\n", "")


def records(router: Sandbox, *world: str) -> Installed:
    """A router with these packages in its world, all of them installed in version 1-r1."""
    text = "".join(f"{entry}\n" for entry in world)
    router.write("etc/apk/world", text)
    router.write("lib/apk/db/installed", "P:some\n")
    names = {entry.partition("=")[0]: entry.partition("=") for entry in world}
    return Installed(
        "apk",
        {name: Package(name, "1-r1", held=bool(parts[1])) for name, parts in names.items()},
        digest=hashlib.sha256(f"P:some\n{text}".encode()).hexdigest(),
        world={name: parts[1] + parts[2] for name, parts in names.items()},
    )


def step_for(
    selection: Selection, installed: Installed, *names: str, hold: bool | None = None
) -> Step:
    step = apk_apply.change(selection, installed, names=names, hold=hold, check_space=True)
    assert step is not None
    return step


def new(name: str, version: str = "1-r1") -> Selection:
    return Selection((Change(Offer(name, version)),))


def mutations(router: Sandbox) -> list[str]:
    return [call.removeprefix("apk ") for call in router.calls if "query" not in call]


class TestInstall:
    def test_the_version_planned_and_then_the_plain_name(self, router: Sandbox) -> None:
        """A version left in the world would block apk once a feed has dropped it."""
        before = records(router, "libc=1.2.5-r5")
        router.apk({"add a=1-r1": NOTHING, "add --no-network a": NOTHING, LOOK: look("a=1-r1")})
        step = step_for(new("a"), before, "a")
        assert step.title == "install a 1-r1"
        assert router.carry_out(step).status == 0
        assert mutations(router) == ["add a=1-r1", "add --no-network a"]

    def test_a_world_that_stays_as_it_was_is_a_failure(self, router: Sandbox) -> None:
        before = records(router, "libc=1.2.5-r5")
        refusal = said("apk add htop", containing="breaks: world[comgt-ncm")
        router.apk({"add a=1-r1": NOTHING, "add --no-network a": refusal, LOOK: look("a=1-r1")})
        answer = router.carry_out(step_for(new("a"), before, "a"))
        assert answer.status == 1
        assert "apk did not write a to" in answer.stderr
        assert "breaks: world[comgt-ncm=0.32-r35]" in answer.stderr

    def test_success_needs_packages_and_world(self, router: Sandbox) -> None:
        before = records(router, "a")
        router.apk(
            {"add a=2-r1": Said(1, "", ""), "add --no-network a": NOTHING, LOOK: look("a=2-r1")}
        )
        upgrade = Selection((Change(Offer("a", "2-r1"), "1-r1"),))
        answer = router.carry_out(step_for(upgrade, before, "a"))
        assert (answer.status, answer.stderr) == (0, "")

    @pytest.mark.parametrize(
        ("found", "message"),
        [
            pytest.param(look(), "apk did not install a=1-r1", id="not there"),
            pytest.param(look("a=0-r1"), "apk did not install a=1-r1", id="another version"),
            pytest.param(look("a=1-r1"), "apk did not install dep=3-r1", id="no dependency"),
            pytest.param(
                look("a=1-r1", "dep=3-r1", broken="dep"),
                "not installed without errors: dep=3-r1",
                id="a script failed",
            ),
        ],
    )
    def test_a_failure_leaves_nothing_new_in_the_world(
        self, router: Sandbox, found: Said, message: str
    ) -> None:
        """apk would try it again with every later command."""
        before = records(router, "b")
        failed = said("apk add gone")
        router.apk(
            {
                "add a=1-r1 b=2-r1": failed,
                "add --no-network b": NOTHING,
                "del a": NOTHING,
                LOOK: found,
            }
        )
        selection = Selection(
            (Change(Offer("a", "1-r1")), Change(Offer("b", "2-r1"), "1-r1")),
            (Offer("dep", "3-r1"),),
        )
        answer = router.carry_out(step_for(selection, before, "a", "b"))
        # These routers answer the same before and after: one that has `a` has it still.
        stays = '"a"' in found.stdout
        assert answer.status == (NOT_UNDONE if stays else 1)
        assert ("still there: a" in answer.stderr) is stays
        assert message in answer.stderr
        assert "unexpected end of file" in answer.stderr
        assert mutations(router) == ["add a=1-r1 b=2-r1", "add --no-network b", "del a"]

    def test_what_cannot_be_taken_back_is_named(self, router: Sandbox) -> None:
        before = records(router)
        answers = {"add a=1-r1": NOTHING, "del a": NOTHING, LOOK: look("a=1-r1", broken="a")}
        router.apk(answers)
        answer = router.carry_out(step_for(new("a"), before, "a"))
        assert "still there: a" in answer.stderr
        assert answer.status == NOT_UNDONE

    def test_records_that_have_changed_since_stop_it(self, router: Sandbox) -> None:
        before = records(router, "a")
        records(router, "a", "b")
        answer = router.carry_out(step_for(new("c"), before, "c"))
        assert (answer.status, router.calls) == (65, [])
        assert "somebody else is at work" in answer.stderr


@pytest.mark.parametrize(
    ("world", "hold", "title", "entry"),
    [
        pytest.param("a", True, "hold a", "a=1-r1", id="to be held"),
        pytest.param("a=1-r1", False, "release a", "a", id="to be freed"),
        pytest.param("other", None, "keep a", "a", id="there as a dependency only"),
        pytest.param("other", False, "keep a", "a", id="the same, and not to be held"),
        pytest.param("other", True, "hold a", "a=1-r1", id="the same, and to be held"),
    ],
)
def test_the_world_follows(
    router: Sandbox, world: str, hold: bool | None, title: str, entry: str
) -> None:
    before = records(router, world)
    before = before.changed(coming=[before.packages.get("a") or Package("a", "1-r1")])
    router.apk({f"add --no-network {entry}": NOTHING})
    step = step_for(Selection(), before, "a", hold=hold)
    assert step.title == title
    assert router.carry_out(step).status == 0
    assert mutations(router) == [f"add --no-network {entry}"]


@pytest.mark.parametrize(
    ("world", "hold"),
    [("a", None), ("a", False), ("a=1-r1", None), ("a=1-r1", True), ("a~1", True)],
)
def test_nothing_to_do(world: str, hold: bool | None) -> None:
    before = Installed(
        "apk", {"a": Package("a", "1-r1", held=world != "a")}, world={"a": world[1:]}
    )
    nothing = apk_apply.change(Selection(), before, names=["a"], hold=hold, check_space=True)
    assert nothing is None


def test_the_pins_of_the_image_are_not_touched() -> None:
    before = Installed("apk", {"libc": Package("libc", "1")}, world={"libc": "=1"})
    for hold in (True, False, None):
        assert (
            apk_apply.change(Selection(), before, names=["libc"], hold=hold, check_space=True)
            is None
        )


def test_another_version_of_a_held_package_is_held() -> None:
    before = Installed("apk", {"a": Package("a", "1-r1", held=True)}, world={"a": "=1-r1"})
    step = step_for(Selection((Change(Offer("a", "2-r1"), "1-r1"),)), before, "a")
    assert "fleet_apk add --no-network a=2-r1" in step.apply


class TestFiles:
    CONTENT = b"ADBd\x00\xff'\\" + bytes(range(256))
    FILE = package_file(LocalFile("files/hook-1.0-r1.apk", CONTENT))
    SELECTION = Selection((Change(FILE.offer, source=FILE),))
    TRIAL = "(1/2) Installing dep (3-r1)\n(2/2) Installing hook (1.0-r1)\n"

    def test_they_arrive_byte_for_byte_and_need_no_network(self, router: Sandbox) -> None:
        before = records(router, "hook")
        room = "After this operation, 127 KiB of additional disk space will be used.\n"
        self.play(router, trial=self.TRIAL + room, there=("hook=1.0-r1", "dep=3-r1"))
        answer = router.carry_out(step_for(self.SELECTION, before, "hook"))
        assert (answer.status, answer.stderr) == (0, "")
        assert (router.root / "given").read_bytes() == self.CONTENT
        assert [call.split(" /tmp")[0] for call in mutations(router)] == [
            "add --simulate -vv --allow-untrusted --no-network",
            "add --allow-untrusted --no-network",
            "add --no-network hook",
        ]

    def test_what_they_depend_on_must_have_come_too(self, router: Sandbox) -> None:
        before = records(router, "hook")
        self.play(router, trial=self.TRIAL, there=("hook=1.0-r1",))
        answer = router.carry_out(step_for(self.SELECTION, before, "hook"))
        assert "apk did not install dep=3-r1" in answer.stderr

    @pytest.mark.parametrize(
        ("need", "status"), [("9999 KiB", 0), ("10000 KiB", 67), ("9.8 MiB", 67)]
    )
    def test_room_for_all_of_it(self, router: Sandbox, need: str, status: int) -> None:
        before = records(router, "hook")
        room = f"After this operation, {need} of additional disk space will be used.\n"
        router.program("df", "echo 'Filesystem blocks'; echo 'overlayfs 1 2 10000 1% /'")
        self.play(router, trial=self.TRIAL + room, there=("hook=1.0-r1", "dep=3-r1"))
        answer = router.carry_out(step_for(self.SELECTION, before, "hook"))
        assert answer.status == status
        if status:
            assert "10000 kB are free" in answer.stderr

    def test_apk_refuses_before_anything_changes(self, router: Sandbox) -> None:
        before = records(router)
        refusal = said("apk add --allow-untrusted /feed/local/fleet-orphan-1.0-r1.apk")
        self.play(router, refusal=refusal.stderr, there=())
        answer = router.carry_out(step_for(self.SELECTION, before, "hook"))
        assert answer.status == 69
        assert "fleet-nowhere (no such package)" in answer.stderr
        assert not (router.root / "given").exists()

    def test_a_file_that_did_not_arrive_whole(self, router: Sandbox) -> None:
        before = records(router)
        step = step_for(self.SELECTION, before, "hook")
        ((name, content),) = step.stage.items()
        cut = Step(step.title, step.apply, step.prepare, stage={name: content[:-1]})
        answer = router.carry_out(cut)
        assert (answer.status, router.calls) == (66, [])
        assert "hook-1.0-r1.apk did not arrive whole" in answer.stderr

    def play(
        self, router: Sandbox, *, there: tuple[str, ...], trial: str = "", refusal: str = ""
    ) -> None:
        """An apk that says `trial` or refuses, and has installed `there` afterwards."""
        router.write("trial", trial)
        router.write("refusal", refusal)
        router.write("there", look(*there).stdout)
        router.program(
            "apk",
            "case $1 in --wait) shift 4 ;; esac\n"
            'echo "apk $*" >>"$ROOT/calls"\n'
            'case "$*" in\n'
            '*query*) cat "$ROOT/there" ;;\n'
            '*--simulate*) cat "$ROOT/trial"; [ ! -s "$ROOT/refusal" ] || '
            '{ cat "$ROOT/refusal" >&2; exit 2; } ;;\n'
            '*--allow-untrusted*) for file; do :; done; cp "$file" "$ROOT/given" ;;\n'
            "esac",
        )


class TestRemove:
    def test_it_is_gone(self, router: Sandbox) -> None:
        before = records(router, "a", "b")
        router.apk({"del a b": NOTHING, LOOK: look("c=1")})
        step = apk_apply.remove(["a", "b"], before)
        assert step.title == "remove a, b"
        assert router.carry_out(step).status == 0

    def test_what_stays_is_a_failure_although_apk_says_0(self, router: Sandbox) -> None:
        before = records(router, "comgt")
        kept = said("apk del comgt", containing="not removed due to")
        router.apk({"del comgt": kept, LOOK: look("comgt=0.32-r36")})
        answer = router.carry_out(apk_apply.remove(["comgt"], before))
        assert answer.status == 1
        assert "apk did not remove comgt" in answer.stderr
        assert "comgt: comgt-ncm luci-proto-ncm" in answer.stderr


def test_all_shell_is_clean(router: Sandbox) -> None:
    before = records(router, "b")
    selection = Selection(
        (*TestFiles.SELECTION.changes, Change(Offer("b", "2-r1"), "1-r1")), (Offer("dep", "1"),)
    )
    assert_clean_shell(
        {
            "installed": PackagesProbe().script(),
            "offers": OffersProbe("apk", (Want("a"), Want("b+c", "2.0~1a-r1")), 3600).script(),
            **bodies_of(step_for(selection, before, "b", "hook", hold=True)),
            **bodies_of(apk_apply.remove(["a", "b+c"], before)),
        }
    )
