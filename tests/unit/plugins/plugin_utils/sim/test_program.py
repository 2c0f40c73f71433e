# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A PIN is tried when the SIM asks for it, with enough tries left, once; refusals stay known."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from support.sim import ICCID, Card

REFUSED, REMEMBERED, PUK, FEW, UNKNOWN, ABSENT, UNUSABLE, UNANSWERED = range(80, 88)


def test_the_right_pin_is_sent_once(card: Card, port: str) -> None:
    done = card.unlock(port, "1234")
    assert (done.returncode, done.stdout) == (0, "unlocked 3\n")
    assert card.tries == ["1234"]
    assert not card.memory.exists(), "flash was written for nothing"
    assert card.unlock(port, "1234").stdout == "ready 3\n"
    assert card.tries == ["1234"]


def test_a_refused_pin_is_never_sent_again(card: Card, port: str) -> None:
    done = card.unlock(port, "0000")
    assert (done.returncode, done.stdout) == (REFUSED, "refused_now 2\n")
    for _run in range(3):
        again = card.unlock(port, "0000")
        assert (again.returncode, again.stdout) == (REMEMBERED, "remembered 2\n")
    assert card.tries == ["0000"]
    assert card.left == 2


def test_a_refusal_that_cannot_be_noted_down_is_told(card: Card, port: str) -> None:
    card.memory.write_text("in the way")
    done = card.unlock(port, "0000")
    assert (done.returncode, done.stdout) == (REFUSED, "not_remembered 2\n")


def test_another_pin_may_be_tried_and_then_the_first_is_forgotten(card: Card, port: str) -> None:
    card.unlock(port, "0000")
    assert card.unlock(port, "1234").stdout == "unlocked 3\n"
    assert card.tries == ["0000", "1234"]
    assert not (card.memory / "refused").exists()


def test_another_card_may_be_tried(card: Card, port: str) -> None:
    card.unlock(port, "0000")
    card.put("pin", "0000")
    card.put("answers/AT^ICCID?", "^ICCID: 89701010101010101015F")
    assert card.unlock(port, "0000").stdout == "unlocked 3\n"
    lines = (card.memory / "refused").read_text().splitlines()
    assert len(lines) == 1, "the first card's refusal was forgotten"


def test_what_is_remembered_does_not_tell_the_pin(card: Card, port: str) -> None:
    card.unlock(port, "0000")
    text = (card.memory / "refused").read_text()
    assert re.fullmatch(r"[0-9a-f]{32} [0-9a-f]{64} [0-9a-f]{64}\n", text)
    assert card.memory.stat().st_mode & 0o777 == 0o700
    assert (card.memory / "refused").stat().st_mode & 0o777 == 0o600
    shutil.rmtree(card.memory)
    card.unlock(port, "0000")
    assert (card.memory / "refused").read_text() != text, "the same salt twice"


def test_the_memory_stays_small(card: Card) -> None:
    numbers = " ".join(str(number) for number in range(1000, 1040))
    card.run(f"for n in {numbers}; do sim_remember {ICCID} $n; sim_remember {ICCID} $n; done")
    assert len((card.memory / "refused").read_text().splitlines()) == 32
    assert card.run(f"sim_remembers {ICCID} 1039").returncode == 0
    assert card.run(f"sim_remembers {ICCID} 1000").returncode == 1


@pytest.mark.parametrize(
    ("left", "least", "status", "said"),
    [
        (1, 2, FEW, "few_retries 1"),
        (1, 1, FEW, "few_retries 1"),
        (1, 0, FEW, "few_retries 1"),
        (2, 3, FEW, "few_retries 2"),
        (2, 2, 0, "unlocked 3"),
        (0, 2, PUK, "puk 0"),
    ],
)
def test_the_last_try_is_never_taken(
    card: Card, port: str, left: int, least: int, status: int, said: str
) -> None:
    card.put("left", str(left))
    done = card.unlock(port, "1234", least)
    assert (done.returncode, done.stdout.strip()) == (status, said)
    assert card.tries == (["1234"] if status == 0 else [])


