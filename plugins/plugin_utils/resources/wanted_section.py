# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""One UCI section as it shall be, found by its name or by what distinguishes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..errors import PlanError, SpecError
from ..uci.address import nth
from ..uci.list_options import is_unread
from ..uci.model import Package, Section, Value
from ..uci.names import check_option_name, check_section_name, check_type
from ..uci.serialise import labels
from ..uci.values import uci_options


@dataclass(frozen=True)
class WantedSection:
    """A section and its options; `contains` and `lacks` speak of single items of lists.

    With neither name nor match the section is the only one of its type. Of several, `index` picks
    one. The anonymous names (cfg0123ab) that uci prints are never used: they change when an earlier
    section comes or goes.
    """

    type: str | None
    name: str | None = None
    match: Mapping[str, Value] = field(default_factory=dict)
    index: int | None = None
    options: Mapping[str, Value] = field(default_factory=dict)
    contains: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lacks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    absent_options: tuple[str, ...] = ()
    exclusive: bool = False
    present: bool = True

    @classmethod
    def from_params(cls, params: Mapping[str, Any], *, where: str) -> WantedSection:
        name, kind = params.get("name"), params.get("type")
        match = uci_options(params.get("match") or {}, where=f"{where}.match")
        options = uci_options(params.get("options") or {}, where=f"{where}.options")
        if name is not None:
            check_section_name(name, option=f"{where}.name")
        if kind is not None:
            check_type(kind, option=f"{where}.type")
        _check_address(where=where, name=name, kind=kind, match=match, options=options)
        wanted = cls(
            type=kind,
            name=name,
            match=match,
            index=_index(params, where=where),
            options=options,
            contains=_item_lists(params.get("contains") or {}, where=f"{where}.contains"),
            lacks=_item_lists(params.get("lacks") or {}, where=f"{where}.lacks"),
            absent_options=tuple(
                check_option_name(str(each), option=f"{where}.absent")
                for each in params.get("absent") or ()
            ),
            exclusive=bool(params.get("exclusive")),
            present=params.get("state", "present") == "present",
        )
        wanted._check_no_contradiction(where)
        return wanted

    def _check_no_contradiction(self, where: str) -> None:
        setting = [*self.options, *self.contains]
        twice = {each for each in setting if setting.count(each) > 1}
        clash = twice | set(self.absent_options) & {*setting, *self.match}
        if clash:
            raise SpecError(
                option=where,
                value=", ".join(sorted(clash)),
                expected="each option in only one of options, contains, absent and match",
            )
        for option in self.contains.keys() & self.lacks.keys():
            both = set(self.contains[option]) & set(self.lacks[option])
            if both:
                raise SpecError(
                    option=f"{where}.lacks.{option}",
                    value=", ".join(sorted(both)),
                    expected="no item that contains asks for",
                )

    @property
    def described(self) -> str:
        if self.name:
            return self.name
        match = ", ".join(f"{key}={value}" for key, value in self.match.items())
        described = f"@{self.type}[{match}]" if match else f"@{self.type}"
        return described if self.index is None else f"{described}[{self.index}]"

    @property
    def settings(self) -> tuple[tuple[str, Value], ...]:
        """Every option that this sets and its value, or the items that it adds."""
        return (*self.match.items(), *self.options.items(), *self.contains.items())

    def find(self, package: Package) -> tuple[int, ...]:
        """The indices of the sections that this means, in file order."""
        if self.name is not None:
            index = package.index_of(self.name)
            return () if index is None else (index,)
        found = package.indices(self.type or "", self.match)
        if self.index is None:
            return found
        picked = nth(found, self.index)
        return () if picked is None else (picked,)

    def applied(self, package: Package) -> Package:
        """The package with this section as it shall be; raises PlanError."""
        found = self.find(package)
        if not self.present:
            for index in reversed(found):
                package = package.without(index)
            return package
        if len(found) > 1:
            names = ", ".join(labels(package)[index] for index in found)
            raise PlanError(
                f"{package.name}: {self.described} means {len(found)} sections ({names}).",
                hint="Add options to match until it means one, pick one with index, or remove the "
                "others.",
            )
        if not found:
            return package.append(self._edited(self._new(package), package=package.name))
        (index,) = found
        section = package.sections[index]
        if self.type is not None and section.type != self.type:
            raise PlanError(
                f"{package.name}.{self.name} is a section of type {section.type!r}, "
                f"not {self.type!r}.",
                hint="Use another name, or remove that section first with state: absent.",
            )
        return package.with_section(index, self._edited(section, package=package.name))

    def _new(self, package: Package) -> Section:
        if self.index is not None:
            raise PlanError(
                f"{package.name}: there is no section {self.described}.",
                hint="A section is only made without index.",
            )
        if self.type is None:
            raise PlanError(
                f"{package.name}.{self.name} does not exist and cannot be made without a type.",
                hint="Give type, such as interface or zone.",
            )
        return Section(type=self.type, name=self.name, options=tuple(self.match.items()))

    def _edited(self, section: Section, *, package: str) -> Section:
        if self.exclusive:
            kept = {*self.match, *self.options, *self.contains}
            for option in [each for each, _ignored in section.options if each not in kept]:
                section = section.without_option(option)
        for option in self.absent_options:
            section = section.without_option(option)
        for option, value in self.options.items():
            section = with_value(section, option, value, package=package)
        for option, items in self.contains.items():
            section = with_items(section, option, items, package=package)
        for option, items in self.lacks.items():
            section = without_items(section, option, items)
        return section


