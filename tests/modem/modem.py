# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the stick is and knows: identity, card, radio, stored settings, data session.

Pure state. Nothing here touches a tty or a network; the daemon compares this state with
the router's devices and brings them in line.
"""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass, field

from .carrier import Carrier
from .sim import NOT_INSERTED, Sim, SimError, SimState
from .usb import Composition

REGISTERED = ("1", "5")
SEARCHING = "2"
UNCHANGED_ORDER = "99"
UNCHANGED_BAND = "40000000"
UNCHANGED_ROAM = "2"
UNCHANGED_DOMAIN = "4"


class RefusedError(Exception):
    """The modem will not do that; the answer is a bare ERROR."""


@dataclass
class Identity:
    """Who the modem says it is."""

    vendor: str = "huawei"
    model: str = "E3372"
    revision: str = "21.326.62.00.1217"
    imei: str = "861000000000010"


@dataclass
class Radio:
    """Signal (0 to 31, 99 unknown, TS 27.007 +CSQ) and registration (1 home, 5 roaming).

    With `standalone` that registration is one over 5G, and LTE knows nothing of it.

    Until `outage_ends` (on the monotonic clock) the network is gone and searched for.
    """

    signal: int = 18
    registration: str = "1"
    operator: str = "Test Carrier"
    numeric: str = "00101"
    functionality: int = 1
    standalone: bool = False
    outage_ends: float = 0.0

    @property
    def outage(self) -> bool:
        """Whether the network is gone."""
        return time.monotonic() < self.outage_ends

    @property
    def registered_as(self) -> str:
        """The registration that holds now."""
        return SEARCHING if self.outage else self.registration

    def describe(self) -> dict[str, str | int]:
        """All of it, with what holds now in place of the clock's time."""
        told = asdict(self)
        del told["outage_ends"]
        return {**told, "registration": self.registered_as, "outage": self.outage}

    @property
    def attached(self) -> bool:
        """Whether a data session could be had."""
        return self.functionality == 1 and self.registered_as in REGISTERED


@dataclass
class Stored:
    """Settings in the modem's flash; `writes` counts how often that flash was written."""

    order: str = "00"
    band: str = "3FFFFFFF"
    roam: str = "1"
    domain: str = "2"
    lte_band: str = "7FFFFFFFFFFFFFFF"
    ports: str = "FF;12,16"
    writes: int = 0

    def set_system(self, order: str, band: str, roam: str, domain: str, lte_band: str) -> None:
        """Take over the fields of ^SYSCFGEX; each has a code that means "leave as it is"."""
        if order != UNCHANGED_ORDER:
            self.order = order
        if band != UNCHANGED_BAND:
            self.band = band
        if roam != UNCHANGED_ROAM:
            self.roam = roam
        if domain != UNCHANGED_DOMAIN:
            self.domain = domain
        if lte_band != UNCHANGED_BAND:
            self.lte_band = lte_band
        self.writes += 1

    def set_ports(self, ports: str) -> None:
        """Store the port layout of ^SETPORT; it counts from the next reset on."""
        self.ports = ports
        self.writes += 1


@dataclass(frozen=True)
class Session:
    """A data session that is up."""

    cid: int
    apn: str


@dataclass
class Faults:
    """How this stick misbehaves; `unknown` are commands that it does not know."""

    accepted_apn: str | None = None
    silent: bool = False
    chatter: bool = False
    dead_air: bool = False
    answer_delay: float = 0.0
    unknown: list[str] = field(default_factory=list)


@dataclass
class Modem:
    """The whole stick."""

    carrier: Carrier
    make: str = "huawei"
    identity: Identity = field(default_factory=Identity)
    sim: Sim = field(default_factory=Sim)
    radio: Radio = field(default_factory=Radio)
    stored: Stored = field(default_factory=Stored)
    faults: Faults = field(default_factory=Faults)
    contexts: dict[int, tuple[str, str]] = field(default_factory=dict)
    session: Session | None = None
    composition: Composition = Composition.NCM
    wakes_as: Composition = Composition.NCM
    switches_to: Composition = Composition.NCM
    ports: str = "FF;12,16"
    settled: bool = False
    reset_due: bool = False
    announces: bool = False
    operator_format: int = 0
    away: bool = False
    plugged: int = 0
    log: list[str] = field(default_factory=list)
    unsolicited: list[str] = field(default_factory=list)
    session_news: list[tuple[Session, bool]] = field(default_factory=list)

    def connect(self, cid: int, apn: str) -> None:
        """Open the data session. Raises SimError without a card, RefusedError for anything else."""
        self._require_card()
        wanted = apn or self.contexts.get(cid, ("IP", ""))[1]
        if self.faults.accepted_apn is not None and wanted != self.faults.accepted_apn:
            raise RefusedError
        if not self.radio.attached:
            raise RefusedError
        if self.session is None:
            self.carrier.next_session()
        self.session = Session(cid, wanted)
        self.faults.dead_air = False
        self.session_news.append((self.session, True))

    def disconnect(self) -> None:
        """Close the data session; closing a closed one is fine. Raises like connect."""
        self._require_card()
        self.lose_session()

    def lose_session(self, notice: bool = True) -> None:
        """The session ends, whoever ended it."""
        if self.session is not None:
            if notice:
                self.session_news.append((self.session, False))
            self.session = None

    def power(self, functionality: int) -> None:
        """AT+CFUN: anything but 1 takes the radio, and with it the session, down."""
        self.radio.functionality = functionality
        if functionality != 1:
            self.lose_session()

    def plug(self, composition: Composition) -> None:
        """The stick (re)appears on the bus as `composition`, powered up afresh.

        `plugged` counts these times: the router sees another device each time.
        """
        self.plugged += 1
        self.away = False
        self.session = None
        self.sim.power_cycle()
        self.radio.functionality = 1
        self.ports = self.stored.ports
        self.composition = composition
        self.settled = False
        self.reset_due = False
        self.faults.dead_air = False
        self.operator_format = 0
        self.unsolicited.clear()
        self.session_news.clear()

    def reset(self) -> None:
        """AT^RESET: off the bus for a moment (`away`); `replug` brings it back."""
        self.plug(Composition.ABSENT)
        self.away = True

    def replug(self) -> None:
        """A power cycle: the stick comes back the way it wakes up."""
        self.plug(self.wakes_as)

    def switch(self) -> None:
        """The switch message of usbmode arrived; only a stick in storage mode heeds it."""
        if self.composition is Composition.STORAGE:
            self.plug(self.switches_to)

    def has_control_at(self, path: str) -> bool:
        """Whether the control device at `path` exists and answers.

        The layout must hold code 12 or 2 (PCUI), and only some drivers bring a cdc-wdm.
        """
        if "cdc-wdm" in path and not self.composition.has_wdm:
            return False
        return self.settled and self.composition.has_drivers and bool({"12", "2"} & self._codes)

    @property
    def has_netdev(self) -> bool:
        """Whether the stick shows a network device: the layout must hold code 16 (NCM)."""
        return self.settled and self.composition.has_drivers and "16" in self._codes

    @property
    def _codes(self) -> set[str]:
        return set(self.ports.rpartition(";")[2].split(","))

    def _require_card(self) -> None:
        if self.sim.state is SimState.ABSENT:
            raise SimError(NOT_INSERTED)
        if self.sim.state is not SimState.READY:
            # A locked card gives a bare ERROR here, without its number.
            raise RefusedError
