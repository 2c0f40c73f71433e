# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a plan is made of: steps, what must be reloaded after them, what each resource says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .probe import Probe


@dataclass(frozen=True)
class Step:
    """One change of the router.

    `prepare` runs before any step applies and changes nothing outside "$T", the script's private
    folder in RAM: it stages content and refuses what must not be applied. `touches` are the
    files that `apply` writes, for whoever wants to put them back. `stage` is content by file name
    that stands in "$T" before anything runs (see router.wire.Section).
    """

    title: str
    apply: str
    prepare: str = ""
    touches: tuple[str, ...] = ()
    stage: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, order=True)
class Reload:
    """An action of an init script that makes a service take up what was written."""

    service: str
    action: str = "reload"


@dataclass(frozen=True)
class Expectation:
    """What must be seen once the services have taken up the changes.

    `verdict` says what is wrong with what `probe` read; an empty text means nothing is.
    """

    probe: Probe[Any]
    verdict: Callable[[Any], str]


@dataclass(frozen=True)
class Outcome:
    """What one resource found and planned.

    `before` and `after` are texts for people, with secrets redacted; `details` are further keys
    of the module's result.
    """

    kind: str
    name: str
    changed: bool
    before: str = ""
    after: str = ""
    warnings: tuple[str, ...] = ()
    details: Mapping[str, object] = field(default_factory=dict)

    def diff(self) -> dict[str, str]:
        """In the form in which Ansible shows differences."""
        header = f"{self.kind} {self.name}".rstrip()
        return {
            "before_header": header,
            "after_header": header,
            "before": self.before,
            "after": self.after,
        }


@dataclass(frozen=True)
class Plan:
    """The ordered differences between a router and what is wanted; no steps means converged."""

    steps: tuple[Step, ...]
    reloads: tuple[Reload, ...]
    outcomes: tuple[Outcome, ...]
    expectations: tuple[Expectation, ...] = ()

    @property
    def changed(self) -> bool:
        return bool(self.steps or self.reloads)

    @property
    def touches(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(path for step in self.steps for path in step.touches))

    @property
    def warnings(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(text for outcome in self.outcomes for text in outcome.warnings))
