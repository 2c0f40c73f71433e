# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading from opkg, the package manager of OpenWrt up to 24.10: shell that asks, parsers.

The records and lists are read as files. `opkg list-installed` reads every list as well, which
takes a slow router seconds, and `opkg info` tells neither the feed nor the checksum of an offer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ..shell import quote
from . import download
from .model import Feed, Installed, Offer, Offers, Package, dependencies, names_in
from .want import Want

STATUS = "/usr/lib/opkg/status"
SETTINGS = "/etc/opkg/*.conf"
KEYS = "/etc/opkg/keys"

_LOCKED = "Wait for the other opkg on the router (LuCI, a cron job) to end."

PATIENCE = 20
"""Seconds to wait for another opkg: it takes its lock or fails at once (libopkg/opkg_conf.c)."""

INSTALLED = f"""\
d=/overlay
[ -d "$d" ] || d=/
df -k "$d" || exit 1
sha256sum <{STATUS} || exit 1
grep -E '^(Package|Version|Depends|Provides|Status|Essential): ' {STATUS} || [ $? -eq 1 ]"""
"""Prints free space, a checksum of the records, and of each record what we read."""

RUN = f"""\
fleet_opkg() {{
    opkg_tries=0
    while :; do
        opkg "$@" >"$T/opkg.out" 2>"$T/opkg.err"
        opkg_status=$?
        cat "$T/opkg.out" "$T/opkg.err" >"$T/opkg.log"
        [ "$opkg_status" -ne 0 ] || return 0
        grep -q 'opkg\\.lock' "$T/opkg.log" || return "$opkg_status"
        [ "$opkg_tries" -lt {PATIENCE} ] || return "$opkg_status"
        opkg_tries=$((opkg_tries + 1))
        sleep 1
    done
}}
"""
"""Defines fleet_opkg, which leaves what opkg says in $T/opkg.log, its errors at the end.

In one file from the beginning, errors would come in the middle of lines: only they are unbuffered.
"""

_FEEDS = """\
lists=$(awk '$1 == "lists_dir" { print $3; exit }' /etc/opkg.conf /etc/opkg/*.conf 2>/dev/null)
lists=${lists:-/var/opkg-lists}
awk '$1 == "src" || $1 == "src/gz" { gsub(/"/, ""); print $2, $3 }' \\
    /etc/opkg.conf /etc/opkg/*.conf >"$T/feeds" 2>/dev/null
"""
"""The last awk fails when one of the files is not there, and has read the others all the same."""

_FRESH = """\
fleet_fresh() {
    now=$(date +%s)
    while read -r name _; do
        [ -s "$lists/$name" ] || return 1
        age=$((now - $(date -r "$lists/$name" +%s)))
        if [ "$age" -lt 0 ] || [ "$age" -ge "$max_age" ]; then return 1; fi
    done <"$T/feeds"
}
"""

_REFRESH = """\
fleet_refresh() {
    fleet_opkg update
    cp "$T/opkg.log" "$T/update.log"
    while read -r name _; do
        # A list copied from a file: feed has the age of the file, not of the copy.
        if [ -s "$lists/$name" ] && grep -q "^Updated list .*/$name\\$" "$T/update.log"; then
            touch "$lists/$name"
        fi
    done <"$T/feeds"
}
"""

_FIELDS = "Package|Version|Depends|Provides|Conflicts|Filename|Size|Installed-Size|SHA256sum"

