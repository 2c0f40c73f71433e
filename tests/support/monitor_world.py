# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A router that is made of files and small programs, for the scripts of the role ncm_monitor."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
FILES = ROOT / "roles/ncm_monitor/files"
SIM = ROOT / "plugins/plugin_utils/sim/program"
START = ROOT / "plugins/plugin_utils/netifd/program/start.sh"
STUBS = Path(__file__).parent / "monitor_stubs"
APPLETS = ROOT / "tests/router/busybox-applets"
HELPERS = {"act", "at.sh", "jsonfilter.py"}
ACTS = ("ifup", "ifdown", "reboot", "sync")
BUSYBOX = shutil.which("busybox") or "busybox"
PORT = "/dev/null"
"""A character device that every machine has."""

PARENT: dict[str, Any] = {
    "up": True,
    "pending": False,
    "available": True,
    "autostart": True,
    "uptime": 500,
    "l3_device": "wwan0",
    "proto": "ncm",
    "data": {"manufacturer": "huawei"},
}
CHILD: dict[str, Any] = {
    "up": True,
    "l3_device": "wwan0",
    "proto": "dhcp",
    "ipv4-address": [{"address": "100.64.0.2", "mask": 24}],
    "route": [{"target": "0.0.0.0", "mask": 0}, {"target": "100.64.0.0", "mask": 24}],
}
REVIVED = [
    "ubus network reload",
    'ubus network.interface notify_proto {"interface":"wwan","action":5,"available":true}',
    'ubus network.interface up {"interface":"wwan"}',
]
"""The start of what netifd has given up: ifup would leave it so."""
DOWN: dict[str, Any] = {"up": False, "uptime": None, "l3_device": None, "data": {}}


