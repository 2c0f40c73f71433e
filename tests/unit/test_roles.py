# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A role's defaults, argument spec and README say the same."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
ROLES = sorted(path for path in (ROOT / "roles").glob("*") if path.is_dir())

each_role = pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)


def load(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def defaults(role: Path) -> dict[str, Any]:
    path = role / "defaults/main.yml"
    return (load(path) or {}) if path.exists() else {}


def options(role: Path) -> dict[str, Any]:
    main = load(role / "meta/argument_specs.yml")["argument_specs"]["main"]
    return main.get("options") or {}


def test_there_are_roles() -> None:
    assert ROLES


@each_role
def test_role_has_its_papers(role: Path) -> None:
    for paper in ("README.md", "meta/main.yml", "meta/argument_specs.yml", "tasks/main.yml"):
        assert (role / paper).is_file(), f"{paper} is missing"
    assert load(role / "meta/main.yml")["galaxy_info"]["description"]


@each_role
def test_defaults_are_those_of_the_argument_spec(role: Path) -> None:
    specified = {
        name: option["default"] for name, option in options(role).items() if "default" in option
    }
    # A default of null says only that the variable exists.
    given = {name: value for name, value in defaults(role).items() if value is not None}
    assert given == specified


@each_role
def test_every_default_is_in_the_argument_spec(role: Path) -> None:
    assert set(defaults(role)) <= set(options(role))


@each_role
def test_every_default_is_commented(role: Path) -> None:
    path = role / "defaults/main.yml"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    for before, line in pairwise(lines):
        if line.partition(":")[0] in defaults(role):
            assert before.startswith("#"), f"no comment above {line}"


@each_role
def test_variables_bear_the_name_of_the_role_and_are_in_its_readme(role: Path) -> None:
    readme = (role / "README.md").read_text(encoding="utf-8")
    for variable in options(role):
        assert variable.startswith(f"{role.name}_")
        assert variable in readme, f"{variable} is not in the README"


@each_role
def test_switches_may_come_from_a_command_line(role: Path) -> None:
    """There -e x=false is a text, and one that is not empty: roles ask for what it means."""
    switches = [name for name, value in defaults(role).items() if isinstance(value, bool)]
    asked = re.compile(rf"\b({'|'.join(switches) or '(?!)'})\b(?! \| bool)")
    for path in (*role.glob("vars/*.yml"), *role.glob("tasks/*.yml")):
        for line in path.read_text(encoding="utf-8").splitlines():
            # What is handed on as it is meets the spec of a module.
            handed_on = re.fullmatch(r'\s*\w+: "{{ \w+ }}"', line)
            assert handed_on or not asked.search(line), f"{path}: {line}"


@each_role
def test_programs_of_a_role_are_a_line_of_the_difference(role: Path) -> None:
    """Who asks what would change wants to see the files that users have, not ours."""
    resources = [
        item["file"]
        for path in role.glob("vars/*.yml")
        for value in load(path).values()
        if isinstance(value, list)
        for item in value
        if isinstance(item, dict) and "file" in item
    ]
    assert [each["path"] for each in resources if "src" in each and not each.get("brief")] == []


@each_role
def test_readme_of_the_collection_lists_the_role(role: Path) -> None:
    assert f"fleet.openwrt.{role.name}" in (ROOT / "README.md").read_text(encoding="utf-8")