_SEARCH = f"""\
fleet_lists() {{
    while read -r name _; do
        [ -s "$lists/$name" ] || continue
        printf '\\nFleet-Feed: %s\\n' "$name"
        # opkg keeps a list as it came, compressed or not; a broken one ends early, as in opkg.
        if grep -q '^Package: ' "$lists/$name"; then
            cat "$lists/$name"
        else
            gunzip -c <"$lists/$name" 2>/dev/null
        fi
    done <"$T/feeds"
}}
fleet_search() {{
    fleet_lists | grep -E '^(Fleet-Feed|{_FIELDS}): ' | awk -v wanted="$names" '
        function keep(    i, n, names) {{
            if (!("Package" in value)) return
            line[++count] = "offer\\t" feed
            n = split("{_FIELDS}", names, "|")
            for (i = 1; i <= n; i++) {{
                line[count] = line[count] "\\t" value[names[i]]
            }}
            needs[count] = value["Depends"]
            offers[value["Package"]] = offers[value["Package"]] " " count
            gsub(/\\([^)]*\\)/, "", value["Provides"])
            n = split(value["Provides"], names, /[ ,]+/)
            for (i = 1; i <= n; i++) {{
                if (names[i] != "") offers[names[i]] = offers[names[i]] " " count
            }}
            split("", value)
        }}
        {{
            key = substr($1, 1, length($1) - 1)
            if (key == "Package" || key == "Fleet-Feed") keep()
            if (key == "Fleet-Feed") feed = $2
            else value[key] = substr($0, length($1) + 2)
        }}
        END {{
            keep()
            last = split(wanted, queue, " ")
            for (i = 1; i <= last; i++) queued[queue[i]] = 1
            for (i = 1; i <= last; i++) {{
                n = split(offers[queue[i]], found, " ")
                for (j = 1; j <= n; j++) {{
                    id = found[j]
                    if (id in printed) continue
                    printed[id] = 1
                    print line[id]
                    gsub(/\\([^)]*\\)/, "", needs[id])
                    m = split(needs[id], words, /[ ,|]+/)
                    for (k = 1; k <= m; k++) {{
                        if (words[k] != "" && !(words[k] in queued)) {{
                            queued[words[k]] = 1
                            queue[++last] = words[k]
                        }}
                    }}
                }}
            }}
        }}' >"$T/offers"
}}
"""
"""One pass over all lists; prints the offers wanted and, transitively, what they depend on."""

_REPORT = """\
while read -r name url; do
    if [ -s "$lists/$name" ]; then there=yes; else there=no; fi
    printf 'feed\\t%s\\t%s\\t%s\\n' "$name" "$url" "$there"
done <"$T/feeds"
cat "$T/offers"
[ ! -e "$T/update.log" ] || sed 's/^/said\\t/' "$T/update.log\""""


def offers_script(wants: Iterable[Want], *, max_age: int) -> str:
    """Shell that prints what the feeds offer; writes to RAM only.

    It refreshes the lists when one is missing or older than `max_age` seconds, and once more when
    the lists lack something wanted: a feed may have got it since. Never twice in a script.
    """
    wanted = tuple(wants)
    names = quote(" ".join(want.name for want in wanted))
    lacking = " ||\n    ".join(
        f'! grep -q {quote(_offer_pattern(want))} "$T/offers"' for want in wanted
    )
    return (
        f"max_age={max_age}\nnames={names}\n{RUN}{_FEEDS}{_FRESH}{_REFRESH}{_SEARCH}"
        '[ -e "$T/update.log" ] || fleet_fresh || fleet_refresh\n'
        "fleet_search\n"
        f'if [ ! -e "$T/update.log" ]; then\n'
        f"if {lacking}; then\n    fleet_refresh\n    fleet_search\nfi\nfi\n"
        f"{_REPORT}"
    )


def _offer_pattern(want: Want) -> str:
    """A basic regular expression; of what names and versions may hold, only the dot is special."""
    version = f"{want.version}\t" if want.version else ""
    return f"^offer\t[^\t]*\t{want.name}\t{version}".replace(".", "\\.")


def parse_installed(text: str) -> Installed:
    """The answer to INSTALLED; raises ValueError when it does not have that form."""
    space, digest, records = _split_installed(text)
    packages = {package.name: package for package in _packages(records)}
    *_ignored, available, _use, filesystem = space.split()
    return Installed(
        manager="opkg",
        packages=packages,
        free=int(available) * 1024,
        filesystem=filesystem,
        digest=digest,
    )


def _split_installed(text: str) -> tuple[str, str, str]:
    match = re.search(r"^([0-9a-f]{64}) .*\n", text, re.MULTILINE)
    if match is None:
        raise ValueError("no checksum of the records")
    return text[: match.start()], match[1], text[match.end() :]


