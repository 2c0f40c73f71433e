# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The data link: a veth pair from the router's network namespace to the carrier's.

The carrier's namespace is that of this process, so link, addresses and servers vanish with it
however it ends.
"""

from __future__ import annotations

import errno
import socket
import subprocess

from .carrier import Carrier

RADIO = "radio0"
# netifd takes the number of a veth's other end for a device of its own router; none has this one.
RADIO_INDEX = 4242
INTERNET = "198.51.100.1"
DHCP_PORT = 67
DHCP_CLIENT_PORT = 68
DNS_PORT = 53
SO_BINDTODEVICE = 25
SO_NO_CHECK = 11
DATAGRAM = 4096
NO_WAY = (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.ENODEV, errno.EAGAIN)


class LinkError(Exception):
    """`ip` refused; the text is its own."""


def prepare() -> None:
    """Bring up loopback with the address that stands for the Internet. Raises LinkError."""
    _ip("link", "set", "lo", "up")
    _ip("address", "add", f"{INTERNET}/32", "dev", "lo")


def add(pid: int, netdev: str, carrier: Carrier) -> None:
    """Give process `pid`'s namespace `netdev`, without carrier for now. Raises LinkError."""
    radio = ("name", RADIO, "index", str(RADIO_INDEX))
    _ip("link", "add", *radio, "type", "veth", "peer", "name", netdev, "netns", str(pid))
    _ip("address", "add", f"{carrier.gateway}/{carrier.subnet.prefixlen}", "dev", RADIO)


def remove() -> None:
    """Take both ends away; fine when the container has gone with its end already."""
    if exists():
        _ip("link", "delete", RADIO)


def exists() -> bool:
    """Whether the carrier's end is there."""
    return any(name == RADIO for _, name in socket.if_nameindex())


def set_up(up: bool) -> None:
    """Give the router's end carrier, or take it. Raises LinkError."""
    _ip("link", "set", RADIO, "up" if up else "down")


def set_deaf(deaf: bool, carrier: Carrier) -> None:
    """Stop (or resume) answering while the link itself stays up. Raises LinkError."""
    address = f"{carrier.gateway}/{carrier.subnet.prefixlen}"
    _ip("address", "delete" if deaf else "replace", address, "dev", RADIO)


def dhcp_socket() -> socket.socket:
    """A socket for DHCP on the link; to be closed before the link goes. Raises OSError."""
    server = _server()
    server.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    server.setsockopt(socket.SOL_SOCKET, SO_BINDTODEVICE, RADIO.encode())
    # A veth leaves checksums to hardware that is not there; DHCP clients on raw sockets object.
    server.setsockopt(socket.SOL_SOCKET, SO_NO_CHECK, 1)
    server.bind(("", DHCP_PORT))
    return server


def dns_socket() -> socket.socket:
    """A socket for the resolver. Raises OSError."""
    server = _server()
    server.bind(("", DNS_PORT))
    return server


def receive(server: socket.socket) -> tuple[bytes, tuple[str, int]] | None:
    """One datagram and its sender; None when it turned out to be none (bad checksum)."""
    try:
        data, (host, port) = server.recvfrom(DATAGRAM)
    except BlockingIOError:
        return None
    return data, (host, port)


def send(server: socket.socket, data: bytes, to: tuple[str, int]) -> None:
    """Send a datagram; one for which there is no way any more is lost on the air."""
    try:
        server.sendto(data, to)
    except OSError as error:
        if error.errno not in NO_WAY:
            raise


def _server() -> socket.socket:
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.setblocking(False)
    return server


def _ip(*arguments: str) -> None:
    done = subprocess.run(
        ["ip", *arguments], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    if done.returncode != 0:
        raise LinkError(f"ip {' '.join(arguments)}: {done.stderr.strip()}")
