# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Changing what apk has installed: the steps, with their checks before and after.

Whatever apk is asked for goes into its world and binds every later command. So the exact versions
that were planned are installed first, and then the world is asked for the plain names, or, for
packages that are to be held, for the version. apk's exit status is not asked: it counts errors,
also those of other packages, and is 0 when something could not be removed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from ..engine.plan import Step
from ..errors import NOT_UNDONE
from ..shell import quote
from .apk import COMING, DIGEST, IMAGE_PINS, REFRESH, RUN, WORLD
from .arrival import arrived, place, stage
from .model import Installed
from .selection import Change, Selection

_LAST_LINES = 12

_TOOLS = f"""\
cd "$T" || exit 1
# The programs that packages bring write files that everybody may read.
umask 022
: >"$T/apk.log"
{RUN}
# Prints "have", "lack" or "broken" and each word of $1, which is NAME or NAME=VERSION.
fleet_look() {{
    apk query --installed --format json --fields name,version,status '*' |
        awk -F '"' -v wanted="$1" '
        $2 == "name" {{ name = $4; have[name] = 1 }}
        $2 == "version" {{ have[name "=" $4] = 1; is[name "=" $4] = name }}
        $2 ~ /^broken/ {{ broken[name] = 1 }}
        END {{
            n = split(wanted, word, " ")
            for (i = 1; i <= n; i++) {{
                if (!(word[i] in have)) print "lack", word[i]
                else if (is[word[i]] in broken) print "broken", word[i]
                else print "have", word[i]
            }}
        }}'
}}
"""

_ROOM = """\
d=/overlay
[ -d "$d" ] || d=/
free=$(df -k "$d" | awk 'END { print $(NF - 2) }')
need=$(awk '/^After this operation, .* will be used/ {
    size["B"] = 1 / 1024; size["KiB"] = 1; size["MiB"] = 1024; size["GiB"] = 1048576
    print int($4 * size[$5] + 0.999)
}' "$T/apk.out")
if [ "${need:-0}" -ge "$free" ]; then
    echo "not enough space on $d: these packages need $need kB, $free kB are free" >&2
    exit 67
fi"""
"""After a trial with -vv."""


_STATE = f"""\
# What is installed and what was asked for, sorted, a line each.
fleet_state() {{
    apk query --installed --format json --fields name,version,status '*' |
        awk -F '"' '$2 == "name" {{ name = $4 }} $2 == "version" {{ print name "=" $4 }}' | sort
    sed 's/^/asked for: /' {WORLD} | sort
}}
"""


def change(
    selection: Selection,
    installed: Installed,
    *,
    names: Iterable[str],
    hold: bool | None,
    check_space: bool,
) -> Step | None:
    """Install all of a selection and check that it is there; on failure nothing new stays.

    `names` are the packages asked for; all of them are to be in the world, or else apk would remove
    them together with the last package that needs them. `hold` None leaves holds as they are.
    None: there is nothing to do.
    """
    entries, notes = _entries(selection, installed, names, hold)
    if not entries:
        return None
    changes = selection.changes
    if selection.replaced:
        notes.append(f"remove {', '.join(selection.replaced)} for it")
    return Step(
        title=", ".join([*(change.title for change in changes), *notes]),
        prepare="\n".join([_unchanged(installed), *_trial(changes, check_space=check_space)]),
        apply="\n".join(
            [
                _TOOLS,
                *(_install(selection, installed) if changes else []),
                _settle(entries),
            ]
        ),
        stage=stage(changes),
        stays=True,
    )


def remove(names: Sequence[str], installed: Installed) -> Step:
    """Remove packages, and with them what only they need."""
    listed = quote(" ".join(names))
    return Step(
        title=f"remove {', '.join(names)}",
        prepare=_unchanged(installed),
        apply=f"""\
{_TOOLS}fleet_apk del {_words(names)}
fleet_look {listed} | sed -n '/^lack/!s/^[a-z]* /apk did not remove /p' >"$T/stay"
if [ -s "$T/stay" ]; then
    cat "$T/stay" >&2
    tail -n {_LAST_LINES} "$T/apk.log" >&2
    exit 1
fi""",
        stays=True,
    )


def _entries(
    selection: Selection, installed: Installed, names: Iterable[str], hold: bool | None
) -> tuple[list[str], list[str]]:
    """The world's entries that are to be written, and what to say about it."""
    coming = {offer.name: offer.version for offer in selection.offers}
    changed = {change.offer.name for change in selection.changes}
    entries: list[str] = []
    notes: list[str] = []
    for name in dict.fromkeys(names):
        if name in IMAGE_PINS:
            continue
        package = installed.packages.get(name)
        was = package is not None and package.held
        on = was if hold is None else hold
        kept = name in installed.world or (
            package is not None and not package.provides.isdisjoint(installed.world)
        )
        if was != on:
            notes.append(f"{'hold' if on else 'release'} {name}")
        elif not kept and name not in changed:
            notes.append(f"keep {name}")
        if was != on or not kept or name in changed:
            version = coming.get(name) or installed.version(name)
            entries.append(f"{name}={version}" if on else name)
    return entries, notes


