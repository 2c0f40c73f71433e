# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What all resources share that live in a UCI package."""

from __future__ import annotations

from collections.abc import Mapping

from ..engine.draft import Draft
from ..engine.plan import Outcome
from ..uci.carry import lost
from ..uci.compare import equal
from ..uci.model import Package
from ..uci.reload import reloads_for
from ..uci.report import report


def settle(
    draft: Draft,
    package: Package,
    *,
    kind: str,
    name: str,
    reload: bool,
    warnings: tuple[str, ...] = (),
    details: Mapping[str, object] | None = None,
) -> Outcome:
    """Put the edited package into the draft, ask for its reload, and say what differs."""
    before = draft.uci(package.name)
    changed = not equal(before, package)
    if changed:
        draft.put_uci(package)
        for each in reloads_for(package.name) if reload else ():
            draft.reload(each)
    shown = report(before, package)
    return Outcome(
        kind=kind,
        name=name,
        changed=changed,
        before=shown.before,
        after=shown.after,
        warnings=(*warnings, *_lost_comments(before, package)),
        details={"differences": shown.differences, **(details or {})},
    )


def _lost_comments(before: Package, after: Package) -> tuple[str, ...]:
    """A warning without the comments themselves, which may hold an option with a secret."""
    number = lost(before, after)
    if not number:
        return ()
    lines = "One comment line goes" if number == 1 else f"{number} comment lines go"
    warning = f"/etc/config/{before.name}: {lines} with the sections and options that go."
    return (warning,)
