# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The step that turns what stands at one path of the router into what shall stand there."""

from __future__ import annotations

from dataclasses import dataclass

from ..engine.plan import Step
from ..shell import quote
from .state import FileState, Kind, sha256


@dataclass(frozen=True)
class FileEdit:
    """`checks` are commands that must succeed with the new content's staged copy as last argument.

    What they say is kept to themselves when the content is `secret`. A directory that shall be
    gone takes its content with it only when `recursive`.
    """

    path: str
    before: FileState
    after: FileState
    checks: tuple[str, ...] = ()
    secret: bool = False
    recursive: bool = False


def write_file(edit: FileEdit) -> Step:
    """Refuses when the path is no longer what was read; a file is replaced atomically."""
    before, after = edit.before, edit.after
    if after.kind is Kind.ABSENT:
        return _step(edit, "remove", apply=_removal(edit))
    if after.kind is Kind.LINK:
        link = f"{_parent(edit.path)}ln -sfn -- {quote(after.target or '')} {quote(edit.path)}"
        return _step(edit, "link", apply=link)
    if after.kind is Kind.DIRECTORY:
        made = f"{_parent(edit.path)}mkdir -p {quote(edit.path)}{_and_mode(edit)}"
        return _step(edit, "make directory" if before.kind is Kind.ABSENT else "chmod", apply=made)
    if after.content is None or (before.kind is Kind.FILE and after.digest == before.digest):
        verb = "chown" if _new_owner(edit) else "chmod"
        return _step(edit, verb, apply=f":{_and_owner(edit)}{_and_mode(edit)}")
    return _step(
        edit,
        "write",
        prepare=_arrived(edit, after.content),
        apply=replace(
            edit.path,
            content=f"cat {staged(edit.path)}",
            mode=after.mode,
            owner=_new_owner(edit),
        ),
        stage={_stage_name(edit.path): after.content},
    )


def staged(path: str) -> str:
    """Where the new content waits in the script's private folder, as a shell word."""
    return f'"$T"/{_stage_name(path)}'


def unchanged(path: str, content: str | None) -> str:
    """Shell that fails when `path` no longer holds `content` (None: no longer is absent)."""
    word = quote(path)
    if content is None:
        return _or_refuse(path, f"[ ! -e {word} ]")
    return _or_refuse(path, f"sha256sum <{word} | grep -q {quote('^' + sha256(content) + ' ')}")


def replace(path: str, *, content: str, mode: str | None, owner: str = "") -> str:
    """Shell that puts what the command `content` prints in the place of `path`.

    The new file is made beside the old one and renamed over it, with the old one's owner and
    mode unless `owner` and `mode` are given; a link is followed, the file it points to is replaced.
    """
    word = quote(path)
    keep = 'cp -p "$f" "$n" || fleet_give_up'
    if mode:
        # Without a copy of the old content: flash wears out, and is small.
        keep = (
            "# shellcheck disable=SC2012 # there is no stat; owner and group are numbers\n"
            'chown "$(ls -lnd "$f" | awk \'{ print $3 ":" $4 }\')" "$n" || fleet_give_up'
        )
    chown = f'chown {quote(owner)} "$n" &&\n' if owner else ""
    chmod = f'chmod {quote(mode)} "$n" &&\n' if mode else ""
    return (
        f"f={word}\n"
        'if [ -e "$f" ]; then\n'
        'f=$(readlink -f "$f")\n'
        # BusyBox takes what leads nowhere for relative to the working directory.
        'elif [ -L "$f" ]; then\n'
        'l=$(readlink "$f")\n'
        "case $l in /*) f=$l ;; *) f=${f%/*}/$l ;; esac\n"
        "fi\n"
        "d=${f%/*}\n"
        "n=$d/.${f##*/}.fleet\n"
        'fleet_give_up() { rm -f "$n"; exit 1; }\n'
        '( umask 022; mkdir -p "$d/" ) && rm -f "$n" && : >"$n" || exit 1\n'
        f'if [ -e "$f" ]; then\n{keep}\nfi\n'
        f'if {content} >"$n" &&\n{chown}{chmod}mv -f "$n" "$f"; then exit 0; fi\nfleet_give_up'
    )


