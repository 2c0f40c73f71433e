# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading opkg's files and words, some of them recorded from the genuine program."""

from __future__ import annotations

import gzip
import json
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ansible_collections.fleet.openwrt.plugins.plugin_utils.errors import ProbeError
from ansible_collections.fleet.openwrt.plugins.plugin_utils.packages.model import (
    Installed,
    Offers,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.packages.opkg import (
    parse_installed,
    parse_offers,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.packages.probe import (
    OffersProbe,
    PackagesProbe,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.packages.want import Want
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.wire import Answer

if TYPE_CHECKING:
    from .conftest import Sandbox

RECORDED = Path(__file__).resolve().parents[5] / "tests/conformance/answers/opkg.json"
DIGEST = "5" * 64


def recorded(command: str) -> str:
    """The genuine program's answer to the first command that contains `command`."""
    for case in json.loads(RECORDED.read_text()):
        if command in case["cmd"]:
            return str(case["stdout"]) + str(case["stderr"])
    raise LookupError(command)


def stanza(name: str, version: str, **fields: str) -> str:
    lines = {"Package": name, "Version": version, "Status": "install user installed", **fields}
    return "".join(f"{key.replace('_', '-')}: {value}\n" for key, value in lines.items()) + "\n"


def offer(name: str, version: str, **fields: str) -> str:
    lines = {
        "Package": name,
        "Version": version,
        "Architecture": "x86_64",
        "Installed-Size": "20480",
        "Filename": f"{name}_{version}.ipk",
        "Size": "3055",
        "SHA256sum": DIGEST,
        **fields,
    }
    text = "".join(f"{key}: {value}\n" for key, value in lines.items())
    return f"{text}Description: what it is\n and more of it\n\n"


def ask_installed(router: Sandbox) -> Installed:
    return PackagesProbe().parse(router.ask(PackagesProbe().script()))


def put_list(router: Sandbox, feed: str, text: str, *, age: int = 0) -> None:
    """A list as opkg keeps it: packed, as it came."""
    file = router.lists / feed
    file.write_bytes(gzip.compress(text.encode()))
    os.utime(file, (time.time() - age,) * 2)


def ask_offers(router: Sandbox, *wants: str, max_age: int = 3600) -> Offers:
    probe = OffersProbe("opkg", tuple(Want(*want.split("=")) for want in wants), max_age)
    return probe.parse(router.ask(probe.script()))


class TestInstalled:
    def test_genuine_records(self) -> None:
        space = recorded("(64 kB overlay) df -k /overlay")
        records = recorded("opkg status comgt-ncm")
        installed = parse_installed(f"{space}{DIGEST}  -\n{records}")
        assert installed.version("comgt-ncm") == "0.32-r36"
        needs = {dep.name for group in installed.packages["comgt-ncm"].depends for dep in group}
        assert {"comgt", "wwan", "kmod-usb-net-huawei-cdc-ncm"} <= needs
        assert (installed.free, installed.filesystem) == (64 * 1024, "/overlay")
        assert installed.digest == DIGEST

    def test_a_long_device_name_wraps_the_line_of_df(self) -> None:
        space = (
            "Filesystem 1K-blocks Used Available Use% Mounted on\n/dev/mapper/long\n  9 2 7 22% /\n"
        )
        installed = parse_installed(f"{space}{DIGEST}  -\n")
        assert (installed.free, installed.filesystem) == (7 * 1024, "/")

    def test_flags_and_states(self, router: Sandbox) -> None:
        router.status(
            stanza("held", "1", Status="install hold,user installed")
            + stanza("libubox2024", "2", Provides="libubox, libubox-any (= 2)", ABIVersion="2024")
            + stanza("base-files", "3", Essential="yes")
            + stanza("gone", "4", Status="deinstall ok not-installed")
            + stanza("half", "5", Status="install user unpacked", Conffiles="\n /etc/x 1234")
        )
        installed = ask_installed(router)
        assert set(installed.packages) == {"held", "libubox2024", "base-files"}
        assert [p.name for p in installed.packages.values() if p.held] == ["held"]
        assert [p.name for p in installed.packages.values() if p.essential] == ["base-files"]
        provider = installed.provider("libubox-any")
        assert provider is not None
        assert provider.name == "libubox2024"
        assert installed.provider("libubox2") is None

    def test_a_router_without_a_package(self, router: Sandbox) -> None:
        assert ask_installed(router).packages == {}

    def test_records_that_cannot_be_read(self, router: Sandbox) -> None:
        (router.root / "usr/lib/opkg/status").unlink()
        with pytest.raises(ProbeError, match="Cannot read the installed packages"):
            ask_installed(router)

    def test_the_digest_is_of_the_records(self, router: Sandbox) -> None:
        before = ask_installed(router).digest
        router.status(stanza("new", "1"))
        assert ask_installed(router).digest != before

    def test_no_manager(self) -> None:
        answer = Answer(status=0, stdout="none\n", stderr="")
        assert PackagesProbe().parse(answer) == Installed("none")


class TestOffers:
    """Lists are looked for what is wanted and for all that it depends on."""

    def test_all_versions_of_all_feeds_with_what_they_depend_on(self, router: Sandbox) -> None:
        router.feeds("base file:///feed/base", "old file:///feed/old/")
        put_list(router, "base", offer("a", "2", Depends="libc, b (>= 1) | c") + offer("b", "1"))
        put_list(router, "old", offer("a", "1", Conflicts="z") + offer("unrelated", "1"))
        offers = ask_offers(router, "a")
        assert [(o.name, o.version, o.feed) for o in offers.of("a")] == [
            ("a", "2", "base"),
            ("a", "1", "old"),
        ]
        newest, oldest = offers.of("a")
        assert (newest.size, newest.installed_size, newest.sha256) == (3055, 20480, DIGEST)
        assert offers.url(oldest) == "file:///feed/old/a_1.ipk"
        assert [dep.text for group in newest.depends for dep in group] == ["libc", "b (>= 1)", "c"]
        assert [dep.text for group in oldest.conflicts for dep in group] == ["z"]
        assert {o.name for o in offers.offers} == {"a", "b"}
        assert router.calls == []

    def test_a_name_that_packages_provide(self, router: Sandbox) -> None:
        router.feeds("base file:///feed/base")
        put_list(router, "base", offer("libubox2024", "1", Provides="libubox-any, libubox (= 1)"))
        assert [o.name for o in ask_offers(router, "libubox").offers] == ["libubox2024"]

    @pytest.mark.parametrize("broken", [b"garbage", gzip.compress(offer("a", "1").encode())[:-30]])
    def test_a_broken_list_offers_what_can_be_read(self, router: Sandbox, broken: bytes) -> None:
        router.feeds("base file:///feed/base", "more file:///feed/more")
        (router.lists / "base").write_bytes(broken)
        put_list(router, "more", offer("a", "2"))
        assert [o.version for o in ask_offers(router, "a").of("a") if o.feed == "more"] == ["2"]


class TestRefresh:
    """Lists are refreshed when that is needed, and only then."""

    UPDATE = """
for feed in base; do
    echo "Downloading file:///feed/$feed/Packages.gz"
    cp -p "$ROOT/fresh" "$ROOT/var/opkg-lists/$feed"
    echo "Updated list of available packages in $ROOT/var/opkg-lists/$feed"
done"""

    @pytest.mark.parametrize(
        ("age", "wanted", "updates"),
        [
            pytest.param(0, "a", 0, id="fresh"),
            pytest.param(3500, "a", 0, id="not so fresh"),
            pytest.param(3700, "a", 1, id="stale"),
            pytest.param(None, "a", 1, id="missing, as after a reboot"),
            pytest.param(-7200, "a", 1, id="from the future: the clock was wrong"),
            pytest.param(0, "a=1", 0, id="has the version wanted"),
            pytest.param(0, "a=2", 1, id="fresh, but lacks the version wanted"),
            pytest.param(0, "nosuch", 1, id="fresh, but lacks the name"),
        ],
    )
    def test_when(self, router: Sandbox, age: int | None, wanted: str, updates: int) -> None:
        router.feeds("base file:///feed/base")
        router.write("fresh", offer("a", "2") + offer("a", "1"))
        router.opkg(self.UPDATE)
        if age is not None:
            put_list(router, "base", offer("a", "1"), age=age)
        assert ask_offers(router, wanted).broken == ()
        assert router.calls == ["opkg update"] * updates
        versions = [o.version for o in ask_offers(router, "a").of("a")]
        assert versions == (["2", "1"] if updates else ["1"])

    def test_a_list_copied_from_a_file_counts_from_now(self, router: Sandbox) -> None:
        """opkg preserves the time of what it copies from a file: feed."""
        router.feeds("base file:///feed/base")
        old = router.write("fresh", offer("a", "1"))
        os.utime(old, (0, 0))
        router.opkg(self.UPDATE)
        ask_offers(router, "a")
        ask_offers(router, "a")
        assert router.calls == ["opkg update"]

    def test_a_feed_that_came_since(self, router: Sandbox) -> None:
        router.feeds("base file:///feed/base", "more file:///feed/more")
        put_list(router, "base", offer("a", "1"))
        router.opkg(self.UPDATE.replace("in base;", "in base more;"))
        router.write("fresh", offer("a", "1"))
        ask_offers(router, "a")
        assert router.calls == ["opkg update"]

    def test_another_opkg_is_waited_for(self, router: Sandbox) -> None:
        router.feeds("base file:///feed/base")
        router.write("fresh", offer("a", "1"))
        router.opkg(
            'if [ "$(grep -c opkg "$ROOT/calls")" -lt 3 ]; then\n'
            '    echo " * opkg_lock: Could not lock /var/lock/opkg.lock: busy." >&2\n'
            f"    exit 255\nfi\n{self.UPDATE}"
        )
        assert ask_offers(router, "a").broken == ()
        assert router.calls.count("opkg update") == 3

    def test_another_opkg_that_does_not_end(self, router: Sandbox) -> None:
        router.feeds("base file:///feed/base")
        put_list(router, "base", offer("a", "1"), age=9999)
        router.opkg('echo " * opkg_lock: Could not lock /var/lock/opkg.lock: busy." >&2; exit 255')
        (feed,) = ask_offers(router, "a").broken
        assert "opkg.lock" in feed.problem
        assert router.calls.count("opkg update") == 21


class TestWordsOfUpdate:
    """opkg's exit status does not tell which feed failed; what it prints does."""

    FEEDS = {
        "example_feed_name": "http://www.example.com/path/to/files",
        "local_old": "file:///feed/old/packages/x86_64/base",
        "openwrt_core": "file:///feed/targets/x86/64/packages",
        "openwrt_base": "file:///feed/packages/x86_64/base",
        "openwrt_luci": "file:///feed/packages/x86_64/luci",
        "openwrt_packages": "file:///feed/packages/x86_64/packages",
    }

    def problems(self, said: str, *, absent: str) -> dict[str, str]:
        lines = [
            f"feed\t{name}\t{url}\t{'no' if name in absent else 'yes'}"
            for name, url in self.FEEDS.items()
        ]
        lines += [f"said\t{line}" for line in said.splitlines()]
        return {feed.name: feed.problem for feed in parse_offers("\n".join(lines)).broken}

    def test_a_wrong_signature(self) -> None:
        said = recorded("echo x >> /feed/packages/x86_64/base/Packages.sig")
        assert self.problems(said, absent="openwrt_base") == {
            "example_feed_name": "its package list could not be downloaded "
            "(wget returned 4: the network or the name server does not answer, "
            "'Failed to send request: Operation not permitted')",
            "openwrt_base": "the signature of its package list is wrong",
        }

    def test_a_feed_that_is_not_there(self) -> None:
        said = recorded("mv /feed/packages/x86_64/luci")
        assert self.problems(said, absent="openwrt_luci") == {
            "example_feed_name": "its package list could not be downloaded "
            "(wget returned 4: the network or the name server does not answer, "
            "'Failed to send request: Operation not permitted')",
            "openwrt_luci": "its package list could not be downloaded",
        }

    def test_nothing_was_said_since_nothing_was_refreshed(self) -> None:
        assert self.problems("", absent="") == {}
        assert self.problems("", absent="openwrt_core") == {
            "openwrt_core": "its package list is missing"
        }

    def test_an_answer_of_another_form_is_an_error(self) -> None:
        with pytest.raises(ProbeError, match="unexpected answer"):
            OffersProbe("opkg", (Want("a"),), 1).parse(
                Answer(status=0, stdout="offer\ta\n", stderr="")
            )
