# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many questions in one round trip: sections in, a framed reply out.

The script is one shell function that is called at its very end. A script that arrives cut off
is therefore a syntax error and runs nothing. Standard input of the sections is /dev/null, for
the script itself is what travels on the shell's standard input.

Content of files travels before that function, in commands of a few kilobytes which the shell
runs and forgets one by one: a file of megabytes costs RAM once, in /tmp, and not in the shell.

The reply frames every section's output, standard error and exit status with a mark that is new
for each round trip, so that neither a login banner nor the output of a command can be mistaken
for a frame. A reply without its last mark is an error, never an empty answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ..errors import (
    BusyError,
    IllegibleError,
    NoBecomeError,
    NoRoomError,
    NoShellError,
    NotOpenWrtError,
    NotRootError,
    ReplyCutError,
    RouterError,
)
from ..guard.places import RAM
from ..shell import quote

_FOLDER = """\
T=
fleet_folder() {
    umask 077
    T=$(mktemp -d /tmp/fleet.XXXXXX) || return 1
    trap 'rm -rf "$T"' EXIT
    trap 'exit 129' HUP INT TERM
}
"""

# A shell that stopped reading would break the connection: without a folder, bytes go nowhere.
_STAGE = """\
fleet_put() {
    [ -z "$T" ] || printf %b "$2" >>"$T/$1"
}
if [ -r /etc/openwrt_release ]; then fleet_folder; fi
"""

# The file for standard error takes a page of RAM before there is anything to say: with a full /tmp
# errors would have no text.
_PRELUDE = """\
fleet_full() {
    printf '\\n%s full\\n' "$M"
    df -k /tmp
    printf '\\n%s done\\n' "$M"
    exit 1
}
if ! { [ -n "$T" ] || fleet_folder; } || ! echo >"$T/stderr"; then fleet_full; fi
fleet_section() {
    printf '\\n%s begin %s\\n' "$M" "$1"
    ( "$2" ) 2>"$T/stderr" 9>&-
    fleet_status=$?
    printf '\\n%s stderr %s\\n' "$M" "$1"
    [ ! -s "$T/stderr" ] || cat "$T/stderr"
    printf '\\n%s end %s %s\\n' "$M" "$1" "$fleet_status"
    return "$fleet_status"
}
"""

LOCK = f"{RAM}/lock"

# Held by file descriptor 9 until the script ends, however it ends. The sections do not inherit it,
# or a daemon that one of them starts would hold it for ever.
_EXCLUSIVE = f"""\
( umask 077; mkdir -p {RAM} && : >>{LOCK} ) || fleet_full
exec 9>>{LOCK}
fleet_tries=0
until flock -n 9; do
    fleet_tries=$((fleet_tries + 1))
    if [ "$fleet_tries" -gt 30 ]; then
        printf '\\n%s busy\\n' "$M"
        printf '\\n%s done\\n' "$M"
        exit 1
    fi
    sleep 1
done
"""

# A login that has become root may still have the path of a user, which lacks uci and ubus.
_OPENWRT_ONLY = """\
if [ ! -r /etc/openwrt_release ]; then
    printf '\\n%s alien\\n' "$M"
    uname -a
    [ ! -r /etc/os-release ] || cat /etc/os-release
    printf '\\n%s done\\n' "$M"
    exit 0
fi
case :$PATH: in
    *:/usr/sbin:*) ;;
    *) export PATH="/usr/sbin:/usr/bin:/sbin:/bin:$PATH" ;;
esac
"""

# Asked by the first script of a task: what others would fail with is hard to understand.
_ROOT_ONLY = """\
fleet_uid=$(id -u 2>/dev/null) || fleet_uid=0
if [ "$fleet_uid" != 0 ]; then
    printf '\\n%s login\\n' "$M"
    id -un 2>/dev/null || echo "$fleet_uid"
    printf '\\n%s done\\n' "$M"
    exit 0
fi
"""

_NO_PROGRAM = re.compile(r"\b(sudo|doas|su|dzdo|pbrun|ksu): (?:command )?not found")
_REFUSED = re.compile(
    r"^(sudo|doas|su): |\b(sudo)\b.*(?:password|sudoers|not allowed)|not in the sudoers",
    re.MULTILINE,
)

_EXCERPT = 300
_CHUNK = 4096
"""Characters of content that one command carries."""

_ESCAPES = str.maketrans({"\\": "\\\\", "\0": "\\0000"})
"""What `printf %b` reads otherwise, or what no word of a shell can hold."""


@dataclass(frozen=True)
class Section:
    """A piece of shell with a name; it runs in a subshell of its own.

    `stage` holds content by file name, bytes as text with surrogate escapes: such files stand in
    "$T" before any section runs. What did not arrive whole is for the section to notice.
    """

    name: str
    body: str
    stage: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """What one section said: exit status, standard output and standard error, byte for byte."""

    status: int
    stdout: str
    stderr: str


