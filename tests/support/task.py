# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A task of a play, with a router of the test in the place of the real one."""

from __future__ import annotations

import json
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from ansible_collections.fleet.openwrt.plugins.plugin_utils import action as base
from ansible_collections.fleet.openwrt.plugins.plugin_utils.guard.run import RUN_FACT, run_of
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.router import Router

UUID = "0242ac11-0002-5f0c-11d2-%012x"
RUN = run_of(UUID % 0)


def run(
    plugin: ModuleType,
    args: dict[str, Any],
    router: Router,
    monkeypatch: pytest.MonkeyPatch,
    *,
    check_mode: bool = False,
    diff: bool = False,
    facts: dict[str, Any] | None = None,
    uuid: str = UUID % 7,
    variables: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """The task's result; `facts` are what earlier tasks of the same run have learnt.

    `uuid` is the task's own name; one of another run makes that run's facts a cache's. `variables`
    are further variables of the router.
    """
    monkeypatch.setattr(base, "Router", lambda *_connection: router)
    module = plugin.ActionModule(
        task=SimpleNamespace(args=args, check_mode=check_mode, diff=diff, async_val=0, _uuid=uuid),
        connection=SimpleNamespace(
            _shell=SimpleNamespace(tmpdir=None), has_option=lambda _name: False
        ),
        play_context=SimpleNamespace(),
        loader=None,
        templar=SimpleNamespace(template=lambda value: value),
        shared_loader_obj=None,
    )
    result: dict[str, Any] = module.run(
        task_vars={"ansible_facts": {RUN_FACT: RUN, **(facts or {})}, **(variables or {})}
    )
    assert json.loads(json.dumps(result)) == result, "not JSON"
    return result
