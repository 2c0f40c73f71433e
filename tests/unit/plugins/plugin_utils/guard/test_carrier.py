# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What carries a connection is found on the router, and only what concerns it is refused."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from support.rendered import assert_clean_shell

from ansible_collections.fleet.openwrt.plugins.plugin_utils.files.state import (
    ABSENT,
    FileState,
    Kind,
    plain_file,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.guard import lockout
from ansible_collections.fleet.openwrt.plugins.plugin_utils.guard.carrier import (
    Carrier,
    CarrierProbe,
    verdict,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.guard.lockout import Risk
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.wire import Answer
from ansible_collections.fleet.openwrt.plugins.plugin_utils.uci.model import Package, Section

OVER_DROPBEAR = Carrier(
    server="dropbear",
    program="/usr/sbin/dropbear",
    interfaces={"wwan_4": "dhcp", "wwan": "ncm"},
    shell="/bin/ash",
    home="/root",
)
OVER_SSHD = replace(OVER_DROPBEAR, server="sshd", program="/usr/sbin/sshd", shell="/bin/bash")
KEY = "ssh-ed25519 AAAA me@here\n"


def dump(*interfaces: dict[str, str]) -> str:
    return json.dumps({"interface": list(interfaces)})


def test_the_script_is_clean() -> None:
    assert_clean_shell({"what carries": CarrierProbe().script()})


def run(tmp_path: Path, server: str) -> Carrier:
    """Ask from a shell that a program of that name has started."""
    program = tmp_path / server
    shutil.copy("/bin/sh", program)
    (tmp_path / "script").write_text(CarrierProbe().script())
    for name, text in (
        ("ip", 'echo "$3 via 10.0.0.1 dev wwan0 src 10.0.0.2 uid 0"'),
        ("ubus", f"echo '{dump({'interface': 'wwan_4', 'l3_device': 'wwan0', 'proto': 'dhcp'})}'"),
        ("id", "echo root"),
    ):
        (tmp_path / name).write_text(f"#!/bin/sh\n{text}\n")
        (tmp_path / name).chmod(0o755)
    done = subprocess.run(
        [str(program), "-c", f"sh {tmp_path}/script; exit $?"],
        env={
            "PATH": f"{tmp_path}:/usr/bin:/bin:/sbin",
            "SSH_CONNECTION": "192.0.2.7 5 10.0.0.2 22",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    return CarrierProbe().parse(Answer(done.returncode, done.stdout, done.stderr))


def test_the_server_in_use_the_way_and_the_shell_are_found(tmp_path: Path) -> None:
    carrier = run(tmp_path, "dropbear")
    assert (carrier.server, carrier.program) == ("dropbear", str(tmp_path / "dropbear"))
    assert carrier.interfaces == {"wwan_4": "dhcp"}
    assert carrier.shell.startswith("/")
    assert verdict(carrier) == ""


def test_without_a_server_nothing_can_be_taken_from_the_connection(tmp_path: Path) -> None:
    carrier = run(tmp_path, "something")
    assert carrier == CarrierProbe().parse(Answer(0, "", ""))
    assert carrier.concerned([Risk("package", "dropbear", "x")]) == ()


@pytest.mark.parametrize("said", ["[" * 200_000, "{", '{"interface": 7}', '{"interface": [[], 1]}'])
def test_what_netifd_says_badly_is_passed_over(said: str) -> None:
    text = f"server=dropbear\nprogram=/usr/sbin/dropbear\ndevice=eth0\n{said}\n"
    assert CarrierProbe().parse(Answer(0, text, "")).server == "dropbear"


@pytest.mark.parametrize(
    ("carrier", "risk", "refused"),
    [
        (OVER_DROPBEAR, Risk("package", "dropbear", "x"), True),
        (OVER_SSHD, Risk("package", "dropbear", "x"), False),
        (OVER_SSHD, Risk("package", "openssh-server", "x"), True),
        (OVER_DROPBEAR, Risk("package", "openssh-server", "x"), False),
        (OVER_DROPBEAR, Risk("package", "comgt-ncm", "x"), True),
        (OVER_DROPBEAR, Risk("package", "uqmi", "x"), False),
        (OVER_SSHD, Risk("package", "bash", "x"), True),
        (OVER_DROPBEAR, Risk("package", "bash", "x"), False),
        (OVER_DROPBEAR, Risk("service", "dropbear", "x"), True),
        (OVER_SSHD, Risk("service", "dropbear", "x"), False),
        (OVER_SSHD, Risk("service", "network", "x"), True),
        (OVER_DROPBEAR, Risk("interface", "wwan", "x"), True),
        (OVER_DROPBEAR, Risk("interface", "lan", "x"), False),
        (OVER_DROPBEAR, Risk("file", "/etc/dropbear", "x"), True),
        (OVER_DROPBEAR, Risk("file", "/etc/dropbear/authorized_keys", "x"), True),
        (OVER_SSHD, Risk("file", "/etc/dropbear/authorized_keys", "x"), False),
        (OVER_SSHD, Risk("file", "/root/.ssh/authorized_keys", "x"), True),
        (OVER_SSHD, Risk("file", "/bin/bash", "x"), True),
        (OVER_SSHD, Risk("file", "/etc", "x"), True),
    ],
)
def test_only_what_this_connection_needs_is_refused(
    carrier: Carrier, risk: Risk, refused: bool
) -> None:
    assert carrier.concerned([risk]) == (("x",) if refused else ())


def test_a_parent_is_needed_as_its_child_is() -> None:
    child = replace(OVER_DROPBEAR, interfaces={"wwan_4": "dhcp"})
    assert child.concerned([Risk("interface", "wwan", "x")]) == ("x",)


@pytest.mark.parametrize(
    ("path", "before", "after", "risky"),
    [
        ("/etc/dropbear/authorized_keys", plain_file(KEY, "0600"), ABSENT, True),
        (
            "/etc/dropbear/authorized_keys",
            plain_file(KEY, "0600"),
            plain_file("# none\n\n", "0600"),
            True,
        ),
        (
            "/etc/dropbear/authorized_keys",
            plain_file("# none\n", "0600"),
            plain_file(KEY, "0600"),
            False,
        ),
        ("/etc/config/network", plain_file("config x\n", "0600"), plain_file("", "0600"), True),
        ("/etc/passwd", plain_file("root:x\n", "0644"), plain_file("root:y\n", "0644"), False),
        ("/etc/dropbear", FileState(Kind.DIRECTORY, size=3), ABSENT, True),
        ("/etc", FileState(Kind.DIRECTORY, size=3), ABSENT, True),
        ("/usr/bin/bash", plain_file("x", "0755"), ABSENT, True),
        ("/etc/motd", plain_file("x", "0644"), ABSENT, False),
        ("/etc/passwd", ABSENT, ABSENT, False),
    ],
)
def test_files_that_carry_are_neither_removed_nor_emptied(
    path: str, before: FileState, after: FileState, risky: bool
) -> None:
    assert bool(list(lockout.of_file(path, before, after))) == risky


LAN = Section("interface", "lan", (("proto", "static"),))
OTHERS = (Section("device", None), Section("interface", "wan", (("proto", "dhcp"),)))


@pytest.mark.parametrize(
    ("lan", "risky"),
    [
        (LAN.with_option("ipaddr", "192.168.7.1"), False),
        (LAN.with_option("auto", "0"), True),
        (LAN.with_option("disabled", "1"), True),
        (LAN.with_option("proto", "none"), True),
        (None, True),
    ],
)
def test_an_interface_must_come_up_at_the_next_start(lan: Section | None, risky: bool) -> None:
    after = Package("network", (*OTHERS, *((lan,) if lan else ())))
    risks = list(lockout.of_uci(Package("network", (LAN, *OTHERS)), after))
    assert [(risk.kind, risk.name) for risk in risks] == ([("interface", "lan")] if risky else [])


def test_dropbear_needs_an_instance() -> None:
    one = Section("dropbear", None, (("Port", "22"),))
    before = Package("dropbear", (one,))
    moved = Package("dropbear", (one.with_option("Port", "2222"),))
    assert not list(lockout.of_uci(before, moved)), "the next connection tells"
    for after in (Package("dropbear", ()), Package("dropbear", (one.with_option("enable", "0"),))):
        assert list(lockout.of_uci(before, after))


def test_a_server_whose_program_is_gone_is_not_confirmed() -> None:
    text = "server=dropbear\nprogram=/usr/sbin/dropbear\nlasting=no\n"
    carrier = CarrierProbe().parse(Answer(0, text, ""))
    assert "nobody could log in" in verdict(carrier)
