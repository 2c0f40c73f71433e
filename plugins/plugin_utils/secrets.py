# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values that must never be shown, by the name of the option that holds them.

UCI itself does not tell, so the name has to. In doubt a value is hidden: a GPIO's pin that cannot
be read in a diff hurts less than a PIN that can. Users add names of their own (VARIABLE).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from fnmatch import fnmatchcase

HIDDEN = "********"
"""Stands in the place of every value that is not shown."""

VARIABLE = "fleet_openwrt_secret_options"
"""The variable with which users add names: a list, with `*` and `?`, also as package.option."""

_SHORTEST = 4
"""Characters of a secret that is looked for in texts: shorter ones, such as 1, stand everywhere."""

# Anywhere in a word of the name.
_IN_A_WORD = re.compile(
    r"passw(?:or)?d | passwort | passphrase | passcode | secret | token | credential"
    r"| (?<!syn)cookie | webhook | mnemonic | preshared | hmackey | userpass"
    r"| passhash | pwd?hash",
    re.VERBOSE,
)
# Anywhere in the name without its separators.
_OF_TWO_WORDS = re.compile(
    r"""pass(?:word|phrase|code) | preshared | (?:private|priv|api|wpa|wep|auth)key
        | (?:access|auth|activation|unlock|security|invite|pairing|login|verification|oink)code""",
    re.VERBOSE,
)
# At the end of the name without its separators, its figures and what only says how it is written.
_AT_END = re.compile(
    r"""(?:community | authorization | simpin | pinsim | wpspin | pincode | pukcode | passgroup
        | (?<!by)(?<!com)(?<!band)(?<!low)(?<!high)pass)$""",
    re.VERBOSE,
)
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_ENDINGS = ("pwd", "psw", "psk", "passwd", "pw")
_SHORT_WORDS = frozenset(
    {
        *("pin", "puk", "nck", "otp", "totp", "hotp", "seed", "jwt", "pmk", "cak", "kek"),
        *("sk", "pw", "pwd", "psw", "psk", "bearer", "pem", "pfx", "pkcs", "keys", "priv", "creds"),
    }
)
"""Secret as the last word of a name."""

_EXACT = frozenset(
    {
        *("r0kh", "r1kh", "secret_id", "communityname", "community_name"),
        *("basic_auth", "http_auth", "proxy_auth", "basicauth", "httpauth", "proxyauth"),
        *("auth_header", "authheader"),
    }
)
"""What no rule below would find; 802.11r's r0kh and r1kh are lists of MAC, name and key."""

_PINS_OF_CHIPS = frozenset({"gpio", "led", "button", "relay", "irq", "reset", "io", "dio", "bcm"})
_ENCODINGS = frozenset(
    {
        *("base", "hex", "b", "g", "ghz", "wpa", "wep", "ascii", "enc", "encrypted", "plain"),
        *("md", "sha", "hash", "data", "content", "value", "string", "str", "text", "raw"),
        *("old", "new", "confirm", "repeat", "again"),
    }
)
_NO_KEYS = frozenset({"rekey", "hotkey", "monkey", "turkey", "pubkey", "publickey", "sshpubkey"})
_PUBLIC = frozenset({"public", "pub", "pubkey", "publickey", "authorized", "trusted"})
_NO_KEY_WORDS = frozenset({"persist", "generate", "hot", "arrow", "map", "sort", "foreign"})

# Last words that make a name speak about a secret and not hold it.
_ABOUT = frozenset(
    {
        *("age", "algo", "algorithm", "allowed", "attempts", "auth", "bits", "bucket", "change"),
        *("check", "cipher", "count", "days", "dir", "direction", "disabled", "enable", "enabled"),
        *("encryption", "expire", "expires", "expiry", "fail", "file", "format", "generate", "id"),
        *("index", "interval", "label", "len", "length", "lifetime", "limit", "local", "max"),
        *("mgmt", "min", "mode", "name", "path", "policy", "prompt", "refresh", "refused"),
        *("required", "retries", "retry", "rotate", "save", "size", "strength", "timeout", "tries"),
        *("ttl", "type", "usage", "validity", "version", "login", "identity"),
    }
)

# Where the name alone does not tell: by package.
_IN_PACKAGE: Mapping[str, frozenset[str]] = {
    "ddns": frozenset({"param_enc", "param_opt"}),
    "travelmate": frozenset({"script_args"}),
    "babeld": frozenset({"value"}),
    "frp": frozenset({"sk"}),
    **dict.fromkeys(
        (
            *("v2ray", "v2raya", "xray", "xray_core", "xray_fw4", "passwall", "passwall2", "vssr"),
            *("shadowsocksr", "bypass", "homeproxy", "openclash", "sing-box", "nikki", "mihomo"),
            *("v2ray_server", "passwall_server", "passwall2_server"),
        ),
        frozenset(
            {
                *("uuid", "id", "user_id", "vmess_id", "vless_id", "uid"),
                *("hysteria_obfs", "hysteria2_obfs", "hysteria_auth", "hysteria_auth_payload"),
            }
        ),
    ),
}

