# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a plan is made of: steps, what must be reloaded after them, what each resource says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..guard.lockout import Risk
from .probe import Probe


@dataclass(frozen=True)
class Step:
    """One change of the router.

    `prepare` runs before any step applies and changes nothing outside "$T", the script's private
    folder in RAM: it stages content and refuses what must not be applied. `stage` is content by
    file name that stands in "$T" before anything runs (see router.wire.Section).

    `touches` are the paths that `apply` writes, which the guard saves and puts back; one that ends
    in a slash is a folder with all that is in it. What a step does that `stays` is not put back,
    unless `undo`, a line of shell, does that. A line that `apply` prints behind `warning: ` becomes
    a warning of the task.
    """

    title: str
    apply: str
    prepare: str = ""
    touches: tuple[str, ...] = ()
    stage: Mapping[str, str] = field(default_factory=dict)
    stays: bool = False
    undo: str = ""

    @property
    def guarded(self) -> bool:
        return not self.stays or bool(self.undo)


@dataclass(frozen=True, order=True)
class Reload:
    """An action of an init script that makes a service take up what was written."""

    service: str
    action: str = "reload"

    @property
    def undoing(self) -> Reload:
        """What has the service take up the old configuration, or be as it was."""
        return Reload(
            self.service, {"start": "stop", "stop": "start"}.get(self.action, self.action)
        )


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
    """The ordered differences between a router and what is wanted; no steps means converged.

    `risks` are the changes that could lock out whoever makes them.
    """

    steps: tuple[Step, ...]
    reloads: tuple[Reload, ...]
    outcomes: tuple[Outcome, ...]
    expectations: tuple[Expectation, ...] = ()
    installs: frozenset[str] = frozenset()
    """Packages that are not there yet."""
    risks: tuple[Risk, ...] = ()

    @property
    def changed(self) -> bool:
        return bool(self.steps or self.reloads)

    @property
    def guarded(self) -> bool:
        """Whether there is anything that could be put back."""
        return bool(self.reloads) or any(step.guarded for step in self.steps)

    @property
    def touches(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(path for step in self.steps for path in step.touches))

    @property
    def warnings(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(text for outcome in self.outcomes for text in outcome.warnings))
