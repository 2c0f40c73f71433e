# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A test router whose programs are compared with recorded answers of the genuine ones."""

from __future__ import annotations

import io
import json
import os
import subprocess
import tarfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.engine import Engine

HERE = Path(__file__).resolve().parent
ANSWERS = HERE / "answers"
BUILD = HERE.parent / "router" / "build"
BOOT_SECONDS = 60

# Runs every case in its own directory of /tmp/cases: `script` with `stdin`, in a shell of its own,
# after laying `config` over an empty /etc/config where the case brings one.
DRIVER = """
for case in /tmp/cases/*; do
    if [ -d "$case/config" ]; then
        rm -rf /etc/config /tmp/.uci
        cp -r "$case/config" /etc/config
    fi
    cd /tmp
    sh -c "$(cat "$case/script")" < "$case/stdin" > "$case/stdout" 2> "$case/stderr"
    echo $? > "$case/rc"
    [ -d "$case/config" ] && cp -r /etc/config "$case/after"
done
tar -C /tmp/cases -cf - .
"""


@dataclass(frozen=True)
class Case:
    """One command line for a router's shell; `config` are the files of /etc/config, by name."""

    script: str
    stdin: str = ""
    config: dict[str, str] | None = None


@dataclass(frozen=True)
class Outcome:
    """What came of a case: exit status, output, and the files of /etc/config afterwards."""

    rc: int
    stdout: str
    stderr: str
    config: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Router:
    """A running stand-in."""

    engine: Engine
    name: str

    def shell(self, script: str, timeout: float = 60) -> str:
        """Standard output of a script, which must succeed."""
        done = subprocess.run(
            [self.engine.program, "exec", "-i", self.name, "sh"],
            input=script, capture_output=True, text=True, timeout=timeout, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{script}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def answers(self, script: str) -> bool:
        """Whether a script succeeds."""
        command = [self.engine.program, "exec", self.name, "sh", "-c", script]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0

    def wait_for(self, script: str, seconds: float) -> bool:
        """Whether a script succeeds within a time."""
        deadline = time.monotonic() + seconds
        while not self.answers(script):
            if time.monotonic() > deadline:
                return False
            time.sleep(0.5)
        return True

    def run(self, cases: Sequence[Case]) -> list[Outcome]:
        """Run cases one after the other, in one round trip."""
        load = [self.engine.program, "exec", "-i", self.name, "sh", "-c"]
        unpack = "rm -rf /tmp/cases; mkdir /tmp/cases; tar -C /tmp/cases -xf -"
        subprocess.run([*load, unpack], input=_packed(cases), check=True)
        done = subprocess.run([*load, DRIVER], capture_output=True, check=True, timeout=300)
        return _unpacked(done.stdout, len(cases))

    def run_one(self, script: str) -> Outcome:
        """One command line, with what came of it."""
        return self.run([Case(script)])[0]


def _packed(cases: Sequence[Case]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for number, case in enumerate(cases):
            folder = f"{number:04}"
            files = {f"{folder}/script": case.script, f"{folder}/stdin": case.stdin}
            if case.config is not None:
                entry = tarfile.TarInfo(f"{folder}/config")
                entry.type, entry.mode = tarfile.DIRTYPE, 0o755
                tar.addfile(entry)
                files |= {f"{folder}/config/{name}": text for name, text in case.config.items()}
            for name, text in files.items():
                entry = tarfile.TarInfo(name)
                entry.size = len(text.encode())
                tar.addfile(entry, io.BytesIO(text.encode()))
    return buffer.getvalue()


def _unpacked(archive: bytes, count: int) -> list[Outcome]:
    files: dict[str, str] = {}
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        for entry in tar:
            content = tar.extractfile(entry) if entry.isfile() else None
            if content is not None:
                files[entry.name.removeprefix("./")] = content.read().decode()
    outcomes = []
    for number in range(count):
        folder = f"{number:04}"
        after = f"{folder}/after/"
        outcomes.append(
            Outcome(
                rc=int(files[f"{folder}/rc"]),
                stdout=files[f"{folder}/stdout"],
                stderr=files[f"{folder}/stderr"],
                config={
                    name.removeprefix(after): text
                    for name, text in files.items()
                    if name.startswith(after)
                },
            )
        )
    return outcomes


@contextmanager
def running(purpose: str, *arguments: str, release: str = "24.10") -> Iterator[Router]:
    """A router that has booted; `arguments` are further ones of `run`."""
    engine = Engine.find()
    image = _image(engine, release)
    router = Router(engine, f"conformance-router-{purpose}")
    engine.remove(router.name)
    try:
        engine.run(
            [
                "--name", router.name,
                "--cap-add=NET_ADMIN", "--cap-add=NET_RAW", "--cap-add=SYS_BOOT",
                *arguments,
                image,
            ]
        )  # fmt: skip
        # The last service to start is the one that has run when the boot is over.
        booted = "ubus call network.interface.lan status && ! pgrep -f '/etc/[r]c.d/S'"
        assert router.wait_for(booted, BOOT_SECONDS), engine.log(router.name, 20)
        yield router
    finally:
        engine.remove(router.name)


def _image(engine: Engine, release: str) -> str:
    done = subprocess.run(
        [str(BUILD), release],
        env={**os.environ, "CONTAINER_ENGINE": engine.program},
        stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    return done.stdout.strip()


def recorded(name: str) -> list[dict[str, Any]]:
    """What genuine programs answered: the cases of answers/NAME.json."""
    cases: list[dict[str, Any]] = json.loads((ANSWERS / f"{name}.json").read_text())
    return cases
