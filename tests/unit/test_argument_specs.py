# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A module's documentation and what it accepts are one thing said twice: they must not drift.

`ansible-test` does not compare them where the work is done by an action plugin, as it is here.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.fleet.openwrt.plugins.plugin_utils.action import FleetAction
from ansible_collections.fleet.openwrt.plugins.plugin_utils.guard.policy import GUARD_OPTIONS

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted(
    path.stem for path in (ROOT / "plugins/modules").glob("*.py") if path.stem != "__init__"
)
ATTRIBUTES = {"action_group", "check_mode", "diff_mode", "platform"}
# Keywords that stand beside the action in the tasks of our examples.
KEYWORDS = {
    "become", "changed_when", "check_mode", "delegate_to", "diff", "failed_when", "loop",
    "loop_control", "name", "no_log", "notify", "register", "run_once", "tags", "until", "retries",
    "delay", "vars", "when", "throttle",
}  # fmt: skip

each_module = pytest.mark.parametrize("module", MODULES)


def argument_spec(module: str) -> dict[str, Any]:
    """All that the module takes, what it shares with others included."""
    plugins = "ansible_collections.fleet.openwrt.plugins"
    action = importlib.import_module(f"{plugins}.action.{module}").ActionModule
    if not issubclass(action, FleetAction):
        # It hands its arguments on to another module.
        return dict(importlib.import_module(f"{plugins}.modules.{module}").ARGUMENT_SPEC)
    # Made without a task and a connection, neither of which has a say in its options.
    return dict(action.__new__(action).options())


def takes_guard_options(module: str) -> bool:
    return set(argument_spec(module)) >= set(GUARD_OPTIONS)


def comparable(options: dict[str, Any], *, nested: str) -> dict[str, Any]:
    """Options with defaults filled in; `nested` is how a spec or documentation names inner ones."""
    return {
        name: {
            "type": option.get("type", "str"),
            "elements": option.get("elements"),
            "required": option.get("required", False),
            "default": option.get("default"),
            "choices": list(option.get("choices") or ()),
            "aliases": sorted(option.get("aliases") or ()),
            "options": comparable(option.get(nested) or {}, nested=nested),
        }
        for name, option in options.items()
    }


def documented(documentation: dict[str, dict[str, Any]], module: str) -> dict[str, Any]:
    """The module's `doc`, `examples` and `return`."""
    entry: dict[str, Any] = documentation["module"][f"fleet.openwrt.{module}"]
    assert "error" not in entry, entry["error"]
    return entry


def tasks_in(blocks: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Tasks of a task list or of plays, blocks opened."""
    for entry in blocks:
        lists = [entry[key] for key in ("block", "rescue", "always", "tasks") if key in entry]
        if lists:
            for inner in lists:
                yield from tasks_in(inner)
        else:
            yield entry


def test_there_are_modules() -> None:
    assert MODULES


@each_module
def test_documentation_equals_argument_spec(
    module: str, documentation: dict[str, dict[str, Any]]
) -> None:
    options = documented(documentation, module)["doc"]["options"]
    assert comparable(argument_spec(module), nested="options") == comparable(
        options, nested="suboptions"
    )


@each_module
def test_documentation_is_complete(module: str, documentation: dict[str, dict[str, Any]]) -> None:
    entry = documented(documentation, module)
    assert entry["return"], "no RETURN"
    assert set(entry["doc"]["attributes"]) >= ATTRIBUTES
    assert entry["doc"]["version_added"]


@each_module
def test_examples_are_tasks_that_the_module_accepts(
    module: str, documentation: dict[str, dict[str, Any]]
) -> None:
    full_name = f"fleet.openwrt.{module}"
    own = 0
    for task in tasks_in(yaml.safe_load(documented(documentation, module)["examples"])):
        actions = set(task) - KEYWORDS
        assert len(actions) == 1, f"not one action: {sorted(actions)}"
        action = actions.pop()
        assert action.count(".") == 2, f"{action} is not a full name"
        if action != full_name:
            continue
        own += 1
        spec = argument_spec(module)
        literal = {
            # What Jinja will fill in cannot be judged here: only that there is such an option.
            name: value
            for name, value in (task[action] or {}).items()
            if name not in spec or "{{" not in str(value)
        }
        open_spec = {
            name: {**option, "required": False} if name in (task[action] or {}) else option
            for name, option in spec.items()
        }
        errors = ArgumentSpecValidator(open_spec).validate(literal).error_messages
        assert not errors, f"{task.get('name')}: {errors}"
    assert own, "no example uses the module"


@each_module
def test_module_is_wired_in(module: str) -> None:
    assert (ROOT / f"plugins/action/{module}.py").is_file(), "no action plugin of that name"
    runtime = yaml.safe_load((ROOT / "meta/runtime.yml").read_text())
    assert module in runtime["action_groups"]["router"], "not in the action group"
    assert f"fleet.openwrt.{module}" in (ROOT / "README.md").read_text(), "README does not list it"


@pytest.mark.parametrize("plugin", sorted((ROOT / "plugins/action").glob("*.py")), ids=str)
def test_action_plugin_has_a_module(plugin: Path) -> None:
    assert plugin.stem in {*MODULES, "__init__"}, "nothing documents this action plugin"


def test_action_groups_name_only_what_is_there() -> None:
    runtime = yaml.safe_load((ROOT / "meta/runtime.yml").read_text())
    redirects = {
        name: entry["redirect"].rpartition(".")[2]
        for name, entry in runtime["plugin_routing"]["action"].items()
    }
    names = {name: redirects.get(name, name) for name in (*MODULES, *redirects)}
    groups = {group: set(members) for group, members in runtime["action_groups"].items()}
    assert groups == {
        "router": set(names),
        "guarded": {name for name, module in names.items() if takes_guard_options(module)},
    }


@each_module
def test_action_groups_are_documented(
    module: str, documentation: dict[str, dict[str, Any]]
) -> None:
    runtime = yaml.safe_load((ROOT / "meta/runtime.yml").read_text())
    groups = {
        f"fleet.openwrt.{name}"
        for name, members in runtime["action_groups"].items()
        if module in members
    }
    attributes = documented(documentation, module)["doc"]["attributes"]
    assert set(attributes["action_group"]["membership"]) == groups
