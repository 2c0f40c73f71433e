# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The step that replaces one file of the router, atomically."""

from __future__ import annotations

import hashlib

from ..engine.plan import Step
from ..shell import quote
from .probe import FileState


def write_file(path: str, *, before: FileState, after: FileState, check: str = "") -> Step:
    """Replace, create or remove `path`; refuses when it is no longer what was read.

    `check`, a shell command, must succeed with the new content's staged copy as last argument.
    """
    word = quote(path)
    if after.content is None:
        return Step(
            title=f"remove {path}",
            prepare=unchanged(path, before.content),
            apply=f"rm -f {word}",
            touches=(path,),
        )
    return Step(
        title=f"write {path}",
        prepare="\n".join((unchanged(path, before.content), *_stage(path, after.content, check))),
        apply=replace(path, content=f"cat {staged(path)}", mode=after.mode),
        touches=(path,),
    )


def staged(path: str) -> str:
    """Where the new content waits in the script's private folder, as a shell word."""
    return '"$T"/' + quote(f"new.{hashlib.sha256(path.encode()).hexdigest()[:16]}")


def _stage(path: str, content: str, check: str) -> tuple[str, ...]:
    lines = (f"printf '%s' {quote(content)} >{staged(path)} || exit 1",)
    return (*lines, f"{check} {staged(path)} || exit 68") if check else lines


def unchanged(path: str, content: str | None) -> str:
    """Shell that fails when `path` no longer holds `content` (None: no longer is absent)."""
    word = quote(path)
    refusal = quote(
        f"{path} has changed since it was read; somebody else is at work on this router. "
        f"Run the task again."
    )
    if content is None:
        test = f"[ ! -e {word} ]"
    else:
        test = f"sha256sum <{word} | grep -q {quote('^' + sha256(content) + ' ')}"
    return f"{test} || {{ echo {refusal} >&2; exit 65; }}"


def replace(path: str, *, content: str, mode: str | None) -> str:
    """Shell that puts what the command `content` prints in the place of `path`.

    The new file is made beside the old one and renamed over it, with the old one's owner and
    mode unless `mode` is given; a link is followed, the file it points to is replaced.
    """
    word = quote(path)
    chmod = f'chmod {quote(mode)} "$n" &&\n' if mode else ""
    return (
        f'f=$(readlink -f {word}) && [ -n "$f" ] || f={word}\n'
        "d=${f%/*}\n"
        "n=$d/.${f##*/}.fleet\n"
        'mkdir -p "$d" && rm -f "$n" || exit 1\n'
        'if [ -e "$f" ]; then cp -p "$f" "$n" || exit 1; fi\n'
        f'if {content} >"$n" &&\n{chmod}mv -f "$n" "$f"; then exit 0; fi\n'
        's=$?\nrm -f "$n"\nexit "$s"'
    )


def sha256(content: str) -> str:
    return hashlib.sha256(content.encode("utf-8", "surrogateescape")).hexdigest()
