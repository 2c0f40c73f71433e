# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbooks judge their inventory before any router is asked: these have none that answers."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

# Nobody answers there (RFC 5737), so a test that gets so far takes long and says "unreachable".
HOSTS = "a ansible_host=192.0.2.1\nb ansible_host=192.0.2.2\n"

each_playbook = pytest.mark.parametrize("playbook", ["provision", "verify"])


def play(
    folder: Path, inventory: str, playbook: str, *arguments: str
) -> subprocess.CompletedProcess[str]:
    path = folder / "inventory"
    path.write_text(inventory)
    return subprocess.run(
        [
            str(Path(sys.executable).with_name("ansible-playbook")),
            "-i", str(path), f"fleet.openwrt.{playbook}", *arguments,
        ],
        env={**os.environ, "ANSIBLE_NOCOLOR": "1", "ANSIBLE_FORKS": "2"},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


@each_playbook
@pytest.mark.parametrize(
    ("inventory", "arguments"),
    [
        ("[kiosks]\n" + HOSTS, ()),
        ("", ()),
        ("[routers]\n" + HOSTS + "[others]\nc\n", ("--limit", "others")),
    ],
    ids=["another group", "empty", "limit"],
)
def test_no_host_is_a_failure(
    tmp_path: Path, playbook: str, inventory: str, arguments: tuple[str, ...]
) -> None:
    done = play(tmp_path, inventory, playbook, *arguments)
    assert done.returncode == 2
    assert "no host that matches 'routers'" in done.stdout
    assert f"{playbook}_hosts" in done.stdout


@each_playbook
def test_a_wrong_variable_stops_the_run_before_any_router(tmp_path: Path, playbook: str) -> None:
    variable = {"provision": "ncm_wan_timeout", "verify": "verify_timeout"}[playbook]
    group = f"[routers]\n{HOSTS}[routers:vars]\n{variable}=soon\n"
    done = play(tmp_path, group, playbook)
    assert done.returncode == 2
    assert f"{variable} (a, b): 'soon' cannot be used; expected a whole number" in done.stdout, (
        done.stdout
    )
    assert "192.0.2." not in done.stdout
    assert done.stdout.count("TASK [") == 1


def test_a_variable_of_one_host_is_its_own(tmp_path: Path) -> None:
    hosts = HOSTS.replace("192.0.2.1", "192.0.2.1 ncm_wan_timeout=soon")
    done = play(tmp_path, f"[routers]\n{hosts}", "provision")
    assert "ncm_wan_timeout (a): " in done.stdout


def test_variables_of_an_importing_playbook_count(tmp_path: Path) -> None:
    outer = tmp_path / "site.yml"
    outer.write_text(
        "- import_playbook: fleet.openwrt.provision\n  vars: {ncm_wan_apn: [a], ncm_wan_apnn: b}\n"
    )
    inventory = tmp_path / "inventory"
    inventory.write_text("[routers]\n" + HOSTS)
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("ansible-playbook")),
            "-i", str(inventory), str(outer), "-e", "provision_batch=two",
        ],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    for expected in ("ncm_wan_apn (a, b)", "ncm_wan_apnn (a, b)", "provision_batch (a, b)"):
        assert expected in done.stdout


@pytest.mark.parametrize(
    "hosts",
    ['{"provision_hosts": ["a", "b"]}', "provision_hosts=a,b", "provision_hosts=~[ab]"],
    ids=["list", "commas", "expression"],
)
def test_all_hosts_are_checked_however_they_are_given(tmp_path: Path, hosts: str) -> None:
    done = play(tmp_path, "[routers]\n" + HOSTS, "provision", "-e", hosts, "-e", "ncm_wan_apnn=x")
    assert "ncm_wan_apnn (a, b): " in done.stdout, done.stdout
    assert done.stdout.count("TASK [") == 1


@each_playbook
@pytest.mark.parametrize("hosts", ["routers:&kiosks", "routers:!routers", "x,y", "", "[]"])
def test_a_pattern_without_hosts_is_a_failure(tmp_path: Path, playbook: str, hosts: str) -> None:
    given = f'{{"{playbook}_hosts": {hosts or chr(34) * 2}}}' if hosts in ("", "[]") else ""
    variable = given or f"{playbook}_hosts={hosts}"
    inventory = "[routers]\n" + HOSTS + "[kiosks]\nc\n"
    done = play(tmp_path, inventory, playbook, "-e", variable)
    assert done.returncode == 2, done.stdout
    assert f"{playbook}_hosts" in done.stdout


@pytest.mark.parametrize("variable", ["provision_hosts", "provision_batch"])
@pytest.mark.parametrize("section", ["all", "kiosks"])
def test_an_inventory_cannot_choose_hosts_and_batches(
    tmp_path: Path, variable: str, section: str
) -> None:
    inventory = f"[kiosks]\nc\n[routers]\n{HOSTS}[all:vars]\n{variable}=1\n"
    if section == "kiosks":
        inventory = inventory.replace("[all:vars]", "[kiosks:vars]")
    done = play(tmp_path, inventory, "provision")
    assert done.returncode == 2, done.stdout
    assert f"{variable} (" in done.stdout
    assert "192.0.2." not in done.stdout


def test_variables_of_a_closed_vault_are_named(tmp_path: Path) -> None:
    path = tmp_path / "inventory.yml"
    path.write_text(
        "routers:\n  hosts:\n    a:\n      ncm_wan_pincode: !vault |\n"
        "        $ANSIBLE_VAULT;1.1;AES256\n        6162\n      ncm_wan_apnn: x\n"
    )
    done = play(tmp_path, "", "provision", "-i", str(path))
    assert "ncm_wan_pincode (a): cannot be read: " in done.stdout, done.stdout
    assert "ncm_wan_apnn (a): " in done.stdout
