# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why a package list could not be downloaded, and what helps against it.

opkg and apk both download with the router's `wget` and tell its exit status. That is GNU wget's
list of causes, which uclient-fetch keeps to; BusyBox's wget knows only 1, so its words are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Cause:
    """`meaning` completes "its package list could not be downloaded"; `remedy` is a sentence."""

    meaning: str
    remedy: str


NO_WGET = Cause(
    "the router has no working wget",
    "Give the router a wget that works: /bin/wget is a link to uclient-fetch on OpenWrt.",
)
UNEXPLAINED = Cause(
    "wget does not say why", "Run `wget -O /dev/null` with the feed's address on the router."
)
USAGE = Cause(
    "wget does not know an option that it was given",
    "See which program /bin/wget is on the router; OpenWrt expects uclient-fetch or GNU wget.",
)
STORAGE = Cause("the file could not be written", "Free space in the router's /tmp (`df /tmp`).")
NETWORK = Cause(
    "the network or the name server does not answer",
    "Check the router's uplink, its DNS and its routes, and that the feed's server is up.",
)
TLS = Cause(
    "the secure connection failed",
    "Check the router's clock (`date`), and that it has ca-bundle and a libustream for TLS.",
)
LOGIN = Cause(
    "the server wants a login", "Check the user name and the password in the feed's address."
)
PROTOCOL = Cause(
    "the server's answer makes no sense",
    "Check what answers in the server's place: a proxy, a captive portal, or a wrong port.",
)
REFUSED = Cause(
    "the server answered with an error",
    "Check the feed's address: servers drop the feeds of old releases and snapshots.",
)
KILLED = Cause("wget was killed", "Check the router's memory (`free`, `logread`).")

DIED = Cause("the program died", "Check the router's memory (`free`, `logread`).")

_BY_STATUS = {
    1: UNEXPLAINED,
    2: USAGE,
    3: STORAGE,
    4: NETWORK,
    5: TLS,
    6: LOGIN,
    7: PROTOCOL,
    8: REFUSED,
    126: NO_WGET,
    127: NO_WGET,
}

_UNREACHED = (
    "Failed to send request|Failed to establish connection|Connection (failed|refused|reset)|"
    "timed out|bad address|can't connect|unable to resolve|unreachable|Network is down|"
    "temporary error|network error|DNS: "
)

_BY_WORDS = tuple(
    (re.compile(pattern, re.IGNORECASE), cause)
    for pattern, cause in (
        (r"applet not found|wget: not found|exec.*wget.*No such file", NO_WGET),
        (r"No space left|Cannot open output file|Read-only file system", STORAGE),
        (r"SSL|TLS|certificate", TLS),
        (r"HTTP(?: error|/\S+)? 40[17]|Authentication failed|Authoriz", LOGIN),
        (r"HTTP error \d|HTTP(?:/\S+)? [45]\d\d|ERROR [45]\d\d:|server returned error", REFUSED),
        (_UNREACHED, NETWORK),
        (r"\bADB\b|\bv2 \w+ \w+ error|format is |integrity error|unzip error", PROTOCOL),
        (r"^Killed$|Segmentation fault|Bus error|Out of memory", DIED),
        (r"unrecognized option|invalid option|unknown option", USAGE),
    )
)

_STATUS = re.compile(r"wget(?: returned|: exited with error) (-?\d+)")
_KILLED = re.compile(r"wget: (?:killed|terminated) by signal", re.IGNORECASE)


def explain(evidence: str, words: Iterable[str] = ()) -> tuple[str, str]:
    """What is in parentheses after "could not be downloaded", and the remedy for it.

    `evidence` concerns the one feed. `words` are wget's, which may be about other feeds as well,
    so they count only when they can be about this one.
    """
    cause = cause_of(evidence)
    spoken = [line for line in words if _by_words(line) is not None]
    if cause in (None, UNEXPLAINED):
        found = {_by_words(line) for line in spoken}
        cause = found.pop() if len(found) == 1 else cause
    if cause is None:
        return evidence, ""
    fitting = list(dict.fromkeys(line.strip() for line in spoken if _by_words(line) == cause))
    quoted = f", {fitting[0]!r}" if len(fitting) == 1 and fitting[0] not in evidence else ""
    return f"{evidence}: {cause.meaning}{quoted}", cause.remedy


def cause_of(evidence: str) -> Cause | None:
    """The status counts for more than the words, unless it says nothing."""
    match = _STATUS.search(evidence)
    status = int(match[1]) if match else 0
    spoken = _by_words(evidence)
    if _KILLED.search(evidence) or status < 0 or status > 127:
        return KILLED
    known = _BY_STATUS.get(status, UNEXPLAINED) if match else None
    return spoken if known in (None, UNEXPLAINED) and spoken else known


def complaint(name: str, url: str, said: list[str]) -> tuple[str, str]:
    """What opkg says of its own trouble with this list, or with all of them, and what helps.

    An opkg that was killed has collected no errors: then the shell has the last word.
    """
    if "Collected errors:" in said:
        errors = said[said.index("Collected errors:") + 1 :]
        own = [line for line in errors if f"/{name}:" in line or url in line]
        lines = own or [line for line in errors if not re.search(r"://|opkg-lists/", line)]
    else:
        lines = [line for line in said[-1:] if cause_of(line) is DIED]
    line = next((line.strip(" *.") for line in lines if line.strip()), "")
    cause = cause_of(line)
    return line, cause.remedy if cause else ""


def _by_words(text: str) -> Cause | None:
    return next((cause for pattern, cause in _BY_WORDS if pattern.search(text)), None)
