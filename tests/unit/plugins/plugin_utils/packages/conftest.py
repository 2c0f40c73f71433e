# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A router's package manager in a folder: our shell runs for real, the manager is played.

The paths that the shell names are moved into that folder. `opkg` is a script that notes how it was
called and then does what the test wants it to do; `apk` says what the genuine one said.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from support.recorded_apk import Said

from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.plan import Step
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.wire import (
    Answer,
    Section,
    parse,
    script,
)

MARK = "@mark"
MOVED = (
    *("/usr/lib/opkg", "/etc/opkg", "/var/opkg-lists"),
    *("/lib/apk/db", "/etc/apk", "/var/cache/apk"),
    "/etc/openwrt_release",
    "/etc/init.d",
)

# What is asked for without a network is in the world afterwards, unless apk said no.
_WORLD = """\
if [ "$1 $2 $status" = "add --no-network 0" ]; then
    shift 2
    for entry; do
        sed -i "/^${entry%%[=<>~]*}\\([=<>~].*\\)\\{0,1\\}\\$/d" "$ROOT/etc/apk/world"
        echo "$entry" >>"$ROOT/etc/apk/world"
    done
fi
"""


class Sandbox:
    """What a router has under its root folder, as far as opkg goes."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.lists = root / "var/opkg-lists"
        self.lists.mkdir(parents=True)
        (root / "bin").mkdir()
        self.write("etc/openwrt_release", "")
        self.write("etc/opkg.conf", f"dest root /\nlists_dir ext {self.lists}\n")
        self.write("etc/opkg/distfeeds.conf", "")
        self.status("")
        self.opkg("exit 0")
        # Nobody waits in a test.
        self.program("sleep", 'echo "sleep $*" >>"$ROOT/calls"')

    def write(self, path: str, text: str) -> Path:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    def program(self, name: str, body: str) -> None:
        file = self.write(f"bin/{name}", f"#!/bin/sh\nROOT={self.root}\n{body}\n")
        file.chmod(0o755)

    def opkg(self, body: str) -> None:
        """What opkg does; its arguments are noted first."""
        self.program("opkg", f'echo "opkg $*" >>"$ROOT/calls"\n{body}')

    def apk(
        self, answers: Mapping[str, Said], *, updated: Mapping[str, Said] | None = None
    ) -> None:
        """What apk says by its arguments; `updated`: what it says once it was told to update."""
        for folder, said in (("said", answers), ("updated", updated or {})):
            for arguments, answer in said.items():
                key = f"apk/{folder}/{hashlib.sha256(arguments.encode()).hexdigest()}"
                self.write(f"{key}/out", answer.stdout)
                self.write(f"{key}/err", answer.stderr)
                self.write(f"{key}/status", str(answer.status))
        self.program(
            "apk",
            'if [ "$1" = --wait ]; then shift 4; fi\n'
            'echo "apk $*" >>"$ROOT/calls"\n'
            'key=$(printf %s "$*" | sha256sum | cut -c1-64)\n'
            'for said in "$ROOT/apk/now/$key" "$ROOT/apk/said/$key"; do\n'
            '[ -d "$said" ] || continue\n'
            'cat "$said/out"; cat "$said/err" >&2; status=$(cat "$said/status")\n'
            'if [ "$1" = update ] && [ -d "$ROOT/apk/updated" ]; then\n'
            'cp -r "$ROOT/apk/updated" "$ROOT/apk/now"\nfi\n'
            f"{_WORLD}"
            'exit "$status"\ndone\n'
            'echo "nobody recorded: apk $*" >&2; exit 98',
        )

    def feeds(self, *feeds: str) -> None:
        """Configured feeds, each as `NAME URL`."""
        self.write("etc/opkg/distfeeds.conf", "".join(f"src/gz {feed}\n" for feed in feeds))

    def status(self, text: str) -> None:
        self.write("usr/lib/opkg/status", text)

    @property
    def calls(self) -> list[str]:
        file = self.root / "calls"
        return file.read_text().splitlines() if file.exists() else []

    def run(
        self, bodies: Mapping[str, str], stage: Mapping[str, str] | None = None
    ) -> Mapping[str, Answer]:
        """Run sections as on a router, stopping at the first that fails."""
        text = script(
            [Section(name, self._moved(body), stage or {}) for name, body in bodies.items()],
            mark=MARK,
            stop_at_failure=True,
        )
        done = subprocess.run(
            ["/bin/sh", "-s"],
            input=self._moved(text),
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",
            check=False,
            env={**os.environ, "PATH": f"{self.root}/bin:{os.environ['PATH']}"},
        )
        return parse(done.stdout, mark=MARK, status=done.returncode, stderr=done.stderr)

    def ask(self, body: str) -> Answer:
        return self.run({"question": body})["question"]

    def carry_out(self, step: Step) -> Answer:
        """The answer of the last part of the step that ran."""
        answers = self.run({"prepare": step.prepare, "apply": step.apply}, step.stage)
        return list(answers.values())[-1]

    def _moved(self, text: str) -> str:
        for path in MOVED:
            text = text.replace(f"{self.root}{path}", path).replace(path, f"{self.root}{path}")
        return text


@pytest.fixture
def router(tmp_path: Path) -> Sandbox:
    return Sandbox(tmp_path)
