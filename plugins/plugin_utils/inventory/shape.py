# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The form of a variable's value, as the argument spec of its role gives it.

Stricter than Ansible's own check, which makes a text of any list and of any number: what YAML has
made of a value without quotes is refused here, before a router is sent something else than meant.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..errors import SpecError
from ..written import check_text

BOOLEANS = {
    **dict.fromkeys(("true", "yes", "on", "1", "t", "y"), True),
    **dict.fromkeys(("false", "no", "off", "0", "f", "n"), False),
}

Spec = Mapping[str, Any]


def problem(value: object, spec: Spec, option: str = "") -> str:
    """What is wrong with a value, as the end of a sentence; empty if it has the form of the spec.

    `spec` is an option of an argument spec: `type`, `elements`, `choices`, `no_log`, `default`;
    `option` is its name, for what is exact text by its name.
    """
    if value is None:
        return "" if spec.get("default") is None else f"is empty; expected {_expected(spec)}"
    kind = spec.get("type", "str")
    return _text(value, spec, option) if kind in _TEXTS else _CHECKS[kind](value, spec)


def _text(value: object, spec: Spec, option: str) -> str:
    choices = [str(each) for each in spec.get("choices", ())]
    if choices:
        return (
            "" if _chosen(value, choices) else f"{_shown(value, spec)}; expected {_expected(spec)}"
        )
    if isinstance(value, Mapping | list | tuple):
        return f"{_shown(value, spec)}; expected text, this is {_kind(value)}"
    try:
        check_text(option, value, exact=bool(spec.get("no_log")))
    except SpecError as error:
        return f"{_shown(value, spec)}; expected {error.expected}. {error.hint}".rstrip(". ")
    text = str(value)
    if text != text.strip() and (not spec.get("no_log") or text != text.strip("\r\n")):
        return f"{_shown(value, spec)}; expected no blanks or line ends around it"
    return ""


def _chosen(value: object, choices: Sequence[str]) -> bool:
    """YAML reads off and on without quotes as switches: then the one choice of that meaning."""
    if isinstance(value, bool):
        return sum(BOOLEANS.get(each.lower()) is value for each in choices) == 1
    return str(value) in choices


def _switch(value: object, spec: Spec) -> str:
    if isinstance(value, bool) or str(value).lower() in BOOLEANS:
        return ""
    return f"{_shown(value, spec)}; expected true or false"


def _number(value: object, spec: Spec) -> str:
    whole = isinstance(value, int | str) and not isinstance(value, bool)
    if whole and re.fullmatch(rf"\s*[+-]?[0-9]{{1,{_MOST_DIGITS}}}\s*", str(value)):
        return ""
    expected = f"a whole number of at most {_MOST_DIGITS} digits" if whole else _NAMES["int"]
    return f"{_shown(value, spec)}; expected {expected}"


def _list(value: object, spec: Spec) -> str:
    if isinstance(value, str) or not isinstance(value, Sequence):
        return f"{_shown(value, spec)}; expected a list, such as [first, second]"
    element = {"type": spec.get("elements") or "raw", "default": ""}
    found = (problem(item, element) for item in value)
    return next((text for text in found if text), "")


def _dict(value: object, spec: Spec) -> str:
    if isinstance(value, Mapping):
        return ""
    return f"{_shown(value, spec)}; expected a dictionary, such as {{name: value}}"


def _any(value: object, spec: Spec) -> str:
    del value, spec
    return ""


_MOST_DIGITS = 9
"""Everything is counted in seconds, tries and the like; a router's shell takes 32 bits for sure."""

_LONGEST = 200
"""Characters of a value that are shown."""

_TEXTS = frozenset({"str", "path"})
_CHECKS: Mapping[str, Callable[[object, Spec], str]] = {
    "bool": _switch,
    "int": _number,
    "list": _list,
    "dict": _dict,
    "raw": _any,
}

_NAMES = {"str": "text", "bool": "true or false", "int": "a whole number", "list": "a list"}


def _expected(spec: Spec) -> str:
    choices = [str(each) for each in spec.get("choices", ()) if str(each)]
    if choices:
        return f"one of {', '.join(choices)}"
    kind = spec.get("type", "str")
    return _NAMES.get(kind, "a dictionary")


def _shown(value: object, spec: Spec) -> str:
    if spec.get("no_log"):
        return "the value cannot be used"
    text = repr(value)
    return f"{text if len(text) <= _LONGEST else text[:_LONGEST] + '...'} cannot be used"


def _kind(value: object) -> str:
    if isinstance(value, Mapping):
        return "a dictionary"
    return "a list"
