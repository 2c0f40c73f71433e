# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Quectel: commands that begin with +Q."""

from __future__ import annotations

from ..answers import Make, iccid, number, text
from ..modem import UNCHANGED_BAND, UNCHANGED_ROAM, Modem, RefusedError, Session
from .huawei import UNKNOWN_SIGNAL

# "nwscanmode" and the acquisition order that means the same; usbnet 5 is NCM.
SCAN_MODES = {"0": "00", "1": "01", "2": "02", "3": "03"}
DOMAINS = ("0", "1", "2")
NCM = "5"
CONTEXT_TYPES = {"1": "IP", "2": "IPV6", "3": "IPV4V6"}


def _pin_counters(modem: Modem) -> list[str]:
    modem.sim.require_present()
    return [f'+QPINC: "SC",{modem.sim.pin_left},{modem.sim.puk_left}', '+QPINC: "P2",3,10']


def _card_counters(modem: Modem, values: list[str]) -> list[str]:
    return _pin_counters(modem)[:1] if values == ["SC"] else _pin_counters(modem)[1:]


def _signal(modem: Modem) -> list[str]:
    if modem.radio.signal == UNKNOWN_SIGNAL or not modem.radio.attached:
        return ['+QCSQ: "NOSERVICE"']
    rssi = -113 + 2 * modem.radio.signal
    return [f'+QCSQ: "LTE",{rssi},{rssi - 27},150,-9']


def _network(modem: Modem) -> list[str]:
    if not modem.radio.attached:
        return ["+QNWINFO: No Service"]
    kind, band = (
        ("TDD NR5G", "NR5G BAND 78") if modem.radio.standalone else ("FDD LTE", "LTE BAND 3")
    )
    return [f'+QNWINFO: "{kind}","{modem.radio.numeric}","{band}",1300']


def _config(modem: Modem, values: list[str]) -> list[str]:
    name, given = text(values, 0).lower(), text(values, 1)
    if name == "nwscanmode":
        if not given:
            modes = {order: mode for mode, order in SCAN_MODES.items()}
            return [f'+QCFG: "nwscanmode",{modes.get(modem.stored.order, "0")}']
        return _store(modem, SCAN_MODES.get(given), modem.stored.domain)
    if name == "servicedomain":
        if not given:
            return [f'+QCFG: "servicedomain",{modem.stored.domain}']
        return _store(modem, modem.stored.order, given if given in DOMAINS else None)
    if name == "usbnet" and not given:
        return [f'+QCFG: "usbnet",{NCM}']
    raise RefusedError


def _store(modem: Modem, order: str | None, domain: str | None) -> list[str]:
    if order is None or domain is None:
        raise RefusedError
    modem.stored.set_system(order, UNCHANGED_BAND, UNCHANGED_ROAM, domain, UNCHANGED_BAND)
    return []


def _set_context(modem: Modem, values: list[str]) -> list[str]:
    cid = number(values, 0)
    if len(values) == 1:
        _, apn = modem.contexts.get(cid, ("IP", ""))
        return [f'+QICSGP: 1,"{apn}","","",0']
    kind = CONTEXT_TYPES.get(values[1])
    if kind is None:
        raise RefusedError
    modem.contexts[cid] = (kind, text(values, 2))
    return []


def _dial(modem: Modem, values: list[str]) -> list[str]:
    cid, on, announces = number(values, 0), number(values, 1), number(values, 2)
    if on:
        modem.announces = bool(announces)
        modem.connect(cid, "")
    else:
        modem.disconnect()
    return []


def _dialled(modem: Modem) -> list[str]:
    session = modem.session
    shown = f"1,{session.cid},{int(modem.announces)},1" if session else "0,0,0,0"
    return [f"+QNETDEVCTL: {shown}"]


def _notice(modem: Modem, _session: Session, up: bool) -> list[str]:
    return [f"+QNETDEVSTATUS: {int(up)}"] if modem.announces else []


MAKE = Make(
    vendor="Quectel",
    model="EC200A",
    revision="EC200AEUHAR01A09M16",
    queries={
        "+QCCID": iccid("+QCCID"),
        "+QPINC?": _pin_counters,
        "+QCSQ": _signal,
        "+QNWINFO": _network,
        "+QNETDEVCTL?": _dialled,
    },
    orders={
        "+QPINC": _card_counters,
        "+QCFG": _config,
        "+QICSGP": _set_context,
        "+QNETDEVCTL": _dial,
    },
    notice=_notice,
)
