# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an .apk of apk-tools 3 says of itself: its name and its version.

The file may be compressed as a whole. Its first block is a small database of values: objects are
arrays of 32-bit words, the first of which is the number of words; four bits of a word are its
type, the others a number or the place of the value in the block. Source: src/adb.h, src/adb_comp.c
and src/apk_adb.h of apk-tools 3.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

_PLAIN, _DEFLATED, _COMPRESSED = b"ADB.", b"ADBd", b"ADBc"
_PACKAGE = b"pckg"
_NO_COMPRESSION, _DEFLATE = 0, 1
_MOST = 32 * 2**20
"""Bytes that are unpacked at most: the first block lists the files, it does not hold them."""

_TYPE, _VALUE = 0xF0000000, 0x0FFFFFFF
_BLOBS = {0x80000000: "<B", 0x90000000: "<H", 0xA0000000: "<I"}
_OBJECT = 0xE0000000

_INFO = 1
_NAME, _VERSION = 1, 2


class NotAnApkError(ValueError):
    """The bytes are no package of apk-tools 3; the text says what is wrong."""


class UnknownCompressionError(NotAnApkError):
    """They are one, in a compression that Python's library does not know."""


@dataclass(frozen=True)
class Identity:
    """A package's own word."""

    name: str
    version: str


def identity(content: bytes) -> Identity:
    """Raises NotAnApkError."""
    try:
        block = _first_block(_unpacked(content))
        info = _field(block, _root(block), _INFO)
        return Identity(*(_text(block, _field(block, info, each)) for each in (_NAME, _VERSION)))
    except (struct.error, zlib.error, UnicodeDecodeError) as error:
        raise NotAnApkError(f"it is damaged ({error})") from error


def _unpacked(content: bytes) -> bytes:
    magic, rest = content[:4], content[4:]
    if magic == _PLAIN:
        return content[:_MOST]
    if magic == _COMPRESSED:
        if len(content) < 6:
            raise NotAnApkError("it is cut off")
        algorithm, rest = content[4], content[6:]
        if algorithm == _NO_COMPRESSION:
            return rest[:_MOST]
        if algorithm != _DEFLATE:
            raise UnknownCompressionError("it is compressed in a way that cannot be read here")
    elif magic != _DEFLATED:
        raise NotAnApkError("it does not begin as one")
    return zlib.decompressobj(-zlib.MAX_WBITS).decompress(rest, _MOST)


def _first_block(file: bytes) -> bytes:
    """The database, behind the file's magic, its schema and the block's size."""
    if file[:4] != _PLAIN or file[4:8] != _PACKAGE:
        raise NotAnApkError("it is an index or something else, but no package")
    (type_size,) = struct.unpack_from("<I", file, 8)
    if type_size >> 30:
        raise NotAnApkError("it does not begin with what it holds")
    block = file[12 : 8 + type_size]
    if len(block) != type_size - 4:
        raise NotAnApkError("it is cut off")
    return block


def _root(block: bytes) -> int:
    return int(struct.unpack_from("<I", block, 4)[0])


def _field(block: bytes, value: int, number: int) -> int:
    """A field of an object; both are values, a type and a place."""
    if value & _TYPE != _OBJECT:
        raise NotAnApkError("it does not say what it is")
    place = value & _VALUE
    (count,) = struct.unpack_from("<I", block, place)
    if number >= count:
        raise NotAnApkError("it has no name or no version")
    return int(struct.unpack_from("<I", block, place + 4 * number)[0])


def _text(block: bytes, value: int) -> str:
    form = _BLOBS.get(value & _TYPE)
    if form is None:
        raise NotAnApkError("it has no name or no version")
    place = value & _VALUE
    (length,) = struct.unpack_from(form, block, place)
    start = place + struct.calcsize(form)
    if start + length > len(block):
        raise NotAnApkError("it is cut off")
    return block[start : start + length].decode("ascii")
