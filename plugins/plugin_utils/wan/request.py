# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task asks of a WAN."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import SpecError

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_INTERFACE = re.compile(r"[A-Za-z0-9_]{1,64}")
_NAME = re.compile(r"(?!-)[A-Za-z0-9_.-]{1,253}")


@dataclass(frozen=True)
class Check:
    """`timeout` in seconds; `min_signal` in dBm, None where any signal will do.

    With `ask_modem` the modem itself is asked where something is wrong; thresholds ask it anyway.
    """

    interface: str
    timeout: int
    ping: tuple[str, ...]
    lookup: tuple[str, ...]
    networks: tuple[Network, ...] = ()
    ask_modem: bool = False
    min_signal: int | None = None
    registered: bool = False

    def welcomes(self, address: str) -> bool:
        """Whether an address, with its prefix length or not, lies in one of the networks."""
        found = ipaddress.ip_interface(address).ip
        return not self.networks or any(found in network for network in self.networks)

    @property
    def thresholds(self) -> bool:
        """Whether the modem has to answer even where all is well."""
        return self.registered or self.min_signal is not None

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> Check:
        """Raises SpecError. What is about the modem may be left out: then it is left alone."""
        interface = params["interface"]
        if not _INTERFACE.fullmatch(interface):
            raise SpecError(
                option="interface", value=interface, expected="letters, digits and underscores"
            )
        if params["timeout"] < 0:
            raise SpecError(option="timeout", value=params["timeout"], expected="0 or more seconds")
        for host in params["ping"]:
            _check_address(host)
        for name in params["lookup"]:
            if not _NAME.fullmatch(name):
                raise SpecError(option="lookup", value=name, expected="host names")
        return cls(
            interface=interface,
            timeout=params["timeout"],
            ping=tuple(params["ping"]),
            lookup=tuple(params["lookup"]),
            networks=tuple(map(_network, params.get("networks", ()))),
            ask_modem=params.get("ask_modem", False),
            min_signal=_check_signal(params.get("min_signal")),
            registered=params.get("registered", False),
        )


def _check_address(host: str) -> None:
    try:
        ipaddress.ip_address(host)
    except ValueError as error:
        raise SpecError(
            option="ping",
            value=host,
            expected="IP addresses",
            hint="Names are for lookup: a ping of a name could not tell a dead link from a dead "
            "resolver.",
        ) from error


def _network(text: str) -> Network:
    try:
        return ipaddress.ip_network(text)
    except ValueError as error:
        raise SpecError(
            option="networks", value=text, expected="networks such as 10.0.0.0/8"
        ) from error


def _check_signal(dbm: int | None) -> int | None:
    # AT+CSQ knows -113 to -51 dBm (3GPP TS 27.007, 8.5).
    if dbm is not None and not -113 <= dbm <= -51:
        raise SpecError(
            option="min_signal", value=dbm, expected="dBm from -113 to -51, such as -95"
        )
    return dbm
