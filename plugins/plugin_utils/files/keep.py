# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which files survive sysupgrade: the lines of /etc/sysupgrade.conf."""

from __future__ import annotations

import re

from ..engine.draft import Draft
from ..errors import SpecError
from .state import plain_file

PATH = "/etc/sysupgrade.conf"


def check_keepable(path: str) -> None:
    """Raises SpecError: sysupgrade takes its lines apart at blanks and expands patterns."""
    if re.search(r"[\s*?\[\]\\#]", path):
        raise SpecError(
            option="path",
            value=path,
            expected=f"with keep a path without blanks, '#', backslashes and patterns: {PATH} "
            f"cannot hold it",
        )


def register(draft: Draft, path: str, *, kept: bool) -> bool:
    """Have the path listed, or not; whether that is a change."""
    state = draft.file(PATH)
    before = state.content or ""
    lines = re.findall(r"[^\n]*\n|[^\n]+", before)
    own = [line for line in lines if line.strip().rstrip("/") == path]
    if kept == bool(own):
        return False
    if kept:
        end = "" if before.endswith("\n") or not before else "\n"
        after = f"{before}{end}{path}\n"
    else:
        after = "".join(line for line in lines if line not in own)
    draft.put_file(PATH, plain_file(after, state.mode or "0644", owner=state.owner))
    return True
