# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What differs between a modem and what is wanted of it: pure, no modem is asked here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ...at.talk import Dialogue
from ...errors import PlanError
from ...ncm.known import maker_word
from ...ncm.vendors import VENDORS, Kept, Vendor, by_code, vendor_of
from ..dialects import standard
from .commands import MAKER, Command, commands_of, read_codes
from .wanted import Wanted

SETTINGS = ("mode", "domain", "roaming", "ports")


@dataclass(frozen=True)
class Change:
    """What to tell a modem, if anything.

    `before` are its codes by setting, `wanted` those that differ, `commands` what writes them.
    """

    vendor: Vendor
    before: Mapping[str, str]
    wanted: Mapping[str, str] = field(default_factory=dict)
    commands: tuple[Command, ...] = ()

    @property
    def orders(self) -> tuple[str, ...]:
        return tuple(command.write(self._codes_for(command)) for command in self.commands)

    @property
    def after(self) -> dict[str, str]:
        return {**self.before, **self.wanted}

    def _codes_for(self, command: Command) -> dict[str, str]:
        return {name: code for name, code in self.wanted.items() if name in command.settings}


def plan(dialogue: Dialogue, wanted: Wanted) -> Change:
    """Compare the answers to commands.QUERIES with what is wanted; raises PlanError."""
    vendor = _vendor(dialogue)
    before = read_codes(vendor, dialogue)
    codes = {setting: _code(vendor, setting, wanted) for setting in wanted.settings}
    for setting in codes:
        if setting not in before:
            raise _not_told(vendor, setting, dialogue)
    differing = {name: code for name, code in codes.items() if before[name] != code}
    if "ports" in differing and not wanted.allow_port_change:
        raise PlanError(
            f"The stick's port layout is {before['ports']}, not {differing['ports']}. Nothing was "
            f"changed.",
            hint="allow_port_change: true has it written.",
        )
    commands = tuple(each for each in commands_of(vendor) if each.settings & differing.keys())
    return Change(vendor, before, differing, commands)


def shown(vendor: Vendor, codes: Mapping[str, str]) -> dict[str, object]:
    """Settings for people: words, a code where there is no word for it, None where it is not known.

    Roaming is True or False.
    """
    result: dict[str, object] = {}
    for setting in SETTINGS:
        code = codes.get(setting)
        words = by_code(choices(vendor.kept, setting))
        word = words.get(code, code) if code is not None else None
        result[setting] = {"yes": True, "no": False}.get(word or "", word)
    return result


def choices(kept: Kept, setting: str) -> Mapping[str, str]:
    """The code of each word that a setting can have; none for ports, which have no words."""
    return {"mode": kept.mode, "domain": kept.domain, "roaming": kept.roaming}.get(setting, {})


def _vendor(dialogue: Dialogue) -> Vendor:
    said = standard.text(dialogue, MAKER) or ""
    vendor = vendor_of(maker_word(said.replace('"', " ")) or "")
    if vendor is None:
        raise PlanError(
            f"It is not known how modems of this maker are set: {MAKER} answered "
            f"{said or dialogue.reply(MAKER).result or '(nothing)'!r}. Nothing was changed.",
            hint=_who_can(),
        )
    return vendor


def _code(vendor: Vendor, setting: str, wanted: Wanted) -> str:
    if setting == "ports" and vendor.kept.ports and wanted.ports is not None:
        return wanted.ports
    known = choices(vendor.kept, setting)
    if not known:
        raise PlanError(
            f"{setting}: no command is known by which modems of {vendor.name} keep it. Nothing was "
            f"changed.",
            hint=_who_can(),
        )
    word = wanted.words[setting]
    if word not in known:
        raise PlanError(
            f"{setting}: modems of {vendor.name} cannot be set to {word}, only to "
            f"{', '.join(known)}. Nothing was changed."
        )
    return known[word]


def _not_told(vendor: Vendor, setting: str, dialogue: Dialogue) -> PlanError:
    query = next(each.query for each in commands_of(vendor) if setting in each.settings)
    reply = dialogue.reply(query)
    said = "; ".join((*reply.lines, reply.result or "no answer"))
    return PlanError(
        f"{setting}: the modem does not tell what it is now: {reply.command} answered {said!r}. "
        f"Nothing was changed.",
        hint="Without knowing that it would be written at every run, and its flash wears out.",
    )


def _who_can() -> str:
    able = {
        vendor.name: [name for name in SETTINGS if choices(vendor.kept, name)]
        + (["ports"] if vendor.kept.ports else [])
        for vendor in VENDORS.values()
    }
    told = "; ".join(f"{name}: {', '.join(names)}" for name, names in able.items() if names)
    return f"Modems that can be set, and what: {told}."