def with_value(section: Section, option: str, value: Value, *, package: str) -> Section:
    """Set exactly that value; `'wan wan6'` already is the list of both where it is read so."""
    unread = is_unread(section, option, package=package)
    if isinstance(value, tuple) and value and section.items_of(option) == value and not unread:
        return section
    return section.with_option(option, value)


def with_items(section: Section, option: str, items: Sequence[str], *, package: str) -> Section:
    """Add what is missing, at the end; an old-style string becomes a proper list then.

    It also does where nothing is missing, if its reader does not see it as it is.
    """
    held = section.items_of(option)
    missing = tuple(dict.fromkeys(item for item in items if item not in held))
    if missing or (items and is_unread(section, option, package=package)):
        return section.with_option(option, (*held, *missing))
    return section


def without_items(section: Section, option: str, items: Sequence[str]) -> Section:
    """Remove these items; the option goes with its last item, as with `uci del_list`."""
    held = section.items_of(option)
    kept = tuple(item for item in held if item not in items)
    return section.with_option(option, kept) if kept != held else section


def _index(params: Mapping[str, Any], *, where: str) -> int | None:
    index: int | None = params.get("index")
    if index is not None and (params.get("name") is not None or params.get("state") == "absent"):
        raise SpecError(
            option=f"{where}.index",
            value=index,
            expected="it neither beside name nor with state absent",
            hint="With one section less, another run would mean the next one. Use match.",
        )
    return index


def _item_lists(lists: Mapping[str, Any], *, where: str) -> dict[str, tuple[str, ...]]:
    return {
        option: (value,) if isinstance(value, str) else value
        for option, value in uci_options(lists, where=where).items()
    }


def _check_address(
    *,
    where: str,
    name: str | None,
    kind: str | None,
    match: Mapping[str, Value],
    options: Mapping[str, Value],
) -> None:
    if name is not None and match:
        raise SpecError(
            option=f"{where}.match",
            value=dict(match),
            expected="name or match, not both",
            hint="A section with a name is found by its name alone.",
        )
    if name is None and kind is None:
        raise SpecError(
            option=where,
            value=dict(match),
            expected="name, or type with match",
            hint="Anonymous sections are found by their type and by options that tell them apart.",
        )
    for option, value in match.items():
        if options.get(option, value) != value:
            raise SpecError(
                option=f"{where}.options.{option}",
                value=options[option],
                expected=f"the value that match has for it, {value!r}",
                hint="Otherwise the section would not be found again by the next run.",
            )
