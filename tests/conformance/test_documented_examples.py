# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the documentation shows does what it says: its tasks run on the test router."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from conformance import stand_in

from bench import inventory
from bench.routers import address

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted(
    path.stem for path in (ROOT / "plugins/modules").glob("*.py") if path.stem != "__init__"
)
CONFIG = str(ROOT / "tests/ansible.cfg")
# What examples leave to the user.
VARIABLES = {
    "ansible_facts_modules": "fleet.openwrt.facts",
    "vault_apn_password": "secret",
}
# These need files that only the user has.
USERS_FILES = {"Files from the controller, for a router without an uplink"}
# How a task goes on after its module, which is not judged here.
AFTERWARDS = {"register", "failed_when", "changed_when", "until", "retries", "delay", "notify"}


class Bench:
    """Ansible and a router that it reaches over SSH."""

    def __init__(self, folder: Path, machine: stand_in.Router) -> None:
        self.folder = folder
        self.machine = machine
        found = machine.engine.inspect(machine.name)
        assert found is not None
        where = address(found)
        assert where is not None
        known_hosts = folder / "known_hosts"
        (folder / "inventory.yml").write_text(inventory.text({"router": where}, known_hosts))

    def play(self, name: str, tasks: list[dict[str, Any]], *options: str) -> dict[str, int]:
        """Run tasks; the counters of the recap. What Ansible said comes out when a test fails."""
        book = self.folder / f"{name}.yml"
        play = {"hosts": "routers", "gather_facts": False, "vars": VARIABLES, "tasks": tasks}
        book.write_text(yaml.safe_dump([play], sort_keys=False))
        done = subprocess.run(
            [
                str(Path(sys.executable).with_name("ansible-playbook")),
                "--inventory", str(self.folder / "inventory.yml"), *options, str(book),
            ],
            env={"LC_ALL": "C.UTF-8", **os.environ, "ANSIBLE_CONFIG": CONFIG},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, timeout=300,
        )  # fmt: skip
        print(done.stdout)
        recap = re.search(r"^router\s+: (.*)$", done.stdout, re.MULTILINE)
        assert recap, "no recap"
        return {key: int(n) for key, n in (each.split("=") for each in recap[1].split())}


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with stand_in.running("examples") as machine:
        yield Bench(tmp_path_factory.mktemp("examples"), machine)


def test_the_page_of_uci_does_what_it_says_and_only_once(bench: Bench) -> None:
    page = (ROOT / "docs/uci.md").read_text()
    blocks = re.findall(r"^```yaml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    tasks = [task for block in blocks for task in yaml.safe_load(block)]
    assert len(tasks) == len(re.findall(r"^## \d+\.", page, re.MULTILINE)) == 12
    # What two of the tasks take away.
    bench.machine.shell(
        "uci set system.@system[0].log_ip=192.0.2.1; uci add firewall rule;"
        "uci set firewall.@rule[-1].name=Allow-ISAKMP; uci commit"
    )
    rehearsed = bench.play("uci", tasks, "--check", "--diff")
    first, second = bench.play("uci", tasks), bench.play("uci", tasks)
    assert [run["failed"] for run in (rehearsed, first, second)] == [0, 0, 0]
    assert [run["changed"] for run in (rehearsed, first, second)] == [12, 12, 0]


def test_the_page_of_files_does_what_it_says_and_only_once(bench: Bench) -> None:
    page = (ROOT / "docs/files.md").read_text()
    blocks = re.findall(r"^```yaml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    tasks = [task for block in blocks for task in yaml.safe_load(block)]
    assert len(blocks) == len(re.findall(r"^## \d+\.", page, re.MULTILINE)) == 9
    for folder in ("files", "templates"):
        (bench.folder / folder).mkdir()
    (template,) = re.findall(r"^```jinja\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    (bench.folder / "templates/banner.j2").write_text(template)
    (bench.folder / "files/modem-tool").write_bytes(bytes(range(256)) * 4096)
    # What one of the tasks takes away.
    bench.machine.shell("touch /etc/motd")
    rehearsed = bench.play("files", tasks, "--check", "--diff")
    first, second = bench.play("files", tasks), bench.play("files", tasks)
    assert [run["failed"] for run in (rehearsed, first, second)] == [0, 0, 0]
    assert [run["changed"] for run in (rehearsed, first, second)] == [11, 11, 0]


@pytest.mark.parametrize("module", MODULES)
def test_examples_reach_the_router(
    module: str, bench: Bench, documentation: dict[str, dict[str, Any]]
) -> None:
    """In check mode: a router may lack what an example is about, but arguments are right.

    Arguments that are wrong end a task before the router was asked.
    """
    examples = yaml.safe_load(documentation["module"][f"fleet.openwrt.{module}"]["examples"])
    tasks = []
    for example in examples:
        if f"fleet.openwrt.{module}" in example and example["name"] not in USERS_FILES:
            kept = {key: example[key] for key in example if key not in AFTERWARDS}
            tasks.append({**kept, "register": "example", "ignore_errors": True})
            tasks.append(
                {
                    "name": "The router was asked",
                    "ansible.builtin.assert": {
                        "that": "example is not failed or example.round_trips | default(0) > 0"
                    },
                }
            )
    assert tasks
    assert bench.play(module, tasks, "--check", "--diff")["failed"] == 0
