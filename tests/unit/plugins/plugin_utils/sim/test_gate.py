# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What netifd's handler sends by setpin.gcom goes through the same memory, all else to comgt."""

from __future__ import annotations

import subprocess

import pytest
from support.sim import AT, ICCID, SIM, Card

SETPIN = "/etc/gcom/setpin.gcom"


@pytest.fixture
def handler(card: Card) -> Card:
    """A card on a router that has the gate; what comgt gets beside at.gcom is kept in `real`."""
    home = card.ram.parent / "home"
    home.mkdir()
    for path in (AT / "at.sh", AT / "at.gcom", SIM / "sim.sh"):
        (home / path.name).write_text(path.read_text())
    with (home / "at.sh").open("a") as library:
        library.write("at_held() { :; }\n")
    real = card.ram.parent / "real"
    real.mkdir()
    (card.bin / "gcom").rename(real / "modem")
    (real / "gcom").write_text(
        f'#!/bin/sh\ncase $* in *at.gcom*) exec {real}/modem "$@" ;; esac\n'
        'echo "$*" >>"$CARD/real"\nexit "${REAL-0}"\n'
    )
    (real / "gcom").chmod(0o755)
    card.command("gcom", (SIM / "gcom.sh").read_text())
    return card


def gcom(
    card: Card, *words: str, pin: str | None = None, **more: str
) -> subprocess.CompletedProcess[str]:
    folder = card.ram.parent
    environment = card.environment | {
        "GATE_HOME": str(folder / "home"), "GATE_FOLDERS": str(folder / "real"), **more,
    }  # fmt: skip
    del environment["AT_GCOM"]
    if pin is not None:
        environment["PINCODE"] = pin
    return subprocess.run(
        ["busybox", "ash", str(card.bin / "gcom"), *words],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def bring_up(card: Card, port: str, pin: str, **more: str) -> tuple[int, str]:
    done = gcom(card, "-d", port, "-s", SETPIN, pin=pin, **more)
    return done.returncode, done.stdout


def test_the_right_pin_opens_the_sim(handler: Card, port: str) -> None:
    assert bring_up(handler, port, "1234") == (0, "PIN set successfully\n")
    assert bring_up(handler, port, "1234") == (0, "PIN set successfully\n")
    assert handler.tries == ["1234"]
    assert handler.notes == []
    assert "AT+CFUN=1" in (handler.folder / "sent").read_text()


def test_a_wrong_pin_is_sent_once_however_often_it_is_brought_up(handler: Card, port: str) -> None:
    for words in ("refused_now 2", "remembered 2", "remembered 2"):
        status, said = bring_up(handler, port, "0000")
        assert (status, words in said) == (1, True)
        assert "Error setting PIN, check card manually" in said
        handler.power_cut()
    assert handler.tries == ["0000"]


def test_what_a_task_was_refused_netifd_does_not_send(handler: Card, port: str) -> None:
    handler.run(f"sim_card={ICCID}; sim_note refused 0000")
    assert bring_up(handler, port, "0000")[0] == 1
    assert handler.tries == []


def test_an_open_sim_and_one_that_asks_for_its_puk_are_left_to_the_handler(
    handler: Card, port: str
) -> None:
    handler.run(f"sim_card={ICCID}; sim_note refused 0000")
    handler.put("open", "")
    assert bring_up(handler, port, "0000")[0] == 0
    handler.put("left", "0")
    assert bring_up(handler, port, "0000")[0] == 0
    assert handler.tries == []


@pytest.mark.parametrize(("state", "looks"), [("+CME ERROR: 10", 5), ("+CME ERROR: 13", 5)])
def test_a_sim_that_is_not_ready_gets_more_looks(
    handler: Card, port: str, state: str, looks: int
) -> None:
    handler.put("state", state)
    assert bring_up(handler, port, "1234")[0] == 1
    assert (handler.folder / "sent").read_text().count("AT+CPIN?") == looks
    assert handler.tries == []


@pytest.mark.parametrize(("left", "status"), [(1, 1), (2, 0)])
def test_the_last_try_is_not_taken(handler: Card, port: str, left: int, status: int) -> None:
    handler.put("left", str(left))
    assert bring_up(handler, port, "1234")[0] == status


def test_a_modem_that_does_not_count_gets_one_try_of_one_pin(handler: Card, port: str) -> None:
    (handler.folder / "answers/AT^CPIN?").unlink()
    assert bring_up(handler, port, "0000")[0] == 1
    assert bring_up(handler, port, "0000")[0] == 1
    assert bring_up(handler, port, "1111")[0] == 1
    assert handler.tries == ["0000"]


def test_without_its_library_nothing_is_sent(handler: Card, port: str) -> None:
    (handler.ram.parent / "home/sim.sh").unlink()
    assert bring_up(handler, port, "1234")[0] == 1
    assert not (handler.folder / "sent").exists()
    assert not (handler.folder / "real").exists()


def test_everything_else_goes_to_comgt_as_it_is(handler: Card, port: str) -> None:
    words = ["-d", port, "-s", "/etc/gcom/runcommand.gcom"]
    assert gcom(handler, *words, REAL="3").returncode == 3
    assert gcom(handler, *words, pin="1234").returncode == 0
    assert gcom(handler, "-d", port, "-s", SETPIN).returncode == 0
    assert len((handler.folder / "real").read_text().splitlines()) == 3
    assert handler.tries == []


def test_a_router_without_comgt_says_so(handler: Card, port: str) -> None:
    done = gcom(handler, "-d", port, pin="1234", GATE_FOLDERS="/nowhere")
    assert (done.returncode, done.stderr) == (70, "gcom is not installed\n")


def test_what_the_gate_has_not_sent_is_not_condemned(handler: Card, port: str) -> None:
    handler.put("left", "1")
    bring_up(handler, port, "1234")
    handler.put("left", "2")
    real = str(handler.ram.parent / "real")
    condemn = f"sim_condemn {port}"
    assert handler.run(condemn, SIM_PIN="1234", GATE_FOLDERS=real).returncode == 1
    handler.put("left", "3")
    bring_up(handler, port, "0000")
    assert handler.run(condemn, SIM_PIN="0000", GATE_FOLDERS=real).stdout == "2\n"