def _packages(records: str) -> Iterator[Package]:
    for record in re.split(r"^(?=Package: )", records, flags=re.MULTILINE):
        fields = dict(line.split(": ", 1) for line in record.splitlines() if ": " in line)
        _want, flags, state = (fields.get("Status", "").split() + ["", "", ""])[:3]
        if state == "installed":
            yield Package(
                name=fields["Package"],
                version=fields["Version"],
                depends=dependencies(fields.get("Depends", "")),
                provides=names_in(fields.get("Provides", "")),
                held="hold" in flags.split(","),
                essential=fields.get("Essential", "") == "yes",
            )


def parse_offers(text: str) -> Offers:
    """The answer to `offers_script`; raises ValueError when it does not have that form."""
    lines = [line.partition("\t") for line in text.splitlines()]
    said = [rest for word, _ignored, rest in lines if word == "said"]
    return Offers(
        offers=tuple(_offer(rest) for word, _ignored, rest in lines if word == "offer"),
        feeds=tuple(_feed(rest, said) for word, _ignored, rest in lines if word == "feed"),
    )


def _offer(line: str) -> Offer:
    (feed, name, version, depends, provides, conflicts, filename, size, installed, sha256) = (
        line.split("\t")
    )
    return Offer(
        name=name,
        version=version,
        depends=dependencies(depends),
        provides=names_in(provides),
        feed=feed,
        filename=filename,
        sha256=sha256.strip(),
        size=int(size or 0),
        installed_size=int(installed or 0),
        conflicts=dependencies(conflicts),
    )


def _feed(line: str, said: list[str]) -> Feed:
    name, url, there = line.split("\t")
    problem, remedy = _trouble(name, url, said) if said else ("", "")
    if problem or there == "yes":
        return Feed(name, url, problem, remedy)
    reason, remedy = download.complaint(name, url, said)
    return Feed(name, url, f"its package list is missing{_in_parentheses(reason)}", remedy)


def _trouble(name: str, url: str, said: list[str]) -> tuple[str, str]:
    """What went wrong with a feed, from the output of `opkg update`, and what helps.

    Its exit status is no help: it counts downloads that failed, and a wrong signature removes the
    list without counting (opkg_update_cmd in libopkg/opkg_cmd.c).
    """
    part = "\n".join(_said_of(url, said))
    keys = f"Check the feed, and the keys in {KEYS} that it must be signed with."
    reason, remedy = _reason(url, said)
    if not reason and not remedy:
        reason, remedy = download.complaint(name, url, said)
    in_parentheses = _in_parentheses(reason)
    if "Signature file download failed" in part:
        return f"its signature could not be downloaded{in_parentheses}", remedy or keys
    if "Signature check failed" in part:
        return "the signature of its package list is wrong", keys
    if re.search(rf"^Updated list .*/{re.escape(name)}$", part, re.MULTILINE):
        return "", ""
    return f"its package list could not be downloaded{in_parentheses}", remedy


def _reason(url: str, said: list[str]) -> tuple[str, str]:
    """What opkg collects at its end on a download, or on a lock that another opkg has."""
    base = f" {url.rstrip('/')}/Packages"
    for line in said:
        if "opkg.lock" in line:
            return line.strip(" *"), _LOCKED
        if base in line and "wget returned" in line:
            return download.explain(line[line.index("wget returned") :].rstrip("."), said)
    if any(base in line and "Failed to download" in line for line in said):
        return "", next((cause.remedy for cause in map(download.cause_of, said) if cause), "")
    return "", ""


def _in_parentheses(reason: str) -> str:
    return f" ({reason})" if reason else ""


def _said_of(url: str, said: list[str]) -> Iterator[str]:
    """The lines from this feed's list to the next one's."""
    base = f"{url.rstrip('/')}/Packages"
    within = False
    for line in said:
        if line.startswith(("Downloading ", "Collected errors")):
            within = line.startswith(f"Downloading {base}")
        if within:
            yield line
