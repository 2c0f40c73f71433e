# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which image a test router runs, and how a container of it is started."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .engine import BenchError, Engine

OFFICIAL = "ghcr.io/openwrt/rootfs:x86-64-24.10.4"
STAND_IN = "localhost/fleet-openwrt-router"
BUILD = Path(__file__).resolve().parent.parent / "router" / "build"
WRAPPER = Path(__file__).with_name("boot.sh")
PULL_SECONDS = 20.0
CAPABILITIES = ("--cap-add=NET_ADMIN", "--cap-add=NET_RAW", "--cap-add=SYS_BOOT")


@dataclass(frozen=True)
class Image:
    """An image, the arguments of `run` that it needs, and the command that boots it."""

    name: str
    arguments: tuple[str, ...]
    command: tuple[str, ...]
    writes_kernel_settings: bool


def choose(engine: Engine) -> Image:
    """OPENWRT_IMAGE, or the stand-in of OPENWRT_VARIANT, or the official image where it can be had,
    or the stand-in.

    Raises BenchError.
    """
    name = os.environ.get("OPENWRT_IMAGE")
    if name:
        if engine.image_config(name) is None:
            engine("pull", name)
        return describe(engine, name)
    variant = os.environ.get("OPENWRT_VARIANT")
    if variant:
        return describe(engine, _built(engine, variant))
    if engine.image_config(OFFICIAL) is not None or _pulled(engine):
        return describe(engine, OFFICIAL)
    return describe(engine, _built(engine))


def describe(engine: Engine, name: str) -> Image:
    """How to start an image. Raises BenchError when it is not in local storage.

    A genuine OpenWrt writes sysctls while it boots and needs /proc/sys writable for that; its
    netifd would take the engine's uplink into br-lan, hence the wrapper.
    """
    config = engine.image_config(name)
    if config is None:
        raise BenchError(f"image {name} is not there")
    if name.startswith(STAND_IN):
        return Image(name, CAPABILITIES, (), writes_kernel_settings=False)
    command = [*(config.get("Entrypoint") or []), *(config.get("Cmd") or [])]
    unmask = "unmask=/proc/sys" if engine.is_podman else "systempaths=unconfined"
    return Image(
        name,
        (*CAPABILITIES, "--security-opt", unmask),
        ("/bin/sh", "-c", WRAPPER.read_text()) if command in ([], ["/sbin/init"]) else (),
        writes_kernel_settings=True,
    )


def _pulled(engine: Engine) -> bool:
    try:
        engine("pull", "--quiet", OFFICIAL, timeout=PULL_SECONDS)
    except BenchError:
        return False
    return True


def _built(engine: Engine, *variant: str) -> str:
    done = subprocess.run(
        [str(BUILD), *variant],
        env={**os.environ, "CONTAINER_ENGINE": engine.program},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode != 0 or not done.stdout.strip():
        raise BenchError(f"{BUILD} failed")
    return done.stdout.split()[-1]
