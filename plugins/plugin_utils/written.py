# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Text that YAML has made a number, a switch or a date of: what is taken, what is refused.

One rule for all modules and for the variables of roles (docs/uci.md has it in words):

- Exact text (secrets, APN, user names, what identifies a SIM) must come as text.
- Elsewhere a whole number is taken as it is written. One that is written otherwise than YAML reads
  it (0123, 0x1F, 1_000, 12:30) is refused where it is known how it was written.
- A value of UCI may be true or false, which is 1 or 0; other words for them draw a warning.
- Numbers with a point, dates, .nan and .inf are refused: YAML does not keep how they were written.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

from . import spelling
from .errors import SpecError
from .secrets import HIDDEN, is_secret

Spec = Mapping[str, Any]

_EXACT = frozenset(
    {
        *("apn", "username", "user_name", "login", "phone", "phone_number", "msisdn", "msn"),
        *("iccid", "ccid", "imsi", "imei", "sha256", "md5sum", "bssid", "macaddr", "mac"),
    }
)
"""Options whose text is made of digits as often as not; with those that are secret by name."""

_NUMBERS = frozenset(
    {
        *("delay", "profile", "mtu", "metric", "ip4table", "ip6table"),
        *("minute", "hour", "day", "month", "weekday"),
    }
)
"""Options of modules that are numbers: 05 and 5 are the same to them."""

_UCI_VALUES = frozenset({"options", "match", "contains", "lacks"})
"""Arguments that hold options of UCI by name."""

_QUOTES = "Put it in quotes"


def check_written(args: Mapping[str, Any], spec: Spec, *, where: str = "") -> tuple[str, ...]:
    """Refuse arguments whose text YAML may have changed; returns warnings. Raises SpecError.

    To be asked before values are converted to the types of the spec.
    """
    return tuple(_arguments(args, spec, where))


def check_text(option: str, value: object, *, exact: bool = False, path: str = "") -> None:
    """Refuse a value that stands for text and is none; raises SpecError.

    `exact` adds to the options that are exact text by their name; `path` names the argument.
    """
    if value is None or isinstance(value, str):
        return
    where = path or option
    hidden = is_secret(option)
    if exact or hidden or option.lower() in _EXACT:
        reason = f"{_QUOTES}: without them it is read as {_kind(value)}, and digits may be lost."
        raise _refusal(where, value, hidden or exact, reason)
    if isinstance(value, bool):
        raise _refusal(
            where, value, False, f"{_QUOTES}: YAML reads yes, no, on and off as switches."
        )
    if isinstance(value, int):
        _check_number(option, value, where)
        return
    written = spelling.of_number(value)
    reads = f"YAML reads {written} as {value}" if written else f"YAML reads it as {_kind(value)}"
    hint = f"{_QUOTES}: {reads}." if not isinstance(value, list | tuple | Mapping) else ""
    raise _refusal(where, value, False, hint)


def misread(value: int, *, is_number: bool) -> str | None:
    """How a whole number is written that YAML reads as another one; None where nothing was lost.

    To what `is_number` itself, zeros in front make no difference.
    """
    written = spelling.of_number(value)
    if written is None or written == str(value):
        return None
    same = is_number and written.isdigit() and int(written) == value
    return None if same else written


def _check_number(option: str, value: int, where: str) -> None:
    if written := misread(value, is_number=option in _NUMBERS):
        reason = f"{_QUOTES}: YAML reads {written} as the number {value}."
        raise _refusal(where, value, False, reason)


def _arguments(args: Mapping[str, Any], spec: Spec, where: str) -> Iterator[str]:
    names = {alias: name for name, each in spec.items() for alias in each.get("aliases") or ()}
    for given, value in args.items():
        name = names.get(given, given)
        if name in spec:
            path = f"{where}.{given}" if where else str(given)
            yield from _argument(name, value, spec[name], path)


def _argument(name: str, value: object, option: Spec, path: str) -> Iterator[str]:
    kind = option.get("elements") if option.get("type") == "list" else option.get("type", "str")
    if option.get("type") == "list" and isinstance(value, list | tuple):
        inner = {**option, "type": kind}
        for number, item in enumerate(value):
            yield from _argument(name, item, inner, f"{path}[{number}]")
    elif kind in ("str", "path"):
        if not (option.get("choices") and isinstance(value, bool)):
            check_text(name, value, exact=bool(option.get("no_log")), path=path)
    elif kind == "dict" and isinstance(value, Mapping):
        if option.get("options"):
            yield from _arguments(value, option["options"], path)
        elif name in _UCI_VALUES:
            yield from _uci_values(value, path)


def _uci_values(values: Mapping[Any, Any], where: str) -> Iterator[str]:
    for option, value in values.items():
        if not isinstance(option, str):
            reason = f"{_QUOTES}: YAML reads it as {_kind(option)}."
            raise SpecError(option=where, value=option, expected="names of options", hint=reason)
        path = f"{where}.{option}"
        if isinstance(value, list | tuple):
            for item in value:
                yield from _uci_value(values, option, item, path)
        else:
            yield from _uci_value(values, option, value, path)


def _uci_value(holder: object, option: str, value: object, path: str) -> Iterator[str]:
    if not isinstance(value, bool) or is_secret(option) or option.lower() in _EXACT:
        check_text(option, value, path=path)
        return
    written = spelling.of_switch(holder, str(option), value)
    if written is not None and written.lower() not in ("true", "false"):
        text = "1" if value else "0"
        yield (
            f"{path}: YAML reads {written} as {str(value).lower()}, so {text} is written. Write "
            f"'{written}' in quotes if that very text is meant, else {str(value).lower()}."
        )


def _refusal(where: str, value: object, hidden: bool, hint: str) -> SpecError:
    shown = HIDDEN if hidden else value
    return SpecError(option=where, value=shown, expected="text", hint=hint)


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "a switch"
    if isinstance(value, int | float):
        return "a number"
    return "a list" if isinstance(value, list | tuple) else f"a {_plain(value)}"


def _plain(value: object) -> str:
    if isinstance(value, datetime.date):
        return "date"
    return "dictionary" if isinstance(value, Mapping) else "value that is no text"
