# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The router's devices brought in line with the modem's state, whatever changed it."""

from __future__ import annotations

import os
import socket
from pathlib import Path

from . import attach, link
from .at import Dialogue
from .modem import Modem
from .port import Port
from .uevents import NOTHING, Plugged
from .usb import Composition


class Devices:
    """What one container has been given of one stick.

    `tty` and `netdev` are the router's names for the control and the network device.
    """

    def __init__(self, modem: Modem, pid: int, tty: str, netdev: str) -> None:
        self.modem = modem
        self.pid = pid
        self.tty = tty
        self.netdev = netdev
        self.port: Port | None = None
        self.dhcp: socket.socket | None = None
        attach.mount_usb(pid)
        attach.conceal(pid, tty)
        self.switch = attach.open_switch(pid)
        self.dns = link.dns_socket()
        self._shown: Composition | None = None
        self._link: tuple[bool, bool] | None = None

    def reconcile(self) -> None:
        """Add, remove and set what differs. Raises AttachError, LinkError or OSError."""
        self._show_usb()
        self._bring_port(self.modem.has_control_at(self.tty))
        self._bring_netdev(self.modem.has_netdev)
        if self.dhcp is not None:
            self._set_link(
                up=self.modem.session is not None or self.modem.faults.dead_air,
                deaf=self.modem.faults.dead_air,
            )

    def seen(self) -> Plugged:
        """What the router's kernel has found of the stick: nothing until it has settled."""
        if not self.modem.settled:
            return NOTHING
        return Plugged(
            self.modem.composition,
            self.modem.plugged,
            Path(self.tty).name if self.port is not None else None,
            self.netdev if self.dhcp is not None else None,
        )

    def cover_usbmode(self) -> None:
        """Stand in for usbmode once the router has got it. Raises AttachError."""
        attach.cover_usbmode(self.pid)

    def remove(self) -> None:
        """Take everything away. Raises AttachError, LinkError."""
        self.let_go()
        attach.conceal(self.pid, self.tty)
        attach.unmount_usb(self.pid)

    def let_go(self) -> None:
        """Close our side only: the container, and with it its side, has gone."""
        self._close_port()
        self._bring_netdev(False)
        self.dns.close()
        os.close(self.switch)

    def _show_usb(self) -> None:
        if self._shown is not self.modem.composition:
            attach.write_usb(self.pid, self.modem.composition)
            self._shown = self.modem.composition

    def _bring_port(self, wanted: bool) -> None:
        if wanted and self.port is None:
            terminal = attach.open_terminal(self.pid)
            self.port = Port(terminal.master, Dialogue(self.modem))
            attach.expose(self.pid, terminal.number, self.tty)
        elif not wanted and self.port is not None:
            attach.conceal(self.pid, self.tty)
            self._close_port()

    def _close_port(self) -> None:
        if self.port is not None:
            self.port.close()
            self.port = None

    def _bring_netdev(self, wanted: bool) -> None:
        if wanted and self.dhcp is None:
            link.add(self.pid, self.netdev, self.modem.carrier)
            self.dhcp = link.dhcp_socket()
            self._link = None
        elif not wanted and self.dhcp is not None:
            self.dhcp.close()
            self.dhcp = None
            link.remove()

    def _set_link(self, up: bool, deaf: bool) -> None:
        if self._link != (up, deaf):
            link.set_deaf(deaf, self.modem.carrier)
            link.set_up(up)
            self._link = (up, deaf)
