# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs whose libc or release shows: answers of genuine builds with musl, held against ours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from conformance.stand_in import Case, Router, recorded, running

CASES = recorded("programs")
# Recorded answers that the stand-in does not give, and why.
NOT_IMITATED = {
    "cat /sys/class/net/wwan0/iflink /sys/class/net/mgmt0/ifindex": "only the bench has these",
    "ls --help 2>&1 | head -3; ls /sys/class/net": "another release of BusyBox, another bench",
}
# An interpreter with glibc keeps the left side of these, and so hides scripts that fail on routers.
LOST = 'let $k="AT_"+$hexu(255)\nprint $k,"\\n"\nexit 0\n'
# 24.10.4 as recorded (facts of the running router), and what scripts may want all the same.
NO_APPLETS = ("truncate", "base64", "stat", "od", "timeout", "nohup", "stty", "tac", "pkill")


@pytest.fixture(scope="module")
def router() -> Iterator[Router]:
    with running("programs") as started:
        started.shell("opkg update && opkg install comgt")
        yield started


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["cmd"][:40])
def test_answers_as_recorded(router: Router, case: dict[str, Any]) -> None:
    if case["cmd"] in NOT_IMITATED:
        pytest.skip(NOT_IMITATED[case["cmd"]])
    outcome = router.run([_case(case)])[0]
    assert (outcome.rc, outcome.stdout, outcome.stderr) == (
        case["rc"],
        case["stdout"],
        case["stderr"],
    )


def _case(case: dict[str, Any]) -> Case:
    if "script" not in case:
        return Case(case["cmd"])
    script = "\n".join(case["script"]) + "\n"
    command = re.sub(r"-s SCRIPT", "-s /tmp/script.gcom", case["cmd"].partition(",")[0])
    return Case(f"cat > /tmp/script.gcom; {command}", stdin=script)


def test_gcom_is_a_build_with_musl(router: Router) -> None:
    script = f"cat > /tmp/lost.gcom <<'E'\n{LOST}E\ngcom -s /tmp/lost.gcom -d /dev/ttyUSB0\n"
    assert router.shell(script) == "FF\n"


def test_gcom_takes_a_port_that_is_no_terminal(router: Router) -> None:
    """As cdc-wdm: OpenWrt's gcom does not ask it for terminal settings."""
    script = 'opengt\nset com 115200n81\nprint "open\\n"\nexit 0\n'
    told = router.shell(
        f"cat > /tmp/open.gcom <<'E'\n{script}E\ngcom -d /dev/null -s /tmp/open.gcom"
    )
    assert told == "open\n"


@pytest.mark.parametrize("applet", NO_APPLETS)
def test_what_routers_lack_is_lacking(router: Router, applet: str) -> None:
    assert not router.answers(f"command -v {applet}")
