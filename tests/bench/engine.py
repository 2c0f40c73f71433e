# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The container engine, podman or docker, whichever works here."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

LABEL = "fleet-openwrt-bench"
CHECKOUT_LABEL = f"{LABEL}-checkout"
CHECKOUT = str(Path(__file__).resolve().parents[2])
# Where raising limits is refused, and where podman's crun refuses a hybrid cgroup hierarchy.
LIMITS = ("--ulimit", "nofile=1024:1024", "--ulimit", "nproc=4096:4096")
PODMAN_WAYS: tuple[tuple[str, ...], ...] = ((), LIMITS, ("--runtime", "runc", *LIMITS))
DOCKER_WAYS: tuple[tuple[str, ...], ...] = ((),)


class BenchError(Exception):
    """The bench cannot do what it was asked to; the text is for the user."""


@dataclass
class Engine:
    """One engine. `way` is what it had to be told here to start a container at all."""

    program: str
    way: tuple[str, ...] | None = field(default=None)

    @classmethod
    def find(cls) -> Engine:
        """The first engine that answers; CONTAINER_ENGINE names one. Raises BenchError."""
        chosen = os.environ.get("CONTAINER_ENGINE")
        for program in [chosen] if chosen else ["podman", "docker"]:
            try:
                _run([program, "info"])
            except (BenchError, FileNotFoundError):
                continue
            return cls(program)
        raise BenchError("no container engine works here: `make engine` installs podman")

    @property
    def is_podman(self) -> bool:
        """Whether the engine understands podman's own options."""
        return self.program.endswith("podman")

    def run(self, arguments: Sequence[str]) -> None:
        """Start a container in the background. Raises BenchError."""
        ways = PODMAN_WAYS if self.is_podman else DOCKER_WAYS
        complaint = ""
        for way in ways if self.way is None else (self.way,):
            try:
                self("run", "--detach", *way, *arguments)
            except BenchError as error:
                complaint = str(error)
                self.remove(arguments[arguments.index("--name") + 1])
                continue
            self.way = way
            return
        raise BenchError(complaint)

    def __call__(self, *arguments: str, timeout: float | None = None) -> str:
        """Run one command of the engine and return its output. Raises BenchError."""
        return _run([self.program, *arguments], timeout)

    def inspect(self, name: str) -> dict[str, Any] | None:
        """What the engine knows of a container, None when there is none of that name."""
        try:
            found: list[dict[str, Any]] = json.loads(self("container", "inspect", name))
        except BenchError:
            return None
        return found[0]

    def image_config(self, image: str) -> dict[str, Any] | None:
        """The `Config` of an image in local storage, None when it is not there."""
        try:
            found: list[dict[str, Any]] = json.loads(self("image", "inspect", image))
        except BenchError:
            return None
        config: dict[str, Any] = found[0].get("Config") or {}
        return config

    def containers(self, prefix: str | None) -> list[str]:
        """Names of one fleet's containers, or of all that this checkout started, by number."""
        label = f"{CHECKOUT_LABEL}={CHECKOUT}" if prefix is None else f"{LABEL}={prefix}"
        names = self("ps", "--all", "--filter", f"label={label}", "--format", "{{.Names}}").split()
        return sorted(names, key=lambda name: (len(name), name))

    def remove(self, name: str) -> None:
        """Stop and remove a container; fine when there is none. Raises BenchError."""
        if self.inspect(name) is not None:
            # A router has nothing to save; docker does not wait anyway.
            at_once = ("--time", "0") if self.is_podman else ()
            self("rm", "--force", "--volumes", *at_once, name)

    def log(self, name: str, lines: int) -> str:
        """The last lines that a container printed, standard error included."""
        done = subprocess.run(
            [self.program, "logs", "--tail", str(lines), name],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
        )  # fmt: skip
        return done.stdout


def _run(command: list[str], timeout: float | None = None) -> str:
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=timeout,
        )
    except subprocess.TimeoutExpired as error:
        raise BenchError(f"{' '.join(command[:3])}: no end after {timeout:.0f} s") from error
    if done.returncode != 0:
        raise BenchError(f"{' '.join(command[:3])}: {done.stderr.strip()}")
    return done.stdout
