# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A named entry of a crontab, and a cron that runs it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from ..cron.fields import schedule
from ..engine.draft import Draft
from ..engine.plan import Outcome, Reload
from ..engine.probe import Known, Probe
from ..engine.resource import Resource
from ..errors import PlanError, SpecError
from ..files.probe import FileProbe
from ..files.state import ABSENT, FileState, plain_file
from ..services.probe import ServiceProbe
from .init_script import find_init_script
from .service import enabling

_USER = re.compile(r"[a-z_][a-z0-9_-]*")
_ONLY_USERS = frozenset({"root", "nobody", "daemon", "network", "admin", "www-data"})
"""Names of users that are no programs."""
_TIMES = re.compile(r"@[a-z]+\s|(?:[0-9*][0-9*/,-]*\s+){2}(?:\S+\s+){3}")
_JOB = re.compile(r"#?\s*[0-9*@]")
"""The line of a job, also of one that somebody has disabled."""
_MARK = "# fleet.openwrt: "
_CRON = ServiceProbe("cron")
_USERS = FileProbe("/etc/passwd")


@dataclass(frozen=True)
class CronEntry(Resource):
    """`line` is the crontab's line for this entry, None when the entry shall be gone."""

    kind: ClassVar[str] = "cron"

    name: str
    line: str | None
    user: str = "root"

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> CronEntry:
        name, user = params["name"], params["user"]
        if not name.strip() or name != name.strip() or not name.isprintable() or "\\" in name:
            raise SpecError(
                option="name", value=name, expected="one line of text, without backslashes"
            )
        if not _USER.fullmatch(user):
            raise SpecError(option="user", value=user, expected="the name of a user")
        if params["state"] == "absent":
            return cls(name=name, line=None, user=user)
        line = f"{schedule(params)} {_job(params['job'], user=user)}"
        return cls(name=name, line=f"#{line}" if params["disabled"] else line, user=user)

    @property
    def path(self) -> str:
        return f"/etc/crontabs/{self.user}"

    @property
    def _runs(self) -> bool:
        return self.line is not None and not self.line.startswith("#")

    def reads(self, known: Known) -> Iterable[Probe[Any]]:
        del known
        users = () if self.user == "root" else (_USERS,)
        return (FileProbe(self.path), _CRON, *users)

    def plan(self, draft: Draft) -> Outcome:
        warnings = find_init_script(draft, _CRON)
        self._check_user(draft)
        state = draft.file(self.path)
        before = state.content
        after = self._edited(before or "")
        given_back = bool(state.owner and self._runs)
        changed = after != (before or "") or given_back
        if changed:
            draft.put_file(self.path, self._file(state, after))
            # procd reloads by what is in the files, not by whose they are.
            restart = not before or not after or given_back
            draft.reload(Reload("cron", "restart" if restart else "reload"))
        revived = self._runs and self._revive(draft, changed=changed)
        return Outcome(
            kind=self.kind,
            name=self.name,
            changed=changed or revived,
            before=_owner(state.owner if given_back else None)
            + (before or "")
            + ("cron does not run\n" if revived and not changed else ""),
            after=_owner("root" if given_back else None) + after,
            warnings=warnings + (self._woken(before or "") if given_back else ()),
            details={"path": self.path, "entry": self.line or ""},
        )

    def _woken(self, before: str) -> tuple[str, ...]:
        """A warning of the jobs of others that cron has passed over so far."""
        jobs = [line for line in before.splitlines() if re.match(r"\s*[^#\s]", line)]
        others = [line for line in jobs if line != self.line]
        if not others:
            return ()
        warning = f"{self.path} belongs to root now, so cron runs its other jobs as well: "
        return (warning + "; ".join(others),)

    def _file(self, state: FileState, text: str) -> FileState:
        """The file that only we have written into goes with its last entry.

        crond passes over a crontab that root does not own, without a word (miscutils/crond.c,
        load_crontab), whoever's jobs are in it.
        """
        owner = None if self._runs else state.owner
        return plain_file(text, state.mode or "0600", owner=owner) if text else ABSENT

    def _revive(self, draft: Draft, *, changed: bool) -> bool:
        """Have cron enabled and running; whether that is a change.

        It looks only at crontabs that were there when it started, and starts nothing while there
        is none (package/utils/busybox/files/cron).
        """
        cron = draft.known[_CRON]
        if not cron.enabled:
            draft.do_last(enabling("cron", cron, enabled=True))
        if cron.running is not True and not changed:
            draft.reload(Reload("cron", "restart"))
        return not cron.enabled or (cron.running is not True and not changed)

    def _check_user(self, draft: Draft) -> None:
        if self.user == "root" or self.line is None:
            return
        users = [
            line.partition(":")[0] for line in (draft.file(_USERS.path).content or "").splitlines()
        ]
        if self.user not in users:
            raise PlanError(
                f"This router has no user {self.user!r}, so cron would ignore the crontab.",
                hint=f"It has {', '.join(users)}.",
            )

    def _edited(self, text: str) -> str:
        """The entry where it stands, or at the end; all other lines as they are."""
        lines = re.findall(r"[^\n]*\n|[^\n]+", text)
        own = [] if self.line is None else [f"{_MARK}{self.name}\n", f"{self.line}\n"]
        edited: list[str] = []
        rest = iter(range(len(lines)))
        for number in rest:
            if lines[number].rstrip() != f"{_MARK}{self.name}":
                edited.append(lines[number])
                continue
            edited += own
            own = []
            if number + 1 < len(lines) and _JOB.match(lines[number + 1]):
                next(rest)
        if own and edited and not edited[-1].endswith("\n"):
            edited[-1] += "\n"
        return "".join(edited + own)


def _owner(owner: str | None) -> str:
    return f"owner {owner}\n" if owner else ""


def _job(job: str | None, *, user: str) -> str:
    text = (job or "").strip()
    if not text:
        raise SpecError(option="job", value=job, expected="a command")
    _check_fields(text, user=user)
    if not re.fullmatch(r"[^\n\r\0]*", text):
        raise SpecError(
            option="job",
            value=job,
            expected="one line",
            hint="Put more than that into a script (fleet.openwrt.file) and run it here.",
        )
    if "#" in text:
        raise SpecError(
            option="job",
            value=job,
            expected="a command without '#'",
            hint="BusyBox's cron drops a '#' and what follows it, in quotes too. Put the command "
            "into a script (fleet.openwrt.file) and run it here.",
        )
    if text.endswith("\\"):
        raise SpecError(
            option="job",
            value=job,
            expected="a command that does not end in a backslash",
            hint="BusyBox's cron would take the next line of the crontab for a part of it.",
        )
    return text


def _check_fields(job: str, *, user: str) -> None:
    """Raises SpecError for a job that begins with what is a field in crontabs of other systems."""
    first = job.split()[0]
    if first in {*_ONLY_USERS, user}:
        raise SpecError(
            option="job",
            value=job,
            expected="a command without a user before it",
            hint=f"OpenWrt's crontabs have no field for the user, so cron would run a program "
            f"{first!r}. Set user: {first}; if it is a program, write its whole path.",
        )
    if _TIMES.match(job):
        raise SpecError(
            option="job",
            value=job,
            expected="a command without times before it",
            hint="The times belong into minute, hour, day, month and weekday, or into special.",
        )
