# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What every kind of resource promises."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from .controller import Controller
from .draft import Draft
from .plan import Outcome
from .probe import Known, Probe


class Resource(ABC):
    """Something wanted on a router. Pure: no resource does I/O, same input gives the same plan."""

    kind: ClassVar[str]

    @classmethod
    def completed(cls, params: Mapping[str, Any], controller: Controller) -> Mapping[str, Any]:
        """Arguments with what only the controller can add to them; raises SpecError.

        This is where files of the controller are read, so that all that follows is pure.
        """
        del controller
        return params

    @classmethod
    @abstractmethod
    def from_params(cls, params: Mapping[str, Any]) -> Resource:
        """From arguments that have the types of the module's argument spec; raises SpecError."""

    def secrets(self) -> frozenset[str]:
        """Values that must be removed from everything that the task prints."""
        return frozenset()

    @abstractmethod
    def reads(self, known: Known) -> Iterable[Probe[Any]]:
        """The probes that planning needs, given what is known already.

        Asked again after each round trip until it names nothing new, so that an expensive
        question (a feed's versions) is only put when a cheap one (what is installed) calls for it.
        """

    @abstractmethod
    def plan(self, draft: Draft) -> Outcome:
        """Edit the draft until it holds what is wanted; raises PlanError."""
