# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Holding netifd's handler still while somebody else talks with its modem.

An interface that fails is brought up anew at once, so its handler has the port nearly all the time
and both would read each other's answers. The handler is a shell script: stopped (SIGSTOP), it
starts no further command, the one under way ends by itself, and afterwards it goes on where it was.
Nothing is lost by that; netifd sets its handlers no time.
"""

from __future__ import annotations

BETWEEN = 2
"""Seconds in which netifd starts the next bring-up after one that failed."""

_LONGEST = 120
"""Seconds after which the handler goes on even if this shell was killed."""


def hold(interface: str, *, look_for: int = 0) -> str:
    """Shell that stops the handler, if it runs, until the shell that runs this ends.

    It may come to run within `look_for` seconds.
    """
    return f"""\
fleet_tries=0
until fleet_held=$(pgrep -f 'ncm[.]sh ncm [a-z]* {interface} ') || [ $fleet_tries = {look_for} ]
do
    fleet_tries=$((fleet_tries + 1))
    sleep 1
done
if [ -n "$fleet_held" ]; then
    fleet_go_on() {{
        for fleet_pid in $fleet_held; do kill -CONT "$fleet_pid" 2>/dev/null; done
    }}
    (
        trap '' HUP
        trap 'kill $!; exit' TERM
        sleep {_LONGEST} &
        wait
        fleet_go_on
    ) </dev/null >/dev/null 2>&1 9>&- &
    fleet_warden=$!
    trap 'fleet_go_on; kill $fleet_warden' EXIT
    trap 'exit 129' HUP INT TERM
    for fleet_pid in $fleet_held; do kill -STOP "$fleet_pid" 2>/dev/null; done
fi"""
