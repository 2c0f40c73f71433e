# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is told to a router that is to have its uplink in its configuration."""

from __future__ import annotations

from ipaddress import IPv4Interface

from bench import uplink

INTERFACE = IPv4Interface("10.88.0.9/16")


def test_the_configuration_says_what_the_engine_gave() -> None:
    lines = uplink.script("mgmt0", INTERFACE, "10.88.0.1").splitlines()
    assert "uci set network.mgmt.device=mgmt0" in lines
    assert "uci set network.mgmt.ipaddr=10.88.0.9" in lines
    assert "uci set network.mgmt.netmask=255.255.0.0" in lines
    assert "uci set network.mgmt.gateway=10.88.0.1" in lines
    assert "uci set firewall.mgmt.input=ACCEPT" in lines


def test_no_gateway_is_made_up() -> None:
    assert "gateway" not in uplink.script("mgmt0", INTERFACE, None)
