# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Package files on their way to the router's RAM."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath

from ..shell import quote
from .model import Offer
from .selection import Change


def place(offer: Offer) -> str:
    """Where a package file waits in the script's private folder, as a shell word."""
    return '"$T"/' + quote(_name(offer))


def stage(changes: Iterable[Change]) -> dict[str, str]:
    """The files that travel with the script, by name."""
    return {
        _name(change.offer): change.source.content.decode("utf-8", "surrogateescape")
        for change in changes
        if change.source
    }


def arrived(changes: Iterable[Change]) -> list[str]:
    """Shell that refuses to go on unless these files have come whole."""
    return [_arrived(change.offer) for change in changes if change.source]


def _arrived(offer: Offer) -> str:
    refusal = quote(f"{offer.filename} did not arrive whole; space in /tmp:")
    return f"""\
sha256sum <{place(offer)} | grep -q {quote(f"^{offer.sha256} ")} || {{
    echo {refusal} "$(df -k /tmp | tail -n 1)" >&2
    exit 66
}}"""


def _name(offer: Offer) -> str:
    return f"{offer.name}_{offer.version}{PurePosixPath(offer.filename).suffix}"
