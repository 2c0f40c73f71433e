# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether an init script will be there when it is called."""

from __future__ import annotations

from difflib import get_close_matches

from ..engine.draft import Draft
from ..errors import PlanError
from ..files.state import Kind
from ..services.probe import ServiceProbe


def find_init_script(draft: Draft, probe: ServiceProbe) -> tuple[str, ...]:
    """Warnings; raises PlanError when nothing on the router or in the plan brings the script."""
    planned = draft.will_have(f"/etc/init.d/{probe.name}")
    if planned is not None and planned.kind is not Kind.ABSENT:
        return ()
    service = draft.known[probe]
    if service.exists and planned is None:
        return ()
    if draft.installs:
        # A package that is about to be installed may bring it; only the router will know.
        return ()
    if probe.name in service.others and planned is None:
        raise PlanError(
            f"/etc/init.d/{probe.name} is not executable, so the router runs it neither at boot "
            f"nor for this task.",
            hint="Set mode: '0755' with fleet.openwrt.file, or `chmod +x` on the router.",
        )
    near = get_close_matches(probe.name, service.others, n=5, cutoff=0.5)
    problem = f"This router has no service {probe.name!r}: there is no /etc/init.d/{probe.name}."
    hint = (
        f"Names like it: {', '.join(near)}."
        if near
        else f"It has {', '.join(service.others) or 'none at all'}."
    )
    if draft.rehearsal:
        return (f"{problem} An earlier task may bring it; otherwise this one will fail. {hint}",)
    raise PlanError(problem, hint=hint)
