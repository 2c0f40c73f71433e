# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading from apk, the package manager of OpenWrt from 25.12 on: shell that asks, parsers.

apk has a solver and we do not repeat it: it is asked to try (`add --simulate`), and what it says
is what will come, or why that cannot be. Its exit status counts errors and is not the truth
either way, so everything is read from what it prints. Known from apk-tools 3.0.5.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..shell import quote
from . import apk_version, download
from .model import Dependency, Feed, Installed, Offer, Offers, Package
from .want import Want

WORLD = "/etc/apk/world"
KEYS = "/etc/apk/keys"
DATABASE = "/lib/apk/db/installed"

PATIENCE = 20
"""Seconds to wait for another apk, and for a feed that does not go on sending."""

IMAGE_PINS = frozenset({"base-files", "kernel", "libc"})
"""What an image pins in the world for itself; such an entry must stay as it is."""

_ESSENTIAL = IMAGE_PINS | {"busybox", "apk-mbedtls", "apk-openssl", "apk-wolfssl"}

DIGEST = f"cat {DATABASE} {WORLD} | sha256sum"

INSTALLED = f"""\
d=/overlay
[ -d "$d" ] || d=/
df -k "$d" || exit 1
if [ ! -r {DATABASE} ] || [ ! -r {WORLD} ]; then
    echo "{DATABASE} or {WORLD} cannot be read" >&2
    exit 1
fi
{DIGEST}
sed 's/^/world /' {WORLD}
apk query --installed --format json --fields name,version,depends,provides,status '*' \\
    >"$T/query" || [ -s "$T/query" ] || exit 1
cat "$T/query\""""
"""Prints free space, a checksum of the records, the world, and what is installed as JSON."""

RUN = f"""\
fleet_apk() {{
    apk --wait {PATIENCE} --timeout {PATIENCE} "$@" >"$T/apk.out" 2>"$T/apk.err"
    apk_status=$?
    cat "$T/apk.out" "$T/apk.err" >"$T/apk.log"
    return "$apk_status"
}}
"""
"""Defines fleet_apk, which leaves what apk says in $T/apk.log, its errors at the end."""

_STAMP = "/var/cache/apk/.fleet-updated"

COMING = r"""
# Prints NAME=VERSION of all that comes by what apk said in $1.
fleet_coming() {
    grep -v ' Purging ' "$1" |
        sed -nE 's/^\( *[0-9]+\/[0-9]+\) [A-Z][a-z]+ ([^ ]+) \((.* -> )?([^ )]+)\)$/\1=\3/p'
}
"""

REFRESH = f"""\
fleet_refresh() {{
    fleet_apk update
    cp "$T/apk.log" "$T/update.log"
    # The lists themselves may have the age that the server gives them.
    [ ! -d {_STAMP.rpartition("/")[0]} ] || : >{_STAMP}
}}
fleet_fresh() {{
    [ -e {_STAMP} ] || return 1
    age=$(($(date +%s) - $(date -r {_STAMP} +%s)))
    [ "$age" -ge 0 ] && [ "$age" -lt "$max_age" ]
}}
"""

_ASK = r"""
fleet_ask() {
    apk policy $names >"$T/policy" 2>"$T/warned"
    apk add --simulate $trial >"$T/trial" 2>"$T/refused"
    trial_status=$?
    coming=$(fleet_coming "$T/trial")
    : >"$T/sizes"
    [ -z "$coming" ] || apk query --format json \
        --fields name,version,installed-size,depends,provides --recursive $coming >"$T/sizes"
}
"""
"""Names and constraints hold no character that the shell would split or expand."""

_REPORT = """\
cat /etc/apk/repositories /etc/apk/repositories.d/*.list 2>/dev/null |
    sed -n 's/^\\([^# ].*\\)/feed\\t\\1/p'
sed 's/^/policy\\t/' "$T/policy"
sed 's/^/warned\\t/' "$T/warned"
sed 's/^/trial\\t/' "$T/trial"
[ "$trial_status" -eq 0 ] || sed 's/^/refused\\t/' "$T/refused"
awk '{ print "size\\t" $0 }' "$T/sizes"
[ ! -e "$T/update.log" ] || sed 's/^/said\\t/' "$T/update.log\""""


