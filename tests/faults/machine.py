# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A test router as its owner sees it: looked at, put back and switched off without SSH."""

from __future__ import annotations

import errno
import io
import subprocess
import tarfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from bench import routers
from bench.engine import BenchError, Engine

from . import state
from .state import Entry, State

GUARD = f"/{state.GUARD}"
TIMER = "tmp/run/fleet-guard/timer.pid"
_BALLAST = "root/ballast"
_QUIET_SECONDS = 1.5
_BOOT_SECONDS = 30.0
# The last service to start is the one that has run when the boot is over.
_BOOTED = "ubus call network.interface.lan status && ! pgrep -f '/etc/[r]c.d/S'"


@dataclass
class Machine:
    """`hosts` is the file with the fleet's SSH host keys, `old` what a trial starts from."""

    engine: Engine
    name: str
    hosts: Path
    old: State = field(default_factory=dict)
    new: State = field(default_factory=dict)
    undisturbed: float = 0.0
    """Seconds that a run takes when nothing is in its way."""
    _pid: int = 0

    @property
    def root(self) -> Path:
        """Its file system, seen from here. Raises BenchError when it does not run."""
        if not self._pid or not Path(f"/proc/{self._pid}/root/etc").exists():
            container = self.engine.inspect(self.name)
            if container is None or not container["State"]["Running"]:
                raise BenchError(f"{self.name} does not run")
            self._pid = container["State"]["Pid"]
        return Path(f"/proc/{self._pid}/root")

    @property
    def address(self) -> str:
        container = self.engine.inspect(self.name)
        found = container and routers.address(container)
        if not found:
            raise BenchError(f"{self.name} has no address")
        return found

    def state(self) -> dict[str, Entry]:
        return state.read(self.root)

    def shell(self, script: str, *, privileged: bool = False, check: bool = True) -> str:
        """Run a script as nobody but its owner could. Raises BenchError when it must not fail."""
        options = ["--privileged"] if privileged else []
        done = subprocess.run(
            [self.engine.program, "exec", "-i", *options, self.name, "/bin/sh"],
            input=script, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        if check and done.returncode != 0:
            raise BenchError(f"{self.name}: {script}: {done.stderr}")
        return done.stdout

    def fill_flash(self, left: int) -> None:
        """Leave so many KiB of room on it."""
        with (self.root / _BALLAST).open("wb", buffering=0) as ballast:
            try:
                while True:
                    ballast.write(bytes(4096))
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise
            ballast.truncate(max(0, ballast.tell() - left * 1024))

    def empty_flash(self) -> None:
        (self.root / _BALLAST).unlink(missing_ok=True)

    def power_cut(self, *, wait: bool = False) -> None:
        """Nothing on it gets to end what it does; then it boots."""
        routers.power_cut(self.engine, self.name, self.hosts if wait else None)

    def runs(self) -> bool:
        container = self.engine.inspect(self.name)
        return container is not None and bool(container["State"]["Running"])

    def wait_until_up(self) -> None:
        """Until the boot is over. Raises BenchError."""
        self.wait_for(lambda: self.answers(_BOOTED), _BOOT_SECONDS, "boot")

    def answers(self, script: str) -> bool:
        command = [self.engine.program, "exec", self.name, "/bin/sh", "-c", script]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0

    def is_free(self) -> bool:
        """Whether no transaction is open. Raises BenchError."""
        return not state.left_by_guard(self.root)

    def busy(self) -> str:
        """What has still to come to an end, empty when nothing has."""
        try:
            root = self.root
            left = state.left_by_guard(root)
            if left:
                return f"{GUARD} holds {', '.join(left)}"
            timer = root / TIMER
            pid = timer.read_text().strip() if timer.exists() else ""
            if pid and (root / "proc" / pid).exists():
                return "the guard's timer runs"
            return "a script of the collection runs" if self.scripts() else ""
        except (OSError, BenchError) as error:
            return f"it cannot be looked at: {error}"

    def scripts(self) -> int:
        """How many scripts of the collection run. Raises BenchError."""
        count = 0
        for folder in (self.root / "proc").glob("[0-9]*"):
            with suppress(OSError):
                count += (folder / "cmdline").read_bytes() == b"/bin/sh\0-s\0"
        return count

    def settle(self, seconds: float) -> str:
        """Wait until nothing goes on any more; says what still does after that time."""
        deadline = time.monotonic() + seconds
        quiet_since: float | None = None
        while True:
            now = time.monotonic()
            busy = self.busy()
            quiet_since = None if busy else quiet_since or now
            if quiet_since and now - quiet_since >= _QUIET_SECONDS:
                return ""
            if now > deadline:
                return busy or "it does not come to rest"
            time.sleep(0.1)

    def put_back(self) -> None:
        """To what a trial starts from, freshly booted. Raises BenchError when it is not that."""
        self.shell(f"rm -rf {GUARD} /etc/rc.d/S00fleet-guard")
        for _attempt in range(2):
            differing = state.differing(self.state(), self.old)
            if differing:
                self._lay(differing)
        self.power_cut(wait=True)
        self.wait_until_up()
        differing = state.differing(self.state(), self.old)
        if differing:
            raise BenchError(f"{self.name} cannot be put back: {', '.join(differing)}")

    def _lay(self, paths: list[str]) -> None:
        words = " ".join(f"'/{path}'" for path in reversed(paths) if path not in self.old)
        if words:
            self.shell(f"rm -rf {words}")
        wanted = {path: self.old[path] for path in paths if path in self.old}
        unpack = [self.engine.program, "exec", "-i", self.name, "tar", "-C", "/", "-xpf", "-"]
        subprocess.run(unpack, input=_packed(wanted), check=True)

    def wait_for(self, test: Callable[[], bool], seconds: float, what: str) -> None:
        deadline = time.monotonic() + seconds
        while not test():
            if time.monotonic() > deadline:
                raise BenchError(f"{self.name} does not {what} within {seconds:.0f} s")
            time.sleep(0.1)


def _packed(entries: State) -> bytes:
    kinds = {"file": tarfile.REGTYPE, "folder": tarfile.DIRTYPE, "link": tarfile.SYMTYPE}
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for path, entry in sorted(entries.items()):
            member = tarfile.TarInfo(path)
            member.type = kinds[entry.kind]
            member.mode, (member.uid, member.gid) = entry.mode, entry.owner
            if entry.kind == "link":
                member.linkname = entry.content.decode(errors="surrogateescape")
                tar.addfile(member)
            else:
                member.size = len(entry.content) if entry.kind == "file" else 0
                tar.addfile(member, io.BytesIO(entry.content))
    return buffer.getvalue()
