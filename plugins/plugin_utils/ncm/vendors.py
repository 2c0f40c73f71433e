# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What OpenWrt's proto ncm can do with the modems of each vendor, and what these keep in flash.

Sources: package/network/utils/comgt/files/ncm.json in OpenWrt and its history; for what modems keep
the AT manuals of Huawei (ME909s), Quectel (EC25) and Sierra Wireless (MC74xx).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Kept:
    """Settings that a vendor's modems keep in their own flash: by word the code of the modem.

    Empty where no command is known that asks for it as well as one that sets it. `ports`: whether
    the layout of the stick's USB ports is such a setting.
    """

    mode: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    domain: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    roaming: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    ports: bool = False


@dataclass(frozen=True, slots=True)
class Vendor:
    """One entry of ncm.json.

    `key` is the name of the entry, which ncm.sh compares with the lower-case first word of the
    modem's answer to AT+CGMI; some modems put their maker in quotes, so some keys contain a quote.
    `modes` maps the option `mode` to the AT command that it sends; `auth` maps the words none,
    pap, chap, mschapv2 to what must stand in the option, which is pasted into the command as it
    is. An empty `auth` means that the entry has a fixed method or none. `credentials` tells
    whether user name and password are sent at all. `since` is the first release series that has
    the entry, empty where it has always been there. `kept` is what can be set once and for all.
    """

    name: str
    key: str
    apn_required: bool
    credentials: bool
    modes: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    auth: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    since: str = ""
    caution: str = ""
    kept: Kept = Kept()


AUTH_WORDS = ("none", "pap", "chap", "mschapv2")


_HUAWEI = Kept(
    # The order in which technologies are looked for: 01 GSM, 02 UMTS, 03 LTE.
    mode={
        "preferlte": "030201",
        "preferumts": "0201",
        "lte": "03",
        "umts": "02",
        "gsm": "01",
        "auto": "00",
    },
    domain={"cs": "0", "ps": "1", "both": "2", "any": "3"},
    roaming={"no": "0", "yes": "1"},
    ports=True,
)
_SIERRA = Kept(
    mode={
        "preferlte": "07",
        "preferumts": "05",
        "lte": "06",
        "umts": "01",
        "gsm": "02",
        "auto": "00",
    }
)
_QUECTEL = Kept(
    mode={"lte": "3", "umts": "2", "gsm": "1", "auto": "0"},
    domain={"cs": "0", "ps": "1", "both": "2"},
)


def _modes(kept: Kept, command: str) -> dict[str, str]:
    return {mode: command.format(code) for mode, code in kept.mode.items()}


VENDORS: Mapping[str, Vendor] = MappingProxyType(
    {
        vendor.name: vendor
        for vendor in (
            Vendor(
                name="huawei",
                key="huawei",
                apn_required=False,
                credentials=True,
                # Any band; roaming (2) and service domain (4) stay as they are.
                modes=_modes(_HUAWEI, 'AT^SYSCFGEX="{}",3fffffff,2,4,7fffffffffffffff,,'),
                auth={"none": "0", "pap": "1", "chap": "2", "mschapv2": "3"},
                kept=_HUAWEI,
            ),
            Vendor(
                name="samsung",
                key="samsung",
                apn_required=False,
                credentials=False,
                modes={"umts": "AT+CHANGEALLPATH=1"},
            ),
            Vendor(
                name="sierra",
                key="sierra",
                apn_required=False,
                credentials=True,
                modes=_modes(_SIERRA, "AT!SELRAT={}"),
                auth={"none": "0", "pap": "1", "chap": "2"},
                caution=(
                    "OpenWrt's entry for sierra loses the name of its AT$QCPDPP command when it is "
                    "expanded, so the modem may refuse it (INITIALIZE_FAILED)."
                ),
                kept=_SIERRA,
            ),
            Vendor(
                name="sony",
                key="sony",
                apn_required=False,
                credentials=True,
                modes={"umts": "AT+CFUN=6", "gsm": "AT+CFUN=5"},
                # AT*EIAAUW takes a mask of allowed methods; 00111 (the first three) if unset.
                auth={"none": "00001", "pap": "00010", "chap": "00100"},
            ),
            Vendor(name="mtk1", key="mtk1", apn_required=True, credentials=False),
            Vendor(
                name="quectel",
                key="quectel",
                apn_required=True,
                credentials=True,
                modes=_modes(_QUECTEL, 'AT+QCFG="nwscanmode",{}'),
                since="23.05",
                kept=_QUECTEL,
            ),
            Vendor(name="zte", key='"zte', apn_required=True, credentials=True, since="22.03"),
            Vendor(
                name="marvell", key='"marvell"', apn_required=True, credentials=True, since="22.03"
            ),
            Vendor(
                name="mikrotik",
                key='"mikrotik"',
                apn_required=True,
                credentials=False,
                since="23.05",
            ),
            Vendor(
                name="spreadtrum",
                key="spreadtrum",
                apn_required=False,
                credentials=False,
                since="23.05",
            ),
        )
    }
)

AUTO = "auto"
"""In the place of a vendor, a port or a network device: to be found out on the router."""

ALL_MODES: tuple[str, ...] = tuple(
    dict.fromkeys(mode for vendor in VENDORS.values() for mode in vendor.modes)
)


def by_code(codes: Mapping[str, str]) -> dict[str, str]:
    """A table of Kept the other way round: the word of each code."""
    return {code: word for word, code in codes.items()}


def vendor_of(manufacturer: str) -> Vendor | None:
    """The vendor that a word of AT+CGMI or netifd's data.manufacturer names; quotes are ignored."""
    return VENDORS.get(manufacturer.strip().strip('"').lower())
