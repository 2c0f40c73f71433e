# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A file, a directory or a link of the router."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from ..engine.controller import Controller
from ..engine.draft import Draft
from ..engine.plan import Outcome, Reload
from ..engine.probe import Known, Probe
from ..engine.resource import Resource
from ..errors import PlanError, SpecError
from ..files import keep
from ..files.probe import FileProbe
from ..files.readers import passed_over
from ..files.report import is_text, report
from ..files.state import ABSENT, FileState, Kind, plain_file, sha256
from ..services.probe import ServiceProbe
from .file_params import check_params
from .init_script import find_init_script

_SHOWN = 65536
"""Bytes of a text that are still worth being fetched and shown as a difference."""


@dataclass(frozen=True)
class ManagedFile(Resource):
    """`content` is bytes as text with surrogate escapes, None where it shall stay as it is.

    `keep` says whether the path is in /etc/sysupgrade.conf, None where that shall stay as it is.
    """

    kind: ClassVar[str] = "file"

    path: str
    state: str = "present"
    content: str | None = None
    mode: str | None = None
    target: str | None = None
    check: str = ""
    keep: bool | None = None
    secret: bool = False
    brief: bool = False
    recursive: bool = False
    reloads: tuple[Reload, ...] = ()

    @classmethod
    def completed(cls, params: Mapping[str, Any], controller: Controller) -> Mapping[str, Any]:
        given = [name for name in ("content", "src", "template") if params[name] is not None]
        if len(given) > 1:
            raise SpecError(
                option=given[1], value=params[given[1]], expected=f"only one of {', '.join(given)}"
            )
        content = params["content"]
        if params["state"] != "present":
            return params
        if params["src"] is not None:
            data = controller.read(params["src"], option="src")
            content = data.decode("utf-8", "surrogateescape")
        elif params["template"] is not None:
            variables = {"template_destpath": params["path"]}
            content = controller.render(params["template"], option="template", variables=variables)
        return {**params, "content": content}

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> ManagedFile:
        return cls(**check_params(params))

    def secrets(self) -> frozenset[str]:
        if not self.secret or not self.content:
            return frozenset()
        return frozenset(text for text in (self.content, self.content.strip()) if text)

    @property
    def _probe(self) -> FileProbe:
        if self.content is None or self.secret or self.brief or not is_text(self.content):
            return FileProbe(self.path, most=0)
        return FileProbe(self.path, most=_SHOWN, unless=sha256(self.content))

    def reads(self, known: Known) -> Iterable[Probe[Any]]:
        del known
        kept = () if self.keep is None else (FileProbe(keep.PATH),)
        return (self._probe, *kept, *(ServiceProbe(each.service) for each in self.reloads))

    def plan(self, draft: Draft) -> Outcome:
        before = draft.at(self._probe)
        after = self._wanted(before)
        changed = after != before
        if changed:
            draft.put_file(
                self.path,
                after,
                read=self._probe,
                check=self.check,
                secret=self.secret,
                recursive=self.recursive,
            )
            for reload in self.reloads:
                draft.reload(reload)
        reason = passed_over(self.path, after)
        warnings: tuple[str, ...] = (reason,) if reason else ()
        for reload in self.reloads:
            warnings += find_init_script(draft, ServiceProbe(reload.service))
        kept = self.keep is not None and keep.register(draft, self.path, kept=self.keep)
        shown = report(before, after, secret=self.secret, brief=self.brief)
        return Outcome(
            kind=self.kind,
            name=self.path,
            changed=changed or kept,
            before=shown.before + _kept(kept, was=not self.keep),
            after=shown.after + _kept(kept, was=bool(self.keep)),
            warnings=warnings,
            details=self._details(after),
        )

    def _details(self, after: FileState) -> dict[str, object]:
        details: dict[str, object] = {"path": self.path, "mode": after.mode}
        if after.kind is Kind.FILE and not self.secret:
            details |= {"size": after.size, "checksum": after.digest}
        return details

    def _wanted(self, found: FileState) -> FileState:
        if self.state == "absent":
            return self._absent(found)
        if self.state == "directory":
            return self._directory(found)
        if self.state == "link":
            return self._link(found)
        return self._file(found)

    def _file(self, found: FileState) -> FileState:
        if found.kind is Kind.ABSENT:
            if self.content is None:
                raise PlanError(
                    f"{self.path} does not exist, and nothing says what shall be in it.",
                    hint="Give content, src or template; for an empty file content: ''.",
                )
            return plain_file(self.content, self.mode or ("0600" if self.secret else "0644"))
        if found.kind is not Kind.FILE:
            raise self._stands_in_the_way(found)
        mode = self.mode or found.mode
        if self.content is None:
            return replace(found, mode=mode)
        return replace(plain_file(self.content, mode, owner=found.owner), target=found.target)

    def _directory(self, found: FileState) -> FileState:
        if found.kind is Kind.ABSENT:
            return FileState(Kind.DIRECTORY, mode=self.mode or "0755")
        if found.kind is not Kind.DIRECTORY:
            raise self._stands_in_the_way(found)
        return replace(found, mode=self.mode or found.mode)

    def _link(self, found: FileState) -> FileState:
        if found.target == self.target:
            return found
        if found.exists and found.target is None:
            raise self._stands_in_the_way(found)
        return FileState(Kind.LINK, target=self.target)

    def _absent(self, found: FileState) -> FileState:
        full = found.kind is Kind.DIRECTORY and found.target is None and found.size
        if full and not self.recursive:
            raise PlanError(
                f"The directory {self.path} has {found.size} entries.",
                hint="Use recursive: true to remove it with all that is in it.",
            )
        if found.kind is Kind.OTHER:
            raise self._stands_in_the_way(found)
        return ABSENT

    def _stands_in_the_way(self, found: FileState) -> PlanError:
        what = {
            Kind.FILE: "a file",
            Kind.DIRECTORY: "a directory",
            Kind.LINK: f"a link to {found.target}, which does not exist",
            Kind.OTHER: "neither file, directory nor link",
        }[found.kind]
        return PlanError(
            f"{self.path} is {what}; it cannot become state {self.state}.",
            hint="Remove it first with state: absent, if it is not needed.",
        )


def _kept(changed: bool, *, was: bool) -> str:
    return f"kept over sysupgrade: {'yes' if was else 'no'}\n" if changed else ""
