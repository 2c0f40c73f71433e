# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The SIM card: PIN, PUK, and the counters that make both precious.

Error numbers are those of 3GPP TS 27.007, section 9.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

NOT_ALLOWED = 3
NOT_INSERTED = 10
PIN_REQUIRED = 11
PUK_REQUIRED = 12
SIM_FAILURE = 13
WRONG_PASSWORD = 16

PIN_TRIES = 3
PUK_TRIES = 10


class SimState(StrEnum):
    """What the card waits for, in the words of AT+CPIN?."""

    READY = "READY"
    PIN = "SIM PIN"
    PUK = "SIM PUK"
    ABSENT = "ABSENT"
    DEAD = "DEAD"


class SimError(Exception):
    """The card refused; `code` is the number after +CME ERROR."""

    def __init__(self, code: int) -> None:
        super().__init__(f"+CME ERROR: {code}")
        self.code = code


@dataclass
class Sim:
    """One card. `pin_lock` says whether a PIN is asked for after power-up."""

    iccid: str = "8988211000000000017"
    imsi: str = "001010000000017"
    number: str = "+10015550117"
    pin: str = "1234"
    puk: str = "12345678"
    pin_lock: bool = False
    present: bool = True
    verified: bool = False
    pin_left: int = PIN_TRIES
    puk_left: int = PUK_TRIES
    pin_tries: int = 0

    @property
    def state(self) -> SimState:
        """What the card waits for now."""
        if not self.present:
            return SimState.ABSENT
        if self.puk_left == 0:
            return SimState.DEAD
        if self.pin_left == 0:
            return SimState.PUK
        if self.pin_lock and not self.verified:
            return SimState.PIN
        return SimState.READY

    def power_cycle(self) -> None:
        """Forget that the PIN was given; the counters live on the card and stay."""
        self.verified = False

    def enter_pin(self, pin: str) -> None:
        """Give the PIN that the card asks for.

        Raises SimError: 16 when wrong, 12 when only the PUK helps, 3 when nothing is asked for.
        """
        self.require_present()
        if self.state is SimState.PUK:
            raise SimError(PUK_REQUIRED)
        if self.state is SimState.READY:
            raise SimError(NOT_ALLOWED)
        self._verify(pin)

    def unblock(self, puk: str, new_pin: str) -> None:
        """Give the PUK and set a new PIN.

        Raises SimError: 16 when wrong, 13 once the card is dead, 3 when no PUK is asked for.
        """
        self.require_present()
        if self.state is not SimState.PUK:
            raise SimError(NOT_ALLOWED)
        if puk != self.puk:
            self.puk_left -= 1
            raise SimError(WRONG_PASSWORD)
        self.pin = new_pin
        self.pin_left, self.puk_left = PIN_TRIES, PUK_TRIES
        self.verified = True

    def set_lock(self, locked: bool, pin: str) -> None:
        """Switch the question for the PIN on or off (AT+CLCK="SC"). Raises SimError."""
        self.require_present()
        if self.state is SimState.PUK:
            raise SimError(PUK_REQUIRED)
        self._verify(pin)
        self.pin_lock = locked

    def require_ready(self) -> None:
        """Raise the SimError that fits unless the card may be used."""
        self.require_present()
        if self.state is SimState.PIN:
            raise SimError(PIN_REQUIRED)
        if self.state is SimState.PUK:
            raise SimError(PUK_REQUIRED)

    def require_present(self) -> None:
        """Raise SimError when there is no card, or a dead one."""
        if self.state is SimState.ABSENT:
            raise SimError(NOT_INSERTED)
        if self.state is SimState.DEAD:
            raise SimError(SIM_FAILURE)

    def _verify(self, pin: str) -> None:
        self.pin_tries += 1
        if pin != self.pin:
            self.pin_left -= 1
            self.verified = False
            raise SimError(WRONG_PASSWORD)
        self.pin_left = PIN_TRIES
        self.verified = True
