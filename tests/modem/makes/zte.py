# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""ZTE, and MikroTik's modems, which speak alike: commands that begin with +Z.

Their makers' names come in quotes, which is how they stand in OpenWrt's ncm.json.
"""

from __future__ import annotations

from dataclasses import replace

from ..answers import Make, accept, activate, activations, iccid, number, set_context
from ..modem import UNCHANGED_BAND, UNCHANGED_DOMAIN, UNCHANGED_ROAM, Modem, RefusedError, Session

# The first field of +ZSNT and the acquisition order that means the same.
NETWORKS = {0: "00", 1: "01", 2: "02", 6: "03"}


def _access(modem: Modem) -> list[str]:
    if not modem.radio.attached:
        return ['+ZPAS: "No Service"']
    return ['+ZPAS: "LTE","CS_PS"']


def _networks(modem: Modem) -> list[str]:
    chosen = {order: code for code, order in NETWORKS.items()}.get(modem.stored.order, 0)
    return [f"+ZSNT: {chosen},0,0"]


def _set_networks(modem: Modem, values: list[str]) -> list[str]:
    order = NETWORKS.get(number(values, 0))
    if order is None or len(values) != 3:
        raise RefusedError
    modem.stored.set_system(order, UNCHANGED_BAND, UNCHANGED_ROAM, UNCHANGED_DOMAIN, UNCHANGED_BAND)
    return []


def _contexts(modem: Modem) -> list[str]:
    return [
        f'+ZGDCONT: {cid},"{kind}","{apn}",0,0'
        for cid, (kind, apn) in sorted(modem.contexts.items())
    ]


def _active(modem: Modem) -> list[str]:
    return [f"+ZGACT: {cid},{active}" for cid, active in activations(modem)]


def _notice(_modem: Modem, session: Session, up: bool) -> list[str]:
    return [f"+ZCONSTAT: {int(up)},{session.cid}"]


MAKE = Make(
    vendor='"ZTE CORPORATION"',
    model="MF286R",
    revision="BD_MF286RV1.0.0B05",
    queries={
        "+ZPAS?": _access,
        "+ZSNT?": _networks,
        "+ZGDCONT?": _contexts,
        "+ZGACT?": _active,
        "+ZICCID?": iccid("+ZICCID"),
    },
    orders={
        "+ZSNT": _set_networks,
        "+ZGDCONT": set_context,
        "+ZGPCOAUTH": accept,
        "+ZGACT": activate,
        "+ZDHCPLEASE": accept,
    },
    notice=_notice,
)

MIKROTIK = replace(
    MAKE, vendor='"MikroTik"', model="R11e-LTE", revision="MikroTik_CP_2.160.000_v018"
)
