# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Shell that has packages in place of others with opkg, which has no such command.

opkg refuses a package that brings a file of another one, so the other one must go first, and then
the router may be without a name server or Wi-Fi. So everything is fetched and checked before,
and the old packages are kept whole in RAM: their files, their records and their links in rc.d. That
way back needs no feed, which may have another version by now.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..errors import NOT_UNDONE
from ..shell import quote
from .arrival import place
from .opkg import STATUS
from .selection import Selection

_INFO = f"{STATUS.rpartition('/')[0]}/info"
_LAST_LINES = 12

_CLASHES = f"""\
fleet_clashes() {{
    : >"$T/contents"
    for ipk; do
        if ! tar -xzOf "$ipk" ./data.tar.gz >"$T/data" || ! tar -tzf "$T/data" >"$T/names"; then
            echo "$ipk cannot be read as a package" >&2
            exit 69
        fi
        sed -n 's#^\\./*\\(.*[^/]\\)$#/\\1#p' "$T/names" >>"$T/contents"
    done
    # With an empty file of patterns BusyBox's grep finds every line.
    [ -s "$T/contents" ] || return 0
    for list in {_INFO}/*.list; do
        name=${{list##*/}}
        name=${{name%.list}}
        case $staying in *" $name "*) continue ;; esac
        cut -f 1 "$list" | grep -x -F -f "$T/contents" | sed "s/\\$/ belongs to $name/"
    done >"$T/clashes"
    [ ! -s "$T/clashes" ] || {{
        head -n {_LAST_LINES} "$T/clashes" >&2
        echo "the new packages bring these files too; name their owners in replaces as well" >&2
        exit 69
    }}
}}
"""

_KEEP = f"""\
fleet_owned() {{
    for name in $old; do
        cut -f 1 "{_INFO}/$name.list"
        printf '%s\\n' "{_INFO}/$name".*
        # opkg makes these links itself: NUMBER:LINK:PROGRAM.
        sed -n 's/^Alternatives: *//p' "{_INFO}/$name.control" | tr ',' '\\n' | cut -d : -f 2
    done
    fleet_settings
}}
# An image may have its settings in the records only.
fleet_settings() {{
    for name in $old; do cat "{_INFO}/$name.conffiles" 2>/dev/null; done
    sed -n 's/^ \\(.*\\) [0-9a-f]*$/\\1/p' "$T/old.records"
}}
fleet_there() {{
    while IFS= read -r file; do
        if [ -L "$file" ] || [ -f "$file" ]; then printf '%s\\n' "$file"; fi
    done
}}
fleet_sums() {{
    while IFS= read -r file; do
        [ -L "$file" ] || sha256sum "$file"
    done
}}
# BusyBox's tar makes no empty archive, and may read no list of names.
fleet_pack() {{
    archive=$1 list=$2
    set --
    while IFS= read -r file; do set -- "$@" "$file"; done <"$list"
    [ $# -eq 0 ] || tar -czf "$archive" "$@"
}}
fleet_kept() {{
    fleet_owned | fleet_there | sort -u >"$T/old.files"
    fleet_sums <"$T/old.files" >"$T/old.sums"
    fleet_settings | fleet_there | sort -u >"$T/conf.files"
    fleet_sums <"$T/conf.files" >"$T/conf.sums"
    while IFS= read -r file; do
        case $file in /etc/init.d/*) ;; *) continue ;; esac
        enabled=no running=no
        "$file" enabled </dev/null >/dev/null 2>&1 && enabled=yes
        "$file" running </dev/null >/dev/null 2>&1 && running=yes
        echo "$file $enabled $running"
    done <"$T/old.files" >"$T/old.services"
    fleet_pack "$T/old.tgz" "$T/old.files" 2>"$T/tar.err" &&
        fleet_pack "$T/conf.tgz" "$T/conf.files" 2>>"$T/tar.err" &&
        [ "$(tar -tzf "$T/old.tgz" | wc -l)" -eq "$(wc -l <"$T/old.files")" ]
}}
fleet_record() {{
    awk -v names=" $1 " -v without="$3" '
        BEGIN {{ RS = ""; ORS = "\\n\\n" }}
        (index(names, " " $2 " ") != 0) == (without == "")' "$2"
}}
# What the old packages had enabled and running is so again, in whatever package it is now.
fleet_services() {{
    while read -r service enabled running; do
        [ -x "$service" ] || continue
        if [ "$enabled" = yes ]; then "$service" enable; else "$service" disable; fi </dev/null
        if [ "$running" = no ]; then
            "$service" stop </dev/null
        elif [ "$1" = restart ] || ! "$service" running </dev/null; then
            "$service" "$1" </dev/null
        fi
    done <"$T/old.services" >/dev/null 2>&1
}}
"""

