# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Changing what opkg has installed: the steps, with their checks before and after."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..engine.plan import Step
from ..shell import quote
from .choice import Change, Selection
from .model import Installed, Offers
from .opkg import RUN, STATUS

_LAST_LINES = 12

_TOOLS = f"""\
# opkg takes a file in the current folder for the package of that name.
cd "$T" || exit 1
: >"$T/opkg.log"
{RUN}
# Prints "have" or "lack" and each word of $1, which is NAME or NAME=VERSION.
fleet_look() {{
    awk -v wanted="$1" '
        function keep() {{
            if (state == "installed") {{ have[name] = 1; have[name "=" version] = 1 }}
            name = version = state = ""
        }}
        $1 == "Package:" {{ keep(); name = $2 }}
        $1 == "Version:" {{ version = $2 }}
        $1 == "Status:" {{ state = $4 }}
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


def install(selection: Selection, installed: Installed, offers: Offers) -> Step:
    """Install all of a selection and check that it is there; on failure nothing new stays."""
    files = [change for change in selection.changes if change.as_file]
    names = [change.offer.name for change in selection.changes if not change.as_file]
    new = [o.name for o in selection.offers if installed.version(o.name) is None]
    wanted = " ".join(f"{c.offer.name}={c.offer.version}" for c in selection.changes)
    return Step(
        title=", ".join(map(_title, selection.changes)),
        prepare="\n".join(
            [
                _unchanged(installed),
                *([_FETCH] if files else []),
                *(_fetch(change, offers) for change in files),
            ]
        ),
        apply="\n".join(
            [
                f"{_TOOLS}{_undo(new)}",
                *_install_files(files),
                *([f"fleet_opkg install {_words(names)} || fleet_undo $?"] if names else []),
                f'fleet_look {quote(wanted)} >"$T/look"',
                'if grep -q "^lack" "$T/look"; then',
                '    sed -n "s/^lack /opkg did not install /p" "$T/look" >&2',
                "    fleet_undo 1",
                "fi",
            ]
        ),
    )


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
    )


def _unchanged(installed: Installed) -> str:
    return f"""\
sha256sum <{STATUS} | grep -q {quote(f"^{installed.digest} ")} || {{
    echo "packages were installed or removed since they were read; somebody else is at work on \
this router. Run the task again." >&2
    exit 65
}}"""


def _title(change: Change) -> str:
    offer = change.offer
    if change.before is None:
        return f"install {offer.name} {offer.version}"
    verb = "downgrade" if change.downgrade else "upgrade"
    return f"{verb} {offer.name} {change.before} to {offer.version}"


def _undo(new: Iterable[str]) -> str:
    """Defines fleet_undo STATUS: say what opkg said last, remove what was not there before, fail.

    opkg is no transaction: of several packages it leaves those that it could install.
    """
    return f"""\
fleet_undo() {{
    tail -n {_LAST_LINES} "$T/opkg.log" >&2
    fleet_look {quote(" ".join(new))} | sed -n 's/^have //p' >"$T/new"
    set -- "$1"
    while read -r name; do set -- "$@" "$name"; done <"$T/new"
    s=$1
    shift
    if [ $# -gt 0 ]; then
        if fleet_opkg remove --force-depends "$@"; then
            echo "what it had installed was removed again: $*" >&2
        else
            echo "what it had installed is still there: $*" >&2
        fi
    fi
    exit "$s"
}}
"""


def _fetch(change: Change, offers: Offers) -> str:
    url = offers.url(change.offer)
    return f'fleet_fetch {quote(url)} "$T"/{_file(change)} {quote(change.offer.sha256)}'


def _file(change: Change) -> str:
    return quote(f"{change.offer.name}_{change.offer.version}.ipk")


def _install_files(files: Sequence[Change]) -> list[str]:
    """All files at once, since one may depend on another."""
    if not files:
        return []
    downgrade = "--force-downgrade " if any(change.downgrade for change in files) else ""
    paths = " ".join(f'"$T"/{_file(change)}' for change in files)
    return [f"fleet_opkg install {downgrade}{paths} || fleet_undo $?"]


def _words(names: Iterable[str]) -> str:
    return " ".join(map(quote, names))