@pytest.mark.parametrize(
    ("answers", "left"),
    [
        ({"AT^CPIN?": "^CPIN: SIM PIN,LEFT,10,LEFT,10,3"}, "2"),
        ({"AT^CPIN?": "^CPIN: SIM PIN,,10,LEFT,10,3"}, "2"),
        ({'AT+CPINR="SIM PIN"': "+CPINR: SIM PIN,LEFT,3"}, "2"),
        ({'AT+CPINR="SIM PIN"': '+CPINR: "SIM PIN", LEFT'}, "2"),
        ({'AT+QPINC="SC"': '+QPINC: "SC",LEFT,10'}, "2"),
        ({"AT+CPINC?": "+CPINC: LEFT,3,10,10"}, "2"),
        ({"AT+ZPINPUK=?": "+ZPINPUK: LEFT,10"}, "2"),
        ({"AT^CPIN?": "^CPIN: SIM PIN,3,10,3,10,3", "AT+CPINC?": "+CPINC: LEFT,3,10,10"}, "2"),
        ({'AT+CPINR="SIM PIN"': "+CPINR: SIM PIN2,3,3"}, "-"),
        ({}, "-"),
    ],
)
def test_counters_of_all_makers(
    tmp_path: Path, port: str, answers: dict[str, str], left: str
) -> None:
    card = Card(tmp_path, left=2, answers=answers)
    done = card.unlock(port, "1234", 3)
    word = "unknown_retries" if left == "-" else "few_retries"
    assert done.stdout == f"{word} {left}\n"
    assert done.returncode == (UNKNOWN if left == "-" else FEW)
    assert card.tries == []


@pytest.mark.parametrize(
    ("state", "status", "word"),
    [
        ("+CPIN: READY", 0, "ready"),
        ("+CPIN:READY", 0, "ready"),
        ("+CPIN: SIM PIN2", 0, "ready"),
        ("+CPIN: SIM PUK", PUK, "puk"),
        ("+CME ERROR: 12", PUK, "puk"),
        ("+CME ERROR: SIM PUK required", PUK, "puk"),
        ("+CME ERROR: 10", ABSENT, "absent"),
        ("+CME ERROR: SIM not inserted", ABSENT, "absent"),
        ("+CME ERROR: 13", UNUSABLE, "unusable"),
        ("+CME ERROR: 14", UNUSABLE, "unusable"),
        ("+CME ERROR: 100", UNUSABLE, "unusable"),
        ("+CPIN: PH-NET PIN", UNUSABLE, "unusable"),
        ("ERROR", UNUSABLE, "unusable"),
        ("", UNUSABLE, "unusable"),
    ],
)
def test_no_other_state_asks_for_a_pin(
    card: Card, port: str, state: str, status: int, word: str
) -> None:
    card.put("state", state)
    done = card.unlock(port, "1234")
    assert (done.returncode, done.stdout.split()[0]) == (status, word)
    assert card.tries == []


@pytest.mark.parametrize(
    "state", ["+CPIN: SIM PIN", "+CME ERROR: 11", "+CME ERROR: SIM PIN required"]
)
def test_states_that_ask_for_it(card: Card, port: str, state: str) -> None:
    card.put("state", state)
    card.unlock(port, "1234")
    assert card.tries == ["1234"]


def test_a_bare_error_is_a_refusal_when_it_cost_a_try(card: Card, port: str) -> None:
    assert card.unlock(port, "0000", REFUSAL="ERROR").returncode == REFUSED
    assert card.unlock(port, "0000").returncode == REMEMBERED


def test_a_pin_that_the_card_calls_wrong_is_refused_whatever_the_counter_says(
    card: Card, port: str
) -> None:
    card.put("late", "")
    assert card.unlock(port, "0000").returncode == REFUSED
    assert card.unlock(port, "0000").returncode == REMEMBERED


