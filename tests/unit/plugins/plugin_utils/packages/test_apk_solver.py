# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Refusals of apk's solver, all its labels, in words that name the way out."""

from __future__ import annotations

import pytest

from ansible_collections.fleet.openwrt.plugins.plugin_utils.packages.apk_solver import (
    explain,
    lacking,
    verdicts,
)

HEAD = "ERROR: unable to select packages:\n"

TWO_BUILDS = """\
  libubox20241219-2024.12.19~3868f47c-r1:
    conflicts: libubox20250723-2025.07.23~49056d17-r1[libubox=2024.12.19~3868f47c-r1]
    satisfies: world[libubox20241219]
               jshn-2024.12.19~3868f47c-r1[libubox20241219]
  libubox20250723-2025.07.23~49056d17-r1:
    conflicts: libubox20241219-2024.12.19~3868f47c-r1[libubox=2025.07.23~49056d17-r1]
    satisfies: uhttpd-2025.07.06~ad8d5e8-r1[libubox20250723]
"""

SAME_FILES = """\
  dnsmasq-2.91-r1:
    conflicts: dnsmasq-full-2.91-r1[dnsmasq=2.91-r1]
    satisfies: world[dnsmasq=2.91-r1]
  dnsmasq-full-2.91-r1:
    conflicts: dnsmasq-2.91-r1[dnsmasq=2.91-r1]
    satisfies: world[dnsmasq-full]
"""

EXACT = """\
  rpcd-2025.1-r1:
    breaks: rpcd-mod-file-2025.2-r1[rpcd=2025.2-r1]
    satisfies: world[rpcd]
"""

PROCESSOR = """\
  fleet-arm-1.0-r1:
    error: uninstallable
    arch: aarch64_cortex-a53
    satisfies: world[fleet-arm><Q1nVSnGPsDFzYnKCZGuAcOtOkrftU=]
"""

UNDECIDED = """\
  libustream (virtual):
    note: please select one of the 'provided by'
          packages explicitly
    provided by: libustream-mbedtls
                 libustream-openssl
    required by: world[libustream]
"""

TAGGED = """\
  htop-3.4.1-r1:
    masked in: @testing
    satisfies: world[htop]
"""

FORBIDDEN = """\
  comgt-0.32-r35:
    breaks: world[!comgt]
    satisfies: comgt-ncm-0.32-r36[comgt]
"""

BESIDE = """\
  odhcpd-2025.1-r1:
    breaks: odhcpd-ipv6only-2025.1-r1[!odhcpd]
"""


@pytest.mark.parametrize(
    ("refusal", "words", "hint"),
    [
        pytest.param(
            TWO_BUILDS,
            "libubox20241219-2024.12.19~3868f47c-r1 and libubox20250723-2025.07.23~49056d17-r1 are "
            "two builds of libubox; only one can be installed. "
            "jshn-2024.12.19~3868f47c-r1 needs libubox20241219-2024.12.19~3868f47c-r1. "
            "uhttpd-2025.07.06~ad8d5e8-r1 needs libubox20250723-2025.07.23~49056d17-r1.",
            "upgrade the router",
            id="two builds of a library",
        ),
        pytest.param(
            SAME_FILES,
            "dnsmasq-2.91-r1 and dnsmasq-full-2.91-r1 cannot both be installed "
            "(each stands for dnsmasq).",
            "Remove one of them first",
            id="one package in another's place",
        ),
        pytest.param(
            EXACT,
            "rpcd-mod-file-2025.2-r1 needs rpcd=2025.2-r1, and there is rpcd-2025.1-r1.",
            "upgrade the router",
            id="another version",
        ),
        pytest.param(
            PROCESSOR,
            "fleet-arm-1.0-r1 is made for aarch64_cortex-a53, another processor.",
            "DISTRIB_ARCH",
            id="another processor",
        ),
        pytest.param(
            UNDECIDED,
            "libustream is no package but a name that libustream-mbedtls, libustream-openssl "
            "provide.",
            "Name one",
            id="several provide it",
        ),
        pytest.param(TAGGED, "htop-3.4.1-r1 is on offer but", "@tag", id="masked"),
        pytest.param(FORBIDDEN, "/etc/apk/world has !comgt", "Take that line out", id="forbidden"),
        pytest.param(
            BESIDE,
            "odhcpd-ipv6only-2025.1-r1 cannot be installed beside odhcpd-2025.1-r1.",
            "",
            id="beside",
        ),
    ],
)
def test_in_words(refusal: str, words: str, hint: str) -> None:
    text, advice = explain(HEAD + refusal, running="6.12")
    assert text.startswith(words)
    assert hint in advice
    assert "unable to select" not in text


def test_a_form_that_is_not_known_is_given_whole() -> None:
    text, advice = explain("ERROR: out of memory", running=None)
    assert (text, advice) == ("apk refuses: out of memory.", "")


def test_a_list_goes_on_over_several_lines() -> None:
    first, second = verdicts(HEAD + TWO_BUILDS)
    assert [each.package for each in first.relations("satisfies")] == [
        "world",
        "jshn-2024.12.19~3868f47c-r1",
    ]
    assert second.subject == "libubox20250723-2025.07.23~49056d17-r1"


def test_what_the_world_asks_for_is_not_lacking_when_it_is_only_in_conflict() -> None:
    assert list(lacking(HEAD + TWO_BUILDS)) == []
    assert list(lacking(HEAD + FORBIDDEN)) == ["!comgt"]


def test_packages_of_one_name_come_without_a_constraint() -> None:
    refusal = (
        "  dnsmasq-2.91-r1:\n    conflicts: dnsmasq-full-2.91-r1\n    satisfies: world[dnsmasq]\n"
    )
    text, hint = explain(f"{HEAD}{refusal}", running=None)
    assert text.startswith("dnsmasq-2.91-r1 and dnsmasq-full-2.91-r1 cannot both be installed")
    assert "each stands for dnsmasq" in text
    assert "state=absent" in hint


@pytest.mark.parametrize(
    ("refusal", "remedy"),
    [
        ("ERROR: Unable to lock database: temporary error (try again later)", "other apk"),
        ("ERROR: Unable to lock database: Read-only file system", "df /"),
        ("ERROR: Unable to open apk database: No space left on device", "df /"),
    ],
)
def test_what_keeps_apk_from_trying_at_all(refusal: str, remedy: str) -> None:
    text, hint = explain(refusal, running=None)
    assert text == f"apk refuses: {refusal.removeprefix('ERROR: ')}."
    assert remedy in hint


def test_a_refusal_without_a_word_is_told_of() -> None:
    assert explain("", running=None)[0] == "apk refuses without saying why."
