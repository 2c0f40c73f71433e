# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The dialogue on the AT port as a state machine: bytes in, bytes out (ITU-T V.250)."""

from __future__ import annotations

import re

from . import commands
from .answers import NotSupportedError
from .makes import MAKES
from .modem import Modem, RefusedError
from .sim import SimError

MAX_LINE = 1024
BASIC = re.compile(r"[&\\]?[A-Z]\d*(?:=\d+)?")


class Dialogue:
    """One AT port of one modem: assembles lines, echoes, runs commands, frames the answers.

    A line without its end stays when the router closes the port, as a modem does not see that.
    """

    def __init__(self, modem: Modem) -> None:
        self.modem = modem
        self.echo = True
        self.quiet = False
        self.numeric_errors = True
        self._line = bytearray()

    def feed(self, data: bytes) -> bytes:
        """Take what the router wrote; return what the modem says to it at once."""
        said = bytearray()
        for byte in data:
            if byte in b"\r\n":
                line = bytes(self._line).decode("latin-1").strip()
                self._line.clear()
                said += self._echo(b"\r") if line else b""
                said += self._line_answer(line) if line else b""
            elif len(self._line) < MAX_LINE:
                self._line.append(byte)
                said += self._echo(bytes([byte]))
        return bytes(said)

    def interject(self) -> bytes:
        """The unsolicited lines that have come up since the last call."""
        make = MAKES[self.modem.make]
        lines, self.modem.unsolicited = self.modem.unsolicited, []
        news, self.modem.session_news = self.modem.session_news, []
        for session, up in news:
            lines += make.notice(self.modem, session, up)
        if self.modem.faults.silent:
            return b""
        return b"".join(_framed(line) for line in lines)

    def _echo(self, data: bytes) -> bytes:
        return data if self.echo and not self.modem.faults.silent else b""

    def _line_answer(self, line: str) -> bytes:
        self.modem.log.append(line)
        if self.modem.faults.silent:
            return b""
        if line[:2].upper() != "AT":
            return b""
        said = bytearray()
        result = "OK"
        for command in split_commands(line[2:]):
            try:
                for info in self._run(command):
                    said += _framed(info)
            except SimError as refusal:
                result = f"+CME ERROR: {refusal.code}" if self.numeric_errors else "ERROR"
            except RefusedError:
                result = "ERROR"
            except NotSupportedError:
                result = MAKES[self.modem.make].unsupported
            if result != "OK":
                break
        return bytes(said) + (b"" if self.quiet else _framed(result))

    def _run(self, command: str) -> list[str]:
        commands.require_known(self.modem, command)
        letter, value = command[:1].upper(), command[1:]
        if letter == "E":
            self.echo = value != "0"
        elif letter == "Q":
            self.quiet = value == "1"
        elif letter == "Z":
            self.echo, self.quiet = True, False
        elif command.upper().startswith("+CMEE="):
            self.numeric_errors = command[-1] != "0"
        else:
            return commands.run(self.modem, command)
        return []


def split_commands(body: str) -> list[str]:
    """Cut what follows AT into commands: `E1Q0`, or extended ones with `;` between them."""
    found: list[str] = []
    rest = body
    while rest:
        basic = BASIC.match(rest.upper())
        if basic and rest[0] not in "+^":
            found.append(rest[: basic.end()])
            rest = rest[basic.end() :].lstrip("; ")
            continue
        end = _end_of_extended(rest)
        found.append(rest[:end].strip())
        rest = rest[end + 1 :].lstrip()
    return found


def _end_of_extended(text: str) -> int:
    quoted = False
    for at, letter in enumerate(text):
        if letter == '"':
            quoted = not quoted
        elif letter == ";" and not quoted:
            return at
    return len(text)


def _framed(line: str) -> bytes:
    return f"\r\n{line}\r\n".encode("latin-1")
