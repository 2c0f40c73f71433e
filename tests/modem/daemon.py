# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The running simulator: one event loop over AT port, DHCP, DNS, usbmode and control socket."""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from ipaddress import IPv4Address, IPv4Network

from . import attach, control, dns, faults, link
from .carrier import Carrier
from .devices import Devices
from .hotplug import Hotplug
from .makes import MAKES
from .modem import Modem
from .uevents import NOTHING, between
from .usb import Composition

POLL_SECONDS = 0.2
HOTPLUG_POLL_SECONDS = 0.02
REPORT_SECONDS = 3.0
LOOK_SECONDS = 0.5
# Between AT^RESET, the absence from the bus that it brings, and the return.
RESET_SECONDS = 0.5
# From the start of a router to the moment when its kernel finds a stick that was in it before.
BOOT_SECONDS = 2.0
# How long a container may be away before the stick ends as well.
ABSENCE_SECONDS = 300.0
Handler = Callable[[], None]


@dataclass
class Settings:
    """How one stick is started. `settle` is the time from the bus to usable devices, seconds."""

    name: str
    pid: int
    tty: str = "/dev/ttyUSB0"
    netdev: str = "wwan0"
    subnet: IPv4Network = field(default_factory=lambda: IPv4Network("100.64.0.0/24"))
    settle: float = 0.0
    faults: list[str] = field(default_factory=list)
    engine: str = "podman"
    container: str | None = None