def _unchanged(installed: Installed) -> str:
    return f"""\
{DIGEST} | grep -q {quote(f"^{installed.digest} ")} || {{
    echo "packages were installed or removed since they were read; somebody else is at work on \
this router. Run the task again." >&2
    exit 65
}}"""


def _trial(changes: Sequence[Change], *, check_space: bool) -> list[str]:
    """For files: put them there and let apk say whether it can install them, and in what space.

    The network is only asked when they need more than each other and what is installed.
    """
    if not any(change.source for change in changes):
        return [f": >{_note(changes)}.network"] if changes else []
    return [
        RUN,
        COMING,
        f"max_age={24 * 3600}",
        REFRESH,
        *arrived(changes),
        f"""\
fleet_try() {{ fleet_apk add --simulate -vv --allow-untrusted "$@" {_constraints(changes)}; }}
if ! fleet_try --no-network; then
    fleet_fresh || fleet_refresh
    if ! fleet_try; then
        grep -v '^WARNING' "$T/apk.err" | tail -n {_LAST_LINES} >&2
        exit 69
    fi
    : >{_note(changes)}.network
fi
fleet_coming "$T/apk.out" >"$T/coming"
{_as_planned(changes)}
tr '\\n' ' ' <"$T/coming" >{_note(changes)}.coming
""",
        *([_ROOM] if check_space else []),
    ]


def _as_planned(changes: Iterable[Change]) -> str:
    """Refuse a file that is another package than the plan takes it for, before it is installed."""
    words = (
        quote(f"{change.offer.name}={change.offer.version}") for change in changes if change.source
    )
    checks = "\n".join(f'grep -q -x -F {word} "$T/coming" || fleet_other {word}' for word in words)
    return f"""\
fleet_other() {{
    echo "no file is the package $1; apk takes them for $(tr '\\n' ' ' <"$T/coming")" >&2
    exit 69
}}
{checks}"""


def _install(selection: Selection, installed: Installed) -> list[str]:
    """A package may come without what it depends on, so all of it is looked for."""
    changes = selection.changes
    names = [change.offer.name for change in changes]
    wanted = " ".join(f"{offer.name}={offer.version}" for offer in selection.offers)
    options = "--allow-untrusted " if any(change.source for change in changes) else ""
    return [
        _STATE,
        _undo(names, installed),
        f"""\
set -- {_constraints(changes)}
fleet_state >"$T/before"
[ -e {_note(changes)}.network ] || set -- --no-network "$@"
fleet_apk add {options}"$@"
: >>{_note(changes)}.coming
fleet_look {quote(wanted + " ")}"$(cat {_note(changes)}.coming)" >"$T/look"
if grep -q -v "^have" "$T/look"; then
    sed -n "s/^lack /apk did not install /p; s/^broken /not installed without errors: /p" \
        "$T/look" >&2
    fleet_undo
fi""",
    ]


def _undo(names: Iterable[str], installed: Installed) -> str:
    """Defines fleet_undo: say what apk said last, leave the world as it was, and fail.

    A package that could not be installed stays in the world and is tried again by every command.
    """
    new = [name for name in names if name not in installed.world]
    old = [f"{name}{installed.world[name]}" for name in names if name in installed.world]
    back = f"fleet_apk add --no-network {_words(old)}\n    " if old else ""
    gone = f"fleet_apk del {_words(new)}\n    " if new else ""
    added = " ".join(name for name in new if installed.version(name) is None)
    return f"""\
fleet_undo() {{
    tail -n {_LAST_LINES} "$T/apk.log" >&2
    {back}{gone}fleet_state >"$T/after"
    {{
        fleet_look {quote(added)} | sed -n '/^lack/!s/^[a-z]* /still there: /p'
        grep -v -x -F -f "$T/before" "$T/after" | sed 's/^/still there: /'
        grep -v -x -F -f "$T/after" "$T/before" | sed 's/^/gone: /'
    }} >"$T/stay"
    [ -s "$T/stay" ] || {{
        echo "what it had installed was removed again" >&2
        exit 1
    }}
    sort -u "$T/stay" >&2
    exit {NOT_UNDONE}
}}"""


def _settle(entries: Sequence[str]) -> str:
    """Shell that writes these entries to the world; what is installed meets them already."""
    listed = " ".join(entries)
    return f"""\
fleet_apk add --no-network {_words(entries)}
for entry in {listed}; do
    grep -q -x -F "$entry" {WORLD} && continue
    echo "apk did not write $entry to {WORLD}" >&2
    tail -n {_LAST_LINES} "$T/apk.log" >&2
    exit 1
done"""


def _constraints(changes: Iterable[Change]) -> str:
    """The very versions that were planned; apk would rather have the newest."""
    return " ".join(
        place(change.offer)
        if change.source
        else quote(f"{change.offer.name}={change.offer.version}")
        for change in changes
    )


def _note(changes: Iterable[Change]) -> str:
    """Where this step's trial leaves word for its installation, the begin of a shell word."""
    mark = hashlib.sha256(_constraints(changes).encode()).hexdigest()[:12]
    return f'"$T"/apk.{mark}'


def _words(names: Iterable[str]) -> str:
    return " ".join(map(quote, names))