_BACK = f"""\
fleet_undo() {{
    s=$1
    tail -n {_LAST_LINES} "$T/opkg.log" >&2
    fleet_look "$new" | sed -n 's/^have //p' >"$T/new"
    set --
    while read -r name; do set -- "$@" "$name"; done <"$T/new"
    [ $# -eq 0 ] || fleet_opkg remove --force-depends "$@"
    missing=$(fleet_look "$old" | sed -n 's/^lack //p' | tr '\\n' ' ')
    tar -xzf "$T/old.tgz" -C / 2>"$T/tar.err"
    if [ -n "$missing" ]; then
        {{
            fleet_record "$missing" {STATUS} without
            fleet_record "$missing" "$T/old.records" ""
        }} >"$T/status" && cat "$T/status" >{STATUS}
    fi
    fleet_services restart
    {{
        fleet_look "$new" | sed -n 's/^have /still there: /p'
        fleet_look "$versions" | sed -n 's/^lack /gone: /p'
        sha256sum -c "$T/old.sums" 2>/dev/null | sed -n 's/: FAILED.*/ is not as it was/p'
        while IFS= read -r file; do
            [ -L "$file" ] || [ -f "$file" ] || echo "gone: $file"
        done <"$T/old.files"
    }} >"$T/stay"
    if [ -s "$T/stay" ]; then
        cat "$T/tar.err" "$T/stay" >&2
        exit {NOT_UNDONE}
    fi
    echo "put back as before: $old" >&2
    exit "$s"
}}
"""


def check(selection: Selection) -> list[str]:
    """Shell for before any change: no new package may bring a file of one that stays."""
    passed = {*selection.replaced, *(offer.name for offer in selection.offers)}
    staying = f" {' '.join(sorted(passed))} "
    return [_CLASHES, f"staying={quote(staying)}", f"fleet_clashes {_paths(selection)}"]


def swap(selection: Selection, *, new: Sequence[str], versions: Iterable[str]) -> list[str]:
    """Shell that removes the old packages and installs the new ones, or puts the old ones back.

    `new` are packages that are not installed yet, `versions` the old ones as NAME=VERSION.
    """
    old = " ".join(selection.replaced)
    wanted = " ".join(f"{offer.name}={offer.version}" for offer in selection.offers)
    downgrade = any(change.downgrade for change in selection.changes)
    return [
        f"old={quote(old)}",
        f"new={quote(' '.join(new))}",
        f"versions={quote(' '.join(versions))}",
        _KEEP + _BACK,
        f"""\
fleet_record "$old" {STATUS} "" >"$T/old.records"
if ! fleet_kept || ! [ -s "$T/old.records" ]; then
    cat "$T/tar.err" >&2
    echo "$old cannot be kept in /tmp for the way back: $(df -k /tmp | tail -n 1)" >&2
    exit 1
fi
fleet_opkg remove --force-depends {" ".join(map(quote, selection.replaced))}
fleet_look "$old" | grep -q '^have' && fleet_undo 1
fleet_opkg install {"--force-downgrade " if downgrade else ""}{_paths(selection)} || fleet_undo $?
fleet_look {quote(wanted)} >"$T/look"
if grep -q '^lack' "$T/look"; then
    sed -n 's/^lack /opkg did not install /p' "$T/look" >&2
    fleet_undo 1
fi
again=start
if [ -s "$T/conf.sums" ] && ! sha256sum -c "$T/conf.sums" >/dev/null 2>&1; then
    tar -xzf "$T/conf.tgz" -C / 2>"$T/tar.err" || {{
        cat "$T/tar.err" >&2
        fleet_undo 1
    }}
    again=restart
fi
fleet_services "$again"
""",
    ]


def _paths(selection: Selection) -> str:
    return " ".join(map(place, selection.offers))