class World:
    """At first all is well, and the monitor looks after `wwan` with short pauses."""

    def __init__(self, home: Path) -> None:
        self.home = home
        for folder in ("bin", "lib", "ubus", "on", "run", "sys"):
            (home / folder).mkdir()
        self._programs()
        for name in ("at", "names", "switchable", "calls", "log"):
            (home / name).touch()
        self.uci: dict[str, str] = {
            "network.wwan": "interface",
            "network.wwan.proto": "ncm",
            "network.wwan.device": PORT,
            "network.wwan.apn": "internet",
            "ncm_monitor.wwan": "monitor",
            "ncm_monitor.wwan.target": "192.0.2.7 192.0.2.8",
            "ncm_monitor.wwan.retries": "2",
            "ncm_monitor.wwan.backoff": "10",
            "ncm_monitor.wwan.backoff_max": "40",
        }
        self.alive("192.0.2.7", "192.0.2.8")
        self.at_time(100_000)
        self.interface()
        self.child()

    def _programs(self) -> None:
        applets = {
            name
            for line in APPLETS.read_text(encoding="utf-8").splitlines()
            if line.startswith(("bin:", "sbin:", "usr/bin:", "usr/sbin:"))
            for name in line.partition(":")[2].split()
        }
        for name in applets:
            (self.home / "bin" / name).symlink_to(BUSYBOX)
        (self.home / "bin/flock").symlink_to(shutil.which("flock") or "flock")
        stubs = {name: name for name in os.listdir(STUBS) if name not in HELPERS}
        for name, stub in {**stubs, "ping6": "ping", **dict.fromkeys(ACTS, "act")}.items():
            program = self.home / "bin" / name
            program.unlink(missing_ok=True)
            program.symlink_to(STUBS / stub)
        jsonfilter = self.home / "bin/jsonfilter"
        # An interpreter without its site packages starts twice as fast.
        line = f'exec {sys.executable} -SE {STUBS}/jsonfilter.py "$@"'
        jsonfilter.write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
        jsonfilter.chmod(0o755)
        for path in (FILES / "lib").iterdir():
            (self.home / "lib" / path.name).symlink_to(path)
        (self.home / "lib/at.sh").symlink_to(STUBS / "at.sh")
        (self.home / "lib/start.sh").symlink_to(START)
        (self.home / "lib/sim.sh").symlink_to(SIM / "sim.sh")

    # What the router is like ------------------------------------------------------------------

    def at_time(self, uptime: int, *, clock: int = 1_700_000_000) -> None:
        (self.home / "uptime").write_text(f"{uptime}.00 0.00\n", encoding="utf-8")
        (self.home / "clock").write_text(f"{clock}\n", encoding="utf-8")

    @property
    def now(self) -> int:
        return int((self.home / "uptime").read_text(encoding="utf-8").partition(".")[0])

    def interface(self, **differs: Any) -> None:
        self._object("wwan", {**PARENT, **differs})

    def child(self, name: str = "wwan_4", **differs: Any) -> None:
        self._object(name, {**CHILD, **differs})

    def missing(self, name: str) -> None:
        (self.home / "ubus" / f"network.interface.{name}").unlink()

    def _object(self, name: str, status: dict[str, Any]) -> None:
        shown = {key: value for key, value in status.items() if value is not None}
        path = self.home / "ubus" / f"network.interface.{name}"
        path.write_text(json.dumps(shown), encoding="utf-8")

    def down(self, **differs: Any) -> None:
        """netifd has not got it up: it is at it, unless told otherwise."""
        self.interface(**{**DOWN, "pending": True, **differs})
        (self.home / "ubus/network.interface.wwan_4").unlink(missing_ok=True)

    def option(self, name: str, value: str, section: str = "ncm_monitor.wwan") -> None:
        self.uci[f"{section}.{name}"] = value

    def network(self, **options: str) -> None:
        for name, value in options.items():
            self.option(name, value, "network.wwan")

    def alive(self, *addresses: str) -> None:
        self._lines("alive", addresses)

    def names(self, *names: str) -> None:
        self._lines("names", names)

    def modem(self, *answers: str) -> None:
        self._lines("at", answers)

    def switchable(self, *lines: str) -> None:
        self._lines("switchable", lines)

    def meanwhile(self, program: str, body: str) -> None:
        """What happens in the world when a program is called."""
        path = self.home / "on" / program
        path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
        path.chmod(0o755)

    def _lines(self, name: str, lines: tuple[str, ...]) -> None:
        (self.home / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")

    # What is done with it ---------------------------------------------------------------------

    def run(self, program: str, *args: str, **env: str) -> subprocess.CompletedProcess[str]:
        self._lines("uci", tuple(f"{key} {value}" for key, value in self.uci.items()))
        return subprocess.run(
            [BUSYBOX, "ash", FILES / program, *args],
            env={
                "PATH": str(self.home / "bin"),
                "WORLD": str(self.home),
                "NCM_LIB": str(self.home / "lib"),
                "NCM_RAM": str(self.home / "run"),
                "AT_RAM": str(self.home / "run"),
                "SIM_MEMORY": str(self.home / "sim"),
                "NCM_SYS": str(self.home / "sys"),
                "NCM_UPTIME": str(self.home / "uptime"),
                "NCM_STAMP": str(self.home / "stamp"),
                "NCM_VENDORS": str(self.home / "ncm.json"),
                "NCM_INIT": str(self.home / "no-init"),
                **env,
            },
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
            start_new_session=True,
        )

    def once(self, *, after: int = 0) -> dict[str, Any]:
        """The state after one look, so many seconds after whatever was before."""
        if after:
            self.at_time(self.now + after)
        done = self.run("ncm-monitor", "once")
        assert done.returncode == 0, done
        assert done.stdout + done.stderr == ""
        return self.state()

    def state(self) -> dict[str, Any]:
        state: dict[str, Any] = json.loads((self.home / "run/wwan.json").read_text("utf-8"))
        return state

    def log(self) -> list[str]:
        return (self.home / "log").read_text(encoding="utf-8").splitlines()

    def calls(self, pattern: str = "") -> list[str]:
        lines = (self.home / "calls").read_text(encoding="utf-8").splitlines()
        return [line for line in lines if re.match(pattern, line)]

    def forget(self) -> None:
        self._lines("calls", ())
        self._lines("log", ())

    @property
    def touched(self) -> list[str]:
        """All that changes something, in order; questions left out."""
        asks = r"ping|at .* AT(\+CGMI|\+CPIN\?|\^CPIN\?|\+CPINR.*|\^SYSCFGEX\?|\+QCFG=\"\w+\")$"
        return [line for line in self.calls() if not re.match(asks, line)]