def offers_script(wants: Iterable[Want], *, max_age: int) -> str:
    """Shell that prints what the feeds offer and what apk would do; writes to RAM only.

    It refreshes the lists when they are older than `max_age` seconds, and when one is missing or
    something is not to be had: a feed may have got it since. Never twice in a script.
    """
    wanted = tuple(wants)
    names = quote(" ".join(want.name for want in wanted))
    trial = quote(" ".join(map(str, wanted)))
    return (
        f"max_age={max_age}\nnames={names}\ntrial={trial}\n{RUN}{COMING}{REFRESH}"
        f"# shellcheck disable=SC2086 # the names are words{_ASK}"
        "fleet_fresh || fleet_refresh\n"
        "fleet_ask\n"
        'if [ ! -e "$T/update.log" ]; then\n'
        '    if [ "$trial_status" -ne 0 ] || grep -q "opening from cache" "$T/warned"; then\n'
        "        fleet_refresh\n"
        "        fleet_ask\n"
        "    fi\n"
        "fi\n"
        f"{_REPORT}"
    )


@dataclass(frozen=True)
class Action:
    """What apk would do with a package; `version` is None when it would go."""

    name: str
    before: str | None
    version: str | None


@dataclass(frozen=True)
class TriedOffers(Offers):
    """What the feeds offer, and what apk would do to have all of `wants`.

    `refusal` is what it says when it would do nothing.
    """

    wants: tuple[Want, ...] = ()
    actions: tuple[Action, ...] = ()
    refusal: str = ""

    def of(self, name: str) -> list[Offer]:
        age = functools.cmp_to_key(apk_version.compare)
        found = [offer for offer in self.offers if offer.name == name]
        return sorted(found, key=lambda offer: age(offer.version), reverse=True)

    def answers(self, wants: Iterable[Want]) -> bool:
        return set(wants) <= set(self.wants)


def parse_installed(text: str) -> Installed:
    """The answer to INSTALLED; raises ValueError when it does not have that form."""
    match = re.search(r"^([0-9a-f]{64}) .*\n", text, re.MULTILINE)
    if match is None:
        raise ValueError("no checksum of the records")
    *_ignored, available, _use, filesystem = text[: match.start()].split()
    world_text, bracket, records = text[match.end() :].partition("[")
    world = dict(_world(world_text.splitlines()))
    packages = [_package(entry, world) for entry in _json(bracket + records)]
    return Installed(
        manager="apk",
        packages={package.name: package for package in packages},
        free=int(available) * 1024,
        filesystem=filesystem,
        digest=match[1],
        world=world,
    )


