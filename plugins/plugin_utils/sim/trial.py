# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one try of a PIN, as the step of a plan that comes before anything is written.

netifd's ncm handler sends the PIN at every bring-up that finds the SIM locked, so one that the SIM
refuses must not get into /etc/config/network: three of them lock the SIM. Where nothing may be
tried (pin_check=off) the router is still asked what it remembers. Source:
package/network/utils/comgt/files/ncm.sh and setpin.gcom in OpenWrt.
"""

from __future__ import annotations

from ..at import talk
from ..engine.plan import Step
from ..guard.places import SIM_MEMORY
from ..shell import quote
from .keeper import PROGRAMS
from .mark import MARK

NOTES = f"{SIM_MEMORY}/refused*"
"""Where a router remembers what its SIMs have refused."""

LEAST = 2
"""A PIN is never tried with fewer tries left: the last one belongs to a person."""

_CORRECT = "Correct the PIN, or take it off the SIM"

# By the verdict of sim_unlock (program/sim.sh); $left is how many tries the SIM has left.
_PROBLEMS = {
    "refused_now": "The SIM has refused the PIN (tries left: $left). It will not be tried again on "
    f"this router. {_CORRECT}.",
    "not_noted": f"The PIN was not tried: {SIM_MEMORY} could not be written on the router (is its "
    "flash full?), and without a note there another run might try it again.",
    "remembered": f"This SIM has refused this PIN before, so it was not tried (tries left: "
    f"$left). {_CORRECT}. If it is right after all, remove {NOTES} on the router.",
    "forgotten": f"The router has taken a refused PIN out of this interface ({MARK}) and does not "
    "know any more which one. Have the PIN tried with pin_check=safe, or remove the option "
    f"{MARK} first.",
    "puk": "The SIM is locked and asks for its PUK; no PIN was tried. Unlock it by hand, with its "
    "PUK; ten wrong PUKs destroy it.",
    "few_retries": "Too few tries are left on the SIM ($left, and at least $least are asked for), "
    "so the PIN was not tried. Enter it by hand, in a telephone for instance: a right one gives "
    "all tries back.",
    "unknown_retries": "The modem does not tell how many tries the SIM has left, so the PIN was "
    "not tried. Take the PIN off the SIM, or have it written untested with pin_check=off.",
    "unanswered": "The modem did not take the PIN, and no try was spent (tries left: $left). Run "
    "the task again.",
    "unclear": "The modem was lost while it had the PIN, so it is not known whether a try was "
    "spent. Run the task again when the modem is back: it compares the tries left, and tries the "
    "PIN only if none was spent.",
    "malformed": "A PIN has 4 to 8 digits; this one was not tried.",
    "unusable": "The modem cannot use its SIM (failure, busy, or locked to an operator or a "
    "device), so the PIN was not tried. Try again after some seconds; else try the SIM elsewhere.",
}

_UNTESTED = (
    "The PIN of {name} is untested: {why}. What the SIM says to it shows when the WAN starts."
)

_FIND_SECONDS = 4
"""For each port that may be the right one."""

_DOWN_SECONDS = 40
"""What netifd may need to end a bring-up that it has begun: gcom listens for 25 s."""


def try_pin(*, interface: str, device: str, pin: str, least: int = LEAST) -> Step:
    """The step that fails unless the SIM accepts the PIN, is open already, or is not there yet."""
    no_gcom, no_modem, no_sim = (
        quote(f"warning: {_UNTESTED.format(name=interface, why=why)}")
        for why in (
            "gcom, which talks to modems, is not installed",
            "there is no modem yet",
            "the modem has no SIM",
        )
    )
    decide = f"""\
