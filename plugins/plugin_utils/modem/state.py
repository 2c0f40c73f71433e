# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a modem says of itself, as values; None stands for what it did not tell."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from ..at.reply import Reply


class SimState(StrEnum):
    """What the modem says of its SIM card."""

    READY = "ready"
    PIN = "pin"
    PUK = "puk"
    ABSENT = "absent"
    FAILURE = "failure"
    BUSY = "busy"
    UNKNOWN = "unknown"


class Registration(StrEnum):
    """Whether an operator has let the modem in; HOME and ROAMING are in."""

    HOME = "home"
    ROAMING = "roaming"
    DENIED = "denied"
    SEARCHING = "searching"
    IDLE = "idle"
    UNKNOWN = "unknown"

    @property
    def registered(self) -> bool:
        return self in (Registration.HOME, Registration.ROAMING)


@dataclass(frozen=True)
class Tries:
    """How many wrong PINs and PUKs the SIM still puts up with."""

    pin: int | None = None
    puk: int | None = None


@dataclass(frozen=True)
class Sim:
    """The card; `pin_enabled` says whether it asks for its PIN at every start."""

    state: SimState = SimState.UNKNOWN
    pin_left: int | None = None
    puk_left: int | None = None
    pin_enabled: bool | None = None


@dataclass(frozen=True)
class Levels:
    """Signal levels: `rssi` and `rsrp` in dBm, `rsrq` and `sinr` in dB."""

    rssi: int | None = None
    rsrp: int | None = None
    rsrq: float | None = None
    sinr: float | None = None


@dataclass(frozen=True)
class Signal:
    """`dbm` is the total power that is received (RSSI); `word` judges it.

    `word` is excellent, good, fair, poor or none, where there is no network in reach.
    """

    dbm: int | None = None
    word: str | None = None
    rsrp: int | None = None
    rsrq: float | None = None
    sinr: float | None = None


@dataclass(frozen=True)
class Context:
    """A PDP context that is defined in the modem: IP, IPV6 or IPV4V6, and its APN."""

    cid: int
    type: str
    apn: str


@dataclass(frozen=True)
class Mode:
    """The setting which networks to use.

    `raw` is as the modem says it; `words` is the name that proto ncm has for it (auto, lte,
    preferlte ...) or a description.
    """

    raw: str
    words: str | None = None


@dataclass(frozen=True)
class Ports:
    """What the stick shows on USB: the layout as it is set, and the interface of each function."""

    layout: str | None = None
    functions: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Report:
    """A modem, as far as it tells of itself."""

    port: str
    manufacturer: str | None = None
    model: str | None = None
    firmware: str | None = None
    imei: str | None = None
    iccid: str | None = None
    imsi: str | None = None
    sim: Sim = field(default_factory=Sim)
    operator: str | None = None
    registration: Registration = Registration.UNKNOWN
    technology: str | None = None
    signal: Signal = field(default_factory=Signal)
    attached: bool | None = None
    connected: bool | None = None
    contexts: tuple[Context, ...] = ()
    mode: Mode | None = None
    domain: str | None = None
    roaming_allowed: bool | None = None
    ports: Ports | None = None
    unsolicited: tuple[str, ...] = ()
    replies: tuple[Reply, ...] = field(default=(), compare=False, repr=False)
