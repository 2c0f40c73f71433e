# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The commands by which modems tell and take settings that they keep in flash.

Sources: the AT manuals of Huawei (ME909s: ^SYSCFGEX, ^SETPORT), Quectel (EC25: +QCFG) and Sierra
Wireless (MC74xx: !SELRAT). What the codes mean is in ncm.vendors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ...at.talk import Dialogue
from ...ncm.vendors import Vendor
from ..dialects.dialect import Dialect
from ..dialects.huawei import Huawei
from ..dialects.quectel import Quectel
from ..dialects.sierra import Sierra

MAKER = "AT+CGMI"
SERIAL = "AT+CGSN"
ACTIVE_PORTS = "AT^GETPORTMODE"


@dataclass(frozen=True)
class Command:
    """One command and what it is about: `query` asks for the settings, `order` sets them.

    Where it sets several, `unchanged` holds the codes that leave one as it is.
    """

    settings: frozenset[str]
    query: str
    order: str
    unchanged: Mapping[str, str] = field(default_factory=dict)

    def write(self, codes: Mapping[str, str]) -> str:
        return self.order.format(**{**self.unchanged, **codes})


COMMANDS: Mapping[str, tuple[Command, ...]] = {
    "huawei": (
        Command(
            frozenset({"mode", "roaming", "domain"}),
            "AT^SYSCFGEX?",
            # Order, bands, roaming, domain, bands of LTE, two fields in reserve.
            'AT^SYSCFGEX="{mode}",40000000,{roaming},{domain},40000000,,',
            {"mode": "99", "roaming": "2", "domain": "4"},
        ),
        Command(frozenset({"ports"}), "AT^SETPORT?", 'AT^SETPORT="{ports}"'),
    ),
    "quectel": (
        Command(frozenset({"mode"}), 'AT+QCFG="nwscanmode"', 'AT+QCFG="nwscanmode",{mode}'),
        Command(
            frozenset({"domain"}),
            'AT+QCFG="servicedomain"',
            # The last field: from now on, and not from the next start.
            'AT+QCFG="servicedomain",{domain},1',
        ),
    ),
    "sierra": (Command(frozenset({"mode"}), "AT!SELRAT?", "AT!SELRAT={mode}"),),
}

QUERIES = (
    MAKER,
    SERIAL,
    *(command.query for commands in COMMANDS.values() for command in commands),
    ACTIVE_PORTS,
)
"""Asked of every modem, before it is known whose it is: what it does not know it refuses."""

_DIALECTS: Mapping[str, Dialect] = {
    "huawei": Huawei(), "quectel": Quectel(), "sierra": Sierra()
}  # fmt: skip


def commands_of(vendor: Vendor) -> tuple[Command, ...]:
    """All commands that set modems of a vendor."""
    return COMMANDS.get(vendor.name, ())


def read_codes(vendor: Vendor, said: Dialogue) -> dict[str, str]:
    """By setting the code that the modem tells; none for what it does not tell."""
    dialect = _DIALECTS.get(vendor.name, Dialect())
    mode, ports = dialect.mode(said), dialect.ports(said)
    roaming = {True: "yes", False: "no", None: ""}[dialect.roaming_allowed(said)]
    codes = {
        "mode": mode.raw if mode else None,
        "domain": vendor.kept.domain.get(dialect.domain(said) or ""),
        "roaming": vendor.kept.roaming.get(roaming),
        "ports": layout(ports.layout) if ports and ports.layout else None,
    }
    return {setting: code for setting, code in codes.items() if code}


def active_ports(vendor: Vendor, said: Dialogue) -> list[str]:
    """The names of the ports that the stick has now, which a stored layout changes only later."""
    ports = _DIALECTS.get(vendor.name, Dialect()).ports(said)
    return [name for name, _ignored in ports.functions] if ports else []


def layout(text: str) -> str:
    """A port layout in the form in which layouts are compared."""
    return text.replace(" ", "").replace('"', "").upper()