_URL_LOGIN = re.compile(r"(?P<head>[A-Za-z][A-Za-z0-9+.-]*://[^\s/@:]*):(?P<secret>[^\s/@]+)@")

_named_by_users: ContextVar[tuple[str, ...]] = ContextVar("secret_options", default=())


@contextmanager
def also_secret(patterns: Sequence[str]) -> Iterator[None]:
    """Hide options of these names too, while this lasts."""
    before = _named_by_users.set(tuple(each.lower() for each in patterns))
    try:
        yield
    finally:
        _named_by_users.reset(before)


def is_secret(option: str, package: str = "") -> bool:
    """True if the option's name says that its value is a secret; `public_key` is none."""
    name = option.lower()
    if name in _EXACT or name in _IN_PACKAGE.get(package, ()):
        return True
    if _is_named_by_user(name, package.lower()):
        return True
    words = [word.lower() for word in _WORDS.findall(option)]
    if not words or words[-1] in _ABOUT:
        return False
    return _is_strong(words) or _is_key(words) or _is_short(words)


def redact_urls(text: str, instead: str = HIDDEN) -> str:
    """The text without the passwords of URLs such as socks5://user:password@host."""
    return _URL_LOGIN.sub(rf"\g<head>:{instead}@", text)


def secret_values(
    options: Iterable[Mapping[str, str | Sequence[str]]], package: str = ""
) -> frozenset[str]:
    """The texts behind secret options of these sections, an item each of lists."""
    return frozenset(
        secret
        for section in options
        for option, value in section.items()
        for item in ((value,) if isinstance(value, str) else value)
        for secret in _secrets_of(option, item, package)
        if len(secret) >= _SHORTEST
    )


def in_arguments(value: object, option: str = "") -> frozenset[str]:
    """The secrets among the arguments of a task, however deep they stand in them."""
    if isinstance(value, Mapping):
        inner = (in_arguments(each, str(name)) for name, each in value.items())
        return frozenset().union(*inner)
    if isinstance(value, list | tuple):
        return frozenset().union(*(in_arguments(each, option) for each in value))
    text = _as_text(value)
    return secret_values([{option: text}]) if text else frozenset()


def holds_secret(value: object, option: str = "") -> bool:
    """True if there is a secret among these arguments, however short it is."""
    if isinstance(value, Mapping):
        return any(holds_secret(each, str(name)) for name, each in value.items())
    if isinstance(value, list | tuple):
        return any(holds_secret(each, option) for each in value)
    text = _as_text(value)
    return bool(text) and any(True for _secret in _secrets_of(option, text, ""))


def _as_text(value: object) -> str:
    """A text or a number, as a PIN may be given; anything else is no secret."""
    known = isinstance(value, str | int | float) and not isinstance(value, bool)
    return str(value) if known else ""


def _secrets_of(option: str, text: str, package: str) -> Iterator[str]:
    if is_secret(option, package):
        yield text
    for found in _URL_LOGIN.finditer(text):
        yield found["secret"]


def _is_named_by_user(name: str, package: str) -> bool:
    return any(
        fnmatchcase(name, pattern) or fnmatchcase(f"{package}.{name}", pattern)
        for pattern in _named_by_users.get()
    )


def _is_strong(words: list[str]) -> bool:
    joined = "".join(words)
    end = "".join(word for word in _bare(words) if not word.isdigit())
    if any(map(_IN_A_WORD.search, words)) or _AT_END.search(end):
        return True
    return bool(_OF_TWO_WORDS.search(joined)) and not set(words) & _PUBLIC


def _is_key(words: list[str]) -> bool:
    """True of key, key1, wpakey, tls_key and key_5g; not of public keys, rekey or hotkey."""
    bare = _bare(words)
    last = bare[-1] if bare else ""
    if not last.endswith("key") or last in _NO_KEYS:
        return False
    return not set(words) & (_PUBLIC | _NO_KEY_WORDS)


def _is_short(words: list[str]) -> bool:
    bare = _bare(words)
    last = bare[-1] if bare else ""
    if last == "pin":
        return not set(words) & _PINS_OF_CHIPS
    if last == "keys":
        return not set(words) & (_PUBLIC | _NO_KEY_WORDS)
    return last in _SHORT_WORDS or last.endswith(_ENDINGS)


def _bare(words: list[str]) -> list[str]:
    """The words without figures and encodings behind the last one that says something."""
    rest = list(words)
    while rest and (rest[-1].isdigit() or (rest[-1] in _ENCODINGS and len(rest) > 1)):
        rest.pop()
    return rest