def script(
    sections: Iterable[Section],
    *,
    mark: str,
    stop_at_failure: bool = False,
    rescue: Section | None = None,
    exclusive: bool = False,
    root_only: bool = False,
) -> str:
    """The text to feed to `/bin/sh -s`.

    With `stop_at_failure` the sections after the first one that fails do not run, and the reply
    has no answers for them; `rescue` then runs in their place. Of `exclusive` scripts only one
    runs at a time on a router. A `root_only` script runs nothing for another login.
    """
    functions: list[str] = []
    calls: list[str] = []
    staged: dict[str, str] = {}
    for number, section in enumerate((*sections, *((rescue,) if rescue else ()))):
        staged.update(section.stage)
        functions.append(f"fleet_{number}() {{\n{section.body.rstrip()}\n}}\n")
        calls.append(f"fleet_section {quote(_on_one_line(section.name))} fleet_{number}")
    gates = f"{_OPENWRT_ONLY}{_ROOT_ONLY if root_only else ''}{_PRELUDE}"
    last = f" ||\n{calls.pop()}" if rescue else ""
    run = (" &&\n" if stop_at_failure else "\n").join(calls) + last
    return (
        f"{_FOLDER}{_stage(staged)}"
        "fleet_main() {\n"
        f"M={quote(mark)}\n"
        f"{gates}{_EXCLUSIVE if exclusive else ''}{''.join(functions)}{run}\n"
        "printf '\\n%s done\\n' \"$M\"\n"
        "}\n"
        "fleet_main </dev/null\n"
    )


def _stage(files: Mapping[str, str]) -> str:
    """Commands that write these files below "$T"."""
    if not files:
        return ""
    puts = (
        f"fleet_put {quote(name)} {quote(content[start : start + _CHUNK].translate(_ESCAPES))}\n"
        for name, content in files.items()
        for start in range(0, max(len(content), 1), _CHUNK)
    )
    return _STAGE + "".join(puts)


def parse(stdout: str, *, mark: str, status: int = 0, stderr: str = "") -> Mapping[str, Answer]:
    """The answers by section name.

    Raises NotOpenWrtError, NotRootError, NoShellError or NoBecomeError (our script never began),
    NoRoomError, BusyError or ReplyCutError.
    """
    frames = re.split(rf"\n{re.escape(mark)} ([^\n]*)\n", stdout)
    marks, texts = frames[1::2], frames[2::2]
    if not marks:
        raise _no_shell(status, _excerpt(stdout + stderr))
    if marks[-1] != "done":
        raise ReplyCutError(
            last_section=next(reversed(_answers(marks, texts)), None),
            status=status,
            # Not what came of the reply: it may hold a configuration file with its secrets.
            excerpt=_excerpt(stderr),
        )
    if marks[0] == "alien":
        raise NotOpenWrtError(_describe(texts[0]))
    if marks[0] == "login":
        raise NotRootError(texts[0].strip())
    if marks[0] == "busy":
        raise BusyError
    if marks[0] == "full":
        raise NoRoomError(said=_excerpt(stderr), usage=texts[0])
    return _answers(marks, texts)


def _no_shell(status: int, excerpt: str) -> RouterError:
    """Why our script never began, as far as the words of the login tell."""
    missing = _NO_PROGRAM.search(excerpt)
    if missing:
        return NoBecomeError(missing[1], excerpt=excerpt, missing=True)
    refused = _REFUSED.search(excerpt)
    if refused:
        program = refused[1] or refused[2] or "sudo"
        return NoBecomeError(program, excerpt=excerpt, missing=False)
    return NoShellError(status=status, excerpt=excerpt)


class Answers(dict[str, Answer]):
    """A section that must have run and has no answer is the router's fault."""

    def __missing__(self, name: str) -> Answer:
        raise IllegibleError(name, "no answer to it")


def _answers(marks: list[str], texts: list[str]) -> Answers:
    """The sections whose frames are complete, in the order in which they ran."""
    answers = Answers()
    for index, mark in enumerate(marks):
        word, _ignored, rest = mark.partition(" ")
        if word == "end" and index >= 2:
            name, _ignored, status = rest.rpartition(" ")
            answers[_name(name)] = Answer(
                status=_status(status), stdout=texts[index - 2], stderr=texts[index - 1]
            )
    return answers


def _name(text: str) -> str:
    try:
        return text.encode().decode("unicode_escape")
    except ValueError as error:
        raise IllegibleError("the frame of a section", f"the name {text[:_EXCERPT]!r}") from error


def _status(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,3}", text):
        raise IllegibleError("the frame of a section", f"the exit status {text[:_EXCERPT]!r}")
    return int(text)


def _on_one_line(name: str) -> str:
    """A section's name as it stands in a frame, which is a line: paths may hold anything."""
    return name.encode("unicode_escape").decode()


def _describe(text: str) -> str:
    pretty = re.search(r'^PRETTY_NAME="?([^"\n]*)', text, re.MULTILINE)
    return pretty.group(1) if pretty else text.strip().partition("\n")[0]


def _excerpt(text: str) -> str:
    return text.strip()[-_EXCERPT:]