def test_a_try_that_outlives_its_session_is_noted_down(card: Card, port: str) -> None:
    card.put("hangup", "")
    card.unlock(port, "0000")
    assert card.unlock(port, "0000").returncode == REMEMBERED
    assert card.tries == ["0000"]


def test_what_cost_no_try_was_not_refused(card: Card, port: str) -> None:
    card.put("busy", "")
    done = card.unlock(port, "1233")
    assert (done.returncode, done.stdout) == (UNANSWERED, "unanswered 3\n")
    assert not card.memory.exists()


def test_an_answer_that_got_lost_counts_as_a_refusal_unless_the_counter_speaks(
    tmp_path: Path, port: str
) -> None:
    card = Card(tmp_path)
    card.put("deaf", "")
    assert card.unlock(port, "1234").stdout == "unanswered 3\n"
    # The counter is gone behind the try: nobody knows, so it is not made again.
    card.command(
        "gcom", (card.bin / "gcom").read_text().replace("exit 73", 'rm -r "$CARD/answers"; exit 73')
    )
    assert card.unlock(port, "1234").returncode == REFUSED
    assert card.run(f"sim_remembers {ICCID} 1234").returncode == 0


def test_a_card_without_a_number_is_remembered_as_such(tmp_path: Path, port: str) -> None:
    card = Card(tmp_path, answers={"AT^CPIN?": "^CPIN: SIM PIN,LEFT,10,LEFT,10,3"})
    card.unlock(port, "0000")
    assert card.unlock(port, "0000").returncode == REMEMBERED


@pytest.mark.parametrize("pin", ["", "123", "123456789", "12a4", '1"4;', "1234\n"])
def test_what_is_no_pin_is_not_sent(card: Card, port: str, pin: str) -> None:
    assert card.unlock(port, pin).returncode == UNUSABLE
    assert not (card.folder / "sent").exists()


@pytest.mark.parametrize("pin", ["1234", "12345678"])
def test_pins_have_four_to_eight_digits(card: Card, port: str, pin: str) -> None:
    card.put("pin", pin)
    assert card.unlock(port, pin).returncode == 0


def test_what_stands_between_is_told_by_its_status(card: Card, port: str) -> None:
    assert card.unlock("/dev/ttyUSB99", "1234").returncode == 71
    (card.bin / "gcom").unlink()
    assert card.unlock(port, "1234").returncode == 70


def test_nothing_that_is_said_or_kept_holds_the_pin(card: Card, port: str) -> None:
    card.put("pin", "86420")
    done = card.run(f"set -x; sim_unlock {port} 2 2> /dev/null", SIM_PIN="97531")
    assert "97531" not in done.stdout
    kept = [path for path in (*card.memory.rglob("*"), *card.ram.rglob("*")) if path.is_file()]
    assert kept
    assert not any("97531" in path.read_text() for path in kept)


@pytest.mark.parametrize(
    ("left", "state", "status", "said"),
    [
        (2, "", 0, "2\n"),
        (1, "", 0, "1\n"),
        (0, "", 0, "0\n"),
        (3, "", 1, ""),
        (2, "+CPIN: READY", 1, ""),
        (2, "+CME ERROR: 10", 1, ""),
        (2, "ERROR", 1, ""),
    ],
)
def test_what_somebody_else_has_tried_is_condemned_only_when_it_cost_a_try(
    card: Card, port: str, left: int, state: str, status: int, said: str
) -> None:
    card.put("left", str(left))
    if state:
        card.put("state", state)
    done = card.run(f"sim_condemn {port}", SIM_PIN="0000")
    assert (done.returncode, done.stdout) == (status, said)
    assert (card.run(f"sim_remembers {ICCID} 0000").returncode == 0) is (status == 0)
    assert card.tries == []


def test_without_a_counter_what_failed_is_condemned(tmp_path: Path, port: str) -> None:
    card = Card(tmp_path, answers={})
    assert card.run(f"sim_condemn {port}", SIM_PIN="0000").stdout == "-\n"
