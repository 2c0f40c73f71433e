# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Package files of the controller: what they are is known before anything is sent."""

from __future__ import annotations

import pytest
from router.apk import adb_head
from support.packages import ipk, tar_gz

from ansible_collections.fleet.openwrt.plugins.plugin_utils.errors import SpecError
from ansible_collections.fleet.openwrt.plugins.plugin_utils.packages.files import (
    LocalFile,
    PackageFile,
    package_file,
)

ADB = b"ADBd and so on"


def read(path: str, content: bytes) -> PackageFile:
    return package_file(LocalFile(path, content))


def test_an_ipk_says_what_it_is() -> None:
    content = ipk(
        "comgt-ncm",
        "0.32-r36",
        Depends="libc, comgt (>= 0.32)",
        Provides="ncm",
        Conflicts="umbim",
        Installed_Size="7856",
    )
    file = read("packages/any_name.ipk", content)
    assert (file.manager, file.offer.name, file.offer.version) == ("opkg", "comgt-ncm", "0.32-r36")
    assert [group[0].text for group in file.offer.depends] == ["libc", "comgt (>= 0.32)"]
    assert file.offer.provides == {"ncm"}
    assert file.offer.installed_size == 7856
    assert file.offer.conflicts[0][0].name == "umbim"
    assert file.offer.size == len(content)


@pytest.mark.parametrize(
    ("name", "package", "version"),
    [
        ("comgt-ncm-0.32-r36", "comgt-ncm", "0.32-r36"),
        ("usb-modeswitch-2025.10.04~9b4d0a6e-r1", "usb-modeswitch", "2025.10.04~9b4d0a6e-r1"),
        ("libusb-1.0-0-1.0.27-r1", "libusb-1.0-0", "1.0.27-r1"),
        ("kmod-usb3-6.12.103-r1", "kmod-usb3", "6.12.103-r1"),
        ("luci-base-26.077.61437~1a2b3c4", "luci-base", "26.077.61437~1a2b3c4"),
        ("base-files-1696~2ac53f59b5", "base-files", "1696~2ac53f59b5"),
    ],
)
def test_an_apk_is_called_what_it_is(name: str, package: str, version: str) -> None:
    file = read(f"files/{name}.apk", ADB)
    assert (file.manager, file.offer.name, file.offer.version) == ("apk", package, version)


@pytest.mark.parametrize(
    ("path", "content", "message"),
    [
        pytest.param("a.rpm", b"", "ends in .ipk", id="another suffix"),
        pytest.param("a.ipk", b"", "an .ipk", id="empty"),
        pytest.param("a.ipk", b"<html>Not found</html>", "an .ipk", id="a web page"),
        pytest.param("a.ipk", ipk("a", "1")[:-40], "an .ipk", id="cut off"),
        pytest.param("a.ipk", tar_gz({"./data.tar.gz": b""}), "no control.tar.gz", id="no control"),
        pytest.param("a.ipk", ipk("a", "1", Installed_Size="x"), "an .ipk", id="no size"),
        pytest.param("a.ipk", ipk("../a", "1"), "a package name", id="a path for a name"),
        pytest.param("a.ipk", ipk("a;reboot", "1"), "a package name", id="a command for a name"),
        pytest.param(
            "a.ipk", ipk("a", "1 $(reboot)"), "exact version", id="a command for a version"
        ),
        pytest.param("a.ipk", ipk("a", ""), "exact version", id="no version"),
        pytest.param("a.apk", adb_head("a/b", "1-r1"), "a package name", id="a path in an .apk"),
        pytest.param("a.apk", ADB, "NAME-VERSION.apk", id="no version in its name"),
        pytest.param("a-1.0-r1.apk", b"\x1f\x8b\x08", "apk-tools 3", id="an .apk of Alpine 2"),
    ],
)
def test_what_is_no_package_is_refused(path: str, content: bytes, message: str) -> None:
    with pytest.raises(SpecError, match=message) as caught:
        read(path, content)
    assert repr(path) in str(caught.value)


def test_a_field_needs_no_blank_behind_its_colon() -> None:
    control = b"Package:a\nVersion:1.0-r1\nDepends:libc\n"
    parts = {"./control.tar.gz": tar_gz({"./control": control}), "./data.tar.gz": tar_gz({})}
    offer = read("a.ipk", tar_gz(parts)).offer
    assert (offer.name, offer.version, offer.depends[0][0].name) == ("a", "1.0-r1", "libc")
