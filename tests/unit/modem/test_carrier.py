# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""DHCP on the data session: one address a session, refused when it is yesterday's."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network

import pytest

from modem.carrier import HEADER, MAGIC, Carrier, DhcpType

MAC = bytes.fromhex("0c5b8f279a64")


@pytest.fixture
def carrier() -> Carrier:
    carrier = Carrier(IPv4Network("100.64.7.0/24"))
    carrier.next_session()
    return carrier


def request(kind: DhcpType, *, client: str = "0.0.0.0", **options: str) -> bytes:
    """A client's packet; options `requested` (50) and `server` (54)."""
    header = HEADER.pack(
        1, 1, 6, 0, 0x1234, 0, 0, IPv4Address(client).packed, bytes(4), bytes(4), bytes(4),
        MAC, b"", b"",
    )  # fmt: skip
    body = bytes([53, 1, kind])
    for name, code in (("requested", 50), ("server", 54)):
        if name in options:
            body += bytes([code, 4]) + IPv4Address(options[name]).packed
    return header + MAGIC + body + b"\xff"


def parse(packet: bytes) -> tuple[str, dict[int, bytes]]:
    """The address given (yiaddr) and the options of a reply."""
    fields = HEADER.unpack_from(packet)
    assert (fields[0], fields[4], fields[11][:6]) == (2, 0x1234, MAC)
    options, at = {}, HEADER.size + len(MAGIC)
    while packet[at] != 255:
        options[packet[at]] = packet[at + 2 : at + 2 + packet[at + 1]]
        at += 2 + packet[at + 1]
    return str(IPv4Address(fields[8])), options


def test_discover_is_offered_the_address_of_the_session(carrier: Carrier) -> None:
    answered = carrier.answer(request(DhcpType.DISCOVER))
    assert answered is not None
    packet, to = answered
    address, options = parse(packet)
    assert (address, to) == ("100.64.7.10", "255.255.255.255")
    assert options[53] == bytes([DhcpType.OFFER])
    assert options[1] == bytes([255, 255, 255, 0])
    assert options[3] == options[6] == options[54] == IPv4Address("100.64.7.1").packed
    assert int.from_bytes(options[51], "big") == 3600
    assert carrier.leases == [], "an offer is no lease"


def test_request_is_acknowledged_and_noted(carrier: Carrier) -> None:
    answered = carrier.answer(
        request(DhcpType.REQUEST, requested="100.64.7.10", server="100.64.7.1")
    )
    assert answered is not None
    assert parse(answered[0])[1][53] == bytes([DhcpType.ACK])
    assert [(lease.mac, lease.address) for lease in carrier.leases] == [
        ("0c:5b:8f:27:9a:64", "100.64.7.10")
    ]


def test_a_renewal_is_answered_to_the_client_itself(carrier: Carrier) -> None:
    answered = carrier.answer(request(DhcpType.REQUEST, client="100.64.7.10"))
    assert answered is not None
    assert answered[1] == "100.64.7.10"


def test_the_address_of_an_earlier_session_is_refused(carrier: Carrier) -> None:
    carrier.next_session()
    answered = carrier.answer(request(DhcpType.REQUEST, client="100.64.7.10"))
    assert answered is not None
    address, options = parse(answered[0])
    assert (address, options[53]) == ("0.0.0.0", bytes([DhcpType.NAK]))
    assert answered[1] == "255.255.255.255"
    assert 3 not in options


@pytest.mark.parametrize(
    "packet",
    [
        b"",
        b"\x01" * 50,
        request(DhcpType.RELEASE, client="100.64.7.10"),
        request(DhcpType.REQUEST, requested="100.64.7.10", server="100.64.7.2"),
        b"\x02" + request(DhcpType.DISCOVER)[1:],
        request(DhcpType.DISCOVER)[: HEADER.size + len(MAGIC)],
    ],
    ids=["empty", "junk", "release", "for another server", "a reply", "no options"],
)
def test_what_is_not_for_us_gets_no_answer(carrier: Carrier, packet: bytes) -> None:
    assert carrier.answer(packet) is None
    assert carrier.leases == []