def _step(
    edit: FileEdit, verb: str, *, apply: str, prepare: str = "", stage: dict[str, str] | None = None
) -> Step:
    guard = _or_refuse(edit.path, _still(edit))
    if edit.before.kind is Kind.ABSENT:
        guard += f"\n{_has_place(edit.path)}"
    return Step(
        title=f"{verb} {edit.path}",
        prepare="\n".join(filter(None, (guard, prepare))),
        apply=apply,
        touches=(f"{edit.path}/" if _takes_all(edit) else edit.path,),
        stage=stage or {},
    )


def _still(edit: FileEdit) -> str:
    """A command that succeeds while the path is as it was read."""
    word, before = quote(edit.path), edit.before
    if before.target is not None and edit.after.kind in {Kind.LINK, Kind.ABSENT}:
        return f'[ "$(readlink {word}; echo .)" = {quote(before.target + chr(10) + ".")} ]'
    if before.kind is Kind.FILE:
        return f"sha256sum <{word} | grep -q {quote(f'^{before.digest} ')}"
    if before.kind is Kind.DIRECTORY:
        return f"[ -d {word} ]"
    return f"[ ! -e {word} ]"


def _has_place(path: str) -> str:
    """Shell that fails unless the missing folders above `path` can be made."""
    return f"""\
d={quote(path.rpartition("/")[0])}
while [ -n "$d" ] && [ ! -e "$d" ]; do d=${{d%/*}}; done
[ -d "$d/" ] || {{ echo {quote(path)} cannot be made, "$d" is no folder >&2; exit 70; }}"""


def _or_refuse(path: str, test: str) -> str:
    refusal = (
        f"{path} has changed since it was read; somebody else is at work on this router. "
        f"Run the task again."
    )
    return f"{test} || {{ echo {quote(refusal)} >&2; exit 65; }}"


def _removal(edit: FileEdit) -> str:
    word = quote(edit.path)
    if _takes_all(edit):
        return f"rm -rf {word}"
    if edit.before.kind is Kind.DIRECTORY and edit.before.target is None:
        return f"rmdir {word}"
    return f"rm -f {word}"


def _takes_all(edit: FileEdit) -> bool:
    """Whether a folder goes with all that is in it."""
    folder = edit.before.kind is Kind.DIRECTORY and edit.before.target is None
    return folder and edit.recursive and edit.after.kind is Kind.ABSENT


def _arrived(edit: FileEdit, content: str) -> str:
    """Shell that fails unless the staged copy is whole and the checks agree with it."""
    copy = staged(edit.path)
    lost = (
        f"the new content of {edit.path} did not arrive whole; "
        f"is there room for {edit.after.size} bytes in /tmp?"
    )
    whole = f"sha256sum <{copy} | grep -q {quote('^' + sha256(content) + ' ')}"
    # Removed before a word is said: with a full /tmp there is no room for the word.
    lines = [f"{whole} || {{ rm -f {copy}; echo {quote(lost)} >&2; exit 69; }}"]
    for check in edit.checks:
        # A shell of its own, so that a check with a fault in it breaks nothing else.
        program = quote(f'{check} "$1"')
        command = f"sh -c {program} check {copy}"
        refused = f"{check} refuses the new content of {edit.path}"
        lines.append(
            f"{command} >/dev/null 2>&1 || {{ echo {quote(refused)} >&2; exit 68; }}"
            if edit.secret
            else f"{command} || exit 68"
        )
    return "\n".join(lines)


def _stage_name(path: str) -> str:
    return f"new.{sha256(path)[:16]}"


def _parent(path: str) -> str:
    """Shell that makes missing folders above `path`, as everybody may see them."""
    parent = path.rpartition("/")[0]
    return f"( umask 022; mkdir -p {quote(parent)} ) &&\n" if parent else ""


def _new_owner(edit: FileEdit) -> str:
    """The user to whom the path must be given; empty where its owner stays."""
    if edit.before.kind is Kind.ABSENT or edit.after.owner == edit.before.owner:
        return ""
    return edit.after.owner or "0"


def _and_owner(edit: FileEdit) -> str:
    owner = _new_owner(edit)
    return f" && chown {quote(owner)} {quote(edit.path)}" if owner else ""


def _and_mode(edit: FileEdit) -> str:
    return f" && chmod {quote(edit.after.mode)} {quote(edit.path)}" if edit.after.mode else ""
