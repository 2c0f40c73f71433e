# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The shell side of talking with a modem, on a pseudo terminal.

gcom is a script: one that tells tales, or one that opens the port as the genuine one does.
"""

from __future__ import annotations

import os
import select
import subprocess
import termios
import threading
import tty
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from itertools import chain
from pathlib import Path

import pytest

from ansible_collections.fleet.openwrt.plugins.plugin_utils.at import talk
from ansible_collections.fleet.openwrt.plugins.plugin_utils.usb.drivers import ADAPTER_SERIAL

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

OPENING_GCOM = """\
#!/bin/sh
export COMGTDEVICE="$2"
exec 3<> "$2"
printf '\\r' >&3
exec busybox ash -c '. "${AT_GCOM%/*}/at.sh" && at_converse'
"""


class Modem(threading.Thread):
    """A port and the modem at its other end: hears, and answers from a table until it is told."""

    def __init__(self, answers: Mapping[str, bytes]) -> None:
        super().__init__(daemon=True)
        # Not one of the first few, which containers on this machine have under the same name.
        pairs = [os.openpty() for _pair in range(20)]
        self.master, slave = pairs.pop()
        tty.setraw(slave)
        self.port = os.ttyname(slave)
        for end in (slave, *chain.from_iterable(pairs)):
            os.close(end)
        self.answers = answers
        self.heard: list[bytes] = []
        self._over = threading.Event()

    def run(self) -> None:
        while not self._over.wait(0.01):
            # Readable for ever while nobody has the port open.
            if select.select([self.master], [], [], 0.1)[0]:
                with suppress(OSError):
                    self._hear(os.read(self.master, 4096))

    def _hear(self, data: bytes) -> None:
        self.heard.append(data)
        command = data.decode().strip()
        if command:
            os.write(self.master, self.answers.get(command, b"\r\nOK\r\n"))

    def unplug(self) -> None:
        if not self._over.is_set():
            self._over.set()
            if self.is_alive():
                self.join()
            os.close(self.master)


class Bench:
    """A shell of BusyBox with the library, a gcom of ours, and a made-up sysfs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sys = folder / "sys"
        (folder / "bin").mkdir()
        self.gcom(GCOM)

    def gcom(self, script: str) -> None:
        gcom = self.folder / "bin/gcom"
        gcom.write_text(script)
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


@pytest.fixture
def plug_in(bench: Bench) -> Iterator[Callable[..., Modem]]:
    """Makes a modem that answers a command as told, any other with OK, and a gcom that opens."""
    modems: list[Modem] = []

    def make(**answers: bytes) -> Modem:
        bench.gcom(OPENING_GCOM)
        modems.append(Modem({f"AT{name}": said for name, said in answers.items()}))
        return modems[-1]

    yield make
    for modem in modems:
        modem.unplug()


def test_a_command_goes_out_in_one_piece(bench: Bench, plug_in: Callable[..., Modem]) -> None:
    """A driver that is busy would refuse the rest, and a slow port costs time for each byte."""
    modem = plug_in()
    modem.start()
    long = "AT" + "+X" * 190
    done = bench.run(f"at_say {modem.port} 7 AT {long}")
    assert done.stdout.splitlines() == ["@ 1", "OK", "@ 2", "OK"]
    assert modem.heard[-1] == long.encode() + b"\r"
    assert b"".join(modem.heard[:-1]) == b"\rAT\r"


