# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Huawei: commands with a caret."""

from __future__ import annotations

import re
from ipaddress import IPv4Address

from ..answers import Make, iccid, number, text
from ..modem import Modem, RefusedError, Session
from ..sim import SimState

PORTS = re.compile(r"(FF|[A-F0-9]+(,[A-F0-9]+)*);(FF|[A-F0-9]+(,[A-F0-9]+)*)")
PORT_NAMES = {
    "1": "MDM",
    "10": "MDM",
    "2": "PCUI",
    "12": "PCUI",
    "3": "DIAG",
    "13": "DIAG",
    "16": "NCM",
    "A1": "CDROM",
    "A2": "SD",
}
IPV4_ONLY = 1
UNKNOWN_SIGNAL = 99


def _pin_counters(modem: Modem) -> list[str]:
    modem.sim.require_present()
    sim = modem.sim
    left = {SimState.PIN: str(sim.pin_left), SimState.PUK: str(sim.puk_left)}.get(sim.state, "")
    return [f"^CPIN: {sim.state.value},{left},{sim.puk_left},{sim.pin_left},10,3"]


def signal_report(signal: int) -> str:
    """The ^HCSQ line for a +CSQ value: RSSI, RSRP, SINR and RSRQ in their coded steps."""
    if signal == UNKNOWN_SIGNAL:
        return '^HCSQ:"NOSERVICE"'
    dbm = -113 + 2 * signal
    return f'^HCSQ:"LTE",{dbm + 120},{dbm + 120},120,26'


def _signal(modem: Modem) -> list[str]:
    return [signal_report(modem.radio.signal)]


def _dial(modem: Modem, values: list[str]) -> list[str]:
    cid, on = number(values, 0), number(values, 1)
    if on:
        modem.connect(cid, text(values, 2))
    else:
        modem.disconnect()
    return []


def _session_state(modem: Modem) -> list[str]:
    return [f'^NDISSTATQRY: {int(modem.session is not None)},,,"IPV4"']


def _sessions(modem: Modem) -> list[str]:
    session = modem.session
    idle = [cid for cid in sorted(modem.contexts) if session is None or cid != session.cid]
    active = [f'{session.cid},"{session.apn}",1,0,{IPV4_ONLY}'] if session else []
    return [f"^DCONNSTAT: {each}" for each in [*active, *idle]]


def _addresses(modem: Modem) -> list[str]:
    if modem.session is None:
        raise RefusedError
    carrier = modem.carrier
    mine, mask, gateway = (
        _reversed_hex(each) for each in (carrier.address, carrier.subnet.netmask, carrier.gateway)
    )
    return [f"^DHCP: {mine},{mask},{gateway},{gateway},{gateway},00000000,150000000,50000000"]


def _reversed_hex(address: IPv4Address) -> str:
    return address.packed[::-1].hex().upper()


def _system_config(modem: Modem) -> list[str]:
    stored = modem.stored
    return [
        f'^SYSCFGEX:"{stored.order}",{stored.band},{stored.roam},{stored.domain},{stored.lte_band}'
    ]


def _set_system_config(modem: Modem, values: list[str]) -> list[str]:
    if len(values) < 5 or not all(values[:5]):
        raise RefusedError
    modem.stored.set_system(*values[:5])
    return []


def _ports(modem: Modem) -> list[str]:
    return [f"^SETPORT:{modem.stored.ports}"]


def _set_ports(modem: Modem, values: list[str]) -> list[str]:
    layout = ",".join(values).upper()
    if not PORTS.fullmatch(layout):
        raise RefusedError
    modem.stored.set_ports(layout)
    return []


def _port_mode(modem: Modem) -> list[str]:
    codes = modem.ports.rpartition(";")[2].split(",")
    ports = ",".join(f"{PORT_NAMES.get(code, code)}:{at}" for at, code in enumerate(codes))
    return [f"^GETPORTMODE:TYPE:WCDMA:huawei,{ports}"]


def _announce(modem: Modem, values: list[str]) -> list[str]:
    modem.announces = bool(number(values, 0))
    return []


def _announcing(modem: Modem) -> list[str]:
    return [f"^CURC: {int(modem.announces)}"]


def _reset(modem: Modem) -> list[str]:
    modem.reset_due = True
    return []


def _system_info(modem: Modem) -> list[str]:
    service, domain = ("2", "3") if modem.radio.attached else ("0", "0")
    roaming = int(modem.radio.registered_as == "5")
    card = int(modem.sim.state is not SimState.ABSENT)
    network = '8,"NR",111,"NR-5GC"' if modem.radio.standalone else '6,"LTE",101,"LTE"'
    return [f"^SYSINFOEX:{service},{domain},{roaming},{card},,{network}"]


def _notice(modem: Modem, _session: Session, up: bool) -> list[str]:
    return [f'^NDISSTAT:{int(up)},,,"IPV4"'] if modem.announces else []


def _report(modem: Modem) -> list[str]:
    return [f"^RSSI:{modem.radio.signal}", signal_report(modem.radio.signal)]


MAKE = Make(
    vendor="huawei",
    model="E3372",
    revision="21.326.62.00.1217",
    queries={
        "^ICCID?": iccid("^ICCID"),
        "^CPIN?": _pin_counters,
        "^HCSQ?": _signal,
        "^NDISSTATQRY?": _session_state,
        "^DCONNSTAT?": _sessions,
        "^DHCP?": _addresses,
        "^SYSCFGEX?": _system_config,
        "^SETPORT?": _ports,
        "^GETPORTMODE": _port_mode,
        "^CURC?": _announcing,
        "^RESET": _reset,
        "^SYSINFOEX": _system_info,
    },
    orders={
        "^NDISDUP": _dial,
        "^SYSCFGEX": _set_system_config,
        "^SETPORT": _set_ports,
        "^CURC": _announce,
    },
    unsupported="COMMAND NOT SUPPORT",
    notice=_notice,
    report=_report,
)
