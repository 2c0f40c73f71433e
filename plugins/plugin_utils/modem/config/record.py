# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Remembering on the router which port layout a stick had before it was first changed."""

from __future__ import annotations

from ...files import keep
from ...router.wire import Section
from ...shell import quote

HOME = "/etc/fleet-modem"
RECORD = "note the old port layout"


def path(imei: str) -> str:
    return f"{HOME}/{imei}.setport"


def record(imei: str, layout: str) -> Section:
    """Writes the layout, unless an older one is there, to a file that sysupgrade keeps.

    `imei` is digits.
    """
    return Section(
        RECORD,
        f"""\
umask 077
mkdir -p {HOME} || exit
file={path(imei)}
if [ ! -s "$file" ]; then
    printf '%s\\n' {quote(layout)} >"$file.new" && mv "$file.new" "$file" || exit
fi
umask 022
keep={keep.PATH}
if ! grep -qxF {HOME}/ "$keep" 2>/dev/null; then
    # The last line of a file that people edit may lack its end.
    [ ! -s "$keep" ] || [ -z "$(tail -c 1 "$keep")" ] || echo >>"$keep" || exit
    echo {HOME}/ >>"$keep" || exit
fi
sync""",
    )
