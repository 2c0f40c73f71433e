# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of a network interface: one table, from which arguments and checks follow.

A row says what netifd takes an option for, what is checked before it is written, whether the
module has an option of that name, and whether its value is secret. However an option is given (by
its own name, in `options` of the module interface, or as an option of a UCI section), the same row
checks it.

Source: package/network/utils/comgt/files/ncm.sh in OpenWrt and its history; netifd's interface.c.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from . import values
from .values import Check, refusal
from .vendors import AUTO

# An option's text, or the items of a list.
Text = str | list[str]

AT_PROTOCOLS = frozenset({"ncm", "3g", "directip", "wwan"})
"""Their handlers paste options into AT commands; wwan picks one of the others by the stick."""

_QUOTING_PROTOCOLS = AT_PROTOCOLS | {"l2tp"}
"""l2tp.sh writes user name and password between quotes into a file of options for pppd."""

_LISTS = "list"


@dataclass(frozen=True, slots=True)
class InterfaceOption:
    """One option: `kind` is the type that netifd validates (string, device, bool, uinteger, list).

    `check` holds with every protocol, `at` with those that speak AT, `quoted` with those that put
    the value between quotes, `ncm` with proto ncm alone. `declared`: the handler of proto ncm
    declares it; the others netifd itself reads. `named`: the module interface has an option of
    that name. `since` is the first release series that has it, empty where it has always been
    there.
    """

    name: str
    kind: str = "string"
    check: Check | None = None
    at: Check | None = None
    quoted: Check | None = None
    ncm: Check | None = None
    declared: bool = False
    named: bool = False
    secret: bool = False
    since: str = ""

    def check_for(self, proto: str) -> Check:
        """The check of a value with this protocol."""
        candidates = (
            self.ncm if proto == "ncm" else None,
            self.at if proto in AT_PROTOCOLS else None,
            self.quoted if proto in _QUOTING_PROTOCOLS else None,
            self.check,
            _KINDS.get(self.kind),
        )
        return next((each for each in candidates if each is not None), values.check_line)

    @property
    def argument(self) -> dict[str, Any]:
        """Its entry in the argument spec of the module interface."""
        if self.kind == _LISTS:
            return {"type": "list", "elements": "str"}
        spec: dict[str, Any] = {"type": "bool" if self.kind == "bool" else "str"}
        return {**spec, "no_log": True} if self.secret else spec


def _ncm(name: str, kind: str = "string", **more: Any) -> InterfaceOption:
    return InterfaceOption(name, kind, declared=True, **{"named": True, **more})


def _netifd(name: str, kind: str = "string", **more: Any) -> InterfaceOption:
    return InterfaceOption(name, kind, **more)


_ROWS = (
    _ncm("device", "device", at=values.check_device),
    _ncm("ifname", ncm=values.check_ifname, since="22.03"),
    _ncm("apn", check=values.check_at_string),
    _ncm("auth", at=values.check_raw_auth),
    _ncm("username", quoted=values.check_at_string),
    _ncm("password", quoted=values.check_at_string, secret=True),
    _ncm("pincode", check=values.check_pincode, secret=True),
    _ncm("delay", ncm=values.check_delay),
    _ncm("mode", ncm=values.check_any_mode),
    _ncm("pdptype", ncm=values.check_pdptype),
    _ncm("profile", "uinteger", ncm=values.check_profile),
    _ncm("sourcefilter", "bool", since="24.10"),
    _ncm("delegate", "bool", since="24.10"),
    _ncm("mtu", "uinteger", ncm=values.check_mtu, since="SNAPSHOT"),
    _ncm("defaultroute", "bool"),
    _ncm("peerdns", "bool"),
    _ncm("renew", "bool", named=False),
    _ncm("metric", "uinteger"),
    # What netifd itself reads of any interface, whatever its protocol.
    _netifd("dns", _LISTS, named=True),
    _netifd("ip4table", named=True),
    _netifd("ip6table", named=True),
    _netifd("proto"),
    _netifd("auto", "bool"),
    _netifd("disabled", "bool"),
    _netifd("force_link", "bool"),
    _netifd("interface"),
    _netifd("tags", _LISTS),
    _netifd("zone"),
    _netifd("dns_metric", "uinteger"),
    _netifd("dns_search", _LISTS),
    _netifd("ip6assign"),
    _netifd("ip6class", _LISTS),
    _netifd("ip6hint"),
    _netifd("ip6ifaceid"),
    _netifd("ip6weight", "uinteger"),
    # What handlers other than ncm's paste into a dialogue with a modem.
    InterfaceOption("dialnumber", at=values.check_dial_number),
)

