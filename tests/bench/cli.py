# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line: start a fleet, stop it, list it, cut a router's power."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from modem.cli import runtime_dir

from . import image, inventory, kernel, routers
from .engine import BenchError, Engine

AT_ONCE = 8
PREFIX = re.compile(r"[a-z][a-z0-9-]*")
SIZE = re.compile(r"[1-9][0-9]*[km]")


def up(options: argparse.Namespace, stick_arguments: Sequence[str]) -> None:
    """Start `count` routers, each with a stick, and write the inventory. Raises BenchError."""
    engine = Engine.find()
    chosen = image.choose(engine)
    hosts = kept(options.prefix, "hosts")
    hosts.parent.mkdir(mode=0o700, exist_ok=True)
    fleet = routers.Fleet(engine, chosen, options.prefix, hosts, options.flash)
    # Routers that start afresh have new host keys at old addresses.
    fleet.known_hosts.unlink(missing_ok=True)
    names = [f"{options.prefix}-{number}" for number in range(1, options.count + 1)]
    _remember_kernel(options, fleet)

    def one(number: int) -> str:
        name = names[number - 1]
        address = routers.start(fleet, name)
        if options.modem:
            routers.plug(fleet, name, routers.subnet(number), options.tty, stick_arguments)
        return address

    # The first alone: it finds out how this engine wants to be told.
    with ThreadPoolExecutor(AT_ONCE) as pool:
        futures = []
        for number in range(1, options.count + 1):
            futures.append(pool.submit(one, number))
            if engine.way is None:
                futures[0].exception()
        addresses = _gather(names, futures)
    _restore_kernel(options.prefix)
    if options.inventory is not None:
        options.inventory.parent.mkdir(parents=True, exist_ok=True)
        options.inventory.write_text(inventory.text(addresses, fleet.known_hosts))
    for name, address in addresses.items():
        print(f"{name}\t{address}")


def down(options: argparse.Namespace) -> None:
    """Stop and remove a fleet, or all of this checkout; fine when there is none.

    Raises BenchError.
    """
    engine = Engine.find()
    names = engine.containers(options.prefix)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(lambda name: routers.remove(engine, name), names))
    prefixes = {options.prefix} if options.prefix else {name.rpartition("-")[0] for name in names}
    for prefix in sorted(prefixes):
        _restore_kernel(prefix)
        _forget(prefix)


def _forget(prefix: str) -> None:
    folder = kept(prefix, "hosts").parent
    if folder.exists():
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()


def show(options: argparse.Namespace) -> None:
    """Print name, address and stick of every router. Raises BenchError."""
    engine = Engine.find()
    for name in engine.containers(options.prefix):
        container = engine.inspect(name)
        address = routers.address(container) if container is not None else None
        stick = "stick" if routers.stick_runs(name) else "no stick"
        print(f"{name}\t{address or '-'}\t{stick}")


def power_cut(options: argparse.Namespace) -> None:
    """Take a router's power away and give it back. Raises BenchError."""
    hosts = kept(options.name.rpartition("-")[0], "hosts") if options.wait else None
    routers.power_cut(Engine.find(), options.name, hosts)


def _gather(names: Sequence[str], futures: Sequence[Future[str]]) -> dict[str, str]:
    failures = [str(error) for error in (each.exception() for each in futures) if error]
    if failures:
        raise BenchError("\n".join(failures))
    return {name: future.result() for name, future in zip(names, futures, strict=True)}


def kept(prefix: str, name: str) -> Path:
    """A file of one fleet's that lives as long as the fleet: `hosts` has its SSH host keys."""
    return runtime_dir() / f"{prefix}.bench" / name


def _remember_kernel(options: argparse.Namespace, fleet: routers.Fleet) -> None:
    settings = kept(options.prefix, "kernel.json")
    if fleet.image.writes_kernel_settings and not settings.exists():
        settings.write_text(json.dumps(kernel.read()))


def _restore_kernel(prefix: str) -> None:
    settings = kept(prefix, "kernel.json")
    if settings.exists():
        kernel.restore(json.loads(settings.read_text()))


def _prefix(value: str) -> str:
    if not PREFIX.fullmatch(value):
        raise argparse.ArgumentTypeError("lower-case letters, digits and hyphens")
    return value


def _size(value: str) -> str:
    if not SIZE.fullmatch(value):
        raise argparse.ArgumentTypeError("a number of kilobytes or megabytes: 900k, 6m")
    return value


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="fleet", description=__doc__)
    acts = parser.add_subparsers(dest="act", required=True)
    starting = acts.add_parser("up", help="start routers; what follows -- goes to the sticks")
    starting.add_argument("--count", type=int, default=1)
    starting.add_argument("--prefix", type=_prefix, default="router")
    starting.add_argument("--inventory", type=Path, help="where to write the inventory")
    starting.add_argument("--modem", action=argparse.BooleanOptionalAction, default=True)
    starting.add_argument("--tty", default="/dev/ttyUSB0")
    starting.add_argument("--flash", type=_size, metavar="SIZE", help="so much flash each, as 6m")
    cutting = acts.add_parser("power-cut", help="take a router's power away and give it back")
    cutting.add_argument("name")
    cutting.add_argument(
        "--wait", action=argparse.BooleanOptionalAction, default=True, help="until root can log in"
    )
    for act, text in (("down", "stop a fleet, or all of this checkout"), ("list", "list them")):
        acts.add_parser(act, help=text).add_argument("--prefix", type=_prefix)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 when it was done, 1 with the reason on standard error."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    cut = given.index("--") if "--" in given else len(given)
    options = _parser().parse_args(given[:cut])
    try:
        if options.act == "up":
            up(options, given[cut + 1 :])
        elif options.act == "down":
            down(options)
        elif options.act == "power-cut":
            power_cut(options)
        else:
            show(options)
    except BenchError as error:
        print(f"fleet: {error}", file=sys.stderr)
        return 1
    return 0
