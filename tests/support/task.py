# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A task of a play, with a router of the test in the place of the real one."""

from __future__ import annotations

import json
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from ansible_collections.fleet.openwrt.plugins.plugin_utils import action as base
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.router import Router


def run(
    plugin: ModuleType,
    args: dict[str, Any],
    router: Router,
    monkeypatch: pytest.MonkeyPatch,
    *,
    check_mode: bool = False,
    diff: bool = False,
    facts: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """The task's result; `facts` are what earlier tasks have learnt."""
    monkeypatch.setattr(base, "Router", lambda *_connection: router)
    module = plugin.ActionModule(
        task=SimpleNamespace(args=args, check_mode=check_mode, diff=diff, async_val=0),
        connection=SimpleNamespace(
            _shell=SimpleNamespace(tmpdir=None), has_option=lambda _name: False
        ),
        play_context=SimpleNamespace(),
        loader=None,
        templar=None,
        shared_loader_obj=None,
    )
    result: dict[str, Any] = module.run(task_vars={"ansible_facts": facts or {}})
    assert json.loads(json.dumps(result)) == result, "not JSON"
    return result
