# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of an interface with proto ncm: a table, and checks before anything is written.

Source: package/network/utils/comgt/files/ncm.sh in OpenWrt and its history.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from . import values
from .values import refusal

# An option's text, or the items of a list (only netifd's own options have those).
Text = str | list[str]


@dataclass(frozen=True, slots=True)
class NcmOption:
    """One option: `kind` is the type that netifd validates (string, device, bool, uinteger).

    `since` is the first release series that has it, empty where it has always been there.
    """

    name: str
    kind: str
    description: str
    since: str = ""


OPTIONS: Mapping[str, NcmOption] = {
    option.name: option
    for option in (
        NcmOption("device", "device", "path of the node that takes AT commands"),
        NcmOption("ifname", "string", "network device; found beside the node if unset", "22.03"),
        NcmOption("apn", "string", "access point name; not sent if unset"),
        NcmOption("auth", "string", "authentication of the APN, as the modem's command wants it"),
        NcmOption("username", "string", "user name of the APN"),
        NcmOption("password", "string", "password of the APN"),
        NcmOption("pincode", "string", "PIN of the SIM; no PIN is sent if unset"),
        NcmOption("delay", "string", "seconds to wait for the modem's first answer"),
        NcmOption("mode", "string", "radio mode, written to the modem at every connect"),
        NcmOption("pdptype", "string", "IP, IPV6 or IPV4V6; anything else counts as IP"),
        NcmOption("profile", "uinteger", "number of the modem's context, 1 if unset"),
        NcmOption("sourcefilter", "bool", "source filter of the IPv6 child", "24.10"),
        NcmOption("delegate", "bool", "prefix delegation of the IPv6 child", "24.10"),
        NcmOption("mtu", "uinteger", "MTU of the network device", "SNAPSHOT"),
        NcmOption("defaultroute", "bool", "whether the link becomes the default route"),
        NcmOption("peerdns", "bool", "whether the carrier's name servers are used"),
        NcmOption("renew", "bool", "what netifd passes to every protocol"),
        NcmOption("metric", "uinteger", "metric of the default route"),
    )
}

# What netifd itself reads of any interface, whatever its protocol (netifd's interface.c).
INTERFACE_OPTIONS = frozenset(
    {
        *("proto", "auto", "disabled", "force_link", "interface", "tags", "zone"),
        *("dns", "dns_metric", "dns_search", "ip4table", "ip6table"),
        *("ip6assign", "ip6class", "ip6hint", "ip6ifaceid", "ip6weight"),
    }
)

# Seen in old guides and written by old LuCI; nothing reads them, what to use instead.
DEAD_OPTIONS: Mapping[str, str] = {
    "service": "use mode",
    "dialnumber": "it belongs to proto 3g; remove it",
    "ipv6": "use pdptype",
}


def check_options(options: Mapping[str, object], *, vendor: str | None = None) -> dict[str, Text]:
    """Check the options of an interface and return their texts for UCI.

    Options that are None or empty are taken as not given and left out of the answer. `vendor` is a
    name of VENDORS, or None while it is not known: then auth must be what the modem's command
    takes. Options that belong to netifd rather than to ncm pass unchanged; options that nobody
    reads (DEAD_OPTIONS) pass too, advice.warnings speaks of them. Raises SpecError.
    """
    given = {name: value for name, value in options.items() if value not in (None, "")}
    known = values.known_vendor(vendor) if vendor else None
    _check_credentials(given)
    if known and known.apn_required and "apn" not in given:
        raise refusal("apn", None, f"a text: the command for {vendor} is not complete without it")
    checked: dict[str, Text] = {}
    for name, value in given.items():
        text = _checked(name, value, vendor)
        if text is not None:
            checked[name] = text
    return checked


def check_against_handler(options: Mapping[str, object], handler: Mapping[str, object]) -> None:
    """Compare options with what this router's handler declares.

    `handler` is the object `ncm` of `ubus call network get_proto_handlers`; its `validate` maps
    each option to its type. Options of netifd itself are not listed there and pass. Raises
    SpecError for an option that the handler does not declare or a value that is not of its type.
    """
    declared = handler.get("validate")
    if not isinstance(declared, Mapping):
        return
    for name, value in options.items():
        if value in (None, "") or name in INTERFACE_OPTIONS or name in DEAD_OPTIONS:
            continue
        if name not in declared:
            since = OPTIONS[name].since if name in OPTIONS else ""
            hint = f"OpenWrt has it since {since}." if since else ""
            raise refusal(
                name, value, f"an option of this router: {', '.join(sorted(declared))}", hint
            )
        _TYPES.get(str(declared[name]), _as_text)(name, value)


def _check_credentials(given: Mapping[str, object]) -> None:
    pair = ("username", "password")
    have = [name for name in pair if name in given]
    reason = "The modem takes them by position, so one alone would stand in the other's place."
    if len(have) == 1:
        lacking = next(name for name in pair if name not in have)
        raise refusal(lacking, None, f"a text, since {have[0]} is given", reason)
    if not have and str(given.get("auth", "none")).lower() not in ("none", "0"):
        raise refusal(
            "username", None, "a text, since auth is given", "Give username and password."
        )


def _checked(name: str, value: object, vendor: str | None) -> Text | None:
    if name == "mode":
        return values.check_mode(value, vendor)
    if name == "auth":
        return values.translate_auth(value, vendor) if vendor else values.check_raw_auth(value)
    if name in _CHECKS:
        return _CHECKS[name](value)
    if name in OPTIONS:
        return _TYPES.get(OPTIONS[name].kind, _as_text)(name, value)
    if name in INTERFACE_OPTIONS or name in DEAD_OPTIONS:
        if isinstance(value, list | tuple):
            return [_as_text(name, item) for item in value]
        return _as_text(name, value)
    raise refusal(name, value, f"an option of proto ncm: {', '.join(OPTIONS)}")


def _as_text(_option: str, value: object) -> str:
    return ("1" if value else "0") if isinstance(value, bool) else str(value)


_CHECKS: Mapping[str, Callable[[object], str]] = {
    "device": values.check_device,
    "ifname": values.check_ifname,
    "apn": lambda value: values.check_at_string("apn", value),
    "username": lambda value: values.check_at_string("username", value),
    "password": lambda value: values.check_at_string("password", value),
    "pincode": values.check_pincode,
    "delay": values.check_delay,
    "pdptype": values.check_pdptype,
    "profile": values.check_profile,
    "mtu": values.check_mtu,
}

_TYPES: Mapping[str, Callable[[str, object], str]] = {
    "bool": values.check_boolean,
    "uinteger": values.check_uinteger,
    "string": _as_text,
    "device": _as_text,
}
