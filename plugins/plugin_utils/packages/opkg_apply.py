# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Changing what opkg has installed: the steps, with their checks before and after."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..engine.plan import Step
from ..errors import NOT_UNDONE
from ..shell import quote
from . import opkg_swap
from .arrival import arrived, place, stage
from .model import Installed, Offer, Offers
from .opkg import RUN, STATUS
from .selection import Change, Selection

_LAST_LINES = 12

_TOOLS = f"""\
# opkg takes a file in the current folder for the package of that name.
cd "$T" || exit 1
# The programs that packages bring write files that everybody may read.
umask 022
: >"$T/opkg.log"
{RUN}
# Prints "have" or "lack" and each word of $1, which is NAME, NAME=VERSION or NAME:hold.
fleet_look() {{
    awk -v wanted="$1" '
        function keep() {{
            if (state == "installed") {{
                have[name] = 1
                have[name "=" version] = 1
                if (flags ~ /(^|,)hold(,|$)/) have[name ":hold"] = 1
            }}
            name = version = state = flags = ""
        }}
        $1 == "Package:" {{ keep(); name = $2 }}
        $1 == "Version:" {{ version = $2 }}
        $1 == "Status:" {{ flags = $3; state = $4 }}
        END {{
            keep()
            n = split(wanted, word, " ")
            for (i = 1; i <= n; i++) print ((word[i] in have) ? "have" : "lack"), word[i]
        }}' {STATUS}
}}
"""

_FETCH = """\
fleet_fetch() {
    case $1 in
        file:*) cp "${1#file:}" "$2" ;;
        *) wget -q -O "$2" "$1" ;;
    esac >"$T/fetch.log" 2>&1 || {
        echo "$1 cannot be fetched: $(tail -n 3 "$T/fetch.log")" >&2
        exit 1
    }
    sha256sum <"$2" | grep -q "^$3 " || {
        echo "$1 is not the file that the signed package list describes: wrong checksum" >&2
        exit 1
    }
}
"""


def change(
    selection: Selection,
    installed: Installed,
    offers: Offers,
    *,
    names: Iterable[str],
    hold: bool | None,
) -> Step | None:
    """Install all of a selection and check that it is there; on failure nothing new stays.

    `hold` says whether the packages `names` are to be held afterwards; None leaves that as it is.
    None as the answer: there is nothing to do.
    """
    flagged, freed, notes = _holds(selection, installed, names, hold)
    titles = [*(change.title for change in selection.changes), *notes]
    if selection.replaced:
        titles.append(f"remove {', '.join(selection.replaced)} for it")
    if not titles:
        return None
    fetched = _fetched(selection)
    return Step(
        title=", ".join(titles),
        prepare="\n".join(
            [
                _unchanged(installed),
                *([_FETCH] if fetched else []),
                *(_fetch(offer, offers) for offer in fetched),
                *arrived(selection.changes),
                *(opkg_swap.check(selection) if selection.replaced else []),
            ]
        ),
        stage=stage(selection.changes),
        apply="\n".join(
            [
                _TOOLS,
                *(_install(selection, installed) if selection.changes else []),
                *_flag(flagged, "hold"),
                *_flag(freed, "ok"),
            ]
        ),
        stays=True,
    )


def _holds(
    selection: Selection, installed: Installed, names: Iterable[str], hold: bool | None
) -> tuple[list[str], list[str], list[str]]:
    """Names to flag, names to free, and what to say; another version may come without the flag."""
    coming = {offer.name for offer in selection.offers}
    flagged: list[str] = []
    freed: list[str] = []
    notes: list[str] = []
    for name in dict.fromkeys(names):
        package = installed.packages.get(name)
        was = package is not None and package.held
        on = was if hold is None else hold
        if was != on:
            notes.append(f"{'hold' if on else 'release'} {name}")
        if on and (name in coming or not was):
            flagged.append(name)
        elif was and not on:
            freed.append(name)
    return flagged, freed, notes


def _fetched(selection: Selection) -> list[Offer]:
    """What is fetched before any change; all of it, when other packages go to make room."""
    if not selection.replaced:
        return [change.offer for change in selection.changes if change.as_file]
    sent = {change.offer.name for change in selection.changes if change.source}
    return [offer for offer in selection.offers if offer.name not in sent]


def _swap(selection: Selection, installed: Installed) -> list[str]:
    return opkg_swap.swap(
        selection,
        new=[o.name for o in selection.offers if installed.version(o.name) is None],
        versions=[f"{name}={installed.version(name)}" for name in selection.replaced],
    )


