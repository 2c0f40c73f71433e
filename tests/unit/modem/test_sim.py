# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The SIM card's counters: three tries for the PIN, ten for the PUK, then it is dead."""

from __future__ import annotations

import pytest

from modem.sim import Sim, SimError, SimState


def refused(code: int) -> pytest.RaisesExc[SimError]:
    return pytest.RaisesExc(SimError, check=lambda error: error.code == code)


def test_a_card_without_lock_is_ready() -> None:
    assert Sim().state is SimState.READY


def test_the_right_pin_unlocks_until_the_power_goes() -> None:
    sim = Sim(pin_lock=True)
    states = [sim.state]
    sim.enter_pin("1234")
    states.append(sim.state)
    sim.power_cycle()
    states.append(sim.state)
    assert states == [SimState.PIN, SimState.READY, SimState.PIN]


def test_three_wrong_pins_leave_only_the_puk() -> None:
    sim = Sim(pin_lock=True)
    for left in (2, 1, 0):
        with refused(16):
            sim.enter_pin("9999")
        assert sim.pin_left == left
    assert sim.state == SimState.PUK
    with refused(12):
        sim.enter_pin("1234")
    assert sim.pin_tries == 3, "a refused question is no try"
    sim.power_cycle()
    assert sim.state == SimState.PUK, "counters live on the card"


def test_a_right_pin_refills_the_counter() -> None:
    sim = Sim(pin_lock=True, pin_left=1)
    sim.enter_pin("1234")
    assert sim.pin_left == 3


def test_the_puk_sets_a_new_pin() -> None:
    sim = Sim(pin_lock=True, pin_left=0)
    with refused(16):
        sim.unblock("00000000", "4321")
    assert sim.puk_left == 9
    sim.unblock("12345678", "4321")
    assert (sim.state, sim.pin_left, sim.puk_left) == (SimState.READY, 3, 10)
    sim.power_cycle()
    sim.enter_pin("4321")
    assert sim.state == SimState.READY


def test_ten_wrong_puks_kill_the_card() -> None:
    sim = Sim(pin_lock=True, pin_left=0, puk_left=1)
    with refused(16):
        sim.unblock("00000000", "4321")
    assert sim.state == SimState.DEAD
    with refused(13):
        sim.unblock("12345678", "4321")


def test_the_lock_needs_the_pin_to_be_changed() -> None:
    sim = Sim()
    with refused(16):
        sim.set_lock(True, "0000")
    sim.set_lock(True, "1234")
    sim.power_cycle()
    assert sim.state == SimState.PIN


def test_no_card_no_answer() -> None:
    sim = Sim(present=False)
    with refused(10):
        sim.enter_pin("1234")
    with refused(10):
        sim.require_ready()


def test_a_ready_card_does_not_want_a_pin() -> None:
    sim = Sim()
    with refused(3):
        sim.enter_pin("1234")
    with refused(3):
        sim.unblock("12345678", "4321")
