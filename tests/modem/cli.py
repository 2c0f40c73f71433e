# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line: start a stick, talk to it, stop it."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from ipaddress import IPv4Network
from pathlib import Path

from . import control, faults
from .attach import AttachError
from .daemon import Daemon, Settings, container_pid
from .link import LinkError

STOP_SECONDS = 10.0


class StickError(Exception):
    """What the user asked for cannot be had; the text says why."""


def runtime_dir() -> Path:
    """The folder of sockets and logs, readable by its owner only."""
    base = os.environ.get("XDG_RUNTIME_DIR") if os.geteuid() != 0 else None
    folder = Path(base or "/run") / "fleet-openwrt"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def socket_path(name: str) -> Path:
    """Where the stick called `name` listens."""
    return runtime_dir() / f"{name}.sock"


def start(settings: Settings, pidfile: Path | None = None) -> None:
    """Start a stick in the background; return when its devices are there. Raises StickError."""
    _refuse_running(settings.name)
    reader, writer = os.pipe()
    if os.fork() == 0:
        os.close(reader)
        _become_daemon(runtime_dir() / f"{settings.name}.log", keep=writer)
        _serve(settings, lambda text: _report(writer, text))
    os.close(writer)
    with os.fdopen(reader, "rb") as reports:
        outcome = reports.read().decode()
    if not outcome.isdigit():
        raise StickError(outcome or f"it ended; see {runtime_dir() / (settings.name + '.log')}")
    if pidfile is not None:
        pidfile.write_text(f"{outcome}\n")


def stop(name: str) -> None:
    """Stop a stick and wait until its devices have gone; fine when none runs."""
    path = socket_path(name)
    try:
        control.ask(path, "stop")
    except control.ControlError:
        path.unlink(missing_ok=True)
        path.with_suffix(".log").unlink(missing_ok=True)
        return
    deadline = time.monotonic() + STOP_SECONDS
    while path.exists():
        if time.monotonic() > deadline:
            raise StickError(f"{name} does not stop within {STOP_SECONDS:.0f} s")
        time.sleep(0.05)


def _refuse_running(name: str) -> None:
    try:
        control.ask(socket_path(name), "state")
    except control.ControlError:
        return
    raise StickError(f"{name} runs already")


def _become_daemon(log: Path, keep: int) -> None:
    os.setsid()
    os.chdir("/")
    os.umask(0o022)
    null = os.open(os.devnull, os.O_RDWR)
    errors = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    for descriptor, source in ((0, null), (1, null), (2, errors)):
        os.dup2(source, descriptor)
    # A pipe of the caller's that stayed open here would keep the caller's caller waiting.
    os.closerange(3, keep)
    os.closerange(keep + 1, 1024)


def _serve(settings: Settings, report: Callable[[str], None]) -> None:
    status = 1
    path = socket_path(settings.name)
    try:
        daemon = Daemon(settings)
        try:
            daemon.settle()
            server = control.listen(path)
            report(str(os.getpid()))
            daemon.run(server)
        finally:
            daemon.close()
        path.with_suffix(".log").unlink(missing_ok=True)
        status = 0
    except (AttachError, LinkError, faults.UnknownFaultError, OSError) as error:
        traceback.print_exc()
        report(f"{settings.name}: {error}")
    finally:
        path.unlink(missing_ok=True)
        sys.stderr.flush()
        os._exit(status)


def _report(writer: int, text: str) -> None:
    """Tell the starter how it went; it listens for the first report only."""
    try:
        os.write(writer, text.encode())
        os.close(writer)
    except OSError:
        return


def _settings(options: argparse.Namespace) -> Settings:
    pid = options.pid or container_pid(options.engine, options.container)
    if pid is None:
        raise StickError(f"no container {options.container} runs")
    return Settings(
        name=options.name,
        pid=pid,
        tty=options.tty,
        netdev=options.netdev,
        subnet=options.subnet,
        settle=options.settle,
        faults=options.fault,
        engine=options.engine,
        container=options.container,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="stick", description=__doc__)
    acts = parser.add_subparsers(dest="act", required=True)
    starting = acts.add_parser("start", help="plug a stick into a running container")
    router = starting.add_mutually_exclusive_group(required=True)
    router.add_argument("--pid", type=int, help="first process of the container")
    router.add_argument("--container", help="its name; the stick then survives its restarts")
    starting.add_argument("--engine", default=shutil.which("podman") or "docker")
    starting.add_argument("--name", required=True, help="name of the stick")
    starting.add_argument("--tty", default="/dev/ttyUSB0")
    starting.add_argument("--netdev", default="wwan0")
    starting.add_argument("--subnet", type=IPv4Network, default="100.64.0.0/24")
    starting.add_argument("--settle", type=float, default=0.0, metavar="SECONDS")
    starting.add_argument("--fault", action="append", default=[], help=", ".join(faults.names()))
    starting.add_argument("--pidfile", type=Path)
    talking = acts.add_parser("ctl", help="talk to a running stick")
    talking.add_argument("name")
    talking.add_argument("request", choices=("state", "fault", "forget"))
    talking.add_argument("value", nargs="*")
    stopping = acts.add_parser("stop", help="unplug it and clean up")
    stopping.add_argument("name")
    return parser


def _talk(options: argparse.Namespace) -> None:
    reply = control.ask(socket_path(options.name), options.request, *options.value[:1])
    for value in options.value[1:]:
        reply = control.ask(socket_path(options.name), options.request, value)
    if options.request == "state":
        print(json.dumps(reply, indent=2))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 when it was done, 1 with the reason on standard error."""
    options = _parser().parse_args(arguments)
    try:
        if options.act == "start":
            start(_settings(options), options.pidfile)
        elif options.act == "ctl":
            _talk(options)
        else:
            stop(options.name)
    except (StickError, control.ControlError) as error:
        print(f"stick: {error}", file=sys.stderr)
        return 1
    return 0
