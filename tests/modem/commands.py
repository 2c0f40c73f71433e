# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The AT commands that the stick knows, one small function each, in two tables.

Standard commands follow 3GPP TS 27.007; those with a caret are Huawei's own.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from ipaddress import IPv4Address

from .modem import Modem, RefusedError
from .sim import SimState

Query = Callable[[Modem], list[str]]
Order = Callable[[Modem, list[str]], list[str]]

NAME = re.compile(r"[+^$&*!]?[A-Z][A-Z0-9]*")
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
LTE = "7"
# Dialogue settings that change nothing here, registers among them.
ACCEPTED = re.compile(r"V1|&F|S\d+=\d+")
UNKNOWN_SIGNAL = 99


class NotSupportedError(Exception):
    """The modem has no such command."""


def run(modem: Modem, command: str) -> list[str]:
    """Run one command (without AT) and return its information lines.

    Raises NotSupportedError, RefusedError (bare ERROR) or SimError (+CME ERROR).
    """
    if ACCEPTED.fullmatch(command.upper()):
        return []
    named = NAME.match(command.upper())
    if named is None:
        raise NotSupportedError(command)
    name, rest = named.group(), command[named.end() :].strip()
    if rest == "=?" and _known(name):
        return []
    if rest.startswith("="):
        order = ORDERS.get(name)
        if order is None:
            raise NotSupportedError(command)
        return order(modem, arguments(rest[1:]))
    query = QUERIES.get(name + rest)
    if query is None:
        raise NotSupportedError(command)
    return query(modem)


def arguments(text: str) -> list[str]:
    """Split at the commas outside quotes and take the quotes off."""
    found, part, quoted = [], "", False
    for letter in text:
        if letter == '"':
            quoted = not quoted
        elif letter == "," and not quoted:
            found.append(part)
            part = ""
        else:
            part += letter
    return [*found, part] if text else []


def _known(name: str) -> bool:
    return name in ORDERS or name in QUERIES or f"{name}?" in QUERIES


def _info(modem: Modem) -> list[str]:
    who = modem.identity
    lines = (
        f"Manufacturer: {who.vendor}",
        f"Model: {who.model}",
        f"Revision: {who.revision}",
        f"IMEI: {who.imei}",
        "+GCAP: +CGSM,+DS,+ES",
    )
    return ["\r\n".join(lines)]


def _vendor(modem: Modem) -> list[str]:
    chatter = [f"^RSSI:{modem.radio.signal}"] if modem.faults.chatter else []
    return [*chatter, modem.identity.vendor]


def _imsi(modem: Modem) -> list[str]:
    modem.sim.require_ready()
    return [modem.sim.imsi]


def _iccid(prefix: str) -> Query:
    def answer(modem: Modem) -> list[str]:
        modem.sim.require_present()
        return [f"{prefix}: {modem.sim.iccid}"]

    return answer


def _set_functionality(modem: Modem, values: list[str]) -> list[str]:
    modem.power(_number(values, 0))
    return []


def _pin_state(modem: Modem) -> list[str]:
    modem.sim.require_present()
    return [f"+CPIN: {modem.sim.state.value}"]


def _enter_pin(modem: Modem, values: list[str]) -> list[str]:
    if len(values) == 2:
        modem.sim.unblock(*values)
    elif len(values) == 1:
        modem.sim.enter_pin(values[0])
    else:
        raise RefusedError
    return []


def _pin_counters(modem: Modem) -> list[str]:
    modem.sim.require_present()
    sim = modem.sim
    left = {SimState.PIN: str(sim.pin_left), SimState.PUK: str(sim.puk_left)}.get(sim.state, "")
    return [f"^CPIN: {sim.state.value},{left},{sim.puk_left},{sim.pin_left},10,3"]


def _facility_lock(modem: Modem, values: list[str]) -> list[str]:
    if len(values) < 2 or values[0].upper() != "SC":
        raise RefusedError
    if values[1] == "2":
        modem.sim.require_present()
        return [f"+CLCK: {int(modem.sim.pin_lock)}"]
    if values[1] not in ("0", "1") or len(values) < 3:
        raise RefusedError
    modem.sim.set_lock(values[1] == "1", values[2])
    return []


def _signal(modem: Modem) -> list[str]:
    return [f"+CSQ: {modem.radio.signal},99"]