@pytest.mark.parametrize(
    ("said", "lines"),
    [
        (b"AT+A\r\r\n+A: 1\r\n\r\nOK\r\n", ["AT+A", "+A: 1", "OK"]),
        (b"AT+A\rOK\r\n", ["AT+A", "OK"]),
        (b"\r\n+A: " + b"x" * 2500 + b"\r\n\r\nOK\r\n", ["+A: " + "x" * 2500, "OK"]),
        (b"\r\nOKAY %s \\n\r\n\r\nCONNECT 115200\r\n", ["OKAY %s \\n", "CONNECT 115200"]),
        (b"\r\n+CME ERROR: 10\r\n", ["+CME ERROR: 10"]),
        (b"\r\nCOMMAND NOT SUPPORT\r\n", ["COMMAND NOT SUPPORT"]),
        (b"\r\nNO CARRIER\r\n\r\nOK\r\n", ["NO CARRIER", "OK"]),
    ],
)
def test_lines_come_as_the_modem_says_them(
    bench: Bench, plug_in: Callable[..., Modem], said: bytes, lines: list[str]
) -> None:
    modem = plug_in(**{"+A": said})
    modem.start()
    done = bench.run(f"at_say {modem.port} 7 AT+A AT")
    assert done.stdout.splitlines() == ["@ 1", *lines, "@ 2", "OK"]
    stopped = bench.run(f"export AT_STOP=1; at_say {modem.port} 7 AT+A AT")
    assert ("@ 2" in stopped.stdout) is lines[-1].startswith(("OK", "CONNECT"))
    assert stopped.returncode == 0


@pytest.mark.parametrize("command", ["D*99#", "$QCRMCALL=1,1", "+CSQ;D112;"])
def test_a_call_ends_with_words_of_its_own(
    bench: Bench, plug_in: Callable[..., Modem], command: str
) -> None:
    modem = plug_in(**{command: b"\r\nNO CARRIER\r\n"})
    modem.start()
    done = bench.run(f"at_say {modem.port} 7 'AT{command}' AT")
    assert done.stdout.splitlines() == ["@ 1", "NO CARRIER", "@ 2", "OK"]


def test_silence_ends_a_conversation(bench: Bench, plug_in: Callable[..., Modem]) -> None:
    modem = plug_in(**{"+A": b"\r\n^RSSI: 4\r\n"})
    modem.start()
    done = bench.run(f"at_say {modem.port} 1 AT+A AT")
    assert done.stdout.splitlines() == ["@ 1", "^RSSI: 4", "@ silent"]
    assert done.returncode == 73


def test_a_port_that_takes_nothing_is_not_waited_for(
    bench: Bench, plug_in: Callable[..., Modem]
) -> None:
    """Nobody sends what the driver holds."""
    modem = plug_in()
    bench.gcom(OPENING_GCOM.replace("printf", "# printf"))
    port = os.open(modem.port, os.O_RDWR | os.O_NOCTTY)
    termios.tcflow(port, termios.TCOOFF)
    done = bench.run(f"at_held() {{ :; }}; trap '' TERM; at_say {modem.port} 1 AT")
    os.close(port)
    assert done.returncode == 76
    assert "takes nothing" in done.stderr


def test_a_port_that_is_hung_up(bench: Bench, plug_in: Callable[..., Modem]) -> None:
    modem = plug_in()
    threading.Timer(1.0, modem.unplug).start()
    done = bench.run(f"at_say {modem.port} 20 AT")
    assert done.returncode == 75
    assert "was hung up" in done.stderr
    assert done.stdout.splitlines() == ["@ 1", "@ silent"]


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
        ("12d1", "33", True),
        ("12d1", "73", True),
        ("12d1", "62", False),
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


@pytest.mark.parametrize("driver", sorted(ADAPTER_SERIAL))
def test_the_port_of_a_serial_adapter_is_tried_only_where_it_is_named(
    bench: Bench, port: str, driver: str
) -> None:
    (bench.folder / "dev").mkdir()
    node = bench.folder / "dev/ttyUSB0"
    node.symlink_to(port)
    bench.interface(str(node), vendor="0403", protocol="ff")
    (bench.sys / "drivers" / driver).mkdir(parents=True)
    (bench.sys / "class/tty/ttyUSB0/device/driver").symlink_to(bench.sys / "drivers" / driver)
    dev = str(node.parent)
    assert bench.run("at_nodes", AT_DEV=dev).stdout == ""
    assert bench.run(f"at_nodes {node}", AT_DEV=dev).stdout == f"{node}\n"


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
