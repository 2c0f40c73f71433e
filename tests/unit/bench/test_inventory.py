# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory that the bench writes."""

from __future__ import annotations

from pathlib import Path

import yaml

from bench import inventory


def test_hosts_have_addresses_and_all_share_the_way_in() -> None:
    text = inventory.text({"a-1": "10.88.0.5", "a-2": "10.88.0.6"}, Path("/run/x/hosts"))
    routers = yaml.safe_load(text)["routers"]
    assert routers["hosts"] == {
        "a-1": {"ansible_host": "10.88.0.5"},
        "a-2": {"ansible_host": "10.88.0.6"},
    }
    assert routers["vars"]["ansible_user"] == "root"
    assert routers["vars"]["ansible_ssh_use_tty"] is False
    assert "-o UserKnownHostsFile=/run/x/hosts" in routers["vars"]["ansible_ssh_common_args"]


def test_an_empty_fleet_is_an_empty_group() -> None:
    assert yaml.safe_load(inventory.text({}, Path("/x")))["routers"]["hosts"] == {}
