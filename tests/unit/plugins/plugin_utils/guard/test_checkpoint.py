# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a checkpoint saves, and what is told of the router's transactions."""

from __future__ import annotations

import pytest

from ansible_collections.fleet.openwrt.plugins.plugin_utils.errors import SpecError
from ansible_collections.fleet.openwrt.plugins.plugin_utils.guard import checkpoint
from ansible_collections.fleet.openwrt.plugins.plugin_utils.guard.state import GuardState


@pytest.mark.parametrize(
    ("given", "checked"),
    [
        (["/etc"], ("/etc",)),
        (["/etc/", "//etc", "/etc/config/.."], ("/etc",)),
        (["/etc/config/network", "/www"], ("/etc/config/network", "/www")),
        (
            ["/usr/lib/lua", "/usr/lib/fleet-guard-not"],
            ("/usr/lib/lua", "/usr/lib/fleet-guard-not"),
        ),
        (["/root/with blanks", "/tmpfiles"], ("/root/with blanks", "/tmpfiles")),
    ],
)
def test_paths(given: list[str], checked: tuple[str, ...]) -> None:
    assert checkpoint.check_paths(given) == checked


@pytest.mark.parametrize(
    "path",
    [
        "etc",
        "",
        "/",
        "/usr",
        "/usr/lib/",
        "/usr/lib/fleet-guard",
        "/usr/lib/fleet-guard/saved",
        "/etc/../usr/lib",
        "/tmp",
        "/var/lib/misc",
        "/overlay/upper/etc",
        "/proc/sys",
        "/etc/\0",
        "/etc/fleet-sim",
        "/etc/fleet-sim/refused",
    ],
)
def test_paths_that_cannot_be_saved(path: str) -> None:
    with pytest.raises(SpecError) as refused:
        checkpoint.check_paths(["/etc", path])
    assert refused.value.option == "paths"
    assert refused.value.value == path


def test_no_path_at_all() -> None:
    with pytest.raises(SpecError):
        checkpoint.check_paths([])


def test_a_folder_is_saved_with_all_that_is_in_it() -> None:
    guard = checkpoint.guarded(("/etc", "/root/x"), name="a", by="me", timeout=9)
    # The guard takes a path that ends in a slash for the whole folder.
    assert guard.paths == ("/etc/", "/root/x/")
    assert guard.timeout == 9


def test_what_is_told() -> None:
    nothing = GuardState()
    assert checkpoint.pending(nothing) == []
    assert checkpoint.last(nothing) == {}
    assert checkpoint.describe(nothing) == "No transaction is open."

    ended = GuardState(last_id="a", last_outcome="rolled-back", last_why="of the clock")
    assert checkpoint.last(ended) == {"id": "a", "state": "rolled-back", "why": "of the clock"}
    assert "a, has ended: rolled-back, of the clock" in checkpoint.describe(ended)

    now = GuardState("open", id="b", by="ada@laptop", left=7, timer=True, last_id="a")
    assert checkpoint.pending(now) == [
        {"id": "b", "by": "ada@laptop", "state": "open", "seconds_left": 7, "timer": True}
    ]
    assert "b by ada@laptop, which is rolled back in 7 s" in checkpoint.describe(now)
