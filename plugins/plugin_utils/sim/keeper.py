# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The programs by which a router keeps a PIN from being tried twice.

They come with the first PIN and stay: whatever is rolled back later may bring a PIN back into
/etc/config/network, and netifd would send it without asking anybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ..at import talk
from ..engine.draft import Draft
from ..errors import PlanError
from ..files.probe import FileProbe
from ..files.state import FileState, plain_file
from ..guard.places import SIM_MEMORY

HOME = "/usr/lib/fleet-sim"
GATE = "/usr/sbin/gcom"
GUARD = "/etc/hotplug.d/iface/05-ncm-pin"
KEEP = "/lib/upgrade/keep.d/fleet-sim"

TOLD = "the router's guard of the PIN is put in place\n"
"""A line of the difference."""

_FOLDER = Path(__file__).parent / "program"
PROGRAMS = {
    name: (_FOLDER / name).read_text(encoding="utf-8")
    for name in ("sim.sh", "gcom.sh", "pin-guard.sh")
}
_KEPT = "".join(f"{path}\n" for path in (SIM_MEMORY, GUARD, KEEP, HOME, GATE))

FILES: Mapping[str, FileState] = {
    **{f"{HOME}/{name}": plain_file(text, "0644") for name, text in talk.STAGE.items()},
    f"{HOME}/sim.sh": plain_file(PROGRAMS["sim.sh"], "0644"),
    GUARD: plain_file(PROGRAMS["pin-guard.sh"], "0644"),
    KEEP: plain_file(_KEPT, "0644"),
    # Last, since it needs the others.
    GATE: plain_file(PROGRAMS["gcom.sh"], "0755"),
}


_MINE = "sim_gate"
_LONGEST = 16384
"""Bytes that the gate of any version may have."""


def probes() -> list[FileProbe]:
    """What is looked at. Content matters only where a program of others may stand."""
    return [_probe(path) for path in FILES]


def _probe(path: str) -> FileProbe:
    if path != GATE:
        return FileProbe(path, most=0)
    return FileProbe(path, most=_LONGEST, unless=FILES[path].digest or "")


def is_read(draft: Draft) -> bool:
    """False where the PIN comes from another resource of the same plan."""
    return not draft.known.missing(probes())


def put_in_place(draft: Draft) -> bool:
    """Plan what is missing or of another version, and say whether that is anything.

    Raises PlanError where somebody else's program would be lost.
    """
    changed = False
    for probe in probes():
        found, wanted = draft.at(probe), FILES[probe.path]
        if found == wanted:
            continue
        if probe.path == GATE and found.exists and not _is_ours(found):
            raise _foreign()
        draft.put_file(probe.path, wanted, read=probe)
        changed = True
    return changed


def _is_ours(found: FileState) -> bool:
    return found.digest == FILES[GATE].digest or _MINE in (found.content or "")


def _foreign() -> PlanError:
    return PlanError(
        f"{GATE} is a program that this collection does not know.",
        hint="The PIN's guard must stand there, before comgt's own /usr/bin/gcom. Move it away.",
    )
