# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""From what is installed, what is on offer and what is wanted to a plan, or to a clear error."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar

import pytest
from support.packages import ipk

from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.converge import make_plan
from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.draft import Draft
from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.plan import Plan
from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.probe import Known, Probe
from ansible_collections.fleet.openwrt.plugins.plugin_utils.errors import PlanError, SpecError
from ansible_collections.fleet.openwrt.plugins.plugin_utils.packages.apk import (
    Action,
    TriedOffers,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.packages.files import LocalFile
from ansible_collections.fleet.openwrt.plugins.plugin_utils.packages.model import (
    Feed,
    Installed,
    Offer,
    Offers,
    Package,
    dependencies,
    names_in,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.packages.probe import (
    OffersProbe,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.packages.want import Want
from ansible_collections.fleet.openwrt.plugins.plugin_utils.resources.packages import Packages

KERNEL = "6.6.110~2b73-r1"
MEGABYTE = 1024 * 1024


def package(text: str, depends: str = "", provides: str = "", **more: bool) -> Package:
    name, version = text.split("=")
    return Package(name, version, dependencies(depends), names_in(provides), **more)


def offer(
    text: str, depends: str = "", provides: str = "", *, conflicts: str = "", kilobytes: int = 20
) -> Offer:
    name, version = text.split("=")
    return Offer(
        name,
        version,
        dependencies(depends),
        names_in(provides),
        feed="base",
        filename=f"{name}_{version}.ipk",
        sha256="0" * 64,
        installed_size=kilobytes * 1024,
        conflicts=dependencies(conflicts),
    )


NOTHING = Offers()


@dataclass(frozen=True)
class Router:
    """A router as planning sees it."""

    installed: Installed
    offers: Offers = NOTHING

    def observe(self, wanted: Packages) -> tuple[Known, int]:
        """What planning asked for, and in how many rounds."""
        known, rounds = Known(), 0
        while missing := known.missing(wanted.reads(known)):
            known = known.joined({probe: self.answer(probe) for probe in missing})
            rounds += 1
        return known, rounds

    def answer(self, probe: Probe[Any]) -> object:
        return self.offers if isinstance(probe, OffersProbe) else self.installed

    def plan(self, *names: str, **params: object) -> Plan:
        wanted = Packages.from_params({"name": list(names), **params})
        known, _ = self.observe(wanted)
        return make_plan([wanted], known)

    def titles(self, *names: str, **params: object) -> list[str]:
        return [step.title for step in self.plan(*names, **params).steps]

    def error(self, *names: str, **params: object) -> str:
        with pytest.raises(PlanError) as caught:
            self.plan(*names, **params)
        return str(caught.value)


FEED = Feed("base", "https://downloads.openwrt.org/base")


def router(installed: list[Package], offered: list[Offer], *, free: int = MEGABYTE) -> Router:
    base = [package(f"kernel={KERNEL}"), package("libc=1.2.5-r4")]
    packages = {each.name: each for each in base + installed}
    return Router(
        Installed("opkg", packages, free=free, digest="1" * 64), Offers(tuple(offered), (FEED,))
    )


NCM = [
    offer("comgt-ncm=0.32-r36", "libc, comgt, kmod-usb-net"),
    offer("comgt=0.32-r36", "libc, chat"),
    offer("chat=2.5.1-r1"),
    offer("kmod-usb-net=6.6.110-r1", f"kernel (= {KERNEL}), kmod-mii"),
    offer("kmod-mii=6.6.110-r1", f"kernel (= {KERNEL})"),
]
OLD = offer("comgt-ncm=0.32-r33", "libc, comgt")
FRESH = router([], NCM)
READY = router([package("comgt-ncm=0.32-r36", "comgt"), package("comgt=0.32-r36")], [*NCM, OLD])
BEHIND = router([package("comgt-ncm=0.32-r33"), package("comgt=0.32-r36")], [*NCM, OLD])


@pytest.mark.parametrize(
    ("where", "params", "steps"),
    [
        pytest.param(FRESH, {}, ["install comgt-ncm 0.32-r36"], id="missing"),
        pytest.param(READY, {}, [], id="installed"),
        pytest.param(BEHIND, {}, [], id="an older version stays when none is asked for"),
        pytest.param(READY, {"state": "latest"}, [], id="latest already"),
        pytest.param(
            BEHIND,
            {"state": "latest"},
            ["upgrade comgt-ncm 0.32-r33 to 0.32-r36"],
            id="latest is another",
        ),
        pytest.param(
            FRESH, {"state": "latest"}, ["install comgt-ncm 0.32-r36"], id="latest, but missing"
        ),
        pytest.param(
            router([package("comgt-ncm=0.32-r37")], NCM),
            {"state": "latest"},
            [],
            id="newer than the latest on offer",
        ),
        pytest.param(READY, {"state": "absent"}, ["remove comgt-ncm"], id="to be removed"),
        pytest.param(FRESH, {"state": "absent"}, [], id="absent already"),
    ],
)
def test_states(where: Router, params: dict[str, str], steps: list[str]) -> None:
    assert where.titles("comgt-ncm", **params) == steps


@pytest.mark.parametrize(
    ("where", "params", "rounds"),
    [
        (READY, {}, 1),
        (BEHIND, {}, 1),
        (READY, {"state": "absent"}, 1),
        (FRESH, {}, 2),
        (READY, {"state": "latest"}, 2),
    ],
)
def test_feeds_are_asked_only_when_needed(
    where: Router, params: dict[str, str], rounds: int
) -> None:
    assert where.observe(Packages.from_params({"name": ["comgt-ncm"], **params}))[1] == rounds


class TestPins:
    def test_the_version_that_opkg_would_choose_goes_by_name(self) -> None:
        (step,) = FRESH.plan("comgt-ncm=0.32-r36").steps
        assert "install comgt-ncm ||" in step.apply
        assert "fetch" not in step.prepare

    def test_another_version_goes_as_the_feeds_file(self) -> None:
        (step,) = router([], [*NCM, OLD]).plan("comgt-ncm=0.32-r33").steps
        assert step.title == "install comgt-ncm 0.32-r33"
        assert f"{FEED.url}/comgt-ncm_0.32-r33.ipk" in step.prepare
        assert "--force-downgrade" not in step.apply

    def test_a_version_between(self) -> None:
        where = router([package("a=1")], [offer("a=3"), offer("a=2"), offer("a=1")])
        (step,) = where.plan("a=2").steps
        assert step.title == "upgrade a 1 to 2"
        assert "a_2.ipk" in step.prepare
        assert "--force-downgrade" not in step.apply

    def test_an_upgrade(self) -> None:
        assert BEHIND.titles("comgt-ncm=0.32-r36") == ["upgrade comgt-ncm 0.32-r33 to 0.32-r36"]

    def test_met(self) -> None:
        assert READY.titles("comgt-ncm=0.32-r36") == []

    def test_a_downgrade_must_be_allowed(self) -> None:
        error = READY.error("comgt-ncm=0.32-r33")
        assert "comgt-ncm is installed in 0.32-r36" in error
        assert "newer than the 0.32-r33 asked for" in error
        assert "allow_downgrade" in error

    def test_an_allowed_downgrade(self) -> None:
        (step,) = READY.plan("comgt-ncm=0.32-r33", allow_downgrade=True).steps
        assert step.title == "downgrade comgt-ncm 0.32-r36 to 0.32-r33"
        assert "install --force-downgrade" in step.apply

    def test_a_downgrade_to_all_that_is_left_goes_as_a_file(self) -> None:
        """By name, opkg would keep the newer one and report success."""
        where = router([package("a=2")], [offer("a=1")])
        (step,) = where.plan("a=1", allow_downgrade=True).steps
        assert "a_1.ipk" in step.prepare

    def test_a_version_that_nobody_offers(self) -> None:
        error = router([], [*NCM, OLD]).error("comgt-ncm=0.32-r40")
        assert "No feed offers comgt-ncm 0.32-r40; offered: 0.32-r36, 0.32-r33." in error


class TestWhatCannotBeHad:
    def test_all_unknown_names_are_named(self) -> None:
        error = FRESH.error("comgt-ncm", "nosuch", "neither", "comgt=9")
        assert "nosuch" in error
        assert "neither" in error
        assert "No feed offers comgt 9; offered: 0.32-r36." in error

    def test_a_feed_that_is_missing_is_named_with_what_is_wrong(self) -> None:
        bad = replace(
            FEED, problem="the signature of its package list is wrong", remedy="See keys."
        )
        error = Router(FRESH.installed, Offers((), (bad,))).error("comgt-ncm")
        assert error.startswith("No package list is there to look for comgt-ncm.")
        assert "Missing: feed base (https://downloads.openwrt.org/base): " in error
        assert "the signature of its package list is wrong" in error
        assert error.endswith("See keys. The feeds are in /etc/opkg/*.conf.")

    def test_no_feed_at_all(self) -> None:
        assert "No feed is configured" in Router(FRESH.installed, Offers()).error("a")

    def test_a_dependency_that_nobody_offers(self) -> None:
        where = router([package("b=1")], [offer("a=1", "b (>= 2), c | d")])
        error = where.error("a")
        assert "a 1 needs b (>= 2), which no feed offers." in error
        assert "a 1 needs c or d, which no feed offers." in error

    def test_a_kernel_module_for_another_kernel(self) -> None:
        offered = [*NCM[:4], offer("kmod-mii=6.6.119-r1", "kernel (= 6.6.119~beef-r1)")]
        error = router([], offered).error("comgt-ncm")
        assert f"made for kernel 6.6.119~beef-r1, the router runs {KERNEL}." in error

    def test_a_kernel_is_no_package_to_install(self) -> None:
        needs = "kernel (= 6.6.119~beef-r1)"
        where = router([], [offer("kmod-mii=1", needs), offer("kernel=6.6.119~beef-r1")])
        assert "made for kernel 6.6.119~beef-r1" in where.error("kmod-mii")

    def test_a_conflict(self) -> None:
        where = router(
            [package("wpad-basic=1", provides="wpad")], [offer("wpad-mesh=1", conflicts="wpad")]
        )
        assert "wpad-mesh 1 conflicts with wpad-basic 1" in where.error("wpad-mesh")

    def test_a_package_does_not_conflict_with_itself(self) -> None:
        where = router([], [offer("wpad-mesh=1", provides="wpad", conflicts="wpad")])
        assert where.titles("wpad-mesh") == ["install wpad-mesh 1"]

    @pytest.mark.parametrize(("free", "fits"), [(101, True), (100, False), (99, False)])
    def test_space_for_all_of_it_together(self, free: int, fits: bool) -> None:
        where = router([], NCM, free=free * 1024)
        if fits:
            assert where.titles("comgt-ncm")
        else:
            error = where.error("comgt-ncm")
            assert f"5 packages need 100 kB, {free} kB are free" in error
            assert where.titles("comgt-ncm", check_space=False)

    @pytest.mark.parametrize("state", ["present", "latest", "absent"])
    def test_no_package_manager(self, state: str) -> None:
        assert "no package manager" in Router(Installed("none")).error("a", state=state)


class TestDependencies:
    def test_what_comes_along_is_told(self) -> None:
        plan = FRESH.plan("comgt-ncm")
        (outcome,) = plan.outcomes
        assert outcome.details["packages"] == {"comgt-ncm": {"before": None, "after": "0.32-r36"}}
        assert outcome.details["dependencies"] == ["chat", "comgt", "kmod-mii", "kmod-usb-net"]
        assert outcome.diff()["before"] == ""
        assert outcome.diff()["after"] == (
            "chat 2.5.1-r1\ncomgt 0.32-r36\ncomgt-ncm 0.32-r36\nkmod-mii 6.6.110-r1\n"
            "kmod-usb-net 6.6.110-r1\n"
        )

    def test_resources_planned_later_see_all_that_is_coming(self) -> None:
        wanted = Packages.from_params({"name": ["comgt-ncm"]})
        draft = Draft(FRESH.observe(wanted)[0])
        wanted.plan(draft)
        assert draft.is_coming("kmod-mii")
        assert not draft.is_coming("libc")

    def test_an_installed_provider_meets_a_dependency(self) -> None:
        where = router([package("wpad=1", provides="hostapd")], [offer("a=1", "hostapd")])
        assert where.plan("a").outcomes[0].details["dependencies"] == []

    def test_the_package_of_the_name_is_preferred_to_one_that_provides_it(self) -> None:
        offered = [offer("a=1", "b"), offer("z=9", provides="b"), offer("b=1")]
        assert router([], offered).plan("a").outcomes[0].details["dependencies"] == ["b"]

    def test_a_pinned_dependency_is_counted_once(self) -> None:
        where = router([], [offer("a=1", "b"), offer("b=2"), offer("b=1")])
        outcome = where.plan("a", "b=1").outcomes[0]
        assert outcome.details["dependencies"] == []
        assert outcome.after == "a 1\nb 1\n"


class TestProvidedNames:
    LIBUBOX = offer("libubox2024=1", provides="libubox")

    def test_met(self) -> None:
        where = router([package("libubox2024=1", provides="libubox")], [])
        plan = where.plan("libubox")
        assert plan.steps == ()
        assert plan.outcomes[0].details["packages"] == {"libubox": {"before": "1", "after": "1"}}

    def test_the_package_behind_the_name_is_installed(self) -> None:
        plan = router([], [self.LIBUBOX]).plan("libubox")
        assert [step.title for step in plan.steps] == ["install libubox2024 1"]
        assert "install libubox2024 ||" in plan.steps[0].apply
        assert plan.outcomes[0].details["packages"] == {"libubox": {"before": None, "after": "1"}}
        assert plan.outcomes[0].details["dependencies"] == []

    def test_the_latest_of_the_package_behind_the_name(self) -> None:
        offered = [offer("b=9", provides="x"), offer("a=2", provides="x")]
        where = router([package("a=1", provides="x")], offered)
        assert where.titles("x", state="latest") == ["upgrade a 1 to 2"]

    def test_two_names_of_one_package(self) -> None:
        plan = router([], [self.LIBUBOX]).plan("libubox", "libubox2024")
        assert [step.title for step in plan.steps] == ["install libubox2024 1"]
        assert plan.outcomes[0].details["packages"].keys() == {"libubox", "libubox2024"}


class TestHeld:
    where = router([package("a=1", held=True)], [offer("a=2")])

    def test_latest_leaves_it_and_says_so(self) -> None:
        plan = self.where.plan("a", state="latest")
        assert plan.steps == ()
        assert plan.warnings == ("a is held at 1 and stays; 2 is on offer (hold=false frees it).",)

    def test_an_exact_version_is_an_order(self) -> None:
        assert self.where.titles("a=2") == ["upgrade a 1 to 2"]


class TestMissingFeeds:
    bad = Feed("luci", "https://x/luci", problem="its package list could not be downloaded")

    def test_a_warning_when_the_others_have_what_is_wanted(self) -> None:
        where = Router(FRESH.installed, Offers(tuple(NCM), (FEED, self.bad)))
        (warning,) = where.plan("comgt-ncm").warnings
        assert warning == f"Missing: feed luci (https://x/luci): {self.bad.problem}."

    def test_an_error_when_the_latest_of_a_package_is_asked_for_and_none_is_seen(self) -> None:
        where = Router(READY.installed, Offers((), (self.bad,)))
        assert "cannot be told whether comgt-ncm" in where.error("comgt-ncm", state="latest")


class TestRemoval:
    where = router(
        [
            package("comgt=1"),
            package("comgt-ncm=1", "comgt, wwan"),
            package("luci-proto-ncm=1", "comgt-ncm"),
            package("ping=1", provides="pinger"),
            package("fping=1", provides="pinger"),
            package("watch=1", "pinger"),
            package("base-files=1", essential=True),
        ],
        [],
    )

    def test_what_others_need(self) -> None:
        error = self.where.error("comgt", state="absent")
        assert "comgt is needed by comgt-ncm" in error

    def test_dependents_go_first(self) -> None:
        names = ["comgt", "luci-proto-ncm", "nosuch", "comgt-ncm"]
        assert self.where.titles(*names, state="absent") == [
            "remove luci-proto-ncm, comgt-ncm, comgt"
        ]

    def test_another_provider_is_enough(self) -> None:
        assert self.where.titles("ping", state="absent") == ["remove ping"]
        assert "ping is needed by watch" in self.where.error("ping", "fping", state="absent")

    def test_the_system_itself(self) -> None:
        assert "base-files" in self.where.error("base-files", state="absent")

    def test_what_is_told(self) -> None:
        outcome = self.where.plan("fping", "nosuch", state="absent").outcomes[0]
        assert outcome.details["packages"] == {
            "fping": {"before": "1", "after": None},
            "nosuch": {"before": None, "after": None},
        }
        assert (outcome.before, outcome.after) == ("fping 1\n", "")
        assert outcome.changed


A_FILE = LocalFile("a.ipk", ipk("a", "1", Depends="libc, b", Installed_Size="40960"))


class TestFiles:
    """Files from the controller, and feeds only for what is neither in them nor installed."""

    B_FILE = LocalFile("b.ipk", ipk("b", "1"))
    ALONE = LocalFile("c.ipk", ipk("c", "1", Depends="libc"))

    def rounds(self, where: Router, *files: LocalFile, **params: object) -> int:
        return where.observe(Packages.from_params({"files": list(files), **params}))[1]

    def test_no_feed_is_asked_when_they_have_all_they_need(self) -> None:
        where = router([], [])
        assert self.rounds(where, A_FILE, self.B_FILE) == 1
        assert self.rounds(where, self.ALONE) == 1
        (step,) = where.plan(files=[A_FILE, self.B_FILE]).steps
        assert step.title == "install a 1, install b 1"
        assert set(step.stage) == {"a_1.ipk", "b_1.ipk"}

    def test_a_feed_fills_the_gaps(self) -> None:
        where = router([], [offer("b=3")])
        assert self.rounds(where, A_FILE) == 2
        plan = where.plan(files=[A_FILE])
        assert plan.outcomes[0].details["dependencies"] == ["b"]

    def test_a_gap_that_nobody_fills(self) -> None:
        assert "a 1 needs b, which no feed offers" in router([], []).error(files=[A_FILE])

    def test_what_is_installed_is_not_sent(self) -> None:
        where = router([package("a=1"), package("b=1")], [])
        assert where.titles("a", files=[A_FILE, self.B_FILE]) == []
        (step,) = where.plan(files=[A_FILE, self.ALONE]).steps
        assert set(step.stage) == {"c_1.ipk"}

    def test_they_are_preferred_to_a_feed(self) -> None:
        where = router([], [offer("c=9"), offer("c=1"), offer("d=1", "c")])
        (step,) = where.plan("d", files=[self.ALONE]).steps
        assert step.title == "install d 1, install c 1"
        assert set(step.stage) == {"c_1.ipk"}

    def test_an_older_one_is_a_downgrade(self) -> None:
        where = router([package("c=2")], [])
        assert "newer than the 1 asked for" in where.error(files=[self.ALONE])
        assert where.titles(files=[self.ALONE], allow_downgrade=True) == ["downgrade c 2 to 1"]

    def test_space_for_them(self) -> None:
        where = router([package("b=1")], [], free=40 * 1024)
        assert "1 packages need 40 kB, 40 kB are free" in where.error(files=[A_FILE])

    def test_a_kernel_module_for_another_kernel(self) -> None:
        module = LocalFile("k.ipk", ipk("kmod-x", "1", Depends="kernel (= 6.6.93~17-r1)"))
        where = router([], [])
        assert self.rounds(where, module) == 1
        assert f"made for kernel 6.6.93~17-r1, the router runs {KERNEL}" in where.error(
            files=[module]
        )

    def test_files_for_the_other_package_manager(self) -> None:
        other = LocalFile("files/a-1.0-r1.apk", b"ADB.")
        error = router([], []).error(files=[other])
        assert error.startswith("This router has opkg and cannot install files/a-1.0-r1.apk.")


class TestSeveralAtOnce:
    """Resources of one converge: what an earlier one plans, the later ones see."""

    def plan(self, where: Router, *each: dict[str, Any]) -> Plan:
        resources = [Packages.from_params(params) for params in each]
        known = Known()
        for resource in resources:
            known = known.joined(
                {probe: where.answer(probe) for probe in known.missing(resource.reads(known))}
            )
            known = known.joined(
                {probe: where.answer(probe) for probe in known.missing(resource.reads(known))}
            )
        return make_plan(resources, known)

    OFFERED: ClassVar = [offer("a=1", "dep"), offer("b=1", "dep"), offer("dep=1")]

    def test_a_shared_dependency_comes_once(self) -> None:
        where = router([], self.OFFERED, free=61 * 1024)
        first, second = self.plan(where, {"name": ["a"]}, {"name": ["b"]}).outcomes
        assert first.details["dependencies"] == ["dep"]
        assert second.details["dependencies"] == []

    def test_space_is_counted_for_all_of_them(self) -> None:
        where = router([], self.OFFERED, free=60 * 1024)
        with pytest.raises(PlanError, match="1 packages need 20 kB, 20 kB are free"):
            self.plan(where, {"name": ["a"]}, {"name": ["b"]})

    def test_what_is_coming_need_not_be_installed_again(self) -> None:
        plan = self.plan(router([], self.OFFERED), {"name": ["a"]}, {"name": ["dep"]})
        assert [outcome.changed for outcome in plan.outcomes] == [True, False]

    def test_what_is_coming_can_be_held(self) -> None:
        plan = self.plan(router([], self.OFFERED), {"name": ["a"]}, {"name": ["dep"], "hold": True})
        assert [step.title for step in plan.steps] == ["install a 1", "hold dep"]

    def test_what_is_coming_may_be_needed(self) -> None:
        with pytest.raises(PlanError, match="dep is needed by a"):
            self.plan(
                router([package("dep=1")], self.OFFERED),
                {"name": ["a"]},
                {"name": ["dep"], "state": "absent"},
            )

    def test_what_is_gone_is_not_needed_any_more(self) -> None:
        where = router([package("a=1", "dep"), package("dep=1")], [])
        gone = [{"name": [name], "state": "absent"} for name in ("a", "dep")]
        assert [step.title for step in self.plan(where, *gone).steps] == ["remove a", "remove dep"]


class TestHold:
    def test_it_shows_in_the_difference(self) -> None:
        (outcome,) = READY.plan("comgt", hold=True).outcomes
        assert outcome.changed
        assert (outcome.before, outcome.after) == ("comgt 0.32-r36\n", "comgt 0.32-r36 (held)\n")

    def test_latest_upgrades_what_is_freed_with_it(self) -> None:
        where = router([package("a=1", held=True)], [offer("a=2")])
        assert where.titles("a", state="latest", hold=False) == ["upgrade a 1 to 2, release a"]

    def test_latest_leaves_what_is_held_and_shall_be(self) -> None:
        where = router([package("a=1", held=True)], [offer("a=2")])
        plan = where.plan("a", state="latest", hold=True)
        assert plan.steps == ()
        assert "a is held at 1" in plan.warnings[0]


class TestApk:
    """The same resource on a router with apk."""

    KERNEL = package("kernel=6.12.103~c8be-r1")

    def router(
        self, *installed: Package, trial: str = "", offered: str = "", **world: str
    ) -> Router:
        packages = {each.name: each for each in (self.KERNEL, *installed)}
        actions = tuple(
            Action(name, packages[name].version if name in packages else None, version or None)
            for name, _equals, version in (each.partition("=") for each in trial.split())
        )
        return Router(
            Installed("apk", packages, free=MEGABYTE, digest="1" * 64, world=world),
            TriedOffers(
                tuple(Offer(*each.split("=")) for each in offered.split()),
                (FEED,),
                wants=tuple(Want(*each.split("=")) for each in trial.split() if "=" in each),
                actions=actions,
            ),
        )

    def test_what_apk_would_do_is_the_plan(self) -> None:
        plan = self.router(trial="a=1-r1 dep=2-r1").plan("a")
        assert [step.title for step in plan.steps] == ["install a 1-r1"]
        assert plan.outcomes[0].details["dependencies"] == ["dep"]

    def test_two_resources_do_not_keep_what_the_other_installs(self) -> None:
        where = self.router(trial="a=1-r1 dep=2-r1")
        wanted = Packages.from_params({"name": ["a"]})
        plan = make_plan([wanted, wanted], where.observe(wanted)[0])
        assert [step.title for step in plan.steps] == ["install a 1-r1"]

    def test_latest_asks_again_for_the_very_version(self) -> None:
        """What `add -u` would do goes beyond the packages that are named."""
        where = self.router(package("a=1-r1"), trial="a=2-r1", offered="a=2-r1 a=1-r1", a="")
        assert where.titles("a", state="latest") == ["upgrade a 1-r1 to 2-r1"]
        first = replace(where.offers, wants=(Want("a"),), actions=())
        asked: list[tuple[Want, ...]] = []

        class Asked(Router):
            def answer(self, probe: Probe[Any]) -> object:
                if isinstance(probe, OffersProbe):
                    asked.append(probe.wants)
                return super().answer(probe)

        Asked(where.installed, first).observe(
            Packages.from_params({"name": ["a"], "state": "latest"})
        )
        assert asked == [(Want("a"),), (Want("a", "2-r1"),)]

    def test_a_dependency_that_is_asked_for_is_kept(self) -> None:
        plan = self.router(package("dep=1-r1")).plan("dep")
        assert [step.title for step in plan.steps] == ["keep dep"]
        assert plan.outcomes[0].changed

    def test_what_goes_along_is_told(self) -> None:
        where = self.router(package("a=1-r1", "dep"), package("dep=1-r1"), a="", kernel="=6")
        plan = where.plan("a", state="absent")
        assert plan.outcomes[0].details["dependencies"] == ["dep"]
        assert plan.outcomes[0].after == ""

    def test_what_apk_lost_can_be_taken_from_its_world(self) -> None:
        where = self.router(gone="=1-r1")
        assert where.titles("gone", state="absent") == ["remove gone"]

    def test_files_need_no_feed(self) -> None:
        where = self.router(package("hook=1.0-r1"), hook="")
        wanted = Packages.from_params({"files": [LocalFile("hook-1.1-r1.apk", b"ADB.")]})
        known, rounds = where.observe(wanted)
        assert rounds == 1
        (step,) = make_plan([wanted], known).steps
        assert step.title == "upgrade hook 1.0-r1 to 1.1-r1"
        assert set(step.stage) == {"hook_1.1-r1.apk"}

    @pytest.mark.parametrize(
        ("name", "message"),
        [("a=0.32-36", "apk has no such versions"), ("kernel=6.12.104-r1", "pinned by the image")],
    )
    def test_what_cannot_be_asked(self, name: str, message: str) -> None:
        assert message in self.router(package("a=0.32-r36")).error(name)

    def test_what_is_broken_is_told(self) -> None:
        broken = replace(package("a=1-r1"), broken="broken-script")
        plan = self.router(broken, a="").plan("a")
        assert plan.warnings == ("a is installed, but broken-script; `apk fix a` may mend it.",)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({}, "packages, here or in files"),
        ({"name": ["a"], "state": "absent", "hold": True}, "hold"),
        ({"name": ["a"], "state": "latest", "files": [A_FILE]}, "files"),
        ({"files": [A_FILE, LocalFile("again.ipk", A_FILE.content)]}, "a.ipk is there too"),
        ({"name": ["a=2"], "files": [A_FILE]}, "a=2 is there too"),
        ({"name": ["a=1"], "state": "latest"}, "without a version"),
        ({"name": ["a=1"], "state": "absent"}, "without a version"),
        ({"name": ["-a"]}, "a package name"),
        ({"name": ["a"], "update_cache_max_age": -1}, "0 or more"),
    ],
)
def test_wrong_arguments(params: dict[str, Any], message: str) -> None:
    with pytest.raises(SpecError, match=message):
        Packages.from_params(params)


def test_no_name_asks_nothing() -> None:
    assert FRESH.plan().changed is False


LUCI = package("luci-base=24.320")
WITH_LUCI = {"companions": {"luci-base": ["luci-proto-ncm"]}}


@pytest.mark.parametrize(
    ("installed", "titles"),
    [
        pytest.param([], ["install comgt-ncm 0.32-r36"], id="no LuCI"),
        pytest.param(
            [LUCI], ["install comgt-ncm 0.32-r36, install luci-proto-ncm 1-r1"], id="LuCI"
        ),
    ],
)
def test_companions_come_only_where_their_host_is(
    installed: list[Package], titles: list[str]
) -> None:
    where = router(installed, [*NCM, offer("luci-proto-ncm=1-r1")])
    assert where.titles("comgt-ncm", **WITH_LUCI) == titles


@pytest.mark.parametrize(
    "params",
    [
        {"companions": {"luci-base": 7}},
        {"companions": {"luci base": ["a"]}},
        {"companions": {"luci-base": ["a b"]}},
        {**WITH_LUCI, "state": "absent"},
    ],
)
def test_companions_that_make_no_sense(params: dict[str, Any]) -> None:
    with pytest.raises(SpecError, match="companions"):
        Packages.from_params({"name": ["comgt-ncm"], **params})


NEW = "chat comgt comgt-ncm kmod-mii kmod-usb-net"


@pytest.mark.parametrize(
    ("where", "params", "goes"),
    [
        pytest.param(FRESH, {}, None, id="packages stay"),
        pytest.param(FRESH, {"rollback": True}, NEW, id="all that is new goes again"),
        pytest.param(
            BEHIND, {"rollback": True, "state": "latest"}, None, id="what is upgraded stays"
        ),
        pytest.param(READY, {"rollback": True}, None, id="nothing is installed"),
    ],
)
def test_what_a_rollback_removes(where: Router, params: dict[str, Any], goes: str | None) -> None:
    plan = where.plan("comgt-ncm", **params)
    undone = [step.undo for step in plan.steps if step.undo]
    assert all(step.guarded == bool(step.undo) for step in plan.steps)
    if goes is None:
        assert not undone
    else:
        assert (
            sorted(undone[0].removeprefix("opkg remove --force-depends ").split()) == goes.split()
        )


def test_a_removal_is_not_taken_back() -> None:
    with pytest.raises(SpecError, match="rollback"):
        Packages.from_params({"name": ["comgt-ncm"], "state": "absent", "rollback": True})


class TestReplaces:
    """A package in the place of another that has the same files."""

    SMALL = package("dnsmasq=2.90-r4", "libc")
    FULL = offer("dnsmasq-full=2.90-r4", "libc, libnettle", "dnsmasq")
    NETTLE = offer("libnettle=3.9", "libc")
    NEEDS_IT = package("luci-app=1", "dnsmasq")
    HERE = router([SMALL, NEEDS_IT], [FULL, NETTLE])

    def test_it_is_refused_and_the_way_out_named(self) -> None:
        error = self.HERE.error("dnsmasq-full")
        assert error.startswith("dnsmasq-full 2.90-r4 provides dnsmasq, which is installed;")
        assert "replaces: [dnsmasq]" in error

    def test_it_is_done_in_one_step(self) -> None:
        plan = self.HERE.plan("dnsmasq-full", replaces=["dnsmasq"])
        (step,) = plan.steps
        assert step.title == "install dnsmasq-full 2.90-r4, remove dnsmasq for it"
        for name in ("dnsmasq-full", "libnettle"):
            assert f"base/{name}_" in step.prepare
        (result,) = plan.outcomes
        assert "dnsmasq 2.90-r4\n" in result.before
        assert "dnsmasq 2.90-r4\n" not in result.after
        assert result.details["dependencies"] == ["dnsmasq", "libnettle"]

    def test_the_second_run_changes_nothing(self) -> None:
        done = router([package("dnsmasq-full=2.90-r4", "libc", "dnsmasq")], [self.FULL])
        assert done.titles("dnsmasq-full", replaces=["dnsmasq"]) == []
        assert done.titles("dnsmasq") == []

    def test_packages_that_conflict_are_exchanged_too(self) -> None:
        clashing = offer("wpad-openssl=1", conflicts="wpad-basic")
        here = router([package("wpad-basic=1")], [clashing])
        assert "replaces: [wpad-basic]" in here.error("wpad-openssl")
        assert here.titles("wpad-openssl", replaces=["wpad-basic"]) == [
            "install wpad-openssl 1, remove wpad-basic for it"
        ]

    def test_what_others_need_must_be_stood_in_for(self) -> None:
        here = router([self.SMALL, self.NEEDS_IT], [offer("unbound=1")])
        error = here.error("unbound", replaces=["dnsmasq"])
        assert error.startswith("luci-app needs dnsmasq, and nothing that comes stands in for it.")

    def test_without_an_essential_package_nothing_works(self) -> None:
        here = router([package("busybox=1", essential=True)], [offer("toybox=1")])
        assert "busybox cannot be replaced" in here.error("toybox", replaces=["busybox"])

    def test_what_is_not_there_need_not_go(self) -> None:
        assert self.HERE.titles("libnettle", replaces=["absent"]) == ["install libnettle 3.9"]

    @pytest.mark.parametrize(
        "params",
        [
            {"name": ["a"], "replaces": ["a"]},
            {"name": ["a"], "replaces": ["b=1"]},
            {"name": ["a"], "replaces": ["b"], "state": "absent"},
        ],
    )
    def test_contradictions(self, params: dict[str, Any]) -> None:
        with pytest.raises(SpecError, match="replaces"):
            Packages.from_params(params)

    def on_apk(self, **more: Any) -> Router:
        want = Want("dnsmasq-full")
        tried = TriedOffers(
            (self.FULL,),
            (FEED,),
            wants=(want,),
            actions=(
                Action("dnsmasq", "2.90-r4", None),
                Action("dnsmasq-full", None, "2.90-r4"),
                Action("libold", "1", None),
            ),
        )
        packages = {"dnsmasq": self.SMALL, "libold": package("libold=1")}
        return Router(Installed("apk", packages, free=MEGABYTE, **more), tried)

    @pytest.mark.parametrize("world", [{"dnsmasq": ""}, {}])
    def test_apk_removes_only_what_may_go(self, world: dict[str, str]) -> None:
        error = self.on_apk(world=world).error("dnsmasq-full")
        assert error.startswith("apk would remove dnsmasq to install dnsmasq-full.")
        assert "replaces: [dnsmasq]" in error

    def test_apk_exchanges_by_itself(self) -> None:
        router = self.on_apk(world={"dnsmasq": ""})
        assert router.titles("dnsmasq-full", replaces=["dnsmasq"]) == [
            "install dnsmasq-full 2.90-r4, remove dnsmasq for it"
        ]
