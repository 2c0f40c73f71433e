# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A connection into a container, with no more than Ansible asks of one: it has no reset.

It stands for containers.podman.podman and community.docker.docker, which are not installed here.
"""

from __future__ import annotations

import os
import subprocess
from typing import Any

from ansible.errors import AnsibleError
from ansible.plugins.connection import ConnectionBase

DOCUMENTATION = """
name: container
short_description: Into a container
description: Runs commands by the program in CONTAINER_ENGINE.
author: [The fleet.openwrt authors]
options:
  remote_addr:
    description: The container's name.
    default: inventory_hostname
    vars: [{name: inventory_hostname}, {name: ansible_host}]
"""


class Connection(ConnectionBase):
    """Commands by `podman exec` or `docker exec`; no files."""

    transport = "container"
    has_pipelining = True

    def _connect(self) -> Connection:
        return self

    def exec_command(
        self, cmd: str, in_data: bytes | None = None, sudoable: bool = True
    ) -> tuple[int, bytes, bytes]:
        super().exec_command(cmd, in_data=in_data, sudoable=sudoable)
        engine = os.environ["CONTAINER_ENGINE"]
        done = subprocess.run(
            [engine, "exec", "-i", self.get_option("remote_addr"), "/bin/sh", "-c", cmd],
            input=in_data or b"", capture_output=True, check=False,
        )  # fmt: skip
        return done.returncode, done.stdout, done.stderr

    def put_file(self, *_paths: str) -> Any:
        raise AnsibleError("no files go this way")

    fetch_file = put_file

    def close(self) -> None:
        self._connected = False
