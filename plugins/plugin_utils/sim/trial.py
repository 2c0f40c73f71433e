# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one try of a PIN, as the step of a plan that comes before anything is written.

netifd's ncm handler sends the PIN at every bring-up that finds the SIM locked, so one that the SIM
refuses must not get into /etc/config/network: three of them lock the SIM. Source:
package/network/utils/comgt/files/ncm.sh and setpin.gcom in OpenWrt.
"""

from __future__ import annotations

from pathlib import Path

from ..at import talk
from ..engine.plan import Step
from ..shell import quote

_PROGRAM = Path(__file__).parent / "program" / "sim.sh"

MEMORY = "/etc/fleet-sim/refused"
"""Where a router remembers what its SIMs have refused."""

LEAST = 2
"""A PIN is never tried with fewer tries left: the last one belongs to a person."""

_CORRECT = "Correct the PIN, or take it off the SIM"

# By the verdict of sim_unlock (program/sim.sh); $left is how many tries the SIM has left.
_PROBLEMS = {
    "refused_now": "The SIM has refused the PIN (tries left: $left). It will not be tried again on "
    f"this router. {_CORRECT}.",
    "not_remembered": f"The SIM has refused the PIN (tries left: $left), and {MEMORY} could not be "
    f"written on the router (is its flash full?). Another run would try it again. {_CORRECT}.",
    "remembered": f"This SIM has refused this PIN before, so it was not tried (tries left: "
    f"$left). {_CORRECT}. If it is right after all, remove {MEMORY} on the router.",
    "puk": "The SIM is locked and asks for its PUK; no PIN was tried. Unlock it by hand, with its "
    "PUK; ten wrong PUKs destroy it.",
    "few_retries": "Too few tries are left on the SIM ($left, and at least $least are asked for), "
    "so the PIN was not tried. Enter it by hand, in a telephone for instance: a right one gives "
    "all tries back.",
    "unknown_retries": "The modem does not tell how many tries the SIM has left, so the PIN was "
    "not tried. Take the PIN off the SIM, or have it written untested with pin_check=off.",
    "unanswered": "The modem did not take the PIN, and no try was spent (tries left: $left). Run "
    "the task again.",
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
    """The step that fails unless the SIM accepts the PIN, is open already, or is not there yet.

    A bring-up that is under way would talk with the modem at the same time, so it waits meanwhile.
    """
    cases = "\n".join(f'{word}) echo "{text}" >&2; return 1 ;;' for word, text in _PROBLEMS.items())
    no_gcom, no_modem, no_sim = (
        quote(f"warning: {_UNTESTED.format(name=interface, why=why)}")
        for why in (
            "gcom, which talks to modems, is not installed",
            "there is no modem yet",
            "the modem has no SIM",
        )
    )
    status = f"network.interface.{interface}"
    apply = f"""\
{talk.LIBRARY}
. "$T/sim.sh"
SIM_PIN={quote(pin)}
device={quote(device)}
least={least}
under_way() {{
    [ "$(ubus -S call {quote(status)} status 2>/dev/null | jsonfilter -q -e '@.pending')" = true ]
}}
try() {{
    command -v gcom >/dev/null || {{ echo {no_gcom}; return 0; }}
    [ -c "$device" ] || device=
    nodes=$(at_nodes "$device")
    [ -n "$nodes" ] || {{ echo {no_modem}; return 0; }}
    # Paths of nodes hold no blanks.
    # shellcheck disable=SC2086
    port=$(at_find {_FIND_SECONDS} $nodes) ||
        {{ echo "The modem cannot be asked, so the PIN was not tried." >&2; return 1; }}
    said=$(sim_unlock "$port" "$least")
    code=$?
    left=${{said#* }}
    case ${{said%% *}} in
{cases}
absent) echo {no_sim}; return 0 ;;
ready | unlocked) return 0 ;;
esac
    echo "The modem cannot be asked, so the PIN was not tried." >&2
    return "$code"
}}
waits=
if under_way; then
    waits=1 n=0
    ubus call {quote(status)} down
    while under_way && [ "$n" -lt {_DOWN_SECONDS} ]; do
        n=$((n + 1))
        sleep 1
    done
fi
try
code=$?
[ -z "$waits" ] || ubus call {quote(status)} up
exit "$code\""""
    stage = {**talk.STAGE, "sim.sh": _PROGRAM.read_text(encoding="utf-8")}
    return Step(
        title=f"try the PIN on the SIM of {interface}",
        prepare='[ -s "$T/at.gcom" ] && . "$T/at.sh" && . "$T/sim.sh"',
        apply=apply,
        stage=stage,
    )
