# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The carrier's side of the data session: one address a session, handed out by DHCP.

The DHCP part is a pure function from request to reply (RFC 2131 and 2132).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from enum import IntEnum
from ipaddress import IPv4Address, IPv4Network

FIRST_HOST = 10
HOSTS = 200
MAGIC = b"\x63\x82\x53\x63"
HEADER = struct.Struct("!BBBBIHH4s4s4s4s16s64s128s")
BROADCAST = "255.255.255.255"

OPTION_MASK = 1
OPTION_ROUTER = 3
OPTION_DNS = 6
OPTION_REQUESTED = 50
OPTION_LEASE = 51
OPTION_TYPE = 53
OPTION_SERVER = 54
OPTION_END = 255


class DhcpType(IntEnum):
    """DHCP message types, RFC 2132, section 9.6."""

    DISCOVER = 1
    OFFER = 2
    REQUEST = 3
    DECLINE = 4
    ACK = 5
    NAK = 6
    RELEASE = 7
    INFORM = 8


@dataclass(frozen=True)
class Lease:
    """An address that was acknowledged to a client."""

    mac: str
    address: str


@dataclass
class Carrier:
    """A /24 of carrier-grade NAT space; every new session gets the next address of it."""

    subnet: IPv4Network
    lease_seconds: int = 3600
    sessions: int = 0
    leases: list[Lease] = field(default_factory=list)

    @property
    def gateway(self) -> IPv4Address:
        """The first host: router, DHCP server and resolver in one."""
        return self.subnet[1]

    @property
    def address(self) -> IPv4Address:
        """The address of the present session."""
        return self.subnet[FIRST_HOST + (max(self.sessions, 1) - 1) % HOSTS]

    def next_session(self) -> None:
        """A session begins: another address, as carriers do."""
        self.sessions += 1

    def answer(self, packet: bytes) -> tuple[bytes, str] | None:
        """Reply to one DHCP request: (packet, address to send it to), None for silence."""
        request = Request.parse(packet)
        if request is None:
            return None
        kind = self._reply_type(request)
        if kind is None:
            return None
        if kind is DhcpType.ACK:
            self.leases.append(Lease(request.mac, str(self.address)))
        to = str(request.client) if int(request.client) and kind is not DhcpType.NAK else BROADCAST
        return self._reply(request, kind), to

    def _reply_type(self, request: Request) -> DhcpType | None:
        if request.kind is DhcpType.DISCOVER:
            return DhcpType.OFFER
        if request.kind is DhcpType.INFORM:
            return DhcpType.ACK
        if request.kind is not DhcpType.REQUEST:
            return None
        if request.server not in (None, self.gateway):
            return None
        wanted = request.requested or request.client
        return DhcpType.ACK if wanted == self.address else DhcpType.NAK

    def _reply(self, request: Request, kind: DhcpType) -> bytes:
        refused = kind is DhcpType.NAK
        yours = IPv4Address(0) if refused else self.address
        options = _option(OPTION_TYPE, bytes([kind])) + _option(OPTION_SERVER, self.gateway.packed)
        if not refused:
            options += _option(OPTION_MASK, self.subnet.netmask.packed)
            options += _option(OPTION_ROUTER, self.gateway.packed)
            options += _option(OPTION_DNS, self.gateway.packed)
            options += _option(OPTION_LEASE, struct.pack("!I", self.lease_seconds))
        header = HEADER.pack(
            2,
            1,
            6,
            0,
            request.transaction,
            0,
            request.flags,
            request.client.packed,
            yours.packed,
            self.gateway.packed,
            request.relay,
            request.hardware,
            b"",
            b"",
        )
        return header + MAGIC + options + bytes([OPTION_END])


@dataclass(frozen=True)
class Request:
    """The fields of a client's packet that a reply depends on."""

    kind: DhcpType
    transaction: int
    flags: int
    client: IPv4Address
    relay: bytes
    hardware: bytes
    requested: IPv4Address | None
    server: IPv4Address | None

    @property
    def mac(self) -> str:
        """The client's hardware address as text."""
        return self.hardware[:6].hex(":")

    @classmethod
    def parse(cls, packet: bytes) -> Request | None:
        """Read a packet; None when it is no DHCP request."""
        start = HEADER.size + len(MAGIC)
        if len(packet) < start or packet[HEADER.size : start] != MAGIC:
            return None
        fields = HEADER.unpack_from(packet)
        options = _options(packet[start:])
        kind = options.get(OPTION_TYPE, b"")
        if fields[0] != 1 or len(kind) != 1 or kind[0] not in set(DhcpType):
            return None
        return cls(
            kind=DhcpType(kind[0]),
            transaction=fields[4],
            flags=fields[6],
            client=IPv4Address(fields[7]),
            relay=fields[10],
            hardware=fields[11],
            requested=_address(options.get(OPTION_REQUESTED)),
            server=_address(options.get(OPTION_SERVER)),
        )


def _address(raw: bytes | None) -> IPv4Address | None:
    return IPv4Address(raw) if raw is not None and len(raw) == 4 else None


def _option(code: int, value: bytes) -> bytes:
    return bytes([code, len(value)]) + value


def _options(raw: bytes) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    at = 0
    while at < len(raw) and raw[at] != OPTION_END:
        if raw[at] == 0:
            at += 1
            continue
        if at + 1 >= len(raw):
            break
        length = raw[at + 1]
        found[raw[at]] = raw[at + 2 : at + 2 + length]
        at += 2 + length
    return found
