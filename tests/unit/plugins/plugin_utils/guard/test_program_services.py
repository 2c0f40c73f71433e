# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Services take up what the guard has put back before anything else is changed."""

from __future__ import annotations

import json
import subprocess

import pytest
from support.guard import Sandbox


@pytest.mark.parametrize("job", ["after", "packages"])
def test_a_transaction_waits_for_the_services_of_the_last_one(sandbox: Sandbox, job: str) -> None:
    sandbox.ram.mkdir()
    (sandbox.ram / job).write_text("what is being run\n")
    # The third second sees the end of it.
    sandbox.stub(
        "sleep",
        'echo x >>"$FLEET_TEST/slept"\n'
        f'[ "$(wc -l <"$FLEET_TEST/slept")" -lt 3 ] || rm "{sandbox.ram / job}"',
    )
    assert sandbox.open(str(sandbox.etc / "hosts")).status == 0
    assert (sandbox.root / "slept").read_text().count("x") >= 3


def test_procd_looks_after_the_timer_where_there_is_one(sandbox: Sandbox) -> None:
    sandbox.stub(
        "ubus",
        'printf "%s\\n" "$*" >>"$FLEET_TEST/ubus"\n'
        f'case "$*" in *" set "*) echo "$FLEET_TEST_PID" >"{sandbox.ram}/timer.pid" ;; esac',
    )
    assert sandbox.open(str(sandbox.etc / "hosts")).status == 0
    assert not (sandbox.root / "daemons").exists()
    words, message = (sandbox.root / "ubus").read_text().split(" set ", 1)
    assert words == "-t 10 call service"
    timer = json.loads(message)["instances"]["timer"]
    # Started again after a second, as often as it takes.
    assert timer["respawn"][1:] == ["1", "0"]
    shell, option, script, *rest = timer["command"]
    assert (shell, option, rest) == ("/bin/sh", "-c", [f"{sandbox.home}/guard", "t1"])
    assert sandbox.guard("applied", "t1", "60").status == 0
    assert sandbox.guard("confirm", "t1").status == 0
    forget = json.loads((sandbox.root / "ubus").read_text().rsplit(" delete ", 1)[1])
    assert forget == {"name": "fleet-guard"}
    # A timer that is left over has no program any more, and is forgotten as well.
    (sandbox.root / "ubus").unlink()
    done = subprocess.run(["sh", option, script, *rest], env=sandbox.env, check=False)
    assert done.returncode == 0
    assert json.loads((sandbox.root / "ubus").read_text().rsplit(" delete ", 1)[1]) == forget


def test_a_daemon_is_the_timer_where_procd_does_not_answer(sandbox: Sandbox) -> None:
    sandbox.stub("ubus", "exit 4")
    assert sandbox.open(str(sandbox.etc / "hosts")).status == 0
    assert (sandbox.root / "daemons").read_text() == f"{sandbox.home}/guard timer t1\n"


def test_a_service_that_hangs_does_not_keep_others_waiting_for_ever(sandbox: Sandbox) -> None:
    sandbox.ram.mkdir()
    (sandbox.ram / "after").write_text("what never ends\n")
    sandbox.stub("sleep", 'echo x >>"$FLEET_TEST/slept"')
    assert sandbox.open(str(sandbox.etc / "hosts")).status == 0
    assert (sandbox.root / "slept").read_text().count("x") == 60
