# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sierra Wireless: commands with an exclamation mark."""

from __future__ import annotations

from ..answers import Make, accept, activate, activations, iccid, text
from ..modem import UNCHANGED_BAND, UNCHANGED_DOMAIN, UNCHANGED_ROAM, Modem, RefusedError

# Index and name of !SELRAT, and the acquisition order that means the same.
SELECTIONS = {
    "00": ("Automatic", "00"),
    "01": ("UMTS 3G Only", "02"),
    "02": ("GSM 2G Only", "01"),
    "05": ("GSM and UMTS Only", "0201"),
    "06": ("LTE Only", "03"),
    "07": ("GSM, UMTS, LTE", "030201"),
}


def _status(modem: Modem) -> list[str]:
    attached = modem.radio.attached
    online = modem.radio.functionality == 1
    state = "Attached" if attached else "Not attached"
    dbm = -113 + 2 * modem.radio.signal
    lines = [
        "!GSTATUS: ",
        "Current Time:  22016\t\tTemperature: 40",
        f"Reset Counter: 1\t\tMode:        {'ONLINE' if online else 'LOW POWER MODE'}",
        f"System mode:   {'LTE' if attached else 'Unknown'}        \tPS state:    {state}     ",
    ]
    if attached:
        lines += [
            "LTE band:      B3     \t\tLTE bw:      20 MHz  ",
            "EMM state:     Registered     \tNormal Service ",
            f"PCC RxM RSSI:  {dbm}\t\tRSRP (dBm):  {dbm - 27}",
            "SINR (dB):     12.2",
        ]
    return ["\r\n".join(lines)]


def _selection(modem: Modem) -> list[str]:
    for index, (name, order) in SELECTIONS.items():
        if order == modem.stored.order:
            return [f"!SELRAT: {index}, {name}"]
    raise RefusedError


def _select(modem: Modem, values: list[str]) -> list[str]:
    chosen = SELECTIONS.get(text(values, 0).zfill(2))
    if chosen is None:
        raise RefusedError
    modem.stored.set_system(
        chosen[1], UNCHANGED_BAND, UNCHANGED_ROAM, UNCHANGED_DOMAIN, UNCHANGED_BAND
    )
    return []


def _active(modem: Modem) -> list[str]:
    return [f"!SCACT: {cid},{active}" for cid, active in activations(modem)]


def _pin_counters(modem: Modem) -> list[str]:
    modem.sim.require_present()
    return [f"+CPINC: {modem.sim.pin_left},3,{modem.sim.puk_left},10"]


MAKE = Make(
    vendor="Sierra Wireless, Incorporated",
    model="MC7455",
    revision="SWI9X30C_02.32.11.00",
    queries={
        "!GSTATUS?": _status,
        "!SELRAT?": _selection,
        "!SCACT?": _active,
        "!ICCID?": iccid("!ICCID"),
        "+CPINC?": _pin_counters,
    },
    orders={"!SELRAT": _select, "!SCACT": activate, "$QCPDPP": accept},
)
