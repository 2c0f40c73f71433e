# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Dialogues with modems: from a table of answers, or with the simulated stick, without a port."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from ipaddress import IPv4Network

from ansible_collections.fleet.openwrt.plugins.plugin_utils.at.reply import reply
from ansible_collections.fleet.openwrt.plugins.plugin_utils.at.talk import Dialogue
from ansible_collections.fleet.openwrt.plugins.plugin_utils.modem.report import queries
from modem import faults
from modem.at import Dialogue as Stick
from modem.carrier import Carrier
from modem.modem import Modem

PORT = "/dev/ttyUSB0"


def said(answers: Mapping[str, str], *commands: str) -> Dialogue:
    """What came back to each command, lines and final result; ERROR where the table has none."""
    asked = dict.fromkeys((*answers, *commands))
    return Dialogue(
        PORT,
        tuple(reply(each, answers.get(each, "ERROR").splitlines()) for each in asked),
    )


def stick(*wrong: str, apn: str = "internet", online: bool = True) -> Modem:
    """A simulated stick with faults, its session up or not."""
    modem = Modem(Carrier(IPv4Network("100.64.7.0/24")), settled=True)
    for fault in wrong:
        faults.apply(modem, {}, fault)
    modem.contexts[1] = ("IP", apn)
    if online:
        modem.connect(1, apn)
    return modem


def ask(modem: Modem, *commands: str) -> list[str]:
    """The lines of the answer to the last command, echo off."""
    dialogue = Stick(modem)
    dialogue.echo = False
    said = b""
    for command in commands:
        said = dialogue.feed(f"{command}\r".encode())
    return [line for line in said.decode().split("\r\n") if line]


def heard(modem: Modem, commands: Iterable[str]) -> list[str]:
    """What comes back to each command, as the port shows it."""
    port = Stick(modem)
    lines = (port.feed(f"{each}\r".encode()).decode() for each in commands)
    return [text.replace("\r", "\n").strip() for text in lines]


def printed(modem: Modem, maker: str) -> str:
    """What the script of a ModemProbe prints."""
    blocks = enumerate(heard(modem, queries(maker)), 1)
    dialogue = "".join(f"@ {number}\n{text}\n" for number, text in blocks)
    return f"@ maker {maker}\n@ port {PORT}\n{dialogue}"
