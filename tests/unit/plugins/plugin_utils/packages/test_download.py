# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Feeds that cannot be downloaded: advice fits the cause, with either package manager."""

from __future__ import annotations

import pytest

from ansible_collections.fleet.openwrt.plugins.plugin_utils.errors import PlanError
from ansible_collections.fleet.openwrt.plugins.plugin_utils.packages import apk, choice, opkg
from ansible_collections.fleet.openwrt.plugins.plugin_utils.packages.model import Installed, Offers
from ansible_collections.fleet.openwrt.plugins.plugin_utils.packages.selection import (
    broken_feeds,
    feeds_advice,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.packages.want import Want

BASE = "https://feeds.test/base"
MORE = "https://feeds.test/more"


def update(status: int | str, url: str = BASE, file: str = "Packages.gz") -> list[str]:
    return [
        f" * opkg_download: Failed to download {url}/{file}, wget returned {status}.",
        " * opkg_download: Check your network settings and connectivity.",
    ]


def by_opkg(said: list[str], *feeds: str) -> Offers:
    lines = [f"feed\t{url.rsplit('/', 1)[1]}\t{url}\tno" for url in feeds or (BASE,)]
    return opkg.parse_offers("\n".join([*lines, *(f"said\t{line}" for line in said)]))


def by_apk(said: list[str], url: str = f"{BASE}/packages.adb") -> Offers:
    lines = [f"feed\t{url}", *(f"said\t{line}" for line in said)]
    return apk.parse_offers((), "\n".join(lines))


STATUSES = [
    (1, "wget does not say why", "wget -O /dev/null"),
    (2, "an option", "/bin/wget"),
    (3, "could not be written", "Free space"),
    (4, "network", "uplink, its DNS"),
    (5, "secure connection", "clock"),
    (6, "login", "password"),
    (7, "makes no sense", "captive portal"),
    (8, "answered with an error", "old releases"),
    (126, "no working wget", "uclient-fetch"),
    (127, "no working wget", "uclient-fetch"),
    (137, "killed", "memory"),
    (-1, "killed", "memory"),
    (42, "does not say why", "wget -O /dev/null"),
]


@pytest.mark.parametrize(("status", "meaning", "remedy"), STATUSES)
def test_every_status_has_its_advice(status: int, meaning: str, remedy: str) -> None:
    (feed,) = by_opkg(update(status)).broken
    assert f"(wget returned {status}: " in feed.problem
    assert meaning in feed.problem
    assert remedy in feed.remedy


@pytest.mark.parametrize(("status", "meaning", "remedy"), STATUSES)
def test_apk_tells_it_on_the_line_before(status: int, meaning: str, remedy: str) -> None:
    said = [
        "ERROR: wget: exited with error 99",
        "WARNING: updating and opening https://other.test/packages.adb: unexpected end of file",
        f"ERROR: wget: exited with error {status}",
        f"WARNING: updating and opening {BASE}/packages.adb: unexpected end of file",
    ]
    (feed,) = by_apk(said).broken
    assert meaning in feed.problem
    assert remedy in feed.remedy


def test_apk_without_space_says_so_itself() -> None:
    said = [f"WARNING: updating and opening {BASE}/packages.adb: No space left on device"]
    (feed,) = by_apk(said).broken
    assert "No space left on device: the file could not be written" in feed.problem
    assert "Free space" in feed.remedy


@pytest.mark.parametrize(
    ("words", "remedy"),
    [
        ("Connection error: Connection failed", "uplink"),
        ("Failed to send request: Operation not permitted", "uplink"),
        ("wget: bad address 'feeds.test'", "uplink"),
        ("HTTP error 404", "old releases"),
        ("wget: server returned error: HTTP/1.1 404 Not Found", "old releases"),
        ("HTTP error 401", "password"),
        ("Connection error: Invalid SSL certificate", "clock"),
        ("Connection error: Server hostname does not match SSL certificate", "clock"),
        ("wget: SSL support not available, please install one of the libustream packages", "clock"),
        ("Cannot open output file: No space left on device", "Free space"),
        ("wget: unrecognized option: no-parent", "/bin/wget"),
    ],
)
def test_words_explain_a_status_that_says_nothing(words: str, remedy: str) -> None:
    (feed,) = by_opkg([words, "Collected errors:", *update(1)]).broken
    assert remedy in feed.remedy
    assert words in feed.problem


def test_words_about_another_feed_do_not_count() -> None:
    said = ["HTTP error 404", "Collected errors:", *update(4), *update(8, MORE)]
    base, more = by_opkg(said, BASE, MORE).broken
    assert "HTTP error" not in base.problem
    assert "HTTP error 404" in more.problem


def test_several_feeds_each_get_their_advice() -> None:
    offers = by_opkg([*update(5), *update(8, MORE)], BASE, MORE)
    advice = feeds_advice(offers)
    assert advice.startswith("For base: Check the router's clock")
    assert "For more: Check the feed's address" in advice


def test_feeds_with_the_same_cause_share_the_advice() -> None:
    offers = by_opkg([*update(127), *update(127, MORE)], BASE, MORE)
    assert feeds_advice(offers).startswith("Give the router a wget")


def test_a_router_without_wget() -> None:
    said = [
        f"Downloading {BASE}/Packages.gz",
        "wget: applet not found",
        f"*** Failed to download the package list from {BASE}/Packages.gz",
        "Collected errors:",
        *update(127),
    ]
    with pytest.raises(PlanError) as caught:
        choice.choose([Want("a")], Installed("opkg"), by_opkg(said))
    assert "the router has no working wget" in str(caught.value)
    assert "uplink" not in str(caught.value)


def test_a_signature_that_cannot_be_downloaded() -> None:
    said = [
        f"Downloading {BASE}/Packages.gz",
        "Updated list of available packages in /var/opkg-lists/base",
        f"Downloading {BASE}/Packages.sig",
        "Signature file download failed.",
        *update(5, file="Packages.sig"),
    ]
    (feed,) = by_opkg(said).broken
    assert feed.problem.startswith("its signature could not be downloaded (wget returned 5")
    assert "clock" in feed.remedy


def test_a_login_in_a_feed_is_not_shown() -> None:
    url = "https://joe:geheim@feeds.test/base"
    text = broken_feeds(by_opkg(update(6, url), url))
    assert "geheim" not in text
    assert "feeds.test/base" in text


@pytest.mark.parametrize(
    ("words", "problem", "remedy"),
    [
        (" * file_copy: Failed: /var/opkg-lists/base: No space left on device.", "left", "df /tmp"),
        (" * opkg_conf_load: Creating temp dir failed: No space left on device", "temp", "df /tmp"),
        (" * opkg_conf_load: Could not create lock file /var/lock/opkg.lock", "opkg.lock", ""),
        (" * opkg_conf_parse_file: /etc/opkg.conf:1: Ignoring invalid line: `x'", "invalid", ""),
    ],
)
def test_what_opkg_itself_complains_of_is_told(words: str, problem: str, remedy: str) -> None:
    (feed,) = by_opkg(["Collected errors:", words], BASE).feeds
    assert problem in feed.problem
    assert remedy in feed.remedy


@pytest.mark.parametrize("end", ["Killed", "Segmentation fault"])
def test_an_opkg_that_died_is_told_of(end: str) -> None:
    (feed,) = by_opkg([end], BASE).feeds
    assert end in feed.problem
    assert "memory" in feed.remedy


@pytest.mark.parametrize(
    ("reason", "remedy"),
    [
        ("DNS: name does not exist", "its DNS"),
        ("temporary error (try again later)", "uplink"),
        ("network error (check Internet connection and firewall)", "uplink"),
        ("HTTP 404: Not Found", "drop the feeds"),
        ("HTTP 401: Unauthorized", "password"),
        ("TLS: handshake failed (client cert needed?)", "clock"),
        ("ADB integrity error", "captive portal"),
        ("v2 package format error", "captive portal"),
        ("file format is invalid or inconsistent", "captive portal"),
        ("BAD signature", "keys"),
    ],
)
def test_every_reason_of_apk_has_its_advice(reason: str, remedy: str) -> None:
    said = [f"WARNING: updating and opening {BASE}/packages.adb: {reason}"]
    (feed,) = by_apk(said).feeds
    assert remedy in feed.remedy