class Daemon:
    """Owns a modem and its devices; `run` returns when told to stop or the container ends."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.zone: dict[str, IPv4Address] = dict(dns.DEFAULT_ZONE)
        self.modem = Modem(Carrier(settings.subnet))
        for what in settings.faults:
            faults.apply(self.modem, self.zone, what)
        attach.unshare_network()
        link.prepare()
        self.devices: Devices | None = None
        self.hotplug: Hotplug | None = None
        self._seen = NOTHING
        self._stopping = False
        self._settles_at: float | None = None
        self._resets_at: float | None = None
        self._reports_at = 0.0
        self._looks_at = 0.0
        self._gives_up_at = 0.0
        self._epoll = select.epoll()
        self._handlers: dict[int, Handler] = {}
        self._life: int | None = None

    def run(self, server: socket.socket) -> None:
        """Serve until stopped. Raises AttachError, LinkError or OSError."""
        signal.signal(signal.SIGTERM, lambda *_: self._stop())
        self._watch(server.fileno(), lambda: control.serve_one(server, self._obey))
        while not self._stopping:
            self._step()

    def close(self) -> None:
        """Take the router's devices away. Raises AttachError, LinkError."""
        if self.devices is not None:
            self.devices.remove()
        if self.hotplug is not None:
            self.hotplug.close()

    def ready(self) -> bool:
        """Whether the devices that the stick is to show at first are there."""
        return self.modem.settled or self.modem.composition in (
            Composition.ABSENT,
            Composition.STORAGE,
        )

    def settle(self) -> None:
        """Plug in and serve nothing but time until `ready`. Raises like `run`."""
        self._attach(self.settings.pid)
        while not self.ready():
            self._step()

    def _step(self) -> None:
        for descriptor, _ in self._epoll.poll(self._timeout()):
            handler = self._handlers.get(descriptor)
            if handler is not None:
                handler()
        self._tick(time.monotonic())

    def _tick(self, now: float) -> None:
        self._reset(now)
        self._settle(now)
        self._report(now)
        if self.devices is None:
            self._find_container(now)
            return
        try:
            self._serve(self.devices, now)
        except (attach.AttachError, link.LinkError, OSError):
            if self._container_lives():
                raise
            self._container_ended()

    def _serve(self, devices: Devices, now: float) -> None:
        self._reconcile()
        devices.cover_usbmode()
        if devices.port is not None:
            devices.port.tick(now)
        if self.hotplug is not None:
            self.hotplug.tick(now)

    def _reset(self, now: float) -> None:
        """Off the bus once the answer to AT^RESET is out, and back a moment later."""
        if not (self.modem.reset_due or self.modem.away):
            self._resets_at = None
        elif self._resets_at is None:
            self._resets_at = now + RESET_SECONDS
        elif now >= self._resets_at:
            self._resets_at = None
            if self.modem.away:
                self.modem.replug()
            else:
                self.modem.reset()

    def _settle(self, now: float) -> None:
        if self.modem.settled:
            self._settles_at = None
        elif self._settles_at is None:
            self._settles_at = now + self.settings.settle
        if self._settles_at is not None and now >= self._settles_at:
            self.modem.settled = True
            self._settles_at = None

    def _report(self, now: float) -> None:
        if self.modem.announces and now >= self._reports_at:
            self._reports_at = now + REPORT_SECONDS
            self.modem.unsolicited += MAKES[self.modem.make].report(self.modem)

    def _timeout(self) -> float:
        due = [time.monotonic() + POLL_SECONDS]
        if self.devices is not None and self.devices.port is not None:
            due.append(self.devices.port.next_due() or due[0])
        if self._settles_at is not None:
            due.append(self._settles_at)
        if self.hotplug is not None and not self.hotplug.idle:
            due.append(time.monotonic() + HOTPLUG_POLL_SECONDS)
        return max(0.0, min(due) - time.monotonic())

    def _attach(self, pid: int, boots: bool = False) -> None:
        self._seen = NOTHING
        self.hotplug = Hotplug(pid, time.monotonic() + BOOT_SECONDS if boots else 0.0)
        self.devices = Devices(self.modem, pid, self.settings.tty, self.settings.netdev)
        self._watch(self.devices.switch, self._usbmode_called)
        self._watch(self.devices.dns.fileno(), self._resolve)
        self._life = os.pidfd_open(pid)
        self._watch(self._life, self._container_ended)
        self._reconcile()

    def _reconcile(self) -> None:
        if self.devices is None:
            return
        before = (self.devices.port, self.devices.dhcp)
        self.devices.reconcile()
        if self.hotplug is not None:
            seen = self.devices.seen()
            self.hotplug.tell(between(self._seen, seen))
            self._seen = seen
        port, dhcp = self.devices.port, self.devices.dhcp
        if port is not None and port is not before[0]:
            self._watch(port.master, self._typed, edges=True)
        if dhcp is not None and dhcp is not before[1]:
            self._watch(dhcp.fileno(), self._lease)

    def _watch(self, descriptor: int, handler: Handler, edges: bool = False) -> None:
        # A pty without a reader is "ready" for ever; only its edges tell something.
        self._epoll.register(descriptor, select.EPOLLIN | (select.EPOLLET if edges else 0))
        self._handlers[descriptor] = handler

    def _typed(self) -> None:
        if self.devices is not None and self.devices.port is not None:
            self.devices.port.receive(time.monotonic())

    def _lease(self) -> None:
        if self.devices is None or self.devices.dhcp is None:
            return
        received = link.receive(self.devices.dhcp)
        answered = self.modem.carrier.answer(received[0]) if received is not None else None
        if answered is not None and self.modem.session is not None:
            packet, address = answered
            link.send(self.devices.dhcp, packet, (address, link.DHCP_CLIENT_PORT))

    def _resolve(self) -> None:
        if self.devices is None:
            return
        received = link.receive(self.devices.dns)
        if received is not None:
            query, client = received
            reply = dns.answer(query, self.zone)
            if reply is not None:
                link.send(self.devices.dns, reply, client)

    def _usbmode_called(self) -> None:
        if self.devices is not None and os.read(self.devices.switch, link.DATAGRAM):
            self.modem.switch()

    def _container_lives(self) -> bool:
        return self._life is not None and not select.select([self._life], [], [], 0)[0]

    def _container_ended(self) -> None:
        self._let_go()
        self._looks_at, self._gives_up_at = 0.0, time.monotonic() + ABSENCE_SECONDS
        if self.settings.container is None:
            self._stop()

    def _let_go(self) -> None:
        if self.devices is not None:
            self.devices.let_go()
            self.devices = None
        if self.hotplug is not None:
            self.hotplug.close()
            self.hotplug = None
        if self._life is not None:
            os.close(self._life)
            self._life = None

    def _find_container(self, now: float) -> None:
        """The container ended; once it runs again the stick is there again, powered up afresh."""
        if self.settings.container is None or now < self._looks_at:
            return
        self._looks_at = now + LOOK_SECONDS
        found = container_pid(self.settings.engine, self.settings.container)
        if found is not None:
            self._attach_again(found)
        elif now > self._gives_up_at:
            self._stop()

    def _attach_again(self, pid: int) -> None:
        if self.modem.composition is not Composition.ABSENT:
            self.modem.replug()
        try:
            self._attach(pid, boots=True)
        except (attach.AttachError, link.LinkError, OSError) as error:
            # It may have ended again, or not be set up yet; the next look decides.
            print(f"cannot attach to process {pid} yet: {error}", file=sys.stderr, flush=True)
            self._let_go()

    def _obey(self, request: control.Request) -> control.Reply:
        act, value = request
        if act == "stop":
            self._stop()
        elif act == "fault":
            faults.apply(self.modem, self.zone, value)
            # First without devices: what was plugged in afresh has new ones.
            self._reconcile()
            self._settle(time.monotonic())
            self._reconcile()
        elif act == "forget":
            self.modem.log.clear()
        elif act != "state":
            raise control.ControlError(f"unknown request {act!r}")
        return self.state()

    def state(self) -> control.Reply:
        """Everything that a test may want to know."""
        modem = self.modem
        session = modem.session and {
            "cid": modem.session.cid,
            "apn": modem.session.apn,
            "address": str(modem.carrier.address),
        }
        return {
            "name": self.settings.name,
            "pid": os.getpid(),
            "router": self.devices.pid if self.devices else None,
            "tty": self.settings.tty if self.devices and self.devices.port else None,
            "netdev": self.settings.netdev if self.devices and self.devices.dhcp else None,
            "composition": modem.composition.value,
            "session": session,
            "sessions": modem.carrier.sessions,
            "sim": {
                "state": modem.sim.state.value,
                "pin_left": modem.sim.pin_left,
                "puk_left": modem.sim.puk_left,
                "pin_tries": modem.sim.pin_tries,
            },
            "make": modem.make,
            "radio": modem.radio.describe(),
            "stored": asdict(modem.stored),
            "faults": asdict(modem.faults),
            "hotplug": "idle" if self.hotplug is None or self.hotplug.idle else "busy",
            "leases": [asdict(lease) for lease in modem.carrier.leases],
            "log": list(modem.log),
        }

    def _stop(self) -> None:
        self._stopping = True


def container_pid(engine: str, name: str) -> int | None:
    """The first process of a running container, None while it does not run."""
    done = subprocess.run(
        [engine, "inspect", "--format", "{{.State.Pid}}", name],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    pid = done.stdout.strip()
    return int(pid) if done.returncode == 0 and pid.isdigit() and pid != "0" else None
