# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The bench: fleets start, are reached over SSH by what the inventory says, and end."""

from __future__ import annotations

import shlex
import subprocess
import time
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
    return pids_of(*NAMES)


def pids_of(*names: str) -> list[int]:
    containers = [Engine.find().inspect(name) for name in names]
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


POWERED = f"{PREFIX}-power-1"
EARLY = """
mkdir -p /usr/lib/early
cat > /usr/lib/early/script <<'EOF'
#!/bin/sh
{
    echo "$0 $1"
    pgrep netifd || echo no netifd
    pgrep dropbear || echo no dropbear
    ip -4 -o addr
    ls -A /tmp
} > /usr/lib/early/seen 2>&1
logger -t early 'nobody hears this'
echo "logger $?" >> /usr/lib/early/seen
EOF
chmod 755 /usr/lib/early/script
ln -s /usr/lib/early/script /etc/rc.d/S00early
touch /etc/kept /tmp/gone /tmp/.gone
uci set system.@system[0].hostname=staged
"""


def on_router(script: str) -> str:
    return Engine.find()("exec", POWERED, "sh", "-c", script)


def power(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [FLEET, "power-cut", *arguments]
    return subprocess.run(command, check=False, timeout=120, capture_output=True, text=True)


def wait_until_booted() -> None:
    booted = "ubus call network.interface.lan status && ! pgrep -f '/etc/[r]c.d/S'"
    on_router(f"until {booted}; do sleep 1; done")


@pytest.fixture(scope="module")
def powered() -> Iterator[str]:
    """The address of a router with a stick and 6 MB of flash."""
    prefix = POWERED.removesuffix("-1")
    arguments = ["--prefix", prefix, "--flash", "6m"]
    up = subprocess.run([FLEET, "up", *arguments], check=True, stdout=subprocess.PIPE, text=True)
    wait_until_booted()
    yield up.stdout.split()[1]
    subprocess.run([FLEET, "down", "--prefix", prefix], check=True)
    assert not Path(f"/run/fleet-openwrt/{POWERED}.flash").exists()


def test_after_a_power_cut_a_router_boots_as_from_power_on(powered: str) -> None:
    on_router(EARLY)
    before = pids_of(POWERED)
    assert power(POWERED).returncode == 0
    assert pids_of(POWERED) != before
    wait_until_booted()
    seen = on_router("cat /usr/lib/early/seen").splitlines()
    assert seen[0] == "/etc/rc.d/S00early boot"
    assert {"no netifd", "no dropbear", "logger 0"} < set(seen)
    assert not {"gone", ".gone", ".uci"} & set(seen)
    assert not any(powered in line for line in seen), "no address before netifd has run"
    assert on_router("ls /etc/kept; uci changes; logread -e early").split() == ["/etc/kept"]
    assert powered in on_router("ip -4 -o addr")
    assert on_router("ls /sys/class/net/wwan0/address /dev/ttyUSB0 | wc -l").strip() == "2"


def test_flash_is_small_and_survives_power_cuts(powered: str) -> None:
    assert powered
    full = "dd if=/dev/zero of=/etc/big bs=1k count=8000 2>&1; df -k / | tail -n 1"
    text = on_router(full)
    assert "No space left on device" in text
    assert text.split()[-5:-2] == ["6144", "6144", "0"]
    size = on_router("wc -c < /etc/big")
    assert power(POWERED).returncode == 0
    assert on_router("wc -c < /etc/big") == size
    on_router("rm /etc/big; touch /usr/lib/early/room")
    assert on_router("ls -d /overlay/upper/usr/lib/early").strip(), "/ is one overlay"


@pytest.mark.usefixtures("powered")
def test_nobody_needs_to_wait_for_a_power_cut() -> None:
    before = pids_of(POWERED)
    assert power("--no-wait", POWERED).returncode == 0
    deadline = time.monotonic() + 60
    while pids_of(POWERED) in (before, [0]):
        assert time.monotonic() < deadline
        time.sleep(0.5)
    wait_until_booted()


def test_power_is_cut_of_routers_that_run_only() -> None:
    done = power("no-such-router-1")
    assert (done.returncode, done.stderr) == (1, "fleet: no-such-router-1 does not run\n")
