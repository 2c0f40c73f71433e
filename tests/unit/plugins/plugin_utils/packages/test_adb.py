# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Name and version of an .apk, from the file itself: laid out as apk-tools 3 lays it out."""

from __future__ import annotations

import zlib

import pytest
from router.apk import adb_head

from ansible_collections.fleet.openwrt.plugins.plugin_utils.errors import SpecError
from ansible_collections.fleet.openwrt.plugins.plugin_utils.packages.adb import (
    Identity,
    NotAnApkError,
    UnknownCompressionError,
    identity,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.packages.files import (
    LocalFile,
    package_file,
)

NAME, VERSION = "luci-app-phtunnel", "1.0.0-r2"
PLAIN = adb_head(NAME, VERSION)


def deflated(content: bytes) -> bytes:
    stream = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return stream.compress(content) + stream.flush()


DEFLATED = b"ADBd" + deflated(PLAIN)
# As `apk mkpkg --compression deflate:9` writes it, and without compression.
AS_ASKED = b"ADBc\x01\x09" + deflated(PLAIN)
NOT_AT_ALL = b"ADBc\x00\x00" + PLAIN


@pytest.mark.parametrize("content", [PLAIN, DEFLATED, AS_ASKED, NOT_AT_ALL])
def test_a_package_says_what_it_is(content: bytes) -> None:
    assert identity(content) == Identity(NAME, VERSION)


@pytest.mark.parametrize("content", [PLAIN, DEFLATED])
def test_one_that_is_cut_off_does_not(content: bytes) -> None:
    for length in range(len(content)):
        try:
            found = identity(content[:length])
        except NotAnApkError:
            continue
        assert found == Identity(NAME, VERSION)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "does not begin"),
        (b"PK\x03\x04", "does not begin"),
        (PLAIN.replace(b"pckg", b"indx"), "no package"),
        (b"ADBc", "cut off"),
        (b"ADBc\x01", "cut off"),
        (b"ADBd<html>", "damaged"),
        (PLAIN[:12] + bytes(len(PLAIN) - 12), "does not say"),
    ],
)
def test_what_is_none(content: bytes, why: str) -> None:
    with pytest.raises(NotAnApkError, match=why):
        identity(content)


def test_a_compression_that_python_does_not_know() -> None:
    with pytest.raises(UnknownCompressionError):
        identity(b"ADBc\x02\x00(\xb5/\xfd")


@pytest.mark.parametrize(
    "path",
    [
        "luci-app-phtunnel_1.0.0-2_all.apk",
        "wifihaven_0.2.8-1_all.apk",
        "fptn-client-0.4.5-openwrt-25.12.x-aarch64_cortex-a53.apk",
        "luci-app-trafficctl.apk",
        "youtubeUnblock-1.1.0-2-2d579d5-aarch64.apk",
    ],
)
def test_what_a_file_is_called_does_not_matter(path: str) -> None:
    """These are names of release files; one that cannot be read must be called as in a feed."""
    offer = package_file(LocalFile(path, PLAIN)).offer
    assert (offer.name, offer.version) == (NAME, VERSION)
    with pytest.raises(SpecError, match="rename it"):
        package_file(LocalFile(path, b"ADBc\x02\x00zstd"))
