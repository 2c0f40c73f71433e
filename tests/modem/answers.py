# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every table of commands is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from .modem import Modem, RefusedError, Session

Query = Callable[[Modem], list[str]]
Order = Callable[[Modem, list[str]], list[str]]
Notice = Callable[[Modem, Session, bool], list[str]]


class NotSupportedError(Exception):
    """The modem has no such command."""


def _silence(_modem: Modem) -> list[str]:
    return []


def _no_notice(_modem: Modem, _session: Session, _up: bool) -> list[str]:
    return []


@dataclass(frozen=True)
class Make:
    """What one maker's modems know beside the standard.

    `vendor` is what AT+CGMI says, `unsupported` the final result of an unknown command, `notice`
    what is said unasked when a session begins or ends, `report` what is said from time to time.
    """

    vendor: str
    model: str
    revision: str
    queries: Mapping[str, Query]
    orders: Mapping[str, Order]
    unsupported: str = "ERROR"
    notice: Notice = _no_notice
    report: Query = _silence


def number(values: list[str], at: int) -> int:
    """The value at a position as a number. Raises RefusedError."""
    if at >= len(values) or not values[at].isdigit():
        raise RefusedError
    return int(values[at])


def text(values: list[str], at: int) -> str:
    """The value at a position, empty where there is none."""
    return values[at] if at < len(values) else ""


def accept(_modem: Modem, _values: list[str]) -> list[str]:
    """An order that changes nothing here."""
    return []


def set_context(modem: Modem, values: list[str]) -> list[str]:
    """Define a context: CID, type, APN (as in +CGDCONT). Raises RefusedError."""
    cid = number(values, 0)
    kind = values[1].upper() if len(values) > 1 else "IP"
    if kind not in ("IP", "IPV6", "IPV4V6"):
        raise RefusedError
    modem.contexts[cid] = (kind, text(values, 2))
    return []


def activate(modem: Modem, values: list[str]) -> list[str]:
    """STATE,CID, as in +CGACT and its kin. Raises RefusedError or SimError."""
    on = number(values, 0)
    cid = number(values, 1)
    if on:
        modem.connect(cid, "")
    else:
        modem.disconnect()
    return []


def activations(modem: Modem) -> list[tuple[int, int]]:
    """Each context's CID with 1 where it has the session, 0 otherwise."""
    active = modem.session.cid if modem.session else None
    known = {*modem.contexts, *([active] if active is not None else [])}
    return [(cid, int(cid == active)) for cid in sorted(known)]


def iccid(prefix: str) -> Query:
    """The card's serial number behind `prefix`. The query raises SimError."""

    def answer(modem: Modem) -> list[str]:
        modem.sim.require_present()
        return [f"{prefix}: {modem.sim.iccid}"]

    return answer
