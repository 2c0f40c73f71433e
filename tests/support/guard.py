# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The guard on this machine: its flash, RAM and boot link are folders of a test."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ansible_collections.fleet.openwrt.plugins.plugin_utils.guard import calls

SHELLS = ("sh", "busybox")
"""The shell of this machine with its programs, and BusyBox with its own."""

# What a test has no use for: the log of this machine, waiting, flushing, a daemon.
_STUBS = {
    "logger": 'echo "$*" >>"$FLEET_TEST/log"',
    "sleep": "exit 0",
    "sync": "exit 0",
    "start-stop-daemon": (
        'while [ "$1" != -p ]; do shift; done\necho "$FLEET_TEST_PID" >"$2"\n'
        'while [ "$1" != -- ]; do shift; done\nshift\necho "$*" >>"$FLEET_TEST/daemons"'
    ),
}


@dataclass(frozen=True)
class Entry:
    """What stands at one path; of a folder and of a link the content is empty or its target."""

    kind: str
    mode: str
    owner: tuple[int, int]
    content: bytes = b""


def picture(folder: Path) -> dict[str, Entry]:
    """Everything below a folder, itself included, by path relative to it."""
    found = {".": _entry(folder)}
    for parent, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = Path(parent, name)
            found[str(path.relative_to(folder))] = _entry(path)
    return found


def _entry(path: Path) -> Entry:
    seen = path.lstat()
    mode, owner = f"{stat.S_IMODE(seen.st_mode):04o}", (seen.st_uid, seen.st_gid)
    if stat.S_ISLNK(seen.st_mode):
        return Entry("link", "", owner, os.fsencode(path.readlink()))
    if stat.S_ISDIR(seen.st_mode):
        return Entry("folder", mode, owner)
    return Entry("file", mode, owner, path.read_bytes())


@dataclass(frozen=True)
class Ended:
    """How a call of the guard ended."""

    status: int
    stdout: str
    stderr: str

    @property
    def fields(self) -> dict[str, str]:
        """The lines of `guard status`."""
        lines = (line.partition("=") for line in self.stdout.splitlines())
        return {key: value for key, _equals, value in lines}


@dataclass
class Sandbox:
    """`disk` is what outlives a power cut: `etc`, and the guard's home on flash."""

    root: Path
    shell: str = "sh"
    env: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for each in (self.etc, self.boot.parent, self.home.parent, self.bin):
            each.mkdir(parents=True, exist_ok=True)
        for folder in (self.disk, self.etc, self.boot.parent, self.home.parent):
            folder.chmod(0o755)
        for name, text in _STUBS.items():
            self.stub(name, text)
        if self.shell == "busybox":
            self._install_applets()
        self.program.write_text(calls._PROGRAM, encoding="utf-8")
        self.program.chmod(0o600)
        self.env = {
            **os.environ,
            # As on a router, where nobody sets one.
            "LC_ALL": "C",
            "PATH": f"{self.bin}:{os.environ['PATH']}",
            "FLEET_GUARD_FLASH": str(self.home),
            "FLEET_GUARD_RAM": str(self.ram),
            "FLEET_GUARD_BOOT": str(self.boot),
            "FLEET_SIM_MEMORY": str(self.etc / "fleet-sim"),
            "FLEET_TEST": str(self.root),
            "FLEET_TEST_PID": str(os.getpid()),
            **self.env,
        }

    @property
    def disk(self) -> Path:
        return self.root / "disk"

    @property
    def etc(self) -> Path:
        return self.disk / "etc"

    @property
    def home(self) -> Path:
        return self.disk / "lib/fleet-guard"

    @property
    def boot(self) -> Path:
        return self.etc / "rc.d/S00fleet-guard"

    @property
    def ram(self) -> Path:
        return self.root / "ram"

    @property
    def bin(self) -> Path:
        return self.root / "bin"

    @property
    def program(self) -> Path:
        return self.root / "guard"

    def stub(self, name: str, text: str) -> None:
        """Put a program of the test in the place of one of the machine."""
        stub = self.bin / name
        stub.unlink(missing_ok=True)
        stub.write_text(f"#!/bin/sh\n{text}\n")
        stub.chmod(0o755)

    def _install_applets(self) -> None:
        busybox = shutil.which("busybox")
        assert busybox
        names = subprocess.run([busybox, "--list"], capture_output=True, text=True, check=True)
        for name in names.stdout.split():
            if not (self.bin / name).exists():
                (self.bin / name).symlink_to(busybox)

    def guard(self, *words: str, env: Mapping[str, str] | None = None) -> Ended:
        """Call the guard as a script on the router does."""
        return self.run(str(self.program), *words, env=env)

    def run(self, program: str, *words: str, env: Mapping[str, str] | None = None) -> Ended:
        shell = shutil.which("sh", path=self.env["PATH"])
        assert shell
        done = subprocess.run(
            [shell, program, *words],
            env={**self.env, **(env or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=60,
        )
        return Ended(
            done.returncode,
            done.stdout.decode("utf-8", "surrogateescape"),
            done.stderr.decode("utf-8", "surrogateescape"),
        )

    def open(self, *paths: str, name: str = "t1", **texts: str) -> Ended:
        return self._start("open", name, paths, texts)

    def extend(self, *paths: str, name: str = "t1", **texts: str) -> Ended:
        return self._start("extend", name, paths, texts)

    def _start(self, act: str, name: str, paths: tuple[str, ...], texts: dict[str, str]) -> Ended:
        what = (texts.get(key, "") for key in ("before", "after", "packages"))
        return self.guard(act, name, str(os.getpid()), "120", "300", "a test", *what, *paths)

    def reboot(self) -> Ended | None:
        """What procd does with the boot link; None when there is none that it could start."""
        shutil.rmtree(self.ram, ignore_errors=True)
        if not os.access(self.boot, os.X_OK):
            return None
        return self.run(str(self.boot), "boot")

    def copies(self) -> list[Path]:
        """What the guard keeps of anybody's files."""
        return list(self.home.glob("saved/*"))
