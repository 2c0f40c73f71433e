# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What every test finds: the collection under its name, and Hypothesis without chance."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import hypothesis
import pytest

ROOT = Path(__file__).resolve().parent.parent


def import_root() -> Path:
    """The folder from which `ansible_collections.fleet.openwrt` can be imported.

    The virtual environment has one. A bare checkout gets one made under .cache.
    """
    if ROOT.parts[-3:] == ("ansible_collections", "fleet", "openwrt"):
        return ROOT.parents[2]
    below = Path("ansible_collections", "fleet", "openwrt")
    for candidate in (ROOT / ".venv/collections", ROOT / ".cache/collections"):
        if (candidate / below).resolve() == ROOT:
            return candidate
    link = candidate / below
    link.parent.mkdir(parents=True, exist_ok=True)
    link.unlink(missing_ok=True)
    link.symlink_to(ROOT)
    return candidate


COLLECTIONS = str(import_root())
sys.path.insert(0, COLLECTIONS)
# Ansible's own import machinery, once loaded, goes by this and not by sys.path.
os.environ["ANSIBLE_COLLECTIONS_PATH"] = COLLECTIONS

# The same cases every time. HYPOTHESIS_PROFILE=explore looks for new ones.
hypothesis.settings.register_profile(
    "same", derandomize=True, max_examples=100, deadline=None, database=None
)
hypothesis.settings.register_profile("explore", max_examples=5000, deadline=None)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


@pytest.fixture(scope="session")
def documentation() -> dict[str, dict[str, Any]]:
    """What `ansible-doc` knows of the collection: plugin type -> full name -> documentation.

    Fragments are merged in. A plugin with broken documentation has but an `error`.
    """
    dump = subprocess.run(
        [
            str(Path(sys.executable).with_name("ansible-doc")),
            "--metadata-dump",
            "--no-fail-on-errors",
            "fleet.openwrt",
        ],
        stdout=subprocess.PIPE,
        env={"LC_ALL": "C.UTF-8", **os.environ},
        check=True,
        text=True,
    )
    types: dict[str, dict[str, Any]] = json.loads(dump.stdout)["all"]
    return types
