# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The words of UCI text: quotes, escapes, comments and lines that go on.

Works on bytes, since the positions that uci reports are counted in bytes.
"""

from __future__ import annotations

import re
from io import BytesIO

_KEYWORD = re.compile(rb"[ \t]*([^ \t]*)")
_BLANKS = re.compile(rb"\s*")
_BARE = re.compile(rb"[^'\"#;\\\s]+")
_SINGLE_QUOTED = re.compile(rb"[^']*")
_DOUBLE_QUOTED = re.compile(rb'[^"\\]*')
_FIRST_BUFFER = 32
"""Bytes of the buffer with which uci begins; it doubles and stays so until the end of the file."""


class StatementError(Exception):
    """uci does not accept the statement; the text is the reason in its words."""


class Scanner:
    """Hands out the words of one statement after the other.

    ``line`` and ``position`` are the numbers that uci reports with an error: the line ends read so
    far, and the offset in the statement.
    """

    def __init__(self, data: bytes) -> None:
        self._file = BytesIO(data)
        self._size = _FIRST_BUFFER
        self._buffer = bytearray()
        self.line = 0
        self.position = 0
        self._comment = b""

    def next_line(self) -> bool:
        """Begin the next line; False at the end of the text."""
        self.position = 0
        return self._read_on()

    def skip_blanks(self) -> None:
        blanks = _BLANKS.match(self._buffer, self.position)
        if blanks:
            self.position = blanks.end()

    def take_comment(self) -> bytes:
        """The comment that ended the line, or the one that comes next; empty without one."""
        self.skip_blanks()
        if self._next() == b"#":
            self._keep_comment()
        comment, self._comment = self._comment, b""
        return comment.rstrip()

    def peek_keyword(self) -> bytes:
        """The keyword of the coming statement, empty at the end of the line; it is not consumed."""
        keyword = _KEYWORD.match(self._buffer, self.position)
        return bytes(keyword[1]) if keyword else b""

    def take_keyword(self, kind: str) -> None:
        """Consume the keyword that was peeked at, and the blank behind it."""
        keyword = _KEYWORD.match(self._buffer, self.position)
        if keyword is None or keyword.end() >= len(self._buffer):
            raise StatementError(f"{kind} without name")
        self.position = keyword.end() + 1

    def required_word(self) -> bytes:
        word = self.word()
        if not word:
            raise StatementError("insufficient arguments")
        return word

    def word(self) -> bytes:
        """The next word of the statement without its quotes; empty at the statement's end."""
        self.skip_blanks()
        if self._next() == b";":
            self.position += 1
            return b""
        start = self.position
        word = bytearray()
        while piece := self._next():
            if piece == b"#":
                self._keep_comment()
            elif piece == b";":
                # uci ends a word by a NUL behind its last byte. Behind a bare word that NUL hits
                # the semicolon itself, and with it all that follows on the line.
                if start + len(word) == self.position:
                    self._drop_statements()
                return bytes(word)
            elif piece.isspace():
                self.position += 1
                break
            else:
                self._read_piece(piece, word)
        return bytes(word)

    def _read_piece(self, first: bytes, word: bytearray) -> None:
        if first == b"'":
            self._read_single_quoted(word)
        elif first == b'"':
            self._read_double_quoted(word)
        elif first == b"\\":
            self._read_escaped(word)
        else:
            self._read_run(_BARE, word)

    def _read_single_quoted(self, word: bytearray) -> None:
        self.position += 1
        self._read_run(_SINGLE_QUOTED, word)
        while not self._next():
            self._read_on()
            if not self._next():
                raise StatementError("EOF with unterminated '")
            self._read_run(_SINGLE_QUOTED, word)
        self.position += 1

    def _read_double_quoted(self, word: bytearray) -> None:
        self.position += 1
        self._read_run(_DOUBLE_QUOTED, word)
        while (end := self._next()) != b'"':
            if end == b"\\":
                self._read_escaped(word)
            else:
                self._read_on()
                if not self._next():
                    raise StatementError('EOF with unterminated "')
            self._read_run(_DOUBLE_QUOTED, word)
        self.position += 1

    def _read_escaped(self, word: bytearray) -> None:
        """A backslash stands for what follows it; before a line end it joins the next line."""
        self.position += 1
        if bytes(self._buffer[self.position : self.position + 3]) in (b"", b"\n", b"\r\n"):
            self._read_on()
        else:
            word += self._next()
            self.position += 1

    def _read_run(self, pattern: re.Pattern[bytes], word: bytearray) -> None:
        run = pattern.match(self._buffer, self.position)
        if run:
            word += run[0]
            self.position = run.end()

    def _next(self) -> bytes:
        return bytes(self._buffer[self.position : self.position + 1])

    def _keep_comment(self) -> None:
        self._comment = bytes(self._buffer[self.position :])
        self._drop_rest()

    def _drop_statements(self) -> None:
        """Drop the line from a semicolon on; only a comment right behind it is not lost on us."""
        rest = bytes(self._buffer[self.position + 1 :]).lstrip()
        self._comment = rest if rest.startswith(b"#") else b""
        self._drop_rest()

    def _drop_rest(self) -> None:
        del self._buffer[self.position :]

    def _read_on(self) -> bool:
        """Put the next line in place of what is left of this one; False at the end of the text.

        As uci's own reader (file.c, uci_getln): it fills what room its buffer has, takes a NUL for
        the end of what it has read, and reads on behind that if no line end came before the NUL.
        So a NUL hides the rest of its line, or of the buffer if that is shorter. It matters: a file
        whose blocks were never written before the power went is full of NULs.
        """
        self._drop_rest()
        start = len(self._buffer)
        if start >= self._size - 1:
            self._size *= 2
        while True:
            piece = self._file.readline(self._size - len(self._buffer) - 1)
            text = piece.partition(b"\0")[0]
            if not text:
                return bool(piece) or len(self._buffer) > start
            self._buffer += text
            if text.endswith(b"\n"):
                self.line += 1
                return True
            self._size *= 2
