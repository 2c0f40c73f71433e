# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory of a fleet: where its routers are and how to log in, nothing else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path


def ssh_options(known_hosts: Path) -> list[str]:
    """Options for ssh that keep a fleet's host keys in a file of their own, and ask nothing."""
    return [
        "-F", "/dev/null",
        "-o", f"UserKnownHostsFile={known_hosts}",
        "-o", "GlobalKnownHostsFile=/dev/null",
        "-o", "StrictHostKeyChecking=accept-new",
        "-o", "LogLevel=ERROR",
        # A router that reboots takes its connections with it without a word.
        "-o", "ServerAliveInterval=5",
        "-o", "ServerAliveCountMax=4",
    ]  # fmt: skip


def text(addresses: Mapping[str, str], known_hosts: Path) -> str:
    """An Ansible inventory in YAML, group `routers`; `addresses` maps names to addresses."""
    # A JSON string is a YAML string.
    lines = ["---", "routers:", "  hosts:"]
    for name, address in addresses.items():
        lines += [f"    {json.dumps(name)}:", f"      ansible_host: {json.dumps(address)}"]
    if not addresses:
        lines[-1] += " {}"
    arguments = json.dumps(" ".join(ssh_options(known_hosts)))
    lines += [
        "  vars:",
        "    ansible_user: root",
        f"    ansible_ssh_common_args: {arguments}",
        # With a terminal, as `raw` asks for one, dropbear may lose the end of a long output, and
        # BusyBox colours what it lists.
        "    ansible_ssh_use_tty: false",
    ]
    return "\n".join(lines) + "\n"
