# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What our Python renders as shell, held to the same rules as the shell in files."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.plan import Step
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.wire import Section, script


def assert_clean_shell(bodies: Mapping[str, str]) -> None:
    """Fail with shellcheck's findings in the script that would carry `bodies` to a router.

    Each is a section's body by the section's name: a probe's script, a step's prepare or apply.
    """
    text = script((Section(name, body) for name, body in bodies.items()), mark="@mark")
    found = subprocess.run(
        [
            str(Path(sys.executable).with_name("shellcheck")),
            "--shell=sh",
            "--severity=style",
            "--format=gcc",
            "-",
        ],
        input=text,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    numbered = "\n".join(f"{n:4} {line}" for n, line in enumerate(text.splitlines(), start=1))
    assert found.returncode == 0, f"{found.stdout}\n{numbered}"


def bodies_of(step: Step) -> dict[str, str]:
    """The sections that a step becomes."""
    parts = {f"check: {step.title}": step.prepare, step.title: step.apply}
    return {name: body for name, body in parts.items() if body}
