# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The step that tries a PIN: what lets the plan go on, what stops it, and who is kept waiting."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from support.sim import Card

from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.plan import Step
from ansible_collections.fleet.openwrt.plugins.plugin_utils.sim.trial import (
    condemn_pin,
    recall_pin,
    try_pin,
)

# $CARD/pending: a bring-up is under way until somebody says `down`.
UBUS = """#!/bin/sh
case $* in
    *status*)
        if [ -e "$CARD/pending" ]; then echo true
        else cat "$CARD/codes" 2>/dev/null || echo false; fi ;;
    *down) rm -f "$CARD/pending"; echo down >>"$CARD/netifd" ;;
    *up) echo up >>"$CARD/netifd" ;;
esac
"""


def carry_out(
    card: Card, device: str, pin: str = "1234", least: int = 2, nodes: str = ""
) -> tuple[int, str, str]:
    """The step as a router carries it out: status, output, errors."""
    return carry_out_step(
        card, try_pin(interface="wwan", device=device, pin=pin, least=least), nodes
    )


def recall(card: Card, device: str, pin: str, *, marked: bool = False) -> tuple[int, str, str]:
    return carry_out_step(card, recall_pin(interface="wwan", device=device, pin=pin, marked=marked))


def carry_out_step(card: Card, step: Step, nodes: str = "") -> tuple[int, str, str]:
    for name, content in step.stage.items():
        (card.ram.parent / name).write_text(content)
    # Ports of this machine are not meant, be they there or held by others.
    dev = card.ram.parent / "dev"
    dev.mkdir(exist_ok=True)
    if nodes:
        (dev / "ttyUSB0").symlink_to(nodes)
    with (card.ram.parent / "at.sh").open("a") as library:
        library.write("at_held() { :; }\n")
    card.command("ubus", UBUS)
    card.command("jsonfilter", "#!/bin/sh\ncat\n")
    done = subprocess.run(
        ["busybox", "ash", "-s"],
        input=f"{step.prepare} || exit 99\n{step.apply}\n",
        env=card.environment | {"T": str(card.ram.parent), "AT_DEV": str(dev)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


def test_a_pin_that_is_accepted_lets_the_plan_go_on_in_silence(card: Card, port: str) -> None:
    assert carry_out(card, port) == (0, "", "")
    assert carry_out(card, port) == (0, "", "")
    assert card.tries == ["1234"]


def test_a_port_that_moved_is_found(card: Card, port: str) -> None:
    assert carry_out(card, "/dev/ttyUSB97", nodes=port) == (0, "", "")
    assert card.tries == ["1234"]


def test_a_refused_one_stops_it_and_says_what_is_left(card: Card, port: str) -> None:
    status, _out, said = carry_out(card, port, "0000")
    assert status == 1
    assert "has refused the PIN (tries left: 2)" in said
    status, _out, said = carry_out(card, port, "0000")
    assert status == 1
    assert "/etc/fleet-sim/refused" in said
    assert card.tries == ["0000"]


@pytest.mark.parametrize(
    ("left", "least", "words"),
    [(0, 2, "asks for its PUK"), (1, 2, "(1, and at least 2"), (2, 3, "(2, and at least 3")],
)
def test_a_card_that_must_not_be_asked(
    card: Card, port: str, left: int, least: int, words: str
) -> None:
    card.put("left", str(left))
    status, _out, said = carry_out(card, port, least=least)
    assert status == 1
    assert words in said
    assert card.tries == []


def test_what_is_no_pin_is_not_tried(card: Card, port: str) -> None:
    status, _out, said = carry_out(card, port, pin='1234"')
    assert (status, said) == (1, "A PIN has 4 to 8 digits; this one was not tried.\n")
    assert card.tries == []


def test_a_modem_that_does_not_count(tmp_path: Path, port: str) -> None:
    card = Card(tmp_path, answers={})
    status, _out, said = carry_out(card, port)
    assert (status, "pin_check=off" in said) == (1, True)
    assert card.tries == []


def test_what_is_not_there_yet_is_a_warning(card: Card, port: str) -> None:
    for device in ("/dev/cdc-wdm7", "", "/etc/passwd"):
        assert carry_out(card, device)[0] == 0
        assert "no modem yet" in carry_out(card, device)[1]
    card.put("state", "+CME ERROR: 10")
    assert "warning: The PIN of wwan is untested: the modem has no SIM" in carry_out(card, port)[1]
    (card.bin / "gcom").unlink()
    status, said, _errors = carry_out(card, port)
    assert (status, "gcom" in said) == (0, True)
    assert card.tries == []


def test_a_modem_that_does_not_answer_is_an_obstacle(card: Card, port: str) -> None:
    card.command("gcom", "#!/bin/sh\nprintf '@ 1\\n\\n@ silent\\n'\nexit 73\n")
    status, _out, said = carry_out(card, port)
    assert status == 1
    assert f"{port} does not answer" in said
    assert "not tried" in said


@pytest.mark.parametrize("pin", ["1234", "0000"])
def test_a_bring_up_waits_and_goes_on_afterwards(card: Card, port: str, pin: str) -> None:
    card.put("pending", "")
    carry_out(card, port, pin)
    assert (card.folder / "netifd").read_text().split() == ["down", "up"]


def test_an_interface_that_rests_is_left_alone(card: Card, port: str) -> None:
    carry_out(card, port)
    assert not (card.folder / "netifd").exists()


def test_untested_never_means_forgotten(card: Card, port: str) -> None:
    assert recall(card, port, "0000") == (0, "", "")
    assert card.tries == []
    carry_out(card, port, "0000")
    for device in (port, "/dev/cdc-wdm7"):
        status, _out, said = recall(card, device, "0000")
        assert (status, "has refused this PIN before" in said) == (1, True)
        assert recall(card, device, "1111", marked=True) == (0, "", "")
    assert card.tries == ["0000"]


def test_the_mark_of_the_guard_holds_where_the_memory_is_gone(card: Card, port: str) -> None:
    status, _out, said = recall(card, port, "1234", marked=True)
    assert (status, "pin_refused" in said, card.tries) == (1, True, [])


@pytest.mark.parametrize("away", ["modem", "gcom", "card"])
def test_a_refused_pin_is_not_written_for_later_either(card: Card, port: str, away: str) -> None:
    carry_out(card, port, "0000")
    if away == "gcom":
        (card.bin / "gcom").unlink()
    if away == "card":
        card.put("state", "+CME ERROR: 10")
    status, out, said = carry_out(card, "/dev/cdc-wdm7" if away == "modem" else port, "0000")
    assert (status, out) == (1, "")
    assert "has refused this PIN before" in said


def test_an_open_sim_lets_no_refused_pin_pass(card: Card, port: str) -> None:
    carry_out(card, port, "0000")
    carry_out(card, port, "1234")
    assert "has refused this PIN before" in carry_out(card, port, "0000")[2]


def test_without_room_for_a_note_nothing_is_tried(card: Card, port: str) -> None:
    card.memory.write_text("in the way")
    status, _out, said = carry_out(card, port)
    assert (status, "is its flash full" in said, card.tries) == (1, True, [])


@pytest.mark.parametrize(
    ("left", "codes"), [(2, "PIN_FAILED"), (2, "NO_DEVICE"), (3, "PIN_FAILED")]
)
def test_what_netifd_was_refused_before_there_was_a_guard_is_noted(
    card: Card, port: str, left: int, codes: str
) -> None:
    card.put("left", str(left))
    card.put("codes", codes)
    status, out, said = carry_out_step(card, condemn_pin(interface="wwan", device=port, pin="0000"))
    refused = (left, codes) == (2, "PIN_FAILED")
    assert (status, said, card.tries) == (0, "", [])
    assert ("has refused the PIN of wwan (tries left: 2)" in out) is refused
    assert card.remembers("0000") is refused
