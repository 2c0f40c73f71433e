# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The shell side of talking with a modem, on a pseudo terminal, with a gcom that tells tales."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.fleet.openwrt.plugins.plugin_utils.at import talk

PROGRAM = Path(talk.__file__).with_name("program")
GCOM = """\
#!/bin/sh
# says where it was sent and what it was given; silent on ports named in $DEAF
case " $DEAF " in *" $2 "*) printf '@ 1\\n\\n@ silent\\n'; exit 73 ;; esac
n=1
while eval "c=\\${AT_$(printf %X $n)-}"; [ -n "$c" ]; do
    printf '@ %s\\n%s\\nsaid on %s in %s s\\nOK\\n' "$n" "$c" "$2" "$AT_WAIT"
    n=$((n + 1))
done
"""


class Bench:
    """A shell of BusyBox with the library, a gcom of ours, and a made-up sysfs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sys = folder / "sys"
        (folder / "bin").mkdir()
        gcom = folder / "bin/gcom"
        gcom.write_text(GCOM)
        gcom.chmod(0o755)

    def run(self, script: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["busybox", "ash", "-c", f". {PROGRAM}/at.sh\n{script}"],
            env={
                "PATH": f"{self.folder}/bin:{os.environ['PATH']}",
                "AT_GCOM": str(PROGRAM / "at.gcom"),
                "AT_SYS": str(self.sys),
                "AT_RAM": str(self.folder / "ram"),
                "AT_PATIENCE": "0",
                **environment,
            },
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    def interface(self, node: str, *, vendor: str, protocol: str) -> None:
        """Let sysfs say of a tty that it is a vendor-specific USB interface with this protocol."""
        name = node.rpartition("/")[2]
        device = self.sys / "devices/1-1/1-1:1.2" / name
        device.mkdir(parents=True)
        (self.sys / "devices/1-1/idVendor").write_text(vendor)
        (device.parent / "bInterfaceClass").write_text("ff")
        (device.parent / "bInterfaceProtocol").write_text(protocol)
        entry = self.sys / "class/tty" / name
        entry.mkdir(parents=True)
        (entry / "device").symlink_to(device)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


@pytest.fixture
def port() -> Iterator[str]:
    """A terminal that no container on this machine has under the same name: those have few."""
    pairs = [os.openpty() for _pair in range(20)]
    for _master, slave in pairs[:-1]:
        os.close(slave)
    name = os.ttyname(pairs[-1][1])
    os.close(pairs[-1][1])
    yield name
    for master, _slave in pairs:
        os.close(master)


def test_commands_go_out_in_order(bench: Bench, port: str) -> None:
    done = bench.run(f"""at_say {port} 7 AT 'AT+X="$(id) `id`"' """)
    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        "@ 1", "AT", f"said on {port} in 7 s", "OK",
        "@ 2", 'AT+X="$(id) `id`"', f"said on {port} in 7 s", "OK",
    ]  # fmt: skip


def test_more_commands_than_ten(bench: Bench, port: str) -> None:
    done = bench.run(f"at_say {port} 7 $(seq -f AT+N=%.0f 1 20 || seq 1 20)")
    assert done.stdout.count("@ ") == 20


def test_an_answer_is_what_stands_between_echo_and_ok(bench: Bench, port: str) -> None:
    assert bench.run(f"at_ask {port} 7 AT+CGMI").stdout == f"said on {port} in 7 s\n"


def test_a_link_is_followed(bench: Bench, port: str) -> None:
    link = bench.folder / "modem"
    link.symlink_to(port)
    assert f"said on {port} in" in bench.run(f"at_say {link} 7 AT").stdout


def test_a_port_that_is_not_there(bench: Bench) -> None:
    done = bench.run("at_say /dev/ttyUSB99 7 AT")
    assert done.returncode == 71
    assert "/dev/ttyUSB99" in done.stderr
    assert bench.run(f"at_say {bench.folder}/bin/gcom 7 AT").returncode == 71


def test_no_gcom(bench: Bench, port: str) -> None:
    (bench.folder / "bin/gcom").unlink()
    assert bench.run(f"at_say {port} 7 AT").returncode == 70


@pytest.mark.parametrize(
    ("vendor", "protocol", "diag"),
    [
        ("12d1", "13", True),
        ("12d1", "03", True),
        ("12d1", "12", False),
        ("2c7c", "30", True),
        ("2c7c", "00", False),
        ("19d2", "03", False),
    ],
)
def test_nothing_is_sent_to_the_diag_port(
    bench: Bench, port: str, vendor: str, protocol: str, diag: bool
) -> None:
    bench.interface(port, vendor=vendor, protocol=protocol)
    done = bench.run(f"at_say {port} 7 AT")
    assert done.returncode == (74 if diag else 0)
    assert ("said on" in done.stdout) is not diag


def test_a_port_in_use_is_refused_by_name(bench: Bench, port: str) -> None:
    holder = os.open(port, os.O_RDWR | os.O_NOCTTY)
    try:
        done = bench.run(f"at_say {port} 7 AT")
    finally:
        os.close(holder)
    assert done.returncode == 72
    assert f"({os.getpid()})" in done.stderr
    assert done.stdout == ""


def test_a_port_in_use_is_waited_for(bench: Bench, port: str) -> None:
    done = bench.run(f"(exec 3<> {port}; sleep 1) & sleep 0.3; at_say {port} 7 AT", AT_PATIENCE="9")
    assert done.returncode == 0
    assert "said on" in done.stdout


def test_one_conversation_at_a_time(bench: Bench, port: str) -> None:
    slow = f"(at_take {port}; sleep 3) & sleep 0.3; at_say {port} 7 AT"
    assert bench.run(slow).returncode == 72
    assert bench.run(slow, AT_PATIENCE="9").returncode == 0


def test_the_first_port_that_answers_is_found(bench: Bench, port: str) -> None:
    done = bench.run(f"at_find 3 /dev/ttyUSB99 {port}")
    assert done.stdout == f"{port}\n"
    deaf = bench.run(f"at_find 3 {port} /dev/ttyUSB99", DEAF=port)
    assert deaf.returncode == 71
    assert f"{port} does not answer" in deaf.stderr
    assert bench.run(f"at_find 3 {port}", DEAF=port).returncode == 73
    assert bench.run("at_find 3").returncode == 71


def test_what_is_configured_is_tried_first_and_once(bench: Bench, port: str) -> None:
    dev = bench.folder / "dev"
    dev.mkdir()
    node, other = dev / "ttyUSB0", dev / "ttyUSB1"
    node.symlink_to(port)
    other.symlink_to("/dev/zero")
    (dev / "ttyUSB2").symlink_to("gone")

    def nodes(first: str = "") -> list[str]:
        return bench.run(f'at_nodes "{first}"', AT_DEV=str(dev)).stdout.splitlines()

    assert nodes() == [str(node), str(other)]
    assert nodes(str(other)) == [str(other), str(node)]
    assert nodes(port) == [port, str(other)], "the same device by another name"
    assert nodes("/dev/ttyUSB99") == ["/dev/ttyUSB99", str(node), str(other)]
