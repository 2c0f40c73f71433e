# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A reply may hold anything, and may have no end: an error of ours, in little time and memory."""

from __future__ import annotations

import re
import signal
import subprocess
import threading
import time
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from support import task

from ansible_collections.fleet.openwrt.plugins.action import ubus
from ansible_collections.fleet.openwrt.plugins.plugin_utils.at.talk import DialogueProbe, Port
from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.probe import Probe
from ansible_collections.fleet.openwrt.plugins.plugin_utils.errors import (
    EndlessReplyError,
    FleetError,
    RouterError,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.facts.customary import CustomaryProbe
from ansible_collections.fleet.openwrt.plugins.plugin_utils.facts.kernel import KernelLogProbe
from ansible_collections.fleet.openwrt.plugins.plugin_utils.facts.nodes import NodesProbe
from ansible_collections.fleet.openwrt.plugins.plugin_utils.facts.system import (
    OverlayProbe,
    ReleaseProbe,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.facts.ubus import (
    INTERFACES,
    PROTO_HANDLERS,
    SYSTEM_INFO,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.facts.usb import UsbProbe
from ansible_collections.fleet.openwrt.plugins.plugin_utils.files.probe import FileProbe
from ansible_collections.fleet.openwrt.plugins.plugin_utils.guard.carrier import CarrierProbe
from ansible_collections.fleet.openwrt.plugins.plugin_utils.guard.state import (
    GuardLogProbe,
    GuardProbe,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.ncm.known import KnownMakersProbe
from ansible_collections.fleet.openwrt.plugins.plugin_utils.netifd.handlers import (
    HandlerFileProbe,
    HandlersProbe,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.packages.probe import (
    OffersProbe,
    PackagesProbe,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.packages.want import Want
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.bounds import bounded
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.over_connection import (
    OverConnection,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.router import (
    MOST,
    ExecResult,
    Router,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.wire import Answer, Section
from ansible_collections.fleet.openwrt.plugins.plugin_utils.services.probe import (
    ServiceProbe,
    SteadinessProbe,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.uci.probe import UciProbe

MARK = "@" + "0" * 32
STRANGE = {
    "deep list": "[" * 200_000,
    "deep object": '{"a":' * 100_000,
    "not UTF-8": "\udcff\udce9\udc80" * 100,
    "digits that are none": "²\n" * 3,
    "a number of 5,000 digits": "9" * 5000,
    "NUL": "\0" * 1000,
    "other JSON": '[1, "two", null, {"three": [4]}]',
    "a number": "7",
    "fields": "file ² ² ² ² ²\nx",
    "kind": "what - - 1 2 3\n",
    "lines": "a=b\n@ x y\nfound 1 S99\n",
    "signs": "= : , ; @ ( ) [ ]\n" * 50,
    "USB": "T:  Bus=x Lev=y Prnt=z Port=-1\nP:  Vendor=q ProdID=\nI:* If#=² Cls=zz(\n",
}
PROBES: tuple[Probe[Any], ...] = (
    SYSTEM_INFO,
    PROTO_HANDLERS,
    INTERFACES,
    ReleaseProbe(),
    OverlayProbe(),
    NodesProbe(),
    UsbProbe(),
    CustomaryProbe(),
    KernelLogProbe(),
    PackagesProbe(),
    OffersProbe("opkg", (Want("comgt"),), 60),
    OffersProbe("apk", (Want("comgt"),), 60),
    ServiceProbe("cron"),
    ServiceProbe("cron", "crond"),
    SteadinessProbe("cron"),
    FileProbe("/etc/x"),
    UciProbe("network"),
    KnownMakersProbe(),
    CarrierProbe(),
    GuardProbe(),
    GuardLogProbe("t1"),
    HandlersProbe(),
    HandlerFileProbe("ncm"),
    DialogueProbe(Port("/dev/ttyUSB0"), ("AT+CSQ",)),
)


@pytest.mark.parametrize("name", STRANGE)
@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: probe.title)
def test_whatever_a_router_answers_is_understood_or_a_typed_error(
    probe: Probe[Any], name: str
) -> None:
    for status in (0, 1, 127):
        for text in (STRANGE[name], f"{STRANGE[name]}\n", f"{STRANGE[name]}\n@ \n"):
            with suppress(FleetError):
                probe.understood(Answer(status, text, STRANGE[name]))


def replying(text: str) -> Router:
    """A router whose reply to everything is this, with the mark of the round trip for MARK."""

    def execute(_command: str, data: bytes) -> ExecResult:
        mark = re.search(rb"@[0-9a-f]{32}", data)
        assert mark
        return ExecResult(0, text.replace(MARK, mark[0].decode()), "")

    return Router(execute)


def frame(name: str, status: str, output: str = "") -> str:
    return (
        f"\n{MARK} begin {name}\n{output}\n{MARK} stderr {name}\n\n{MARK} end {name} {status}\n"
        f"\n{MARK} done\n"
    )


@pytest.mark.parametrize(
    "reply",
    [
        frame("x", "zero"),
        frame("x", "²"),
        frame("x", ""),
        frame("x", "9" * 5000),
        frame("x\\x", "0"),
        frame("x\\N{nothing}", "0"),
        frame("\udcff", "0"),
        frame("another", "0"),
        "[" * 200_000,
        "\udcff" * 200_000,
    ],
)
def test_a_frame_that_is_none_is_a_typed_error(reply: str) -> None:
    with pytest.raises(RouterError):
        replying(reply).run([Section("x", "true")])["x"]


def test_a_reply_of_any_size_is_not_taken() -> None:
    with pytest.raises(EndlessReplyError, match="16 MB"):
        replying("y\n" * MOST).run([Section("x", "true")])


class Endless:
    """An action whose connection collects a reply that never ends."""

    class Connection:
        """One that notes how often it was closed."""

        _play_context = SimpleNamespace(no_log=False)
        resets = 0

        def reset(self) -> None:
            self.resets += 1

    def __init__(self) -> None:
        self._connection = self.Connection()

    def _low_level_execute_command(self, _command: str, **_more: Any) -> dict[str, Any]:
        reply = bytearray()
        while True:
            reply += b"y\n" * (1 << 19)


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="no system of Linux")
def test_a_reply_without_end_ends() -> None:
    before = signal.getsignal(signal.SIGUSR1)
    action = Endless()
    with pytest.raises(EndlessReplyError, match="too much of it"):
        OverConnection(action)("/bin/sh -s", b"")  # type: ignore[arg-type]
    assert action._connection.resets == 1
    assert signal.getsignal(signal.SIGUSR1) is before
    with bounded():
        assert len(bytearray(MOST)) == MOST


def test_a_reply_that_trickles_ends() -> None:
    with pytest.raises(EndlessReplyError, match="minutes"), bounded(patience=0.2):
        time.sleep(60)


def test_programs_of_connection_plugins_have_no_bound() -> None:
    """podman and docker do not start where address space is limited."""
    with bounded():
        limit = subprocess.run(
            ["sh", "-c", "ulimit -v"], capture_output=True, text=True, check=True
        ).stdout.strip()
    assert limit == "unlimited"


def test_another_thread_than_the_main_one_is_left_alone() -> None:
    seen: list[str] = []

    def work() -> None:
        with bounded(growth=0, patience=0):
            seen.append(str(signal.getsignal(signal.SIGUSR1)))

    before = str(signal.getsignal(signal.SIGUSR1))
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [before]


@pytest.mark.parametrize("answer", ["[" * 200_000, '{"a":' * 500 + "1" + "}" * 500])
def test_a_deep_answer_of_ubus_is_refused_as_such(
    monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    router = replying(frame("ubus call", "0", answer))
    result = task.run(ubus, {"path": "system", "method": "info"}, router, monkeypatch)
    assert result["failed"]
    assert "nested too deeply" in result["msg"]


def test_the_message_names_the_router(monkeypatch: pytest.MonkeyPatch) -> None:
    result = task.run(
        ubus,
        {"path": "system", "method": "info"},
        replying(frame("ubus call", "zero")),
        monkeypatch,
        variables={"inventory_hostname": "router7"},
    )
    assert result["msg"].startswith("router7: The router's answer cannot be understood")
