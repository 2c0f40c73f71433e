# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks of single values of an ncm interface; each returns the text for UCI or raises SpecError.

netifd's ncm handler pastes APN, user name, password and PIN between the quotes of AT commands, so
a quote or a line end in one of them would run another command on the modem. Source:
package/network/utils/comgt/files/ncm.sh in OpenWrt and its history.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from ..errors import SpecError
from ..secrets import HIDDEN, is_secret
from .vendors import ALL_MODES, AUTH_WORDS, VENDORS, Vendor

Check = Callable[[str, object], str]
"""Checks the value of the option of that name and returns its text for UCI; raises SpecError."""

# Huawei's AT^NDISDUP refuses longer strings; no other vendor is known to take more.
MAX_AT_BYTES = 99
PDP_TYPES = ("IP", "IPV6", "IPV4V6")
# A network interface name of Linux has at most 15 characters.
MAX_IFNAME = 15


_PRIVATE = frozenset({"username"})
_CHARACTERS = {"apn": '"\\,;'}
_DEVICE = re.compile(r"/dev/[A-Za-z0-9._:+@/-]+")
_BOOLEANS = {"1": "1", "true": "1", "yes": "1", "on": "1"} | {
    "0": "0", "false": "0", "no": "0", "off": "0"
}  # fmt: skip


def check_at_string(option: str, value: object) -> str:
    """A text that is put between quotes, of an AT command as a rule; an APN has no `,` and `;`."""
    forbidden = _CHARACTERS.get(option, '"\\')
    text = _text(option, value)
    if not text.isascii() or not text.isprintable() or any(c in forbidden for c in text):
        raise refusal(
            option,
            value,
            f"printable ASCII without any of {' '.join(forbidden)} and without line ends",
            "It is pasted into an AT command, where such a character would start another one.",
        )
    if not 1 <= len(text) <= MAX_AT_BYTES:
        raise refusal(option, value, f"1 to {MAX_AT_BYTES} characters")
    return text


def check_harmless(option: str, value: object) -> str:
    """A text that would stay where it stands in an AT command, whatever it is for."""
    text = as_text(option, value)
    if not text.isprintable() or '"' in text or "\\" in text:
        raise refusal(
            option,
            value,
            'text without any of " \\ and without control characters',
            "The handler of this protocol talks with the modem in AT commands.",
        )
    return text


def check_line(option: str, value: object) -> str:
    """A text of one line without control characters."""
    text = as_text(option, value)
    if not text.isprintable():
        raise refusal(option, value, "text of one line without control characters")
    return text


def check_pincode(option: str, value: object) -> str:
    """A PIN of 4 to 8 digits; it never appears in the error."""
    text = _text(option, value)
    if not re.fullmatch(r"[0-9]{4,8}", text):
        raise refusal(option, value, "4 to 8 digits")
    return text


def check_dial_number(option: str, value: object) -> str:
    """A number as ATD takes it, such as *99***1#."""
    text = _text(option, value)
    if not re.fullmatch(r"[0-9A-D*#+,PTWptw]{1,40}", text):
        raise refusal(option, value, "a number to dial, such as *99#")
    return text


def check_pdptype(option: str, value: object) -> str:
    """IP, IPV6 or IPV4V6 in any case; the handler would take anything else as IP in silence."""
    text = str(value).upper()
    if text not in PDP_TYPES:
        raise refusal(option, value, f"one of {', '.join(PDP_TYPES)}")
    return text


def check_profile(option: str, value: object) -> str:
    """A context number of the modem."""
    return _number(option, value, low=1, high=255)


def check_delay(option: str, value: object) -> str:
    """Whole seconds; the handler compares them as a number."""
    return _number(option, value, low=0, high=3600)


def check_mtu(option: str, value: object) -> str:
    """An MTU that IPv4 allows."""
    return _number(option, value, low=68, high=65535)


def check_any_mode(option: str, value: object) -> str:
    """A mode that some vendor's entry has."""
    del option
    return check_mode(value, None)


