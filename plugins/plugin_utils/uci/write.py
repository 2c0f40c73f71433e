# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The step that replaces one UCI package, with the router's own `uci` as judge.

Before anything is written the router must agree: the file is still the one that was read, what
others have staged is still what was read, its `uci` reads that as we did, and it reads the new
text as what was planned. `uci batch` is not used: it exits 0 whatever failed in it. `uci commit`
is not used either: it would also write what others stage in that moment.
"""

from __future__ import annotations

from dataclasses import replace as changed

from ..engine.plan import Step
from ..errors import PlanError
from ..files.state import sha256
from ..files.write import replace, unchanged
from ..shell import quote
from .model import Package
from .pending import Pending
from .probe import UciFile
from .serialise import commented_text, export

_FATE = {
    Pending.INCLUDE: "uncommitted changes included",
    Pending.DISCARD: "uncommitted changes dropped",
}


def write_package(read: UciFile, package: Package, *, pending: Pending = Pending.REFUSE) -> Step:
    """Replace /etc/config/PACKAGE, and with it what others have staged there.

    `package` is planned from `read.base(pending)`. Raises PlanError when something is staged and
    shall not be touched, or when uci does not read that file.
    """
    if read.overridden:
        raise PlanError(overridden(read), hint=_WAY_OUT.format(path=read.override))
    staged = bool(read.pending)
    if staged and pending is Pending.REFUSE:
        raise _refusal(read)
    alias = _alias(read.name)
    write = replace(read.path, content=f'cat "$T"/uci/{quote(alias)}', mode=None)
    return Step(
        title=f"write {read.path}, {_FATE[pending]}" if staged else f"write {read.path}",
        prepare="\n".join(
            (
                unchanged(read.path, read.text),
                _still_staged(read),
                'mkdir -p "$T/uci" || exit 1',
                _was_read_right(read, pending),
                _stage(package, alias),
                _reads_as('"$T/uci"', changed(package, name=alias), "the planned file", read.name),
            )
        ),
        apply=_and_unstage(read, write) if staged else write,
        touches=(read.path, read.delta_path) if staged else (read.path,),
    )


_WAY_OUT = (
    "Find out who made it (a script, a provisioning agent); `rm {path}` ends it, as does a reboot."
)


def overridden(read: UciFile) -> str:
    """Why what stands in /etc/config does not count on this router."""
    return (
        f"The UCI package {read.name} is overridden: this router's uci reads {read.override} and "
        f"not {read.path}, so that a change there has no effect."
    )


def told(read: UciFile, pending: Pending) -> str:
    """What a task that writes the package says about the changes that were staged there."""
    return f"The UCI package {read.name}: {_FATE[pending]} ({', '.join(read.pending)})."


def _refusal(read: UciFile) -> PlanError:
    return PlanError(
        f"The UCI package {read.name} has uncommitted changes that are not ours: "
        f"{', '.join(read.pending)}.",
        hint=f"Look at them with `uci changes {read.name}`, then `uci commit {read.name}` or "
        f"`uci revert {read.name}` on the router and run the task again; or have the task commit "
        f"them with its own (pending=include) or drop them (pending=discard).",
    )


def _still_staged(read: UciFile) -> str:
    """Shell that fails when what is staged is no longer what was read."""
    delta = quote(read.delta_path)
    if not read.pending:
        said = f"somebody has staged uncommitted changes to {read.name} since it was read"
        test = f"[ ! -s {delta} ]"
    else:
        said = f"the uncommitted changes of {read.name} are no longer those that were read"
        test = f"sha256sum <{delta} | grep -q {quote('^' + sha256(read.delta) + ' ')}"
    return f"{test} || {{ echo {quote(f'{said}. Run the task again.')} >&2; exit 66; }}"


def _and_unstage(read: UciFile, write: str) -> str:
    """Looks again before it writes: other steps, such as installations, have run since."""
    return f"{_still_staged(read)}\n(\n{write}\n) || exit\nrm -f {quote(read.delta_path)}"


def _alias(name: str) -> str:
    """The name under which files wait for a look by uci.

    uci mixes what is staged under a package's name into every file of that name, in whatever
    folder, and `-t` does not keep it from that.
    """
    return f"fleet_{name}"


def _was_read_right(read: UciFile, pending: Pending) -> str:
    """Shell that fails unless the router's uci sees what planning has started from."""
    what = "the file as it stands"
    if read.package is None:
        return ":"
    if read.pending and pending is Pending.DISCARD:
        alias = _alias(read.name)
        copy = f'cat {quote(read.path)} >"$T"/uci/{quote(alias)} || exit 1'
        look = _reads_as('"$T/uci"', changed(read.package, name=alias), what, read.name)
        return f"{copy}\n{look}"
    excuses = _others_work(read)
    return _reads_as("/etc/config", read.base(pending), what, read.name, excuses=excuses)


def _stage(package: Package, alias: str) -> str:
    text = commented_text(package)
    full = quote(f"the new text of {package.name} has no room in /tmp ({len(text)} bytes)")
    # Removed before a word is said: with a full /tmp there is no room for the word.
    return (
        f"printf '%s' {quote(text)} >\"$T\"/uci/{quote(alias)} || "
        f'{{ rm -r "$T/uci"; echo {full} >&2; exit 69; }}'
    )


def _reads_as(folder: str, package: Package, what: str, name: str, *, excuses: str = ":") -> str:
    """Shell that fails unless uci reads a package of this folder as we do.

    `excuses` end the script with a message of their own where it is not our fault.
    """
    refusal = quote(
        f"this router's uci reads {what} of {name} otherwise than planned; nothing was "
        f"written. Please report this with what uci export {name} prints."
    )
    return (
        f'uci -c {folder} export {quote(package.name)} >"$T/export" || exit 67\n'
        f'sha256sum <"$T/export" | grep -q {quote("^" + sha256(export(package)) + " ")} || '
        f"{{\n{excuses}\necho {refusal} >&2; exit 67\n}}"
    )


def _others_work(read: UciFile) -> str:
    """Shell that fails when somebody has changed what uci reads since it was read."""
    made = quote(
        f"somebody has made {read.override} since {read.name} was read. Run the task again."
    )
    override = f"[ ! -f {quote(read.override)} ] || {{ echo {made} >&2; exit 66; }}"
    return "\n".join((unchanged(read.path, read.text), _still_staged(read), override))
