# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stand-in's system programs against what genuine ones answered, in the recording's order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from conformance.stand_in import Case, Outcome, Router, recorded, running

CASES = recorded("system")

# What differs from router to router, from run to run, or by the host: pattern, replacement.
VARIES = (
    (r'("(pid|uptime|localtime|total|free|shared|buffered|available|cached|used|avail)"): \d+',
     r"\1: N"),
    (r'("uptime"):\d+', r"\1:N"),
    (r'("(kernel|system)"): ".*"', r"\1: TEXT"),
    (r"\bfd[0-9a-f]{2}:[0-9a-f:]+::", "ULA::"),
    (r"\(pid \d+\)|process \d+|\(\d+\):", "PID"),
    (r"^(Size|Installed-Time): \d+$", r"\1: N"),
    (r"(local|router)_old", "old_feed"),
    (r"^BusyBox v.* multi-call binary\.$", "BusyBox multi-call binary."),
    # A ruleset file of the recorded router's own.
    (r"^\[!\] Automatically including '.*'\n", ""),
    # ls -l: the number of files, sizes, dates and the rights of the group.
    (r"^total \d+\n", ""),
    (r"^([-d][rwx-]{3})[rwx-]{3}([rwx-]{3}) +\d+ root +root +\d+ .{12} ", r"\1---\2 "),
    # df: the host's disk.
    (r"^(overlay|tmpfs) +\d+ +\d+ +\d+ +\d+%", r"\1 N"),
)  # fmt: skip

# Recorded answers that the stand-in does not give, and why.
NOT_IMITATED = {
    "mount": "the mounts are the container engine's",
    "passwd -h": "another release of BusyBox words its refusal differently",
    "ps w | head -3": "procd and the bus are other programs, with other sizes",
    "logread -e netifd | tail -3 | cut -c26-": "which lines come last depends on the moment",
}
LOAD = r'(?s)"load": \[.*?\]'


def normal(text: str) -> str:
    for pattern, replacement in VARIES:
        text = re.sub(pattern, replacement, text, flags=re.MULTILINE)
    return re.sub(LOAD, '"load": []', text)


@pytest.fixture(scope="module")
def router() -> Iterator[Router]:
    with running("system") as started:
        yield started


@pytest.fixture(scope="module")
def outcomes(router: Router) -> list[Outcome]:
    return router.run([Case(_in_time(case["cmd"])) for case in CASES])


def _in_time(command: str) -> str:
    """On the recorded router a process that is killed was gone by the next command."""
    return f"sleep 1; {command}" if command.startswith("start-stop-daemon -K") else command


def numbered() -> list[Any]:
    return [
        pytest.param(number, case, id=f"{number}-{case['cmd'][:50]}")
        for number, case in enumerate(CASES)
        if case["cmd"] not in NOT_IMITATED
    ]


@pytest.mark.parametrize(("number", "case"), numbered())
def test_programs_answer_as_recorded(
    number: int, case: dict[str, Any], outcomes: list[Outcome]
) -> None:
    outcome = outcomes[number]
    assert outcome.rc == case["rc"]
    assert normal(outcome.stdout) == normal(case["stdout"])
    assert normal(outcome.stderr) == normal(case["stderr"])


@pytest.mark.parametrize("applet", ["base64", "stat", "od", "timeout", "nohup", "setsid"])
def test_what_a_23_05_lacks_is_not_there(router: Router, applet: str) -> None:
    assert not router.answers(f"command -v {applet}")


# What scripts that guard a change are made of. Printed is what went wrong.
TOOLS = r"""
cd "$(mktemp -d)" || exit
mkdir old && echo text > old/file && chmod 4750 old/file && ln -s file old/link
cp -a old new && [ "$(ls -l new | cut -c1-10)" = "$(ls -l old | cut -c1-10)" ] || echo cp -a
cp -l old/file hard && echo more >> hard && cmp -s hard old/file || echo cp -l
ln old/file other && [ other -ef old/file ] || echo ln
tar -cf - old | gzip > old.tgz && mkdir from && tar -xzf old.tgz -C from || echo tar
[ -u from/old/file ] && [ "$(readlink from/old/link)" = file ] && cmp -s from/old/file hard ||
    echo tar keeps
(flock -n 9 && ! flock -n lock true) 9> lock || echo flock -n
flock -n lock -c true || echo flock is held for ever
flock -w 1 lock true 2> /dev/null && echo flock -w is not for routers
start-stop-daemon -S -b -m -p pid -x /bin/sh -- -c 'echo $$ > own; sleep 30; true' || echo daemon
sleep 1
[ "$(cat pid)" = "$(cat own)" ] || echo daemon -m
start-stop-daemon -S -b -m -p pid -x /bin/sh -- -c true > /dev/null && echo daemon twice
start-stop-daemon -K -p pid > /dev/null || echo daemon -K
sleep 1
kill -0 "$(cat own)" 2> /dev/null && echo daemon survives
logger -t tools 'one line'
sleep 1
logread -e tools | grep -q 'user.notice tools: one line$' || echo logger
"""


def test_tools_of_a_guard_do_as_on_a_router(router: Router) -> None:
    assert router.shell(TOOLS) == ""


def test_the_same_tools_are_in_the_newer_variant() -> None:
    with running("tools", release="25.12") as newer:
        assert newer.shell(TOOLS) == ""


@pytest.mark.usefixtures("outcomes")
def test_a_rebind_domain_reaches_dnsmasq(router: Router) -> None:
    router.shell("uci add_list dhcp.@dnsmasq[0].rebind_domain=yota.ru; uci commit; reload_config")
    assert router.wait_for("grep -q rebind-domain-ok=yota.ru /var/etc/dnsmasq.conf.*", 5)


@pytest.mark.usefixtures("outcomes")
def test_reboot_empties_tmp_and_keeps_etc(router: Router) -> None:
    router.shell("touch /tmp/gone /etc/kept; reboot")
    assert router.wait_for("[ ! -e /tmp/gone ] && ubus call network.interface.lan status", 40)
    assert router.answers("[ -e /etc/kept ]")
    assert router.wait_for("pgrep -x dropbear", 20)


@pytest.mark.usefixtures("outcomes")
def test_rc_local_runs_at_boot(router: Router) -> None:
    router.shell("sed -i 's/^exit 0/touch \\/tmp\\/ran; exit 0/' /etc/rc.local; reboot")
    assert router.wait_for("[ -e /tmp/ran ]", 40)
