# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""This machine in the place of a router: what is rendered runs in a real shell on real files."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from typing import TypeVar

import pytest

from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine import transaction
from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.plan import Plan, Step
from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.probe import Probe
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router import wire
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.router import (
    ExecResult,
    Router,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.wire import Answer, Section

T = TypeVar("T")


def this_host(monkeypatch: pytest.MonkeyPatch) -> Router:
    """A Router that is no OpenWrt and does not mind."""
    monkeypatch.setattr(wire, "_OPENWRT_ONLY", "")
    monkeypatch.setattr(wire, "_STAGE", wire._STAGE.replace("/etc/openwrt_release", "/"))

    def execute(command: str, data: bytes) -> ExecResult:
        done = subprocess.run(command.split(), input=data, capture_output=True, check=False)
        return ExecResult(
            status=done.returncode,
            stdout=done.stdout.decode("utf-8", "surrogateescape"),
            stderr=done.stderr.decode("utf-8", "surrogateescape"),
        )

    return Router(execute)


def carry_out(host: Router, *steps: Step) -> Mapping[str, Answer]:
    """Apply steps as a task does; raises StepError."""
    plan = Plan(steps=steps, reloads=(), outcomes=())
    answers = host.run(transaction.sections(plan), stop_at_failure=True)
    transaction.check(plan, answers)
    return answers


def ask(host: Router, probe: Probe[T]) -> T:
    (answer,) = host.run([Section(probe.title, probe.script())]).values()
    return probe.parse(answer)
