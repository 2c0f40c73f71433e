# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.fleet.openwrt.plugins.plugin_utils.ubus.read_only import is_known_to_read


@pytest.mark.parametrize(
    "call",
    [
        "system board",
        "network.interface dump",
        "network.interface.wan status",
        "network.interface.wan_6 status",
        "uci get",
        "luci-rpc getHostHints",
        "hostapd.phy0-ap0 get_clients",
        "log read",
    ],
)
def test_these_only_read(call: str) -> None:
    assert is_known_to_read(*call.split())


@pytest.mark.parametrize(
    "call",
    [
        "system reboot",
        "system watchdog",
        "network reload",
        "network.interface.wan up",
        "network.interface.wan down",
        "network.interface.wan set_data",
        "network.wireless up",
        "uci set",
        "uci apply",
        "uci commit",
        "uci confirm",
        "file exec",
        "file write",
        "rc init",
        "service set",
        "service signal",
        "service event",
        "session get",
        "luci setPassword",
        "luci-rpc forget",
        "iwinfo scan",
        "hostapd.phy0-ap0 del_client",
        "log write",
        # Of others nothing is known, however the method is called.
        "somebodys status",
        "my.network.interface dump",
        "system.board info",
        "System board",
    ],
)
def test_these_may_change_something(call: str) -> None:
    assert not is_known_to_read(*call.split())
