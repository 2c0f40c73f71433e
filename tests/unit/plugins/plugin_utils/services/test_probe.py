# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What routers answer about services, in the forms that genuine ones give it."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.this_host import ask, this_host

from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.probe import Probe
from ansible_collections.fleet.openwrt.plugins.plugin_utils.errors import ProbeError
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.wire import Answer
from ansible_collections.fleet.openwrt.plugins.plugin_utils.services import probe as module
from ansible_collections.fleet.openwrt.plugins.plugin_utils.services.probe import (
    Processes,
    Service,
    ServiceProbe,
    SteadinessProbe,
)

UP = '{"x":{"instances":{"one":{"running":true,"pid":7},"two":{"running":false}}}}'


@pytest.mark.parametrize(
    ("said", "process", "expected", "running", "started"),
    [
        (f"1\t{UP}\t", "", (True, True, (7, None)), False, False),
        (f"1\t{UP}\t9", "xd", (True, True, (7, None)), False, False),
        ('1\t{"x":{"instances":{"a":{"running":true,"pid":5}}}}\t', "", (True, True, (5,)),
         True, True),
        ('1\t{"x":{}}\t', "", (True, True, ()), None, True),
        ("1\t{}\t", "", (True, False, ()), False, False),
        ("1\t\t", "", (True, False, ()), False, False),
        ("0\t{}\t", "", (False, False, ()), None, None),
        ("0\t{}\t9 12", "xd", (False, False, (9, 12)), True, True),
        ("0\t{}\t", "xd", (False, False, (None,)), False, False),
    ],
)  # fmt: skip
def test_what_procd_says_counts_and_what_runs_counts_without_procd(
    said: str,
    process: str,
    expected: tuple[bool, bool, tuple[int | None, ...]],
    running: bool | None,
    started: bool | None,
) -> None:
    answer = Answer(0, f"found 1 S50 K10 \n{said}\n", "")
    service = ServiceProbe("x", process).parse(answer)
    assert (service.procd, service.registered, service.pids) == expected
    assert (service.running, service.started) == (running, started)
    assert service.enabled
    assert service.links == ("/etc/rc.d/S50x", "/etc/rc.d/K10x")


def test_a_missing_service_comes_with_the_others() -> None:
    service = ServiceProbe("x").parse(Answer(0, "missing\ncron\nnetwork\n", ""))
    assert service == Service(exists=False, others=("cron", "network"))
    assert service.running is False


@pytest.mark.parametrize("said", [Answer(1, "", "no ubus"), Answer(0, "found 0 \n0\t{x\t\n", "")])
def test_an_answer_that_is_none_is_an_error(said: Answer) -> None:
    with pytest.raises(ProbeError, match="the service x"):
        ServiceProbe("x").parse(said)


def test_secrets_in_the_log_are_hidden() -> None:
    log = 'ncm: sending -> AT+CPIN="4711"\n'
    seen = SteadinessProbe("x").parse(Answer(0, f"1\t{UP}\t\n1\t{{}}\t\n{log}", ""))
    assert seen.first == Processes(procd=True, registered=True, pids=(7, None))
    assert seen.second == Processes(procd=True, registered=False, pids=())
    assert "ncm" in seen.log
    assert "4711" not in seen.log


@pytest.fixture
def etc(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder in the place of /etc/init.d, and programs in that of ubus and logread."""
    scripts = {
        "x": "#!/bin/sh\nUSE_PROCD=1\nSTART=50\nSTOP='09'\n[ \"$1\" != enabled ]",
        "y": "#!/bin/sh\nSTART=5\nexit 0",
    }
    programs = {
        "ubus": f"echo '{UP}'",
        "logread": "[ \"$2\" = y ] && echo 'y: a line'",
        "pidof": "echo 9 12",
        "sleep": ":",
    }
    for folder, files in (("init.d", scripts), ("bin", programs)):
        (tmp_path / folder).mkdir()
        for name, text in files.items():
            (tmp_path / folder / name).write_text(f"#!/bin/sh\n{text}\n")
            (tmp_path / folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}/bin:/usr/bin:/bin")
    return tmp_path


def moved(probe: Probe[object], etc: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    """The probe's answer from below that folder."""
    text = probe.script().replace("/etc/init.d", f"{etc}/init.d")
    monkeypatch.setattr(type(probe), "script", lambda _self: text)
    return ask(this_host(monkeypatch), probe)


def test_the_shell_asks_for_all_that(etc: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert moved(ServiceProbe("x"), etc, monkeypatch) == Service(
        exists=True,
        enabled=False,
        procd=True,
        registered=True,
        pids=(7, None),
        links=("/etc/rc.d/S50x", "/etc/rc.d/K09x"),
    )


def test_the_shell_asks_for_a_plain_one(etc: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    service = moved(ServiceProbe("y", "yd"), etc, monkeypatch)
    assert service == Service(exists=True, enabled=True, pids=(9, 12), links=("/etc/rc.d/S5y",))


def test_the_shell_names_the_others(etc: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert moved(ServiceProbe("z"), etc, monkeypatch) == Service(exists=False, others=("x", "y"))


@pytest.mark.parametrize("ending", [True, False])
def test_the_shell_looks_twice(etc: Path, monkeypatch: pytest.MonkeyPatch, ending: bool) -> None:
    monkeypatch.setattr(module, "_PATIENCE", 2)
    seen = moved(SteadinessProbe("y", "yd", ending=ending), etc, monkeypatch)
    both = Processes(procd=False, registered=False, pids=(9, 12))
    assert seen == module.Steadiness(both, both, "y: a line")
