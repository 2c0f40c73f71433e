# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Shell programs cannot import where things are; they must name the same places as Python does."""

from __future__ import annotations

from pathlib import Path

from ansible_collections.fleet.openwrt.plugins.plugin_utils import guard, sim
from ansible_collections.fleet.openwrt.plugins.plugin_utils.guard.places import HOME, RAM
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.wire import LOCK


def program(package: object, name: str) -> str:
    (folder,) = package.__path__  # type: ignore[attr-defined]
    return Path(folder, "program", name).read_text(encoding="utf-8")


def test_everybody_means_the_same_places_and_the_same_lock() -> None:
    state = program(guard, "state.sh")
    assert f"RAM=${{FLEET_GUARD_RAM:-{RAM}}}\n" in state
    assert f"FLASH=${{FLEET_GUARD_FLASH:-{HOME}}}\n" in state
    assert 'exec 9>>"$RAM/lock"' in state
    assert f"{RAM}/lock" == LOCK
    assert f"exec 9>> {LOCK}" in program(sim, "pin-guard.sh")
