# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The bench: fleets start, are reached over SSH by what the inventory says, and end."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from bench import image
from bench.engine import Engine

FLEET = str(Path(__file__).resolve().parent.parent / "bench" / "fleet")
PREFIX = "conformance-bench"
NAMES = [f"{PREFIX}-1", f"{PREFIX}-2"]


def fleet(*arguments: str) -> str:
    done = subprocess.run(
        [FLEET, *arguments, "--prefix", PREFIX],
        check=True, timeout=300, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    return done.stdout


@pytest.fixture(scope="module")
def inventory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The inventory of two routers without sticks."""
    path = tmp_path_factory.mktemp("bench") / "inventory.yml"
    fleet("up", "--count", "2", "--no-modem", "--inventory", str(path))
    yield path
    fleet("down")


def pids() -> list[int]:
    containers = [Engine.find().inspect(name) for name in NAMES]
    return [container["State"]["Pid"] for container in containers if container is not None]


def test_root_logs_in_by_what_the_inventory_says(inventory: Path) -> None:
    routers = yaml.safe_load(inventory.read_text())["routers"]
    assert list(routers["hosts"]) == NAMES
    options = shlex.split(routers["vars"]["ansible_ssh_common_args"])
    for host in routers["hosts"].values():
        destination = f"{routers['vars']['ansible_user']}@{host['ansible_host']}"
        done = subprocess.run(
            ["ssh", *options, "-o", "BatchMode=yes", destination, "cat /etc/openwrt_release"],
            capture_output=True, text=True, check=False, timeout=30,
        )  # fmt: skip
        assert "DISTRIB_ID='OpenWrt'" in done.stdout, done.stderr


@pytest.mark.usefixtures("inventory")
def test_starting_twice_keeps_what_runs() -> None:
    before = pids()
    assert len(before) == 2
    fleet("up", "--count", "2", "--no-modem")
    assert pids() == before


@pytest.mark.usefixtures("inventory")
def test_the_list_tells_names_addresses_and_sticks() -> None:
    rows = [line.split("\t") for line in fleet("list").splitlines()]
    assert [(row[0], row[2]) for row in rows] == [(name, "no stick") for name in NAMES]
    assert all(row[1].count(".") == 3 for row in rows)


@pytest.mark.usefixtures("inventory")
def test_stopping_twice_is_fine_and_leaves_nothing() -> None:
    fleet("down")
    fleet("down")
    assert fleet("list") == ""
    assert pids() == []


def test_a_variant_is_one_of_the_stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENWRT_IMAGE", raising=False)
    monkeypatch.setenv("OPENWRT_VARIANT", "25.12")
    engine = Engine.find()
    chosen = image.choose(engine)
    names = (chosen.name, f"{image.STAND_IN}:25.12")
    assert len({engine("image", "inspect", "--format", "{{.Id}}", name) for name in names}) == 1
    assert not chosen.writes_kernel_settings


def test_an_image_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENWRT_IMAGE", "localhost/no-such-image:1")
    done = subprocess.run([FLEET, "up"], check=False, capture_output=True, text=True, timeout=120)
    assert done.returncode == 1
    assert "no-such-image" in done.stderr
