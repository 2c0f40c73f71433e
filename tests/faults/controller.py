# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run of ansible-playbook with all that belongs to it, which can be killed at any moment."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from .draw import Style

PLANS = Path(__file__).parent / "plans"
# What a run and all its children carry in their environment.
_MARK = "FLEET_FAULTS_RUN"
_NO_MASTER = "-o ControlMaster=no -o ControlPath=none"
_STYLES: Mapping[Style, Mapping[str, object]] = {
    Style.KEPT: {},
    Style.SINGLE: {"ansible_ssh_args": _NO_MASTER},
    Style.TERMINAL: {"ansible_pipelining": False, "ansible_ssh_use_tty": True},
    Style.TERMINAL_SINGLE: {
        "ansible_ssh_args": _NO_MASTER,
        "ansible_pipelining": False,
        "ansible_ssh_use_tty": True,
    },
}


class Run:
    """Started by making one. `variables` are those of the play."""

    def __init__(
        self, plan: str, inventory: Path, router: str, style: Style, variables: Mapping[str, object]
    ) -> None:
        self._token = secrets.token_hex(8)
        # Short: a socket's path ends at 107 bytes.
        self._folder = Path(tempfile.mkdtemp(prefix="ff-", dir="/tmp"))
        self._log = self._folder / "log"
        self.started = time.monotonic()
        self.killed = False
        environment = {
            **os.environ,
            _MARK: self._token,
            "ANSIBLE_SSH_CONTROL_PATH_DIR": str(self._folder / "cp"),
            "ANSIBLE_LOCAL_TEMP": str(self._folder / "tmp"),
            "ANSIBLE_TIMEOUT": "5",
            "ANSIBLE_NOCOLOR": "1",
        }
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [
                    "ansible-playbook", "-i", inventory, "-l", router, PLANS / f"{plan}.yml",
                    "-e", json.dumps({**_STYLES[style], **variables}),
                ],
                env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip

    @property
    def over(self) -> bool:
        return self._process.poll() is not None

    @property
    def output(self) -> str:
        """What Ansible printed so far, every white space as one blank."""
        return " ".join(self._log.read_text(errors="replace").split())

    def wait(self, seconds: float) -> int | None:
        """Its exit status, None when it has not ended in that time."""
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def kill(self) -> None:
        """End it with all its children, also those that keep connections, as by a power cut."""
        self.killed = not self.over
        # What forks while we look is found by looking again.
        while found := self._processes():
            for pid in found:
                _send(pid, signal.SIGKILL)
            self._process.poll()
            time.sleep(0.01)
        self._process.wait()

    def kill_ssh(self) -> int:
        """End its connections only; how many programs that were."""
        found = [pid for pid in self._processes() if _program(pid) in {"ssh", "sshpass"}]
        for pid in found:
            _send(pid, signal.SIGKILL)
        return len(found)

    def hold(self) -> None:
        """Stop it where it is; returns when all of it stands still."""
        while moving := [pid for pid, state in self._processes().items() if state != "T"]:
            for pid in moving:
                _send(pid, signal.SIGSTOP)
            time.sleep(0.002)

    def go_on(self) -> None:
        for pid in self._processes():
            _send(pid, signal.SIGCONT)

    def clean(self) -> None:
        """Leave nothing of it behind."""
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _processes(self) -> dict[int, str]:
        """The number and the state (proc(5)) of everything that belongs to the run and lives."""
        mark = f"{_MARK}={self._token}".encode()
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                words = (folder / "environ").read_bytes().split(b"\0")
                state = (folder / "stat").read_text().rpartition(") ")[2][0]
            except OSError:
                continue
            if mark in words and state != "Z":
                found[int(folder.name)] = state
        return found


def _send(pid: int, what: signal.Signals) -> None:
    try:
        os.kill(pid, what)
    except ProcessLookupError:
        return


def _program(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""
