# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from support.rendered import assert_clean_shell

from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.wire import Answer
from ansible_collections.fleet.openwrt.plugins.plugin_utils.wan.surroundings import (
    Surroundings,
    SurroundingsProbe,
)

PROBE = SurroundingsProbe("wwan")
FOUND = "dmesg [{}.10] usb {}: new high-speed USB device number {} using ehci-platform"


def parsed(*lines: str) -> Surroundings:
    return PROBE.parse(Answer(0, "\n".join(lines) + "\n", ""))


def test_a_bare_router() -> None:
    bare = parsed("kernel 5.15.167", "uptime 90.10 20.00")
    assert bare.device is None
    assert bare.mwan3 is None
    assert not bare.programs
    assert not bare.handler
    assert bare.plugged == 0
    assert bare.kernel_version == (5, 15)


def test_a_full_one() -> None:
    full = parsed(
        "device missing", "kernel 6.6.110", "handler", "program ModemManager 812", "mwan3",
        "mwan3 wan", "mwan3 wwan", "module option 6.6.110/option.ko",
        "module cdc_ncm 6.6.73/cdc_ncm.ko", "uptime 1000.10 900.00",
    )  # fmt: skip
    assert full.device is False
    assert full.programs == {"ModemManager": 812}
    assert full.mwan3 == ("wan", "wwan")
    assert full.only_for_another_kernel("cdc_ncm")
    assert not full.only_for_another_kernel("option")
    assert not full.only_for_another_kernel("huawei_cdc_ncm"), "what is not there is not stale"


def test_mwan3_without_interfaces_is_there() -> None:
    assert parsed("kernel 6.6.110", "mwan3", "uptime 1.0 1.0").mwan3 == ()


def test_only_what_happened_lately_counts_and_each_port_for_itself() -> None:
    lines = [FOUND.format(650 + n, "1-1", n) for n in range(4)]
    lines += [FOUND.format(701 + n, "1-1", n) for n in range(3)]
    lines += [FOUND.format(701 + n, "1-1.2", n) for n in range(2)]
    assert parsed(*lines, "uptime 1000.10 1.0").plugged == 3


def test_shell_is_clean() -> None:
    assert_clean_shell({PROBE.title: PROBE.script()})