def signal_report(signal: int) -> str:
    """The ^HCSQ line for a +CSQ value: RSSI, RSRP, SINR and RSRQ in their coded steps."""
    if signal == UNKNOWN_SIGNAL:
        return '^HCSQ:"NOSERVICE"'
    dbm = -113 + 2 * signal
    return f'^HCSQ:"LTE",{dbm + 120},{dbm + 120},120,26'


def _huawei_signal(modem: Modem) -> list[str]:
    return [signal_report(modem.radio.signal)]


def _operator(modem: Modem) -> list[str]:
    if not modem.radio.attached:
        return ["+COPS: 0"]
    return [f'+COPS: 0,0,"{modem.radio.operator}",{LTE}']


def _registration(name: str) -> Query:
    def answer(modem: Modem) -> list[str]:
        on = modem.radio.functionality == 1 and modem.sim.state is SimState.READY
        return [f"{name}: 0,{modem.radio.registration if on else '0'}"]

    return answer


def _attached(modem: Modem) -> list[str]:
    return [f"+CGATT: {int(modem.radio.attached)}"]


def _contexts(modem: Modem) -> list[str]:
    return [
        f'+CGDCONT: {cid},"{kind}","{apn}","",0,0'
        for cid, (kind, apn) in sorted(modem.contexts.items())
    ]


def _set_context(modem: Modem, values: list[str]) -> list[str]:
    cid = _number(values, 0)
    kind = values[1].upper() if len(values) > 1 else "IP"
    if kind not in ("IP", "IPV6", "IPV4V6"):
        raise RefusedError
    modem.contexts[cid] = (kind, values[2] if len(values) > 2 else "")
    return []


def _dial(modem: Modem, values: list[str]) -> list[str]:
    cid, on = _number(values, 0), _number(values, 1)
    if on:
        modem.connect(cid, values[2] if len(values) > 2 else "")
    else:
        modem.disconnect()
    return []


def _session_state(modem: Modem) -> list[str]:
    return [f'^NDISSTATQRY: {int(modem.session is not None)},,,"IPV4"']


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
    modem.announces = bool(_number(values, 0))
    return []


def _announcing(modem: Modem) -> list[str]:
    return [f"^CURC: {int(modem.announces)}"]


def _reset(modem: Modem) -> list[str]:
    modem.reset_due = True
    return []


def _system_info(modem: Modem) -> list[str]:
    service, domain = ("2", "3") if modem.radio.attached else ("0", "0")
    roaming = int(modem.radio.registration == "5")
    card = int(modem.sim.state is not SimState.ABSENT)
    return [f'^SYSINFOEX:{service},{domain},{roaming},{card},,6,"LTE",101,"LTE"']


def _number(values: list[str], at: int) -> int:
    if at >= len(values) or not values[at].isdigit():
        raise RefusedError
    return int(values[at])


QUERIES: dict[str, Query] = {
    "I": _info,
    "+CGMI": _vendor,
    "+CGMM": lambda modem: [modem.identity.model],
    "+CGMR": lambda modem: [modem.identity.revision],
    "+CGSN": lambda modem: [modem.identity.imei],
    "+CIMI": _imsi,
    "^ICCID?": _iccid("^ICCID"),
    "+CCID": _iccid("+CCID"),
    "+CFUN?": lambda modem: [f"+CFUN: {modem.radio.functionality}"],
    "+CPIN?": _pin_state,
    "^CPIN?": _pin_counters,
    "+CSQ": _signal,
    "^HCSQ?": _huawei_signal,
    "+COPS?": _operator,
    "+CREG?": _registration("+CREG"),
    "+CGREG?": _registration("+CGREG"),
    "+CEREG?": _registration("+CEREG"),
    "+CGATT?": _attached,
    "+CGDCONT?": _contexts,
    "^NDISSTATQRY?": _session_state,
    "^DHCP?": _addresses,
    "^SYSCFGEX?": _system_config,
    "^SETPORT?": _ports,
    "^GETPORTMODE": _port_mode,
    "^CURC?": _announcing,
    "^RESET": _reset,
    "^SYSINFOEX": _system_info,
}

ORDERS: dict[str, Order] = {
    "+CFUN": _set_functionality,
    "+CPIN": _enter_pin,
    "+CLCK": _facility_lock,
    "+CGDCONT": _set_context,
    "^NDISDUP": _dial,
    "^SYSCFGEX": _set_system_config,
    "^SETPORT": _set_ports,
    "^CURC": _announce,
}
