# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What modules and programs of the collection would refuse later, asked of them beforehand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..action import validate
from ..errors import SpecError
from ..kinds import KINDS
from ..packages.want import parse_wants
from ..wan.request import Check
from . import monitor

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Use:
    """A resource that a role makes of its variables: options by the variables they come from."""

    kind: str
    options: Mapping[str, str]
    fixed: Mapping[str, object] = field(default_factory=dict)

    def refuse(self, values: Values) -> None:
        """Raises SpecError."""
        spec, resource = KINDS[self.kind]
        given = {option: values[name] for option, name in self.options.items() if name in values}
        resource.from_params(validate({**given, **self.fixed}, spec).params)


def _same(role: str, *options: str) -> dict[str, str]:
    return {option: f"{role}_{option}" for option in options}


_USES: Mapping[str, tuple[Use, ...]] = {
    "packages": (
        Use("package", {"name": "packages_extra"}),
        Use("package", {"name": "packages_absent"}, {"state": "absent"}),
    ),
    "ncm_wan": (
        Use(
            "interface",
            {"name": "ncm_wan_interface"}
            | _same(
                "ncm_wan",
                *("device", "ifname", "apn", "auth", "username", "password", "pincode", "delay"),
                *("pdptype", "profile", "mode", "metric", "vendor", "options", "pin_min_retries"),
            ),
            {"proto": "ncm"},
        ),
        Use("firewall_zone", {"name": "ncm_wan_zone"}),
        Use("dnsmasq_rebind", {"domains": "ncm_wan_rebind_domains"}),
    ),
}


def faults(role: str, values: Values) -> Iterator[tuple[str, str]]:
    """Of a role's variables, all of which have their form: each that is refused, and why.

    `values` has all variables of the role by name, those with their defaults included.
    """
    for use in _USES.get(role, ()):
        try:
            use.refuse(values)
        except SpecError as error:
            yield _told(error, use.options)
    yield from _MORE.get(role, _none)(values)


_NO_VERSION = (
    "the version {version!r} of {name} cannot be used; expected text. Put it in quotes: YAML made "
    "a number of it and may have dropped digits"
)


def _packages(values: Values) -> Iterator[tuple[str, str]]:
    for name, version in values["packages_pins"].items():
        if not isinstance(version, str):
            yield "packages_pins", _NO_VERSION.format(version=version, name=name)
            continue
        try:
            parse_wants([f"{name}={version}"], option="packages_pins", versions=True)
        except SpecError as error:
            yield _told(error, {})


_CHECK: Mapping[str, Mapping[str, Any]] = {
    "interface": {"type": "str"},
    "timeout": {"type": "int"},
    "ping": {"type": "list", "elements": "str"},
    "lookup": {"type": "list", "elements": "str"},
}


def _wan(role: str, values: Values) -> Iterator[tuple[str, str]]:
    options = _same(role, "interface", "timeout", "ping", "lookup")
    params = {option: values[name] for option, name in options.items()}
    try:
        Check.from_params(validate(params, _CHECK).params)
    except SpecError as error:
        yield _told(error, options)


def _none(values: Values) -> Iterator[tuple[str, str]]:
    del values
    yield from ()


_MORE = {
    "packages": _packages,
    "ncm_wan": lambda values: _wan("ncm_wan", values),
    "verify": lambda values: _wan("verify", values),
    "ncm_monitor": monitor.faults,
}


def _told(error: SpecError, options: Mapping[str, str]) -> tuple[str, str]:
    """The variable behind the option that is refused, and what is wrong with it."""
    option = options.get(error.option, options.get(error.option.partition(".")[0], error.option))
    text = f"{error.value!r} cannot be used; expected {error.expected}"
    return option, f"{text}. {error.hint}".rstrip(".") if error.hint else text
