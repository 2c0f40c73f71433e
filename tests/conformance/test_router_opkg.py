# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stand-in's opkg against what the genuine one answered, in the order of the recording."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from conformance.stand_in import Case, Outcome, recorded, running

SMALL = "(64 kB overlay) "
CASES = recorded("opkg")

# What differs from router to router, and what stands for it: pattern, replacement.
VARIES = (
    (r"^(Size|Installed-Time): \d+$", r"\1: N"),
    # Two recordings call the older feed by two names.
    (r"(local|router)_old", "old_feed"),
)
# Recorded answers that the stand-in does not give, and why.
NOT_IMITATED = {
    "opkg list-changed-conffiles": "lists what the recorded image had changed; see the last test",
}
# What is installed next to what is asked for, in the status file.
NEIGHBOUR = r"(?s)\nPackage: rpcd-mod-rpcsys\n.*|\nPackage: libusb-1.0-0\n.*"


def normal(text: str) -> str:
    for pattern, replacement in VARIES:
        text = re.sub(pattern, replacement, text, flags=re.MULTILINE)
    # The lists come in the order of the feeds' names.
    return re.sub(NEIGHBOUR, "\n", text)


def sorted_names(case: str, text: str) -> str:
    """`ls` sorts by name, and the older feed has two names."""
    if "ls /var/opkg-lists" not in case:
        return text
    lines = text.splitlines()
    return "\n".join([line for line in lines if " " in line or "=" in line] + sorted(lines))


@pytest.fixture(scope="module")
def outcomes() -> dict[int, Outcome]:
    found: dict[int, Outcome] = {}
    for small in (False, True):
        chosen = {n: c["cmd"] for n, c in enumerate(CASES) if c["cmd"].startswith(SMALL) == small}
        room = ["--tmpfs", "/overlay:size=64k"] if small else []
        with running("opkg-small" if small else "opkg", *room) as router:
            cases = [Case(command.removeprefix(SMALL)) for command in chosen.values()]
            found |= dict(zip(chosen, router.run(cases), strict=True))
    return found


def numbered() -> list[Any]:
    return [
        pytest.param(number, case, id=f"{number}-{case['cmd'][:50]}")
        for number, case in enumerate(CASES)
        if case["cmd"] not in NOT_IMITATED and "df -k" not in case["cmd"]
    ]


@pytest.mark.parametrize(("number", "case"), numbered())
def test_opkg_answers_as_recorded(
    number: int, case: dict[str, Any], outcomes: dict[int, Outcome]
) -> None:
    outcome = outcomes[number]
    assert outcome.rc == case["rc"]
    assert sorted_names(case["cmd"], normal(outcome.stdout)) == sorted_names(
        case["cmd"], normal(case["stdout"])
    )
    assert normal(outcome.stderr) == normal(case["stderr"])


@pytest.fixture(scope="module")
def fresh() -> Iterator[Any]:
    with running("opkg-more") as router:
        router.shell("opkg update")
        yield router


def test_a_module_for_another_kernel_is_refused(fresh: Any) -> None:
    fresh.shell("sed -i 's/^# src.gz router_old/src\\/gz router_old/' /etc/opkg/customfeeds.conf")
    fresh.shell("opkg update")
    (outcome,) = fresh.run([Case("opkg install kmod-usb-printer")])
    assert outcome.rc == 255
    assert "kernel (= 6.6.93~" in outcome.stderr


def test_only_one_opkg_at_a_time(fresh: Any) -> None:
    holder = (
        'local f = require("posix.fcntl"); '
        'local fd = f.open("/var/lock/opkg.lock", f.O_RDWR); '
        "f.fcntl(fd, f.F_SETLK, {l_type = f.F_WRLCK, l_whence = 0, l_start = 0, l_len = 0}); "
        'require("posix.unistd").sleep(3)'
    )
    script = f"lua5.3 -e '{holder}' & sleep 1; opkg list-installed; rc=$?; wait; exit $rc"
    (outcome,) = fresh.run([Case(script)])
    assert outcome.rc == 255
    assert "Could not lock /var/lock/opkg.lock" in outcome.stderr


def test_a_tampered_list_is_dropped(fresh: Any) -> None:
    feed = "/feed/packages/x86_64/base"
    fresh.shell(f"cp {feed}/Packages.gz /tmp/good; echo x | gzip > {feed}/Packages.gz")
    (outcome,) = fresh.run([Case("opkg update; ls /var/opkg-lists")])
    fresh.shell(f"cp /tmp/good {feed}/Packages.gz; opkg update")
    assert "Signature check failed." in outcome.stdout
    assert "openwrt_base\n" not in outcome.stdout.partition("Signature check failed.")[2]


def test_a_changed_conffile_is_told(fresh: Any) -> None:
    assert "/etc/config/dhcp" not in fresh.shell("opkg list-changed-conffiles")
    fresh.shell("uci set dhcp.@dnsmasq[0].cachesize=7; uci commit dhcp")
    assert "/etc/config/dhcp\n" in fresh.shell("opkg list-changed-conffiles")


def test_a_package_that_was_removed_leaves_no_file(fresh: Any) -> None:
    fresh.shell("opkg install usb-modeswitch && [ -x /sbin/usbmode ]")
    fresh.shell("opkg remove usb-modeswitch")
    assert fresh.shell("ls /sbin/usbmode /etc/usb-mode.json 2>/dev/null; true") == ""
