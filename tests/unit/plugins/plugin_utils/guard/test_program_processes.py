# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A slow router takes 25 ms to start a process, and boots without network and SSH meanwhile."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from support.guard import Sandbox, picture

from ansible_collections.fleet.openwrt.plugins.plugin_utils.shell import quote

_UNSHARE = ["unshare", *([] if os.geteuid() == 0 else ["--user", "--map-root-user"]), "--pid"]
ENTRIES = 177
"""As many as /etc of a fresh router has."""


@pytest.fixture(autouse=True)
def pid_namespace() -> None:
    if (
        not shutil.which("unshare")
        or subprocess.run([*_UNSHARE, "--fork", "true"], check=False).returncode
    ):
        pytest.skip("this machine gives no process its own numbers")


@pytest.fixture
def etc(sandbox: Sandbox) -> Path:
    for number in range(ENTRIES // 3):
        folder = sandbox.etc / f"folder{number % 6}"
        folder.mkdir(exist_ok=True)
        (folder / f"file{number}").write_text(f"content {number}\n")
        (folder / f"secret{number}").write_text(f"secret {number}\n")
        (folder / f"secret{number}").chmod(0o600)
        (folder / f"link{number}").symlink_to(f"file{number}")
    return sandbox.etc


def processes(sandbox: Sandbox, *words: str) -> int:
    """How many processes a call of the guard starts, itself included.

    In a namespace of its own each process has the number after that of the one before.
    """
    count = sandbox.root / "count"
    call = " ".join(map(quote, ("sh", *words)))
    script = f"{call}\nstatus=$?\nsh -c 'echo $$' >{quote(str(count))}\nexit $status"
    done = subprocess.run(
        [*_UNSHARE, "--fork", "sh", "-c", script],
        # There the shell that waits is the only process that is sure to live.
        env={**sandbox.env, "FLEET_TEST_PID": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return int(count.read_text()) - 2


def boot(sandbox: Sandbox) -> int:
    shutil.rmtree(sandbox.ram, ignore_errors=True)
    return processes(sandbox, str(sandbox.boot), "boot")


def test_a_rollback_at_boot_starts_few_processes_where_little_differs(
    sandbox: Sandbox, etc: Path
) -> None:
    before = picture(etc)
    assert sandbox.open(f"{etc}/").status == 0
    (etc / "folder1/file1").write_text("new\n")
    (etc / "folder2/secret2").chmod(0o644)
    (etc / "folder3/added").write_text("new\n")
    (etc / "folder4/link4").unlink()
    assert boot(sandbox) < 100
    assert picture(etc) == before


def test_a_rollback_at_boot_of_what_did_not_change_starts_fewer(
    sandbox: Sandbox, etc: Path
) -> None:
    before = picture(etc)
    assert sandbox.open(f"{etc}/").status == 0
    assert boot(sandbox) < 70
    assert picture(etc) == before


def test_each_file_of_many_costs_a_few_processes(sandbox: Sandbox, etc: Path) -> None:
    paths = [str(path) for path in sorted(etc.glob("folder*/file*"))]
    words = ("1", "120", "300", "a test", "one", "two", "three", *paths)
    assert processes(sandbox, str(sandbox.program), "open", "t1", *words) < 10 * len(paths)
    assert boot(sandbox) < 4 * len(paths)