TABLE: Mapping[str, InterfaceOption] = {row.name: row for row in _ROWS}

OPTIONS: Mapping[str, InterfaceOption] = {row.name: row for row in _ROWS if row.declared}
"""What the handler of proto ncm declares."""

NAMED = tuple(row.name for row in _ROWS if row.named)
"""The options that the module interface takes by name."""

ARGUMENTS: Mapping[str, dict[str, Any]] = {row.name: row.argument for row in _ROWS if row.named}
"""Their part of its argument spec."""

# Seen in old guides and written by old LuCI; nothing reads them, what to use instead.
DEAD_OPTIONS: Mapping[str, str] = {
    "service": "use mode",
    "dialnumber": "it belongs to proto 3g; remove it",
    "ipv6": "use pdptype",
}

INTERFACE_OPTIONS = frozenset(
    row.name for row in _ROWS if not row.declared and row.name not in DEAD_OPTIONS
)
"""What netifd itself reads of any interface."""


def check_options(
    options: Mapping[str, object], *, proto: str = "ncm", vendor: str | None = None
) -> dict[str, Text]:
    """Check all options of an interface and return their texts for UCI; raises SpecError.

    Options that are None or empty are taken as not given and left out of the answer. `vendor` is a
    name of VENDORS, or None while it is not known: then auth must be what the modem's command
    takes. With AUTO it will be known on the router, and auth may be a word, which stays.
    An option that is not in the table passes, for this router's handler may know it; with
    AT_PROTOCOLS it must be safe in an AT command. advice.warnings speaks of DEAD_OPTIONS.
    """
    given = {name: value for name, value in options.items() if value not in (None, "", [], ())}
    texts = {name: check_option(name, value, proto, vendor) for name, value in given.items()}
    if proto == "ncm":
        _check_together(given, vendor)
    return {name: text for name, text in texts.items() if text is not None}


def check_option(name: str, value: object, proto: str, vendor: str | None = None) -> Text | None:
    """The text of one option for UCI; None where it is to be left out. Raises SpecError."""
    row = TABLE.get(name)
    if isinstance(value, list | tuple):
        if row is not None and row.kind != _LISTS:
            raise refusal(name, value, "one value, no list")
        return [_one(name, item, proto, row) for item in value]
    if vendor is not None and proto == "ncm":
        if vendor == AUTO:
            return _one(name, value, proto, row if name != "auth" else _AUTH_LATER)
        if name == "auth":
            return values.translate_auth(value, vendor)
        if name == "mode":
            return values.check_mode(value, vendor)
    return _one(name, value, proto, row)


_AUTH_LATER = InterfaceOption("auth", at=values.check_any_auth)


def _one(name: str, value: object, proto: str, row: InterfaceOption | None) -> str:
    if row is not None:
        return row.check_for(proto)(name, value)
    if proto in AT_PROTOCOLS:
        return values.check_harmless(name, value)
    return values.as_text(name, value)


def _check_together(given: Mapping[str, object], vendor: str | None) -> None:
    _check_credentials(given)
    known = values.known_vendor(vendor) if vendor and vendor != AUTO else None
    if known and known.apn_required and "apn" not in given:
        raise refusal("apn", None, f"a text: the command for {vendor} is not complete without it")


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
        if value in (None, "", ()) or name in INTERFACE_OPTIONS or name in DEAD_OPTIONS:
            continue
        if name not in declared:
            since = OPTIONS[name].since if name in OPTIONS else ""
            hint = f"OpenWrt has it since {since}." if since else ""
            raise refusal(
                name, value, f"an option of this router: {', '.join(sorted(declared))}", hint
            )
        _KINDS.get(str(declared[name]), values.as_text)(name, value)


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


_KINDS: Mapping[str, Callable[[str, object], str]] = {
    "bool": values.check_boolean,
    "uinteger": values.check_uinteger,
}
