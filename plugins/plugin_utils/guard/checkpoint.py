# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A transaction around tasks of any kind: what is saved for it, how it is opened, what is told."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable

from ..errors import SpecError
from ..router.wire import Section
from .calls import RELOAD_JOB, Guarded
from .places import HOME, SIM_MEMORY
from .state import GuardState

_LIMIT = 300
"""Seconds in which everything must be saved."""

_NOT_KEPT = ("/dev", "/overlay", "/proc", "/rom", "/run", "/sys", "/tmp", "/var")
"""RAM, devices, and the flash as it is seen a second time; /var leads to /tmp on OpenWrt."""

_SERVICES = (
    ("network", "reload"),
    ("firewall", "reload"),
    ("dnsmasq", "reload"),
    ("odhcpd", "reload"),
    ("dropbear", "reload"),
    # crond reads a crontab that has come back, but a cron without any crontab is not running.
    ("cron", "restart"),
)

_AFTER = (
    *(
        # Who has disabled a service does not want it started; `reload` would.
        f"if /etc/init.d/{name} enabled 2>/dev/null; then /etc/init.d/{name} {action}; fi"
        for name, action in _SERVICES
    ),
    "if [ -x /sbin/reload_config ]; then /sbin/reload_config; fi",
)


def check_paths(paths: Iterable[str]) -> tuple[str, ...]:
    """Absolute paths without needless slashes and dots, each once; raises SpecError."""
    checked = tuple(dict.fromkeys(_checked(path) for path in paths))
    if not checked:
        raise SpecError(option="paths", value=[], expected="at least one absolute path")
    return checked


def _checked(path: str) -> str:
    if not path.startswith("/") or "\0" in path:
        raise SpecError(option="paths", value=path, expected="absolute paths")
    clean = "/" + posixpath.normpath(path).lstrip("/")
    if _is_in(HOME, clean) or _is_in(clean, HOME):
        raise SpecError(
            option="paths",
            value=path,
            expected="paths beside the guard's own folder",
            hint=f"The copies are kept in {HOME}; name the folders that the tasks change.",
        )
    if any(_is_in(clean, folder) for folder in _NOT_KEPT):
        raise SpecError(
            option="paths",
            value=path,
            expected="paths on flash",
            hint="What stands there is in RAM, is no file, or has another name that counts.",
        )
    if _is_in(clean, SIM_MEMORY):
        raise SpecError(
            option="paths",
            value=path,
            expected=f"paths outside of {SIM_MEMORY}",
            hint="What a SIM has refused is never rolled back: it would be tried again.",
        )
    return clean


def _is_in(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def guarded(paths: Iterable[str], *, name: str, by: str, timeout: int) -> Guarded:
    """What the guard must know to save these paths, of folders all that is in them."""
    return Guarded(
        id=name,
        by=by,
        timeout=timeout,
        limit=_LIMIT,
        # Only the router knows which of them are folders; of a file the slash is dropped there.
        paths=tuple(f"{path}/" for path in paths),
        after=_AFTER,
    )


def opening(guard: Guarded) -> list[Section]:
    """Open a transaction and leave it open."""
    return [
        guard.opening(),
        # Whatever is done from now on, the services are to take up what is put back: the guard has
        # them do so where a reload has taken place.
        Section(
            "remember the services",
            f"umask 077\nmkdir -p {RELOAD_JOB} && : >{RELOAD_JOB}/failed && : >{RELOAD_JOB}/done",
        ),
        guard.applied(),
    ]


def pending(state: GuardState) -> list[dict[str, object]]:
    """The transactions that are open; at most one is."""
    return [{**state.facts(), "timer": state.timer}] if state.is_open else []


def last(state: GuardState) -> dict[str, object]:
    """How the last transaction since the boot has ended; empty when there was none."""
    if not state.last_id:
        return {}
    return {"id": state.last_id, "state": state.last_outcome, "why": state.last_why}


def describe(state: GuardState) -> str:
    """What is open and how the last one ended, for people."""
    now = f"Open: {state.describe()}." if state.is_open else "No transaction is open."
    if not state.last_id:
        return now
    return (
        f"{now} The last one, {state.last_id}, has ended: {state.last_outcome}, {state.last_why}."
    )
