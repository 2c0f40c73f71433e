# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The step that replaces one UCI package, with the router's own `uci` as judge.

Before anything is written the router must agree three times: the file is still the one that was
read, its `uci` reads that file as we did, and it reads the new text as what was planned.
`uci batch` is not used: it exits 0 whatever failed in it. `uci commit` is not used either: it
would also write what others have staged.
"""

from __future__ import annotations

from ..engine.plan import Step
from ..errors import PlanError
from ..files.state import sha256
from ..files.write import replace, unchanged
from ..shell import quote
from .model import Package
from .probe import UciFile
from .serialise import export, file_text


def write_package(read: UciFile, package: Package) -> Step:
    """Replace /etc/config/PACKAGE; raises PlanError when others have staged changes there."""
    if read.pending:
        raise PlanError(
            f"The UCI package {read.name} has uncommitted changes that are not ours: "
            f"{', '.join(read.pending)}.",
            hint=f"Look at them with `uci changes {read.name}`, then `uci commit {read.name}` or "
            f"`uci revert {read.name}` on the router and run the task again.",
        )
    return Step(
        title=f"write {read.path}",
        prepare="\n".join(
            (
                unchanged(read.path, read.text),
                _nobody_staged(read.name),
                _reads_as("/etc/config", read.package, "the file as it stands"),
                _stage(package),
                _reads_as('"$T/uci"', package, "the planned file"),
            )
        ),
        apply=replace(read.path, content=f'cat "$T"/uci/{quote(read.name)}', mode=None),
        touches=(read.path,),
    )


def _nobody_staged(name: str) -> str:
    refusal = quote(
        f"somebody has staged uncommitted changes to {name} since it was read. Run the task again."
    )
    return f"[ ! -s /tmp/.uci/{quote(name)} ] || {{ echo {refusal} >&2; exit 66; }}"


def _stage(package: Package) -> str:
    text = file_text(package)
    full = quote(f"the new text of {package.name} has no room in /tmp ({len(text)} bytes)")
    # Removed before a word is said: with a full /tmp there is no room for the word.
    return (
        'mkdir -p "$T/uci" || exit 1\n'
        f"printf '%s' {quote(text)} >\"$T\"/uci/{quote(package.name)} || "
        f'{{ rm -r "$T/uci"; echo {full} >&2; exit 69; }}'
    )


def _reads_as(folder: str, package: Package | None, what: str) -> str:
    if package is None:
        return ":"
    refusal = quote(
        f"this router's uci reads {what} of {package.name} otherwise than planned; nothing was "
        f"written. Please report this with the output of `uci export {package.name}`."
    )
    return (
        f'uci -c {folder} export {quote(package.name)} >"$T/export" || exit 67\n'
        f'sha256sum <"$T/export" | grep -q {quote("^" + sha256(export(package)) + " ")} || '
        f"{{ echo {refusal} >&2; exit 67; }}"
    )
