# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each run of Ansible has a name of its own, and facts tell which run left them."""

from __future__ import annotations

import pytest
from ansible.playbook.task import Task
from ansible.utils import vars as ansible_vars

from ansible_collections.fleet.openwrt.plugins.plugin_utils.guard.run import (
    left_open,
    noted,
    run_of,
)


def test_tasks_of_one_run_share_its_name_and_no_other_run_has_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, second = run_of(Task()._uuid), run_of(Task()._uuid)
    monkeypatch.setattr(ansible_vars, "random_int", "deadbeef")
    assert first == second != run_of(Task()._uuid)
    # Neither of them shows the controller's network address, which Ansible puts into its ids.
    assert ansible_vars.node_mac[:8] not in first


@pytest.mark.parametrize(
    ("facts", "wanted"),
    [
        ({}, ""),
        (noted("5f0c11d2", "ours"), "5f0c11d2"),
        (noted("5f0c11d2", "theirs"), ""),
        (noted("", "ours"), ""),
        # As earlier releases of the collection left it in a cache.
        ({"fleet_openwrt_transaction": "5f0c11d2"}, ""),
    ],
)
def test_what_a_run_left_open(facts: dict[str, str], wanted: str) -> None:
    assert left_open(facts, "ours") == wanted
