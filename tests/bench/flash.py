# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A flash of limited size for a router: all of its / is one overlay, as on a real one.

What the router writes goes to a small file system of the host's, which the router sees as /overlay
and which outlives its power cuts; below it is the image. `df /` and `df /overlay` tell the truth.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

from modem.cli import runtime_dir

from .engine import BenchError, Engine
from .image import Image


def make(engine: Engine, image: Image, name: str, size: str) -> list[str]:
    """Make a flash for router `name`; return what `run` needs to boot from it.

    Raises BenchError, also where the engine is not podman: docker starts images only.
    """
    if not engine.is_podman:
        raise BenchError("a flash of limited size needs podman")
    config = engine.image_config(image.name) or {}
    folder = _folder(name)
    upper, root = folder / "flash", folder / "root"
    for path in (upper, root):
        path.mkdir(parents=True, exist_ok=True)
    _mount("tmpfs", upper, f"size={size},mode=755")
    for path in (upper / "upper", upper / "work"):
        path.mkdir()
    below = engine("image", "mount", image.name).strip()
    _mount("overlay", root, f"lowerdir={below},upperdir={upper}/upper,workdir={upper}/work")
    # The overlay holds on to what it was made of.
    engine("image", "unmount", image.name)
    command = image.command or (*(config.get("Entrypoint") or ()), *(config.get("Cmd") or ()))
    environment = [word for each in config.get("Env") or () for word in ("--env", each)]
    return [
        *image.arguments, *environment, "--volume", f"{upper}:/overlay",
        "--rootfs", str(root), *(command or ("/sbin/init",)),
    ]  # fmt: skip


def remove(name: str) -> None:
    """Take a router's flash away; fine when it has none. Raises BenchError."""
    folder = _folder(name)
    for path in (folder / "root", folder / "flash"):
        if path.is_mount():
            _run("umount", str(path))
        if path.exists():
            path.rmdir()
    if folder.exists():
        folder.rmdir()


def _folder(name: str) -> Path:
    return runtime_dir() / f"{name}.flash"


def _mount(kind: str, where: Path, options: str) -> None:
    _run("mount", "-t", kind, "-o", options, "flash", str(where))


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BenchError(f"{' '.join(command[:3])}: {done.stderr.strip()}")
