# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Probes: what planning may ask a router, as values.

A probe is a frozen dataclass, so two resources that ask the same question ask it once, and a test
answers it without a router.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import Any, Generic, TypeVar

from ..errors import IllegibleError
from ..router.wire import Answer, Section

_EXCERPT = 100

T = TypeVar("T")
P = TypeVar("P")


class Probe(ABC, Generic[T]):
    """A question to the router: the shell that asks it and the parser of its answer."""

    @property
    @abstractmethod
    def title(self) -> str:
        """What is read, in words, for error messages; unique among the probes of a run."""

    @abstractmethod
    def script(self) -> str:
        """Shell that prints the answer and changes nothing but RAM."""

    def section(self) -> Section:
        """The script under its title; a probe that needs files in "$T" brings them here."""
        return Section(self.title, self.script())

    @abstractmethod
    def parse(self, answer: Answer) -> T:
        """The value; raises ProbeError when the router could not answer."""

    def understood(self, answer: Answer) -> T:
        """The value; raises ProbeError also for an answer that no OpenWrt router gives.

        What such an answer holds, and so what a parser runs into, cannot be foreseen.
        """
        try:
            return self.parse(answer)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            raise IllegibleError(self.title, str(error)[:_EXCERPT] or "malformed") from error
        except RecursionError as error:
            raise IllegibleError(self.title, "nested too deeply") from error


class Known:
    """What has been read so far."""

    def __init__(self, values: Mapping[Probe[Any], Any] | None = None) -> None:
        self._values = dict(values or {})

    def __contains__(self, probe: Probe[Any]) -> bool:
        return probe in self._values

    def __getitem__(self, probe: Probe[T]) -> T:
        value: T = self._values[probe]
        return value

    def of(self, kind: type[P]) -> tuple[P, ...]:
        """The probes of a kind that have an answer."""
        return tuple(probe for probe in self._values if isinstance(probe, kind))

    def missing(self, probes: Iterable[Probe[Any]]) -> tuple[Probe[Any], ...]:
        """Those of `probes` that are not known yet, each once, in order."""
        return tuple(dict.fromkeys(probe for probe in probes if probe not in self._values))

    def joined(self, values: Mapping[Probe[Any], Any]) -> Known:
        return Known({**self._values, **values})
