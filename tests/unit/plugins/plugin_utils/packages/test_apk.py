# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is read from apk, held to what the genuine apk-tools 3.0.5 answered."""

from __future__ import annotations

import json

import pytest
from support.recorded_apk import Said, said

from ansible_collections.fleet.openwrt.plugins.plugin_utils.errors import PlanError, ProbeError
from ansible_collections.fleet.openwrt.plugins.plugin_utils.packages import apk_choice
from ansible_collections.fleet.openwrt.plugins.plugin_utils.packages.apk import (
    Action,
    TriedOffers,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.packages.model import (
    Installed,
    Package,
    dependencies,
    names_in,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.packages.probe import (
    OffersProbe,
    PackagesProbe,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.packages.selection import Selection
from ansible_collections.fleet.openwrt.plugins.plugin_utils.packages.want import Want
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.wire import Answer

from .conftest import Sandbox

KERNEL = "6.12.103~c8be8f44f03ac2ef67ef04d2f5f50c0c-r1"
FEED = "http://downloads.openwrt.test/releases/25.12.0/packages/x86_64/base/packages.adb"
NOTHING = Said(0, "", "")
SIZES = "query --format json --fields name,version,installed-size,depends,provides --recursive"
ALL = "query --installed --format json --fields name,version,depends,provides,status *"


def entry(name: str, version: str, **more: object) -> dict[str, object]:
    return {"name": name, "version": version, **more}


def listing(*entries: dict[str, object]) -> Said:
    return Said(0, json.dumps(entries, indent=2), "")


def ask_offers(router: Sandbox, *wants: str, max_age: int = 3600) -> TriedOffers:
    probe = OffersProbe("apk", tuple(Want(*want.split("=")) for want in wants), max_age)
    offers = probe.parse(router.ask(probe.script()))
    assert isinstance(offers, TriedOffers)
    return offers


@pytest.fixture
def feed(router: Sandbox) -> Sandbox:
    router.write("etc/apk/repositories.d/distfeeds.list", f"# comment\n{FEED}\n")
    router.write("var/cache/apk/APKINDEX.0e838256.tar.gz", "")
    return router


class TestInstalled:
    WORLD = said("cat /etc/apk/world").stdout
    DISK = said("df -k / /overlay /tmp").stdout

    def ask(self, router: Sandbox, *more: str) -> Installed:
        router.program("df", f"echo '{self.DISK.splitlines()[0]}'; echo 'overlayfs 9 4 5 1% /'")
        router.write("etc/apk/world", self.WORLD + "".join(f"{line}\n" for line in more))
        router.write("lib/apk/db/installed", "")
        genuine = said(
            "apk query --installed --format json --fields name,version,status '*'"
        ).stdout
        entries = [*json.loads(genuine), entry("thief", "1", status=["installed", "broken-files"])]
        for each in entries:
            if each["name"] == "dnsmasq":
                each |= {"depends": ["libc", "netifd>1", "!other"], "provides": ["dns=2"]}
        router.apk({ALL: listing(*entries)})
        return PackagesProbe().parse(router.ask(PackagesProbe().script()))

    @pytest.fixture(autouse=True)
    def _without_opkg(self, router: Sandbox) -> None:
        (router.root / "bin/opkg").unlink()

    def test_packages_and_what_they_need(self, router: Sandbox) -> None:
        found = self.ask(router)
        assert found.manager == "apk"
        assert found.free == 5 * 1024
        assert found.version("dropbear") == "2025.89-r1"
        dnsmasq = found.packages["dnsmasq"]
        assert [dep.name for (dep,) in dnsmasq.depends] == ["libc", "netifd"]
        assert dnsmasq.provides == {"dns"}
        assert found.packages["thief"].broken == "broken-files"

    def test_the_world(self, router: Sandbox) -> None:
        found = self.ask(router, "!no-such", "netifd~1", "file><Q1jAAJf54sTCwUDpoT7bPUTcwb8Xw=")
        assert found.world["dropbear"] == ""
        assert found.world["kernel"] == f"={KERNEL}"
        assert found.world["file"] == "><Q1jAAJf54sTCwUDpoT7bPUTcwb8Xw="
        assert "no-such" not in found.world

    def test_pins_of_the_image_are_no_holds(self, router: Sandbox) -> None:
        found = self.ask(router, "netifd~1")
        assert {name for name, each in found.packages.items() if each.held} == {"netifd"}
        assert found.packages["kernel"].essential

    @pytest.mark.parametrize(
        ("answer", "message"),
        [
            pytest.param(Said(1, listing(entry("a", "1")).stdout, ""), None, id="a list"),
            pytest.param(Said(99, "", "ERROR: Failed to open"), "Failed to open", id="nothing"),
        ],
    )
    def test_the_answer_counts_and_not_the_exit_status(
        self, router: Sandbox, answer: Said, message: str | None
    ) -> None:
        self.ask(router)
        router.apk({ALL: answer})
        reply = router.ask(PackagesProbe().script())
        if message is None:
            assert PackagesProbe().parse(reply).version("a") == "1"
        else:
            with pytest.raises(ProbeError, match=message):
                PackagesProbe().parse(reply)

    def test_the_digest_is_of_database_and_world(self, router: Sandbox) -> None:
        digests = {self.ask(router).digest, self.ask(router, "more").digest}
        router.write("lib/apk/db/installed", "P:new\n")
        digests.add(PackagesProbe().parse(router.ask(PackagesProbe().script())).digest)
        assert len(digests) == 3

    def test_an_answer_of_another_form_is_an_error(self) -> None:
        with pytest.raises(ProbeError, match="unexpected answer"):
            PackagesProbe().parse(Answer(0, f"apk\nx 1 1% /\n{'0' * 64}  -\nnonsense", ""))


class TestOffers:
    def test_all_that_apk_would_do(self, feed: Sandbox) -> None:
        trial = said("apk add -s comgt-ncm", after="/feed/reset; apk update -q")
        closure = said(
            "apk query --format json --fields name,version,installed-size,file-size "
            "--recursive comgt-ncm"
        )
        coming = " ".join(
            f"{line.split()[2]}={line.split()[3].strip('()')}"
            for line in trial.stdout.splitlines()
            if "Installing" in line
        )
        feed.apk(
            {
                "update": NOTHING,
                "policy comgt-ncm": said("apk policy comgt-ncm", containing="0.32-r35"),
                "add --simulate comgt-ncm": trial,
                f"{SIZES} {coming}": closure,
            }
        )
        offers = ask_offers(feed, "comgt-ncm")
        assert [offer.version for offer in offers.of("comgt-ncm")] == ["0.32-r36", "0.32-r35"]
        assert offers.actions[0] == Action("chat", None, "2.5.2-r4")
        selection = apk_choice.choose([Want("comgt-ncm")], Installed("apk"), offers)
        assert [change.title for change in selection.changes] == ["install comgt-ncm 0.32-r36"]
        assert len(selection.dependencies) == 8
        assert (
            selection.space == 7856 + 18015 + 40080 + 12041 + 12048 + 12043 + 12041 + 12033 + 4340
        )
        assert offers.broken == ()

    def test_upgrades_and_what_goes(self, feed: Sandbox) -> None:
        trial = "(1/2) Upgrading comgt (0.32-r35 -> 0.32-r36)\n(2/2) Purging chat (2.5.2-r4)\n"
        feed.apk(
            {
                "update": NOTHING,
                "policy comgt": NOTHING,
                "add --simulate comgt=0.32-r36": Said(0, trial, ""),
                f"{SIZES} comgt=0.32-r36": listing(entry("comgt", "0.32-r36")),
            }
        )
        offers = ask_offers(feed, "comgt=0.32-r36")
        before = Installed("apk", {"comgt": Package("comgt", "0.32-r35")})
        selection = apk_choice.choose([Want("comgt", "0.32-r36")], before, offers)
        assert selection.changes[0].title == "upgrade comgt 0.32-r35 to 0.32-r36"
        assert selection.orphans == ("chat",)

    def test_a_name_that_packages_provide(self, feed: Sandbox) -> None:
        feed.apk(
            {
                "update": NOTHING,
                "policy firewall": NOTHING,
                "add --simulate firewall": Said(0, "(1/1) Installing fw4 (1-r1)\n", ""),
                f"{SIZES} fw4=1-r1": listing(entry("fw4", "1-r1", provides=["firewall=1"])),
            }
        )
        selection = apk_choice.choose(
            [Want("firewall")], Installed("apk"), ask_offers(feed, "firewall")
        )
        assert selection.names == {"firewall": "fw4"}


class TestRefresh:
    MISSING = said("apk policy htop", containing="opening from cache")
    UNKNOWN = Said(1, "", said("apk add -s nosuchpackage").stderr)

    @pytest.mark.parametrize(
        ("max_age", "policy", "trial", "updates"),
        [
            pytest.param(3600, NOTHING, NOTHING, 0, id="fresh"),
            pytest.param(0, NOTHING, NOTHING, 1, id="too old"),
            pytest.param(3600, MISSING, NOTHING, 1, id="a list is missing"),
            pytest.param(3600, NOTHING, UNKNOWN, 1, id="what is wanted is not on offer"),
        ],
    )
    def test_when(
        self, feed: Sandbox, max_age: int, policy: Said, trial: Said, updates: int
    ) -> None:
        feed.write("var/cache/apk/.fleet-updated", "")
        feed.apk({"update": NOTHING, "policy htop": policy, "add --simulate htop": trial})
        ask_offers(feed, "htop", max_age=max_age)
        assert feed.calls.count("apk update") == updates

    def test_a_package_that_came_since(self, feed: Sandbox) -> None:
        feed.write("var/cache/apk/.fleet-updated", "")
        installs = said("apk add -s htop", containing="Installing")
        feed.apk(
            {"update": NOTHING, "policy htop": NOTHING, "add --simulate htop": self.UNKNOWN},
            updated={
                "add --simulate htop": installs,
                f"{SIZES} htop=3.4.1-r1": listing(entry("htop", "3.4.1-r1")),
            },
        )
        assert ask_offers(feed, "htop").refusal == ""

    @pytest.mark.parametrize(
        ("update", "url", "problem"),
        [
            pytest.param(
                said("apk update", containing="/bad/stranger/packages.adb: UNTRUSTED"),
                "http://downloads.openwrt.test/releases/25.12.0/bad/stranger/packages.adb",
                "the signature of its package list is wrong",
                id="wrong signature",
            ),
            pytest.param(
                said("apk update", containing="5 unavailable, 0 stale"),
                FEED,
                "the signature of its package list is wrong",
                id="no keys",
            ),
            pytest.param(
                said("apk update", containing="5 stale"),
                FEED,
                "its package list could not be downloaded (wget: exited with error 4: "
                "the network or the name server does not answer)",
                id="no network",
            ),
            pytest.param(NOTHING, FEED, "", id="good"),
        ],
    )
    def test_what_is_wrong_with_a_feed(
        self, feed: Sandbox, update: Said, url: str, problem: str
    ) -> None:
        feed.write("etc/apk/repositories.d/distfeeds.list", f"{url}\n")
        feed.apk({"update": update, "policy htop": NOTHING, "add --simulate htop": NOTHING})
        (found,) = ask_offers(feed, "htop").feeds
        assert (found.url, found.problem) == (url, problem)


def refused(trial: str, *wants: str, policy: str = "", containing: str = "") -> str:
    """The error that comes of a recorded refusal."""
    recorded = said(trial, containing=containing)
    lines = [f"refused\t{line}" for line in recorded.stderr.splitlines() if recorded.status]
    lines += [f"policy\t{line}" for line in policy.splitlines()] + [f"feed\t{FEED}"]
    wanted = tuple(Want(*want.split("=")) for want in wants)
    offers = OffersProbe("apk", wanted, 0).parse(Answer(0, "\n".join(lines), ""))
    assert isinstance(offers, TriedOffers)
    router = Installed("apk", {"kernel": Package("kernel", KERNEL)})
    with pytest.raises(PlanError) as caught:
        apk_choice.choose(wanted, router, offers)
    return str(caught.value)


class TestRefusals:
    def test_unknown_names(self) -> None:
        error = refused("apk add htop nosuchpackage", "htop", "nosuchpackage")
        assert error.startswith("No feed offers a package nosuchpackage.")
        assert "/etc/apk/repositories.d" in error

    def test_a_version_that_is_gone(self) -> None:
        error = refused(
            "apk add -s comgt-ncm=0.32-r35",
            "comgt-ncm=0.32-r35",
            policy=f"comgt-ncm policy:\n  0.32-r36:\n    {FEED}\n",
        )
        assert "No feed offers comgt-ncm 0.32-r35; offered: 0.32-r36." in error

    def test_a_dependency_that_nobody_offers(self) -> None:
        error = refused("apk add -s missing-dep", "missing-dep")
        assert error == "missing-dep-1.0-r1 needs libnosuch, which no feed offers."

    def test_a_kernel_module_for_another_kernel(self) -> None:
        error = refused("apk add comgt-ncm kmod-usb-net-rndis", "comgt-ncm", "kmod-usb-net-rndis")
        assert error.startswith(
            "kmod-usb-net-rndis-6.12.103-r1 is made for kernel "
            f"6.12.104~00000000000000000000000000000000-r1, the router runs {KERNEL}."
        )

    def test_a_pin_of_others_that_blocks_everything(self) -> None:
        error = refused("apk add htop", "htop", containing="breaks: world[comgt-ncm")
        assert "/etc/apk/world asks for comgt-ncm=0.32-r35" in error
        assert error.endswith("comgt-ncm with state=absent frees it.")

    def test_a_lost_package_of_others_that_blocks_everything(self) -> None:
        error = refused("apk add htop nosuchpackage", "htop")
        assert "/etc/apk/world asks for nosuchpackage, which is not to be had" in error

    def test_old_versions_cannot_be_asked_for(self) -> None:
        with pytest.raises(PlanError, match="no such versions"):
            apk_choice.refuse_impossible([Want("comgt", "0.32-36")])

    def test_what_the_image_pins_stays(self) -> None:
        with pytest.raises(PlanError, match="pinned by the image"):
            apk_choice.refuse_impossible([Want("kernel", "6.12.104-r1")])


def test_orphans() -> None:
    def needing(name: str, *depends: str, provides: str = "") -> Package:
        return Package(name, "1", dependencies(", ".join(depends)), names_in(provides))

    packages = [
        needing("ncm", "comgt", "wwan"),
        needing("comgt", "chat"),
        needing("chat"),
        needing("wwan2", provides="wwan"),
        needing("other", "wwan"),
    ]
    installed = Installed(
        "apk", {each.name: each for each in packages}, world={"ncm": "", "other": ""}
    )
    assert apk_choice.orphans(["ncm"], installed) == ("chat", "comgt")
    assert Selection(orphans=("chat",)).applied_to(installed).version("chat") is None