def _install(selection: Selection, installed: Installed) -> list[str]:
    if selection.replaced:
        return _swap(selection, installed)
    files = [change for change in selection.changes if change.as_file or change.source]
    names = [c.offer.name for c in selection.changes if not (c.as_file or c.source)]
    new = [o.name for o in selection.offers if installed.version(o.name) is None]
    wanted = " ".join(f"{c.offer.name}={c.offer.version}" for c in selection.changes)
    return [
        _undo(new),
        *_install_files(files),
        *([f"fleet_opkg install {_words(names)} || fleet_undo $?"] if names else []),
        f'fleet_look {quote(wanted)} >"$T/look"',
        'if grep -q "^lack" "$T/look"; then',
        '    sed -n "s/^lack /opkg did not install /p" "$T/look" >&2',
        "    fleet_undo 1",
        "fi",
    ]


def _flag(names: Sequence[str], flag: str) -> list[str]:
    """Flag packages and check it in the records: opkg says 0 whatever comes of it."""
    if not names:
        return []
    wrong = "lack" if flag == "hold" else "have"
    words = quote(" ".join(f"{name}:hold" for name in names))
    return [
        f"fleet_opkg flag {flag} {_words(names)}",
        f'fleet_look {words} >"$T/look"',
        f'if grep -q "^{wrong}" "$T/look"; then',
        f'    tail -n {_LAST_LINES} "$T/opkg.log" >&2',
        f'    sed -n "s/^{wrong} \\(.*\\):hold/opkg did not flag \\1 {flag}/p" "$T/look" >&2',
        "    exit 1",
        "fi",
    ]


def remove(names: Sequence[str], installed: Installed) -> Step:
    """Remove packages, those that depend on others of them first."""
    listed = " ".join(names)
    return Step(
        title=f"remove {', '.join(names)}",
        prepare=_unchanged(installed),
        apply=f"""\
{_TOOLS}fleet_opkg remove {_words(names)}
s=$?
fleet_look {quote(listed)} >"$T/look"
if [ "$s" -ne 0 ] || grep -q '^have' "$T/look"; then
    sed -n 's/^have /opkg did not remove /p' "$T/look" >&2
    tail -n {_LAST_LINES} "$T/opkg.log" >&2
    exit 1
fi""",
        stays=True,
    )


def _unchanged(installed: Installed) -> str:
    return f"""\
sha256sum <{STATUS} | grep -q {quote(f"^{installed.digest} ")} || {{
    echo "packages were installed or removed since they were read; somebody else is at work on \
this router. Run the task again." >&2
    exit 65
}}"""


def _undo(new: Iterable[str]) -> str:
    """Defines fleet_undo STATUS: say what opkg said last, remove what was not there before, fail.

    opkg is no transaction: of several packages it leaves those that it could install.
    """
    return f"""\
fleet_undo() {{
    tail -n {_LAST_LINES} "$T/opkg.log" >&2
    sed -n 's/.*already provided by package[ *]*\\([^ ]*\\).*/\\1/p' "$T/opkg.log" | sort -u |
        sed 's/.*/to have it in place of &: replaces: [&]/' >&2
    fleet_look {quote(" ".join(new))} | sed -n 's/^have //p' >"$T/new"
    set -- "$1"
    while read -r name; do set -- "$@" "$name"; done <"$T/new"
    s=$1
    shift
    if [ $# -gt 0 ]; then
        fleet_opkg remove --force-depends "$@"
        fleet_look "$*" | sed -n 's/^have /still there: /p' >"$T/stay"
        if [ -s "$T/stay" ]; then
            cat "$T/stay" >&2
            exit {NOT_UNDONE}
        fi
        echo "what it had installed was removed again: $*" >&2
    fi
    exit "$s"
}}
"""


def _fetch(offer: Offer, offers: Offers) -> str:
    return f"fleet_fetch {quote(offers.url(offer))} {place(offer)} {quote(offer.sha256)}"


def _install_files(files: Sequence[Change]) -> list[str]:
    """All files at once, since one may depend on another."""
    if not files:
        return []
    downgrade = "--force-downgrade " if any(change.downgrade for change in files) else ""
    paths = " ".join(place(change.offer) for change in files)
    return [f"fleet_opkg install {downgrade}{paths} || fleet_undo $?"]


def _words(names: Iterable[str]) -> str:
    return " ".join(map(quote, names))
