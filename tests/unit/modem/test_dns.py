# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The carrier's resolver."""

from __future__ import annotations

import struct
from ipaddress import IPv4Address

import pytest

from modem import dns

ZONE = {"my.yota.ru": IPv4Address("10.0.0.1")}


def query(name: str, kind: int = 1, flags: int = 0x0100) -> bytes:
    labels = b"".join(bytes([len(part)]) + part.encode() for part in name.split("."))
    return struct.pack("!HHHHHH", 7, flags, 1, 0, 0, 0) + labels + struct.pack("!BHH", 0, kind, 1)


def answer(packet: bytes) -> tuple[int, int, bytes]:
    """Code, number of answers, last four bytes."""
    said = dns.answer(packet, ZONE)
    assert said is not None
    ident, flags, _, answers = struct.unpack_from("!HHHH", said)
    assert ident == 7
    assert flags & 0x8000
    return flags & 15, answers, said[-4:]


@pytest.mark.parametrize("name", ["my.yota.ru", "MY.Yota.RU"])
def test_a_name_of_the_zone(name: str) -> None:
    assert answer(query(name)) == (0, 1, IPv4Address("10.0.0.1").packed)


def test_no_ipv6_address_is_no_error() -> None:
    assert answer(query("my.yota.ru", kind=28))[:2] == (0, 0)


def test_any_other_name_does_not_exist() -> None:
    assert answer(query("yota.ru"))[:2] == (3, 0)


def test_a_broken_question_is_a_format_error() -> None:
    assert answer(query("my.yota.ru")[:-3])[:2] == (1, 0)


@pytest.mark.parametrize("packet", [b"", b"short", query("my.yota.ru", flags=0x8180)])
def test_junk_and_replies_get_no_answer(packet: bytes) -> None:
    assert dns.answer(packet, ZONE) is None