def _world(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Names and the constraints on them; an entry with a `!` asks for an absence."""
    for line in lines:
        match = re.match(r"world ([^!@<>=~\s][^@<>=~\s]*)(\S*)", line)
        if match is not None:
            yield match[1], match[2]


def _package(entry: Mapping[str, Any], world: Mapping[str, str]) -> Package:
    name = entry["name"]
    troubles = [word for word in entry.get("status", ()) if word.startswith("broken")]
    return Package(
        name=name,
        version=entry["version"],
        depends=_dependencies(entry.get("depends", ())),
        provides=frozenset(_name(each) for each in entry.get("provides", ())),
        held=bool(world.get(name)) and name not in IMAGE_PINS,
        essential=name in _ESSENTIAL,
        broken=", ".join(troubles),
    )


def _dependencies(texts: Iterable[str]) -> tuple[tuple[Dependency, ...], ...]:
    """Only the names: whether a version will do is for apk's solver to say."""
    return tuple((Dependency(_name(text)),) for text in texts if not text.startswith("!"))


def _name(constraint: str) -> str:
    return re.split(r"[<>=~@]", constraint, maxsplit=1)[0]


def _json(text: str) -> list[dict[str, Any]]:
    found = json.loads(text)
    if not isinstance(found, list):
        raise ValueError("no list of packages")
    return found


def parse_offers(wants: tuple[Want, ...], text: str) -> TriedOffers:
    """The answer to `offers_script`; raises ValueError when it does not have that form."""
    lines: dict[str, list[str]] = {}
    for line in text.splitlines():
        word, _tab, rest = line.partition("\t")
        lines.setdefault(word, []).append(rest)
    described = [_offer(entry) for entry in _json("\n".join(lines.get("size", ["[]"])))]
    known = {(offer.name, offer.version) for offer in described}
    listed = [
        Offer(name, version)
        for name, version in _policy(lines.get("policy", ()))
        if (name, version) not in known
    ]
    # What an update says of a feed tells more than that its list is missing afterwards.
    said = lines.get("said", []) + lines.get("warned", [])
    return TriedOffers(
        offers=(*described, *listed),
        feeds=tuple(_feed(url, said) for url in lines.get("feed", ())),
        wants=wants,
        actions=tuple(_actions(lines.get("trial", ()))),
        refusal="\n".join(
            line for line in lines.get("refused", ()) if not line.startswith("WARNING")
        ),
    )


def _offer(entry: Mapping[str, Any]) -> Offer:
    return Offer(
        name=entry["name"],
        version=entry["version"],
        depends=_dependencies(entry.get("depends", ())),
        provides=frozenset(_name(each) for each in entry.get("provides", ())),
        installed_size=int(entry.get("installed-size", 0)),
    )


def _policy(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Versions that a feed offers, by name; those that are only installed are left out."""
    name = version = ""
    offered = False
    for line in (*lines, ""):
        if line.startswith("    "):
            offered = offered or line.strip() != DATABASE.lstrip("/")
            continue
        if version and offered:
            yield name, version
        version, offered = "", False
        if line.startswith("  "):
            version = line.strip().removesuffix(":")
        elif line.endswith(" policy:"):
            name = line.removesuffix(" policy:")


_ACTION = re.compile(
    r"\( *\d+/\d+\) (?:\[.*\] )?(?P<verb>[A-Z][a-z]+) (?P<name>\S+) "
    r"\((?:(?P<before>\S+) -> )?(?P<version>\S+)\)"
)


def _actions(lines: Iterable[str]) -> Iterator[Action]:
    for line in lines:
        match = _ACTION.fullmatch(line)
        if match is None:
            continue
        if match["verb"] == "Purging":
            yield Action(match["name"], match["version"], None)
        else:
            yield Action(match["name"], match["before"], match["version"])


def _feed(url: str, said: Sequence[str]) -> Feed:
    folders = url.rstrip("/").split("/")[:-1]
    name = folders[-1] if folders else url
    for number, line in enumerate(said):
        _before, found, reason = line.partition(f" {url}: ")
        if found:
            return Feed(name, url, *_trouble(reason, _words_before(said[:number])))
    return Feed(name, url)


def _words_before(said: Sequence[str]) -> str:
    """What wget and apk said of the download that a WARNING is about: they come just before it."""
    words: list[str] = []
    for line in reversed(said):
        if line.startswith("WARNING: "):
            break
        words.insert(0, line)
    return "\n".join(words)


def _trouble(reason: str, words: str) -> tuple[str, str]:
    if "UNTRUSTED" in reason or reason == "BAD signature":
        keys = f"Check the feed, and the keys in {KEYS} that it must be signed with."
        return "the signature of its package list is wrong", keys
    if reason == "No such file or directory":
        return "its package list is missing", ""
    status = re.search(r"wget: (?:exited with error|\w+ by signal) -?\d+", words)
    evidence = status[0] if status and download.cause_of(reason) is None else reason
    explained, remedy = download.explain(evidence, words.splitlines())
    return f"its package list could not be downloaded ({explained})", remedy
