# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The package managers of OpenWrt behind one interface.

A manager says how to read what is installed and what is on offer, what has to come for what is
wanted, and which step brings it. Which one a router has is asked nowhere else.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from ..engine.plan import Step
from ..errors import PlanError
from ..shell import quote
from . import apk, apk_apply, apk_choice, apk_version, choice, opkg, opkg_apply, version
from .files import PackageFile
from .model import Installed, Offers
from .selection import Selection
from .want import Want


class Manager(ABC):
    """What planning needs of a package manager."""

    name: ClassVar[str]
    installed: ClassVar[str]
    """Shell that prints what is installed, for `parse_installed`."""

    @staticmethod
    @abstractmethod
    def compare(one: str, other: str) -> int:
        """Order of two versions: negative when the first is the older one."""

    @abstractmethod
    def parse_installed(self, text: str) -> Installed:
        """Raises ValueError for what `installed` does not print."""

    @abstractmethod
    def offers_script(self, wants: Sequence[Want], *, max_age: int) -> str:
        """Shell that prints what the feeds offer; it may refresh lists, which are in RAM."""

    @abstractmethod
    def parse_offers(self, wants: tuple[Want, ...], text: str) -> Offers:
        """Raises ValueError for what `offers_script` does not print."""

    @abstractmethod
    def refuse_impossible(self, wants: Sequence[Want]) -> None:
        """Raise PlanError for what this manager cannot have, whatever the feeds offer."""

    @abstractmethod
    def questions(
        self, wants: Sequence[Want], files: Sequence[PackageFile], installed: Installed
    ) -> tuple[Want, ...]:
        """What the feeds must be asked about, with these files at hand."""

    @abstractmethod
    def choose(
        self,
        wants: Sequence[Want],
        files: Sequence[PackageFile],
        installed: Installed,
        offers: Offers,
        *,
        replaces: Sequence[str] = (),
    ) -> Selection:
        """What has to come, and what of `replaces` goes; raises PlanError if that cannot be."""

    @abstractmethod
    def change(
        self,
        selection: Selection,
        installed: Installed,
        offers: Offers,
        *,
        names: Iterable[str],
        hold: bool | None,
        check_space: bool,
    ) -> Step | None:
        """The step that installs a selection and holds or releases `names`; None: nothing to do."""

    @abstractmethod
    def removal(self, names: Sequence[str]) -> str:
        """One line of shell that removes packages that were installed together, whatever it says.

        It needs no network, for it is what a rollback of the configuration brings along.
        """

    @abstractmethod
    def remove(self, names: Sequence[str], installed: Installed) -> Step:
        """The step that removes packages, dependents first."""

    @abstractmethod
    def orphans(self, names: Iterable[str], installed: Installed) -> tuple[str, ...]:
        """What goes together with these packages, since nothing needs it any more."""


class Opkg(Manager):
    """OpenWrt up to 24.10."""

    name = "opkg"
    installed = opkg.INSTALLED
    compare = staticmethod(version.compare)

    def parse_installed(self, text: str) -> Installed:
        return opkg.parse_installed(text)

    def offers_script(self, wants: Sequence[Want], *, max_age: int) -> str:
        return opkg.offers_script(wants, max_age=max_age)

    def parse_offers(self, wants: tuple[Want, ...], text: str) -> Offers:
        del wants
        return opkg.parse_offers(text)

    def refuse_impossible(self, wants: Sequence[Want]) -> None:
        """The lists tell all of it."""

    def questions(
        self, wants: Sequence[Want], files: Sequence[PackageFile], installed: Installed
    ) -> tuple[Want, ...]:
        return choice.questions(wants, files, installed)

    def choose(
        self,
        wants: Sequence[Want],
        files: Sequence[PackageFile],
        installed: Installed,
        offers: Offers,
        *,
        replaces: Sequence[str] = (),
    ) -> Selection:
        return choice.choose(wants, installed, offers, files=files, replaces=replaces)

    def change(
        self,
        selection: Selection,
        installed: Installed,
        offers: Offers,
        *,
        names: Iterable[str],
        hold: bool | None,
        check_space: bool,
    ) -> Step | None:
        del check_space  # It has been checked: the lists and the files tell all sizes.
        return opkg_apply.change(selection, installed, offers, names=names, hold=hold)

    def removal(self, names: Sequence[str]) -> str:
        return f"opkg remove --force-depends {' '.join(map(quote, names))}"

    def remove(self, names: Sequence[str], installed: Installed) -> Step:
        return opkg_apply.remove(names, installed)

    def orphans(self, names: Iterable[str], installed: Installed) -> tuple[str, ...]:
        del names, installed
        return ()


class Apk(Manager):
    """OpenWrt from 25.12 on."""

    name = "apk"
    installed = apk.INSTALLED
    compare = staticmethod(apk_version.compare)

    def parse_installed(self, text: str) -> Installed:
        return apk.parse_installed(text)

    def offers_script(self, wants: Sequence[Want], *, max_age: int) -> str:
        return apk.offers_script(wants, max_age=max_age)

    def parse_offers(self, wants: tuple[Want, ...], text: str) -> Offers:
        return apk.parse_offers(wants, text)

    def refuse_impossible(self, wants: Sequence[Want]) -> None:
        apk_choice.refuse_impossible(wants)

    def questions(
        self, wants: Sequence[Want], files: Sequence[PackageFile], installed: Installed
    ) -> tuple[Want, ...]:
        del installed
        in_files = {file.offer.name for file in files}
        return tuple(want for want in wants if want.name not in in_files)

    def choose(
        self,
        wants: Sequence[Want],
        files: Sequence[PackageFile],
        installed: Installed,
        offers: Offers,
        *,
        replaces: Sequence[str] = (),
    ) -> Selection:
        if not isinstance(offers, apk.TriedOffers):
            offers = apk.TriedOffers(offers.offers, offers.feeds)
        return apk_choice.choose(wants, installed, offers, files=files, replaces=replaces)

    def change(
        self,
        selection: Selection,
        installed: Installed,
        offers: Offers,
        *,
        names: Iterable[str],
        hold: bool | None,
        check_space: bool,
    ) -> Step | None:
        del offers
        return apk_apply.change(
            selection, installed, names=names, hold=hold, check_space=check_space
        )

    def removal(self, names: Sequence[str]) -> str:
        return f"apk del --no-network {' '.join(map(quote, names))}"

    def remove(self, names: Sequence[str], installed: Installed) -> Step:
        return apk_apply.remove(names, installed)

    def orphans(self, names: Iterable[str], installed: Installed) -> tuple[str, ...]:
        return apk_choice.orphans(names, installed)


MANAGERS: Mapping[str, Manager] = {each.name: each for each in (Opkg(), Apk())}


def manager_of(installed: Installed) -> Manager:
    """Raises PlanError when the router has none."""
    if installed.manager not in MANAGERS:
        raise PlanError("This router has no package manager: neither opkg nor apk.")
    return MANAGERS[installed.manager]
