# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""One call of a ubus method: what is sent, and what comes back."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..errors import SpecError
from ..secrets import holds_secret
from ..shell import quote
from . import by_ucode

_LONGEST = 131_000
"""Bytes of a message. ubus takes it as a word of its command line, and Linux limits each word to
128 KiB (MAX_ARG_STRLEN)."""

_WAIT = 30
"""Seconds that the program ubus waits by default."""

_DEEPEST = 100
"""Levels of an answer; Ansible goes through a result by recursion, too."""

_HALF = re.compile(r"\\u[dD][89a-fA-F]")
"""The escape of half a character, which has meaning in pairs alone."""

_NAME = re.compile(r"[^\s*'\"\\-][^\s*'\"\\]*")
"""No pattern: ubus would call whatever object matches it last."""


@dataclass(frozen=True)
class Call:
    """A method of an object, with its message; `timeout` in seconds, None: what ubus waits.

    `expose`: secrets may stand on the router's command line where there is no other way.
    """

    path: str
    method: str
    message: Mapping[str, Any] = field(default_factory=dict)
    timeout: int | None = None
    expose: bool = False

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> Call:
        """From arguments that have the types of the module's spec; raises SpecError."""
        for option in ("path", "method"):
            if not _NAME.fullmatch(params[option]):
                raise SpecError(
                    option=option,
                    value=params[option],
                    expected="one name, without spaces, quotes and *",
                    hint="`ubus -v list` on the router shows all there are.",
                )
        if params["timeout"] < 1:
            raise SpecError(option="timeout", value=params["timeout"], expected="a second or more")
        call = cls(
            params["path"],
            params["method"],
            params["args"],
            params["timeout"],
            params["expose_secrets"],
        )
        if len(call.text.encode("utf-8", "surrogateescape")) > _LONGEST:
            raise SpecError(
                option="args", value="...", expected=f"at most {_LONGEST} bytes of JSON"
            )
        return call

    @property
    def text(self) -> str:
        """The message as JSON; raises SpecError for what JSON or a message of ubus cannot hold."""
        try:
            text = json.dumps(self.message, ensure_ascii=False, allow_nan=False)
            text.encode("utf-8", "surrogateescape")
        except (TypeError, ValueError) as error:
            raise _unsuited(str(error)) from error
        except RecursionError as error:
            raise _unsuited("it is nested too deeply") from error
        if _holds_nul(self.message):
            raise _unsuited("a NUL character ends a string of ubus")
        return text

    def script(self) -> str:
        """Shell that prints the answer as JSON and ends with ubus' own status, or with NO_WAY.

        With a message it needs the files of `stage`.
        """
        if not self.message:
            return self._on_command_line()
        # Decided here, on the router: to ask first would cost a round trip.
        otherwise = f"exit {by_ucode.NO_WAY}" if self._is_secret else self._on_command_line()
        return f"if {by_ucode.IS_THERE}; then\n{by_ucode.RUN}\nelse\n{otherwise}\nfi"

    def stage(self) -> dict[str, str]:
        """Files for `script`, by name."""
        if not self.message:
            return {}
        return by_ucode.stage(self.path, self.method, json.loads(self.text), self.timeout or _WAIT)

    @property
    def _is_secret(self) -> bool:
        return not self.expose and holds_secret(self.message)

    def _on_command_line(self) -> str:
        wait = "" if self.timeout is None else f" -t {self.timeout}"
        message = f" {quote(self.text)}" if self.message else ""
        return f"ubus -S{wait} call {quote(self.path)} {quote(self.method)}{message}"

    def __str__(self) -> str:
        # Without the message, which may hold a secret.
        return f"{self.path} {self.method}"


def _holds_nul(value: Any) -> bool:
    values = [value]
    while values:
        each = values.pop()
        if isinstance(each, Mapping):
            values += [part for pair in each.items() for part in pair]
        elif isinstance(each, list):
            values += each
        elif isinstance(each, str) and "\0" in each:
            return True
    return False


def _unsuited(reason: str) -> SpecError:
    return SpecError(option="args", value="...", expected=f"what JSON can say ({reason})")


def decode(text: str) -> Any:
    """What ubus printed, as a value; None when the method answered nothing.

    A router's names may hold bytes that are no text, which come as U+FFFD. Raises ValueError for
    what is no JSON.
    """
    readable = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    if not readable.strip():
        return None
    try:
        value = json.loads(readable, strict=False)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if _is_deeper(value, _DEEPEST):
        raise ValueError("nested too deeply")
    return _whole(value) if _HALF.search(readable) else value


def _whole(value: Any) -> Any:
    """The value with a ? for each half of a character, which neither text nor JSON can hold."""
    text = json.dumps(value, ensure_ascii=False)
    return json.loads(text.encode("utf-8", "replace"), strict=False)


def _is_deeper(value: Any, most: int) -> bool:
    level = [value]
    for _level in range(most):
        level = [
            part
            for each in level
            if isinstance(each, (dict, list))
            for part in (each.values() if isinstance(each, dict) else each)
        ]
    return bool(level)
