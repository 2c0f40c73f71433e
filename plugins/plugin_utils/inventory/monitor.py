# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The settings of the role ncm_monitor: what its shell programs would misunderstand."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ..errors import SpecError
from ..ncm.values import check_at_string, check_device
from . import shape

ACTIONS = ("reconnect", "ifup", "usb", "reboot")

Judge = Callable[[Any], str]


def _matching(pattern: str, expected: str) -> Judge:
    return lambda value: "" if re.fullmatch(pattern, str(value)) else expected


def _least(number: int) -> Judge:
    return lambda value: "" if int(value) >= number else f"{number} or more"


def _each(judge: Judge) -> Judge:
    return lambda values: next((why for each in values if (why := judge(each))), "")


def _address(value: Any) -> str:
    try:
        ipaddress.ip_address(str(value))
    except ValueError:
        return f"IP addresses; {value!r} is none"
    return ""


def _action(value: Any) -> str:
    return "" if value in ACTIONS else f"only {', '.join(ACTIONS)}; {value!r} is none of them"


def _by(check: Callable[[str], object]) -> Judge:
    def judge(value: Any) -> str:
        try:
            check(str(value))
        except SpecError as error:
            return error.expected
        return ""

    return lambda value: judge(value) if value else ""


# What may differ from one interface to the next (ncm_monitor_more), without the role's prefix.
_SETTINGS: Mapping[str, Judge] = {
    "targets": _each(_address),
    "names": _each(
        _matching(r"(?=.*[A-Za-z])[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?", "names of hosts")
    ),
    "interval": _least(1),
    "timeout": _least(1),
    "retries": _least(1),
    "grace": _least(0),
    "patience": _least(30),
    "actions": _each(_action),
    "backoff": _least(1),
    "backoff_max": _least(1),
    "allow_reboot": lambda _value: "",
    "reboot_interval": _least(86400),
    "device": _by(lambda text: check_device("device", text)),
    "apn": _by(lambda text: check_at_string("apn", text)),
}

# As in the argument spec of the role; the others are numbers.
_NUMBER: shape.Spec = {"type": "int", "default": 0}
_FORMS: Mapping[str, shape.Spec] = {
    **{name: {"type": "list", "default": []} for name in ("targets", "names", "actions")},
    **{name: {"type": "str", "default": ""} for name in ("device", "apn")},
    "allow_reboot": {"type": "bool", "default": False},
}

_INTERFACE = _matching(r"[A-Za-z0-9_]{1,15}", "1 to 15 letters, digits and underscores")
_FOUR_HEX = "auto, or four hexadecimal digits in quotes as the router's facts have them"

_OWN: Mapping[str, Judge] = {
    "interface": _INTERFACE,
    "hotplug_match": _matching(r"[A-Za-z0-9:*?]*", "a pattern for MODALIAS, such as usb:v12D1*"),
    "hotplug_vendor": _matching(r"(auto|[0-9A-Fa-f]{4})?", _FOUR_HEX),
    "hotplug_product": _matching(r"(auto|[0-9A-Fa-f]{4})?", _FOUR_HEX),
    "hotplug_class": _matching(r"[0-9A-Fa-f]{2}|\*", "two hexadecimal digits or *"),
    "hotplug_pause": _least(0),
    "hotplug_pause_at_boot": _least(0),
}


def faults(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each variable of the role that is refused, and why; all of them have their form."""
    common = {name: values[f"ncm_monitor_{name}"] for name in _SETTINGS}
    for name, judge in {**_SETTINGS, **_OWN}.items():
        value = values[f"ncm_monitor_{name}"]
        if why := judge(value):
            yield f"ncm_monitor_{name}", _refused(value, why)
    if _wavers(common):
        yield "ncm_monitor_backoff_max", _refused(common["backoff_max"], _NOT_LESS)
    for interface, differs in values["ncm_monitor_more"].items():
        for why in _more(interface, differs, common):
            yield "ncm_monitor_more", f"{interface}: {why}"


_NOT_LESS = "no less than the first pause, backoff"


def _wavers(settings: Mapping[str, Any]) -> bool:
    return int(settings["backoff_max"]) < int(settings["backoff"])


def _more(interface: str, differs: Any, common: Mapping[str, Any]) -> Iterator[str]:
    if why := _INTERFACE(interface):
        yield _refused(interface, why)
    if not isinstance(differs, Mapping):
        yield _refused(differs, f"what differs, out of {', '.join(_SETTINGS)}")
        return
    for name, value in differs.items():
        if name not in _SETTINGS:
            yield f"there is no setting {name}; there is {', '.join(_SETTINGS)}"
        elif why := _judged(name, value):
            yield f"{name}: {_refused(value, why)}"
    settings = {**common, **differs}
    good = all(name in _SETTINGS and not _judged(name, value) for name, value in settings.items())
    if good and _wavers(settings):
        yield f"backoff_max: {_refused(settings['backoff_max'], _NOT_LESS)}"


def _judged(name: str, value: Any) -> str:
    wrong = shape.problem(value, _FORMS.get(name, _NUMBER), option=name)
    return wrong.partition("; expected ")[2] if wrong else _SETTINGS[name](value)


def _refused(value: object, why: str) -> str:
    return f"{value!r} cannot be used; expected {why}"
