# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A PIN is tried when the SIM asks for it, with enough tries left, once; refusals stay known."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from support.sim import ICCID, Card

REFUSED, REMEMBERED, PUK, FEW, UNKNOWN, ABSENT, UNUSABLE, UNANSWERED, UNNOTED = range(80, 89)


def test_the_right_pin_is_sent_once(card: Card, port: str) -> None:
    done = card.unlock(port, "1234")
    assert (done.returncode, done.stdout) == (0, "unlocked 3\n")
    assert card.tries == ["1234"]
    assert card.notes == []
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


def test_a_try_that_cannot_be_noted_down_is_not_made(card: Card, port: str) -> None:
    card.memory.write_text("in the way")
    done = card.unlock(port, "0000")
    assert (done.returncode, done.stdout) == (UNNOTED, "not_noted 3\n")
    assert card.tries == []


def test_the_note_stands_on_flash_before_the_pin_is_sent(card: Card, port: str) -> None:
    look = 'case " $AT_1" in *CPIN=*) cat "$SIM_MEMORY"/refused.* >"$CARD/seen";; esac'
    gcom = (card.bin / "gcom").read_text().replace("n=1\n", f"{look}\nn=1\n", 1)
    card.command("gcom", gcom)
    card.command("sync", '#!/bin/sh\nls "$SIM_MEMORY" >>"$CARD/synced"\n')
    card.unlock(port, "1234")
    assert (card.folder / "seen").read_text().split()[0::4] == ["tried", "3"]
    assert (card.folder / "synced").read_text().startswith("refused.1000.")
    assert card.notes == []


def test_a_refusal_outlives_that_another_pin_was_accepted(card: Card, port: str) -> None:
    card.unlock(port, "0000")
    assert card.unlock(port, "1234").stdout == "unlocked 3\n"
    assert card.tries == ["0000", "1234"]
    # The SIM is open now, so nothing would be tried before it is locked again.
    assert card.unlock(port, "0000").stdout == "remembered 3\n"
    assert card.notes == ["refused"]


def test_another_card_may_be_tried(card: Card, port: str) -> None:
    card.unlock(port, "0000")
    card.put("pin", "0000")
    card.put("answers/AT^ICCID?", "^ICCID: 89701010101010101015F")
    assert card.unlock(port, "0000").stdout == "unlocked 3\n"
    assert card.notes == ["refused"], "the first card's refusal was forgotten"


@pytest.mark.parametrize(("then", "now"), [(True, False), (False, True), (False, False)])
def test_a_card_without_a_number_may_be_the_one_that_has_refused(
    card: Card, port: str, then: bool, now: bool
) -> None:
    number = card.folder / "answers/AT^ICCID?"
    for readable, status in ((then, REFUSED), (now, REMEMBERED), (then, REMEMBERED)):
        if readable:
            number.write_text(f"^ICCID: {ICCID}\n")
        else:
            number.unlink(missing_ok=True)
        assert card.unlock(port, "0000").returncode == status
    assert card.tries == ["0000"]


@pytest.mark.parametrize("shown", [f"{ICCID}F", f"{ICCID}f", "988812010000000000F0", "+CCID"])
def test_a_card_number_is_the_same_however_it_is_shown(card: Card, port: str, shown: str) -> None:
    first, then = (ICCID, shown) if ICCID in shown else ("8988211000000000000", shown)
    card.put("answers/AT^ICCID?", f"^ICCID: {first}")
    card.unlock(port, "0000")
    if shown == "+CCID":
        (card.folder / "answers/AT^ICCID?").unlink()
        card.put("answers/AT+CCID", f'+CCID: "{first}"')
    else:
        card.put("answers/AT^ICCID?", f"^ICCID: {then}")
    assert card.unlock(port, "0000").returncode == REMEMBERED


@pytest.mark.parametrize(
    "chatter",
    ["+CMT: ,26\n07914477581006500A40C8F7", '+CREG: 1,"00A8","000000000000A1B2C3D4"', "0" * 40],
)
def test_a_long_number_that_comes_unasked_is_no_other_card(
    card: Card, port: str, chatter: str
) -> None:
    card.unlock(port, "0000")
    card.put("answers/AT^ICCID?", f"{chatter}\n^ICCID: {ICCID}")
    assert card.unlock(port, "0000").returncode == REMEMBERED
    assert card.tries == ["0000"]


@pytest.mark.parametrize("die", [number / 2 for number in range(2, 26)])
@pytest.mark.parametrize("pin", ["0000", "1234"])
def test_a_power_cut_at_any_moment_costs_one_try_and_locks_nobody_out(
    card: Card, port: str, pin: str, die: float
) -> None:
    card.die_at("gcom", "mv", "rm", "sync")
    card.unlock(port, pin, DIE=f"{die:g}")
    card.power_cut()
    for _run in range(2):
        card.unlock(port, pin)
        card.power_cut()
    if pin == "0000":
        assert card.tries == ["0000"]
        assert card.left == 2
    assert card.unlock(port, "1234").stdout == "unlocked 3\n"


def test_an_old_backup_laid_over_the_memory_takes_nothing_away(card: Card, port: str) -> None:
    card.unlock(port, "0000")
    backup = {path.name: path.read_text() for path in card.memory.iterdir()}
    card.unlock(port, "1234")
    card.power_cut()
    card.unlock(port, "1111")
    for name, text in backup.items():
        (card.memory / name).write_text(text)
    for pin in ("0000", "1111"):
        assert card.unlock(port, pin).returncode == REMEMBERED