def check_mode(mode: object, vendor: str | None) -> str:
    """A mode that the vendor's entry has; the handler ignores any other in silence."""
    modes = tuple(known_vendor(vendor).modes) if vendor else ALL_MODES
    if not modes:
        raise refusal("mode", mode, f"no mode at all for {vendor}, OpenWrt knows none for it")
    if mode not in modes:
        raise refusal(
            "mode", mode, f"one of {', '.join(modes)}{f' for {vendor}' if vendor else ''}"
        )
    return str(mode)


def translate_auth(auth: object, vendor: str) -> str | None:
    """What must stand in the option `auth` for a word (none, pap, chap, mschapv2).

    What the vendor's command takes is accepted as it is. None means that the option is to be left
    out, which is right for `none` where the vendor's entry has no choice.
    """
    known = known_vendor(vendor)
    word = str(auth).lower()
    if not known.auth:
        if word == "none":
            return None
        raise refusal(
            "auth", auth, f"nothing (or none) for {vendor}: OpenWrt sends it no such choice"
        )
    if word in known.auth:
        return known.auth[word]
    if word in known.auth.values():
        return word
    words = ", ".join(f"{name} ({code})" for name, code in known.auth.items())
    raise refusal("auth", auth, f"one of {words} for {vendor}")


def check_device(option: str, value: object) -> str:
    """An absolute path below /dev without anything that a shell would expand."""
    text = str(value)
    if not _DEVICE.fullmatch(text) or "/../" in text or text.endswith("/"):
        raise refusal(option, value, "an absolute path such as /dev/cdc-wdm0 or /dev/ttyUSB0")
    return text


def check_ifname(option: str, value: object) -> str:
    """A name that Linux allows for a network device."""
    text = str(value)
    if not re.fullmatch(r"[!-.0-~]{1,15}", text) or text in (".", ".."):
        raise refusal(option, value, f"1 to {MAX_IFNAME} characters without a slash or a blank")
    return text


def check_raw_auth(option: str, value: object) -> str:
    """What the modem's command takes, while the vendor that could translate is not known."""
    text = str(value)
    if not re.fullmatch(r"[0-9]{1,5}", text):
        hint = f"The words {', '.join(AUTH_WORDS)} need the vendor, whose command they go into."
        raise refusal(option, value, "digits while the vendor is not known", hint)
    return text


def check_any_auth(option: str, value: object) -> str:
    """A word, or what some vendor's command takes; the vendor is found out later."""
    text = str(value).lower()
    return text if text in AUTH_WORDS else check_raw_auth(option, value)


# --- what the checks are made of ----------------------------------------------------------------


def as_text(_option: str, value: object) -> str:
    """A value as UCI holds it, unchecked."""
    return ("1" if value else "0") if isinstance(value, bool) else str(value)


def _text(option: str, value: object) -> str:
    if not isinstance(value, str):
        raise refusal(
            option, value, "a text", "Put it in quotes: YAML reads bare digits as a number."
        )  # fmt: skip
    return value


def _number(option: str, value: object, *, low: int, high: int) -> str:
    text = str(value)
    if isinstance(value, bool) or not re.fullmatch(r"[0-9]{1,10}", text):
        raise refusal(option, value, f"a whole number from {low} to {high}")
    if not low <= int(text) <= high:
        raise refusal(option, value, f"a whole number from {low} to {high}")
    return str(int(text))


def check_uinteger(option: str, value: object) -> str:
    """A number that netifd takes as unsigned."""
    return _number(option, value, low=0, high=2**32 - 1)


def check_boolean(option: str, value: object) -> str:
    """1 or 0 for what UCI takes as a boolean."""
    text = _BOOLEANS.get(str(value).lower())
    if text is None:
        raise refusal(option, value, "true or false")
    return text


def known_vendor(name: str) -> Vendor:
    """The entry of a vendor's name, SpecError if OpenWrt has none."""
    if name not in VENDORS:
        raise refusal("vendor", name, f"one of {', '.join(VENDORS)}")
    return VENDORS[name]


def refusal(option: str, value: object, expected: str, hint: str = "") -> SpecError:
    """The error for a value, which stays hidden where it is secret."""
    hidden = value is not None and (is_secret(option) or option in _PRIVATE)
    shown = HIDDEN if hidden else value
    return SpecError(option=option, value=shown, expected=expected, hint=hint)