least={least}
untested() {{
    said=$(sim_recall) && echo "$1" || verdict
}}
decide() {{
    command -v gcom >/dev/null || {{ untested {no_gcom}; return; }}
    [ -n "$nodes" ] || {{ untested {no_modem}; return; }}
    # Paths of nodes hold no blanks.
    # shellcheck disable=SC2086
    port=$(at_find {_FIND_SECONDS} $nodes)
    code=$?
    [ "$code" != "$AT_NO_GCOM" ] || {{ untested {no_gcom}; return; }}
    [ "$code" = 0 ] || {{ said= code=1; verdict; return; }}
    said=$(sim_unlock "$port" "$least")
    code=$?
    case ${{said%% *}} in
        absent) echo {no_sim} ;;
        ready | unlocked) ;;
        *) verdict ;;
    esac
}}"""
    return _step(f"try the PIN on the SIM of {interface}", interface, device, pin, decide)


def recall_pin(*, interface: str, device: str, pin: str, marked: bool) -> Step:
    """The step that fails if the SIM has refused the PIN before. Nothing is tried.

    `marked` says that the router's guard has taken a refused PIN out of the interface.
    """
    decide = f"""\
decide() {{
    port=
    if command -v gcom >/dev/null && [ -n "$nodes" ]; then
        # shellcheck disable=SC2086
        port=$(at_find {_FIND_SECONDS} $nodes 2>/dev/null)
    fi
    said=$(SIM_MARKED={"1" if marked else ""} sim_recall "$port")
    code=$?
    [ "$code" = 0 ] || verdict
}}"""
    title = f"ask whether the SIM of {interface} has refused the PIN before"
    return _step(title, interface, device, pin, decide)


def condemn_pin(*, interface: str, device: str, pin: str) -> Step:
    """The step that notes a PIN as refused if netifd has just failed with it. It never fails."""
    status = quote(f"network.interface.{interface}")
    decide = f"""\
decide() {{
    [ -n "$nodes" ] && ubus -S call {status} status 2>/dev/null |
        jsonfilter -q -e '@.errors[*].code' | grep -qx PIN_FAILED || return 0
    # shellcheck disable=SC2086
    port=$(at_find {_FIND_SECONDS} $nodes 2>/dev/null) && left=$(sim_condemn "$port") || return 0
    echo "warning: The SIM has refused the PIN of {interface} (tries left: $left). {_CORRECT}."
}}"""
    title = f"ask whether the SIM of {interface} has refused netifd's PIN"
    return _step(title, interface, device, pin, decide)


def _step(title: str, interface: str, device: str, pin: str, decide: str) -> Step:
    """`decide` is a shell function that may use `nodes`, the ports that may be the modem's.

    A bring-up that is under way would talk with the modem at the same time, so it waits meanwhile.
    """
    cases = "\n".join(f'{word}) echo "{text}" >&2; return 1 ;;' for word, text in _PROBLEMS.items())
    status = f"network.interface.{interface}"
    apply = f"""\
{talk.LIBRARY}
. "$T/sim.sh"
SIM_PIN={quote(pin)}
device={quote(device)}
under_way() {{
    [ "$(ubus -S call {quote(status)} status 2>/dev/null | jsonfilter -q -e '@.pending')" = true ]
}}
verdict() {{
    left=${{said#* }}
    case ${{said%% *}} in
{cases}
    esac
    echo "The modem cannot be asked, so the PIN was not tried." >&2
    return "$code"
}}
{decide}
waits=
if under_way; then
    waits=1 n=0
    ubus call {quote(status)} down
    while under_way && [ "$n" -lt {_DOWN_SECONDS} ]; do
        n=$((n + 1))
        sleep 1
    done
fi
[ -c "$device" ] || device=
nodes=$(at_nodes "$device")
decide
code=$?
[ -z "$waits" ] || ubus call {quote(status)} up
exit "$code\""""
    stage = {**talk.STAGE, "sim.sh": PROGRAMS["sim.sh"]}
    return Step(
        title=title,
        prepare='[ -s "$T/at.gcom" ] && . "$T/at.sh" && . "$T/sim.sh"',
        apply=apply,
        stage=stage,
    )
