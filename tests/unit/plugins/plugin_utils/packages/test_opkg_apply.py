# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Changing: the steps run for real on a folder, with opkg played by a script."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest
from support.packages import ipk
from support.rendered import (
    assert_clean_shell,
    bodies_of,
)

from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.plan import Step
from ansible_collections.fleet.openwrt.plugins.plugin_utils.packages import opkg_apply
from ansible_collections.fleet.openwrt.plugins.plugin_utils.packages.files import (
    LocalFile,
    package_file,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.packages.model import (
    Feed,
    Installed,
    Offer,
    Offers,
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

if TYPE_CHECKING:
    from .conftest import Sandbox


def record(name: str, version: str) -> str:
    return f"Package: {name}\nVersion: {version}\nStatus: install user installed\n\n"


def installing(*packages: str, then: str = "exit 0") -> str:
    """An opkg that adds these NAME=VERSION to its records and takes out what it removes."""
    added = "".join(record(*package.split("=")) for package in packages)
    return f"""
status=$ROOT/usr/lib/opkg/status
case $1 in
install) cat >>"$status" <<'END'
{added}END
echo "words of opkg"
{then} ;;
remove) for p; do sed -i "/^Package: $p\\$/,/^\\$/d" "$status"; done ;;
esac"""


def read(router: Sandbox) -> Installed:
    return PackagesProbe().parse(router.ask(PackagesProbe().script()))


def offer(name: str, version: str, content: str = "ipk") -> Offer:
    return Offer(
        name=name,
        version=version,
        feed="feed",
        filename=f"{name}_{version}.ipk",
        sha256=hashlib.sha256(content.encode()).hexdigest(),
    )


def offers(router: Sandbox, *all_offers: Offer) -> Offers:
    return Offers(all_offers, (Feed("feed", f"file://{router.root}/feed"),))


def install(selection: Selection, installed: Installed, offers: Offers) -> Step:
    step = opkg_apply.change(selection, installed, offers, names=(), hold=None)
    assert step is not None
    return step


class TestInstall:
    def test_by_name(self, router: Sandbox) -> None:
        router.opkg(installing("a=1", "b=2", "dep=3"))
        a, b = offer("a", "1"), offer("b", "2")
        selection = Selection((Change(a), Change(b)), (offer("dep", "3"),))
        step = install(selection, read(router), offers(router, a, b))
        assert router.carry_out(step).status == 0
        assert router.calls == ["opkg install a b"]
        assert step.title == "install a 1, install b 2"

    def test_a_file_comes_from_its_feed(self, router: Sandbox) -> None:
        router.write("feed/a_1.ipk", "ipk")
        router.opkg(installing("a=1", then='cp "$2" "$ROOT/given"'))
        a = offer("a", "1")
        selection = Selection((Change(a, as_file=True),))
        step = install(selection, read(router), offers(router, a))
        assert router.carry_out(step).status == 0
        (call,) = router.calls
        assert call.startswith("opkg install /tmp/fleet.")
        assert call.endswith("/a_1.ipk")
        assert (router.root / "given").read_text() == "ipk"

    def test_a_file_that_is_called_like_a_package_is_not_installed(self, router: Sandbox) -> None:
        """opkg prefers it when it lies in the current folder (opkg_prepare_url_for_install)."""
        router.opkg(installing("a=1", then='ls >"$ROOT/here"'))
        step = install(Selection((Change(offer("a", "1")),)), read(router), offers(router))
        assert router.carry_out(step).status == 0
        assert "opkg.log" in (router.root / "here").read_text()

    def test_downgrades_are_forced_and_nothing_else_is(self, router: Sandbox) -> None:
        for name in ("a_1.ipk", "b_1.ipk"):
            router.write(f"feed/{name}", "ipk")
        router.status(record("a", "2"))
        router.opkg(installing("a=1", "b=1", "c=1"))
        a, b, c = offer("a", "1"), offer("b", "1"), offer("c", "1")
        back = Change(a, "2", downgrade=True, as_file=True)
        changes = (back, Change(b, as_file=True), Change(c))
        step = install(Selection(changes), read(router), offers(router, a, b, c))
        assert step.title == "downgrade a 2 to 1, install b 1, install c 1"
        assert router.carry_out(step).status == 0
        files, names = router.calls
        assert files.startswith("opkg install --force-downgrade /")
        assert names == "opkg install c"

    @pytest.mark.parametrize(
        ("content", "message"),
        [("tampered", "wrong checksum"), (None, "cannot be fetched")],
    )
    def test_a_wrong_or_missing_file_stops_before_any_change(
        self, router: Sandbox, content: str | None, message: str
    ) -> None:
        if content is not None:
            router.write("feed/a_1.ipk", content)
        a, b = offer("a", "1"), offer("b", "1")
        selection = Selection((Change(b), Change(a, as_file=True)))
        answer = router.carry_out(install(selection, read(router), offers(router, a, b)))
        assert answer.status == 1
        assert message in answer.stderr
        assert router.calls == []

    def test_records_that_have_changed_since_stop_it(self, router: Sandbox) -> None:
        installed = read(router)
        router.status(record("other", "1"))
        step = install(Selection((Change(offer("a", "1")),)), installed, offers(router))
        answer = router.carry_out(step)
        assert (answer.status, router.calls) == (65, [])
        assert "somebody else is at work" in answer.stderr

    def test_a_failure_takes_back_what_came(self, router: Sandbox) -> None:
        router.status(record("old", "1") + record("dep", "1"))
        router.opkg(installing("dep=2", "new=1", then="exit 255"))
        selection = Selection(
            (Change(offer("new", "1")), Change(offer("a", "1")), Change(offer("dep", "2"), "1"))
        )
        answer = router.carry_out(install(selection, read(router), offers(router)))
        assert answer.status == 255
        assert "words of opkg" in answer.stderr
        assert "removed again: new" in answer.stderr
        assert router.calls[1:] == ["opkg remove --force-depends new"]
        assert "Package: new" not in (router.root / "usr/lib/opkg/status").read_text()

    @pytest.mark.parametrize("came", ["a=1", "b=2"])
    def test_success_is_judged_by_the_records(self, router: Sandbox, came: str) -> None:
        """opkg exits 0 when it refuses to downgrade, and when it is up to date with its list."""
        router.opkg(installing(came))
        selection = Selection((Change(offer("a", "2")),))
        answer = router.carry_out(install(selection, read(router), offers(router)))
        assert answer.status == 1
        assert "opkg did not install a=2" in answer.stderr
        assert "words of opkg" in answer.stderr

    def test_another_opkg_is_waited_for(self, router: Sandbox) -> None:
        router.opkg(
            'if [ "$(grep -c opkg "$ROOT/calls")" -lt 3 ]; then\n'
            'echo " * Could not lock /var/lock/opkg.lock" >&2; exit 255; fi\n' + installing("a=1")
        )
        selection = Selection((Change(offer("a", "1")),))
        step = install(selection, read(router), offers(router))
        assert router.carry_out(step).status == 0
        assert router.calls.count("sleep 1") == 2


class TestFiles:
    def test_they_are_installed_together_with_names_in_mind(self, router: Sandbox) -> None:
        contents = {name: ipk(name, "1", Depends="libc") for name in "ab"}
        router.opkg(installing("a=1", "b=1", "c=1", then='cp "$2" "$ROOT/given" 2>/dev/null; true'))
        files = [package_file(LocalFile(f"{n}.ipk", content)) for n, content in contents.items()]
        changes = [Change(file.offer, source=file) for file in files]
        selection = Selection((*changes, Change(offer("c", "1"))))
        assert router.carry_out(install(selection, read(router), offers(router))).status == 0
        together, by_name = router.calls
        assert together.count(".ipk") == 2
        assert by_name == "opkg install c"
        assert (router.root / "given").read_bytes() == contents["a"]


class TestHold:
    HELD = "Package: a\nVersion: 1\nStatus: install user,hold installed\n\n"
    NEW = Selection((Change(offer("a", "2"), "1"),))

    def flagging(self, *records: str) -> str:
        """An opkg that writes the next of these records each time it is called."""
        lines = ["case $(grep -c '^opkg' \"$ROOT/calls\") in"]
        lines += [
            f"{n}) cat >\"$ROOT/usr/lib/opkg/status\" <<'END'\n{text}END\n;;"
            for n, text in enumerate(records, start=1)
        ]
        return "\n".join([*lines, "esac"])

    @pytest.mark.parametrize(
        ("before", "hold", "after", "calls"),
        [
            pytest.param(record("a", "1"), True, HELD, ["opkg flag hold a"], id="to be held"),
            pytest.param(HELD, False, record("a", "1"), ["opkg flag ok a"], id="to be freed"),
        ],
    )
    def test_flags(
        self, router: Sandbox, before: str, hold: bool, after: str, calls: list[str]
    ) -> None:
        router.status(before)
        router.opkg(self.flagging(after))
        step = opkg_apply.change(Selection(), read(router), offers(router), names=["a"], hold=hold)
        assert step is not None
        assert router.carry_out(step).status == 0
        assert router.calls == calls

    @pytest.mark.parametrize("hold", [True, None])
    def test_another_version_of_a_held_package_is_held_again(
        self, router: Sandbox, hold: bool | None
    ) -> None:
        router.status(self.HELD)
        router.opkg(self.flagging(record("a", "2"), self.HELD.replace("Version: 1", "Version: 2")))
        step = opkg_apply.change(self.NEW, read(router), offers(router), names=["a"], hold=hold)
        assert step is not None
        assert router.carry_out(step).status == 0
        assert router.calls == ["opkg install a", "opkg flag hold a"]

    @pytest.mark.parametrize(("before", "hold"), [(record("a", "1"), True), (HELD, False)])
    def test_a_flag_that_is_not_taken_is_a_failure(
        self, router: Sandbox, before: str, hold: bool
    ) -> None:
        router.status(before)
        router.opkg("exit 0")
        step = opkg_apply.change(Selection(), read(router), offers(router), names=["a"], hold=hold)
        assert step is not None
        answer = router.carry_out(step)
        assert answer.status == 1
        assert "opkg did not flag a" in answer.stderr

    @pytest.mark.parametrize(
        ("before", "hold"),
        [(record("a", "1"), None), (record("a", "1"), False), (HELD, None), (HELD, True)],
    )
    def test_nothing_to_do(self, router: Sandbox, before: str, hold: bool | None) -> None:
        router.status(before)
        found = read(router)
        nothing = opkg_apply.change(Selection(), found, offers(router), names=["a"], hold=hold)
        assert nothing is None


class TestRemove:
    def test_all_at_once(self, router: Sandbox) -> None:
        router.status(record("a", "1") + record("b", "1") + record("c", "1"))
        router.opkg(installing())
        step = opkg_apply.remove(["b", "a"], read(router))
        assert router.carry_out(step).status == 0
        assert router.calls == ["opkg remove b a"]
        assert step.title == "remove b, a"

    def test_what_stays_is_a_failure(self, router: Sandbox) -> None:
        router.status(record("a", "1"))
        router.opkg('echo "No packages removed."')
        answer = router.carry_out(opkg_apply.remove(["a"], read(router)))
        assert answer.status == 1
        assert "opkg did not remove a" in answer.stderr
        assert "No packages removed." in answer.stderr


def test_all_shell_is_clean(router: Sandbox) -> None:
    a, b = offer("a", "1"), offer("b+c", "1:2.0~x-r1")
    found = read(router)
    selection = Selection((Change(a, "2", as_file=True), Change(b)), (offer("dep", "1"),))
    hold = opkg_apply.change(selection, found, offers(router, a, b), names="ab", hold=True)
    assert hold is not None
    assert_clean_shell(
        {
            "installed": PackagesProbe().script(),
            "offers": OffersProbe("opkg", (Want("a"), Want("b+c", "1:2.0~x-r1")), 3600).script(),
            **bodies_of(install(selection, found, offers(router, a, b))),
            **{f"{name} too": body for name, body in bodies_of(hold).items()},
            **bodies_of(opkg_apply.remove(["a", "b+c"], found)),
        }
    )
