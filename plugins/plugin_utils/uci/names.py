# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which names and values UCI takes, checked before anything is sent to a router.

uci itself answers "Invalid argument" or "Parse error" and leaves the reader to guess (uci, util.c).
``option`` names the task argument that the text came from, for the message.
"""

from __future__ import annotations

import re

from ..errors import SpecError
from .model import Value

_NAME = re.compile(r"[A-Za-z0-9_]+")
_PACKAGE_NAME = re.compile(r"[A-Za-z0-9_-]+")
_TYPE = re.compile(r"[!-~]+")
_UNREADABLE_IN_TYPE = re.compile(r"['\"\\#;]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
# Surrogates other than those that stand for a byte which is no UTF-8.
_LONE_SURROGATE = re.compile(r"[\ud800-\udc7f\udd00-\udfff]")


class UciNameError(SpecError):
    """A package, section, option or type cannot be called that."""


class UciValueError(SpecError):
    """UCI cannot hold that value."""


def check_package_name(name: str, *, option: str = "package") -> str:
    """The name, when a file of /etc/config may be called that; else ``UciNameError``."""
    if _PACKAGE_NAME.fullmatch(name):
        return name
    raise UciNameError(
        option=option,
        value=name,
        expected="a package name of letters a-z, A-Z, digits, '_' and '-'",
        hint="It is the name of a file in /etc/config, without a path and without a dot.",
    )


def check_section_name(name: str, *, option: str = "section") -> str:
    """The name, when a section may be called that; else ``UciNameError``."""
    return _check_name(name, option=option, kind="section")


def check_option_name(name: str, *, option: str = "option") -> str:
    """The name, when an option or list may be called that; else ``UciNameError``."""
    return _check_name(name, option=option, kind="option")


def check_type(name: str, *, option: str = "type") -> str:
    """The type, when a section may be of it; else ``UciNameError``.

    uci accepts quotes, ``\\``, ``#`` and ``;`` in a type, and then writes a file that it cannot
    read, so they are refused here.
    """
    if _TYPE.fullmatch(name) and not _UNREADABLE_IN_TYPE.search(name):
        return name
    raise UciNameError(
        option=option,
        value=name,
        expected="a section type of printable ASCII without blanks, quotes, '\\', '#' and ';'",
        hint="Types are words such as interface, zone or wifi-iface.",
    )


def check_value(value: Value, *, option: str = "value", secret: bool = False) -> Value:
    """The value, when UCI can hold it (each item of a list, too); else ``UciValueError``.

    Tabs and line ends are fine. A ``secret`` value is kept out of the message.
    """
    for text in (value,) if isinstance(value, str) else value:
        _check_text(text, option=option, secret=secret)
    return value


def _check_name(name: str, *, option: str, kind: str) -> str:
    if _NAME.fullmatch(name):
        return name
    suggestion = re.sub(r"[^A-Za-z0-9_]", "_", name)
    raise UciNameError(
        option=option,
        value=name,
        expected=f"{'an' if kind == 'option' else 'a'} {kind} name of letters a-z, A-Z, digits "
        "and '_' only",
        hint=f"Use for example {suggestion!r}." if suggestion.strip("_") else "",
    )


def _check_text(text: str, *, option: str, secret: bool) -> None:
    if found := _CONTROL.search(text):
        problem = f"the control character {found[0]!r}"
    elif found := _LONE_SURROGATE.search(text):
        problem = "half a surrogate pair, which no file can hold"
    else:
        return
    raise UciValueError(
        option=option,
        value="(secret)" if secret else text,
        expected="text without control characters (tabs and line ends are fine)",
        hint=f"Character {found.start() + 1} is {problem}; remove it.",
    )
