# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stick held to nine bring-ups that genuine ncm.sh and gcom were recorded with."""

from __future__ import annotations

import json
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

import pytest

from modem import faults
from modem.at import Dialogue
from modem.carrier import Carrier
from modem.modem import Modem

ANSWERS = Path(__file__).parents[2] / "conformance" / "answers" / "ncm.json"
FAULT = {
    "none": [],
    "apn": ["apn=another"],
    "silent": ["silent"],
    "chatter": ["chatter"],
    "vendor": ["vendor=acme"],
    "pin": ["pin=1234"],
    "pin-right": ["pin=1234"],
    "puk": ["puk"],
    "nosim": ["nosim"],
}
RECORDED: list[dict[str, Any]] = json.loads(ANSWERS.read_text())


def exchanges(lines: list[str]) -> list[tuple[str, str]]:
    """Commands with their answers; an unanswered one has an empty answer."""
    found: list[tuple[str, str]] = []
    for line in lines:
        if line.startswith("> "):
            found.append((line[2:], ""))
        else:
            found[-1] = (found[-1][0], line[2:])
    return found


def answer(dialogue: Dialogue, command: str) -> str:
    """The modem's answer in the notation of the recording, its echo taken off."""
    said = dialogue.feed(f"{command}\r".encode()).decode()
    return said.removeprefix(f"{command}\r").strip().replace("\r\n", " | ")


def test_all_recordings_are_replayed() -> None:
    assert {each["fault"] for each in RECORDED} == set(FAULT)


@pytest.mark.parametrize("recorded", RECORDED, ids=lambda each: each["fault"])
def test_dialogue(recorded: dict[str, Any]) -> None:
    modem = Modem(Carrier(IPv4Network("100.64.0.0/24")), settled=True)
    for what in FAULT[recorded["fault"]]:
        faults.apply(modem, {}, what)
    dialogue = Dialogue(modem)
    expected = exchanges(recorded["at"])
    assert [(command, answer(dialogue, command)) for command, _ in expected] == expected
    assert (modem.session is not None) == recorded["wwan"]["up"]
