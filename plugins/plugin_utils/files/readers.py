# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Programs that pass over a file without a word because of its mode or its owner."""

from __future__ import annotations

import re

from .state import FileState, Kind

# /etc/hotplug.d, /etc/uci-defaults, /etc/profile.d and /etc/rc.local are read by a shell, whatever
# their mode.
_PROGRAMS = re.compile(
    r"/etc/init\.d/[^/]+|/etc/rc\.button/[^/]+|/usr/libexec/rpcd/[^/]+"
    r"|/lib/netifd/proto/[^/]+\.sh|/www/cgi-bin/[^/]+"
)
_KEYS = re.compile(r"/etc/dropbear(/authorized_keys)?|(/root|/home/[^/]+)/\.ssh(/authorized_keys)?")
_CRONTABS = re.compile(r"/etc/crontabs/[^/]+")


def passed_over(path: str, state: FileState) -> str:
    """The reason for which the file at this path has no effect; empty when there is none."""
    if state.kind is Kind.FILE and _PROGRAMS.fullmatch(path) and not _is_executable(state):
        return (
            f"{path} is not executable (mode {state.mode}), so nothing runs it. Set mode: '0755'."
        )
    if _KEYS.fullmatch(path) and state.mode and int(state.mode, 8) & 0o022:
        return (
            f"Others than its owner may write to {path} (mode {state.mode}), so dropbear accepts "
            f"none of its keys. Set mode: '{'0700' if state.kind is Kind.DIRECTORY else '0600'}'."
        )
    if state.kind is Kind.FILE and _CRONTABS.fullmatch(path) and state.owner:
        return (
            f"{path} belongs to the user {state.owner}, so cron passes over it. Give it to root: "
            f"`chown root {path}`, or use fleet.openwrt.cron."
        )
    return ""


def _is_executable(state: FileState) -> bool:
    return state.mode is None or bool(int(state.mode, 8) & 0o100)
