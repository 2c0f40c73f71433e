# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a plan owes to a PIN that it leaves in /etc/config/network, whichever resource writes it."""

from __future__ import annotations

from ..engine.draft import Draft
from ..uci.model import Section
from . import keeper
from .mark import MARK
from .trial import LEAST, condemn_pin, recall_pin, try_pin


def needs_care(section: Section) -> bool:
    """True for an interface whose handler sends a PIN."""
    pin = section.get("pincode")
    return section.get("proto") == "ncm" and isinstance(pin, str) and bool(pin)


def look_after(
    draft: Draft, before: Section | None, section: Section, *, tried: bool, least: int = LEAST
) -> bool:
    """Plan the guard of the PIN, and what must be asked first; True if the guard was not there.

    A PIN that is new to the router is tried if it may be (`tried`), and never written if it is
    known as refused. What netifd was refused while there was no guard is noted now.
    """
    if not needs_care(section):
        return False
    unguarded = keeper.is_read(draft) and keeper.put_in_place(draft)
    name = str(section.name)
    device, pin = str(section.get("device") or ""), str(section.get("pincode"))
    if before is not None and before.get("pincode") == pin:
        if unguarded:
            draft.do(condemn_pin(interface=name, device=device, pin=pin))
    elif tried:
        draft.do(try_pin(interface=name, device=device, pin=pin, least=least))
    else:
        marked = before is not None and before.has(MARK)
        draft.do(recall_pin(interface=name, device=device, pin=pin, marked=marked))
    return unguarded
