# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The carrier's resolver: a pure function from query to reply (RFC 1035).

Names that answer with a private address are the point: that is how some carriers point
customers at their portal, and what dnsmasq's rebind protection throws away.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from ipaddress import IPv4Address

HEADER = struct.Struct("!HHHHHH")
QUESTION = struct.Struct("!HH")
TYPE_A = 1
CLASS_IN = 1
TTL = 60
NXDOMAIN = 3
FORMAT_ERROR = 1

Zone = Mapping[str, IPv4Address]

DEFAULT_ZONE: dict[str, IPv4Address] = {
    "example.com": IPv4Address("198.51.100.1"),
    "www.example.com": IPv4Address("198.51.100.1"),
    "my.yota.ru": IPv4Address("10.0.0.1"),
}


def answer(query: bytes, zone: Zone) -> bytes | None:
    """Reply to one query: A records of `zone`, NXDOMAIN for the rest, None for junk."""
    if len(query) < HEADER.size:
        return None
    ident, flags, questions = HEADER.unpack_from(query)[:3]
    if flags & 0x8000:
        return None
    parsed = _question(query) if questions == 1 else None
    if parsed is None:
        return HEADER.pack(ident, _reply_flags(flags, FORMAT_ERROR), 0, 0, 0, 0)
    name, kind, end = parsed
    address = zone.get(name)
    records = [_record(address)] if address is not None and kind == TYPE_A else []
    code = NXDOMAIN if address is None else 0
    header = HEADER.pack(ident, _reply_flags(flags, code), 1, len(records), 0, 0)
    return header + query[HEADER.size : end] + b"".join(records)


def _reply_flags(flags: int, code: int) -> int:
    recursion_desired = flags & 0x0100
    return 0x8080 | recursion_desired | code


def _question(query: bytes) -> tuple[str, int, int] | None:
    labels: list[str] = []
    at = HEADER.size
    while at < len(query) and query[at]:
        length = query[at]
        if length > 63:
            return None
        labels.append(query[at + 1 : at + 1 + length].decode("ascii", "replace").lower())
        at += 1 + length
    end = at + 1 + QUESTION.size
    if end > len(query):
        return None
    kind, _ = QUESTION.unpack_from(query, at + 1)
    return ".".join(labels), kind, end


def _record(address: IPv4Address) -> bytes:
    name_of_the_question = 0xC000 | HEADER.size
    head = struct.pack("!HHHIH", name_of_the_question, TYPE_A, CLASS_IN, TTL, 4)
    return head + address.packed