def test_what_an_earlier_version_has_noted_holds(card: Card, port: str) -> None:
    salt = "0123456789abcdef" * 2
    card.memory.mkdir()
    script = f"echo {salt} $(sim_hash {salt} {ICCID}) $(sim_hash {salt} {ICCID} 0000)"
    (card.memory / "refused").write_text(card.run(script).stdout)
    assert card.unlock(port, "0000").returncode == REMEMBERED
    assert card.unlock(port, "1234").returncode == 0


def test_the_memory_is_kept_over_sysupgrade(card: Card, port: str) -> None:
    card.unlock(port, "0000")
    assert card.keep.read_text() == f"{card.memory}/\n{card.keep}\n"


def test_what_is_remembered_does_not_tell_the_pin(card: Card, port: str) -> None:
    card.unlock(port, "0000")
    (note,) = card.memory.glob("refused.*")
    text = note.read_text()
    assert re.fullmatch(r"refused [0-9a-f]{32} [0-9a-f]{64} [0-9a-f]{64}\n", text)
    assert card.memory.stat().st_mode & 0o777 == 0o700
    assert note.stat().st_mode & 0o777 == 0o600
    shutil.rmtree(card.memory)
    card.unlock(port, "0000")
    (note,) = card.memory.glob("refused.*")
    assert note.read_text() != text, "the same salt twice"


def test_the_memory_stays_small(card: Card) -> None:
    numbers = " ".join(str(number) for number in range(1000, 1006))
    card.run(f"SIM_NOTES=4 sim_card={ICCID}; for n in {numbers}; do sim_note refused $n; done")
    assert len(card.notes) == 4
    assert card.remembers("1005")
    assert not card.remembers("1000")


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
        ("+CME ERROR: SIM NOT INSERTED", ABSENT, "absent"),
        ("+CPIN: NOT INSERTED", ABSENT, "absent"),
        ('+CPIN: "READY"', 0, "ready"),
        ("+CPIN: NOT READY\n+CPIN: READY", 0, "ready"),
        ("+CPIN: NOT READY\nERROR", UNUSABLE, "unusable"),
        ("+CPIN: NOT READY", UNUSABLE, "unusable"),
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
    "state",
    ["+CPIN: SIM PIN", "+CME ERROR: 11", "+CME ERROR: SIM PIN required", '+CPIN: "SIM PIN"']
    + ["+CME ERROR:11", "+CME ERROR: SIM PIN REQUIRED", "+CPIN: NOT READY\n+CPIN: SIM PIN"],
)
def test_states_that_ask_for_it(card: Card, port: str, state: str) -> None:
    card.put("state", state)
    card.unlock(port, "1234")
    assert card.tries == ["1234"]


def test_a_bare_error_is_a_refusal_when_it_cost_a_try(card: Card, port: str) -> None:
    assert card.unlock(port, "0000", REFUSAL="ERROR").returncode == REFUSED
    assert card.unlock(port, "0000").returncode == REMEMBERED


@pytest.mark.parametrize("answer", ["+CME ERROR:16", "+CME ERROR: INCORRECT PASSWORD"])
def test_a_wrong_pin_in_other_words(card: Card, port: str, answer: str) -> None:
    card.put("late", "")
    assert card.unlock(port, "0000", REFUSAL=answer).returncode == REFUSED


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
    assert card.notes == []


def test_a_lost_answer_forbids_the_pin_until_the_counter_speaks(tmp_path: Path, port: str) -> None:
    card = Card(tmp_path)
    card.put("deaf", "")
    assert card.unlock(port, "1234").stdout == "unanswered 3\n"
    counter = card.folder / "answers/AT^CPIN?"
    told = counter.read_text()
    counter.unlink()
    done = card.unlock(port, "1234")
    assert (done.returncode, done.stdout) == (REMEMBERED, "remembered -\n")
    counter.write_text(told)
    (card.folder / "deaf").unlink()
    assert card.unlock(port, "1234").stdout == "unlocked 3\n"


def test_a_modem_that_is_lost_with_the_pin_leaves_it_open(card: Card, port: str) -> None:
    gcom = (card.bin / "gcom").read_text()
    card.put("deaf", "")
    card.command("gcom", gcom.replace("exit 73", 'rm -r "$CARD/answers"; exit 73'))
    done = card.unlock(port, "1234")
    assert (done.returncode, done.stdout) == (UNANSWERED, "unclear -\n")
    assert card.notes == ["tried"]


def test_a_sim_that_is_open_may_have_been_opened_by_a_try_of_unknown_outcome(
    card: Card, port: str
) -> None:
    card.run(f"sim_card={ICCID} sim_left=3; sim_note tried 1234")
    card.put("open", "")
    assert card.unlock(port, "1234").stdout.split()[0] == "ready"


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
    assert (card.remembers("0000")) is (status == 0)
    assert card.tries == []


def test_without_a_counter_what_failed_is_condemned(tmp_path: Path, port: str) -> None:
    card = Card(tmp_path, answers={})
    assert card.run(f"sim_condemn {port}", SIM_PIN="0000").stdout == "-\n"
