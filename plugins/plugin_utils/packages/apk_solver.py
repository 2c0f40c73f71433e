# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The refusals of apk's solver in words. Their form is that of apk-tools 3 (src/commit.c).

It is a list of packages and names, and below each, indented, what stands against it:

    libubox20241219-2024.12.19-r1:
      conflicts: libubox20250723-2025.07.23-r1[libubox=2024.12.19]
      satisfies: world[libubox20241219]
                 jshn-2024.12.19-r1[libubox20241219]
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from .apk import WORLD
from .selection import OTHER_BUILD_HINT, OTHER_KERNEL_HINT, other_kernel

_HEAD = re.compile(r"  (?P<subject>[^\s:]+)(?: \((?P<kind>[^)]*)\))?:$")
_LABEL = re.compile(
    r"\s+(?P<label>arch|breaks|conflicts|depends|error|install_if|masked in|note|provided by|"
    r"provides|required by|satisfies):\s*(?P<rest>.*)$"
)
_RELATION = re.compile(r"(?P<package>[^\s\[]+)(?:\[(?P<constraint>[^\]]+)\])?(?=\s|$)")
_VERSIONED = re.compile(r"(?P<name>\S+)-(?P<version>\d[^-\s]*(?:-r\d+)?)")


@dataclass(frozen=True)
class Relation:
    """`package[constraint]`: the package, or the world, asks for the constraint."""

    package: str
    constraint: str


@dataclass(frozen=True)
class Verdict:
    """A package, or with `kind` a mere name, and what stands against it by label."""

    subject: str
    kind: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)

    def relations(self, *labels: str) -> list[Relation]:
        """A conflict about the package's own name comes without a constraint."""
        found = (_RELATION.finditer(self.labels.get(label, "")) for label in labels)
        own = _name(self.subject)
        return [Relation(match[1], match[2] or own) for matches in found for match in matches]


def verdicts(refusal: str) -> Iterator[Verdict]:
    """The blocks of a refusal; lines without a label go on with the label before."""
    head: re.Match[str] | None = None
    labels: dict[str, str] = {}
    label = ""
    for line in (*refusal.splitlines(), "  end:"):
        start = _HEAD.match(line)
        if start is not None:
            if head is not None:
                yield Verdict(head["subject"], head["kind"] or "", labels)
            head, labels, label = start, {}, ""
        elif (more := _LABEL.match(line)) is not None:
            label = more["label"]
            labels[label] = f"{labels.get(label, '')} {more['rest']}".strip()
        elif label:
            labels[label] = f"{labels[label]} {line.strip()}"


def lacking(refusal: str) -> Iterator[str]:
    """What is asked of the world and not on offer, as the world has it."""
    for verdict in verdicts(refusal):
        labels = ("breaks", "required by") if verdict.kind == "no such package" else ("breaks",)
        for relation in verdict.relations(*labels):
            if relation.package == "world":
                yield relation.constraint


def explain(refusal: str, *, running: str | None) -> tuple[str, str]:
    """What apk's solver says, in a sentence or two, and what to do about it."""
    blocks = list(verdicts(refusal))
    for reading in _READINGS:
        texts = list(dict.fromkeys(text for block in blocks for text in reading(block, running)))
        if texts:
            return " ".join(texts), _HINTS.get(reading, "")
    said = " ".join(line.strip() for line in refusal.splitlines()).removeprefix("ERROR: ")
    stale = list(_stale(blocks))
    if stale:
        name = re.split(r"[<>=~]", stale[0].removeprefix("!"), maxsplit=1)[0]
        text = f"apk refuses every change, since {WORLD} asks for {', '.join(stale)}"
        return f"{text}, which is not to be had ({said}).", f"{name} with state=absent frees it."
    if not said:
        return "apk refuses without saying why.", ""
    return f"apk refuses: {said}.", next((way for words, way in _WAYS if words in said), "")


_SPACE = "See on the router whether its flash is full or read-only (`df /`, `mount`)."
_WAYS = (
    ("No space left on device", _SPACE),
    ("Read-only file system", _SPACE),
    ("Unable to lock database", "Wait for the other apk on the router (LuCI, a cron job) to end."),
)


def _stale(blocks: list[Verdict]) -> Iterator[str]:
    for block in blocks:
        for relation in block.relations("breaks", "required by"):
            if relation.package == "world":
                yield relation.constraint


def _kernels(block: Verdict, running: str | None) -> Iterator[str]:
    for relation in block.relations("breaks"):
        name, equals, made_for = relation.constraint.partition("=")
        if name == "kernel" and equals and relation.package != "world":
            yield other_kernel(relation.package, made_for=made_for, running=running)


def _other_arch(block: Verdict, running: str | None) -> Iterator[str]:
    del running
    if block.labels.get("arch"):
        yield f"{block.subject} is made for {block.labels['arch']}, another processor."


def _needs(block: Verdict, running: str | None) -> Iterator[str]:
    del running
    if block.kind == "no such package":
        for relation in block.relations("required by"):
            if relation.package != "world":
                yield f"{relation.package} needs {block.subject}, which no feed offers."


def _undecided(block: Verdict, running: str | None) -> Iterator[str]:
    del running
    if block.kind == "virtual" or "provided by" in block.labels:
        providers = ", ".join(block.labels.get("provided by", "").split())
        yield f"{block.subject} is no package but a name that {providers} provide."


def _builds(block: Verdict, running: str | None) -> Iterator[str]:
    """Two builds of one library: their names are the library's with a number at the end."""
    del running
    for relation in block.relations("conflicts"):
        library = _bare(relation.constraint)
        pair = sorted((block.subject, relation.package))
        if all(re.fullmatch(rf"{re.escape(library)}\d.*", _name(each)) for each in pair):
            yield f"{pair[0]} and {pair[1]} are two builds of {library}; only one can be installed."
            yield from _needed_by(block)


def _needed_by(block: Verdict) -> Iterator[str]:
    needing = [each.package for each in block.relations("satisfies") if each.package != "world"]
    if needing:
        yield f"{', '.join(needing)} {_verb(needing)} {block.subject}."


def _verb(names: list[str]) -> str:
    return "needs" if len(names) == 1 else "need"


def _other_builds(block: Verdict, running: str | None) -> Iterator[str]:
    """A package that is there, or on offer, in another version than others ask for exactly."""
    del running
    for relation in block.relations("breaks"):
        if relation.package != "world":
            what = relation.constraint
            if what.startswith("!"):
                yield f"{relation.package} cannot be installed beside {block.subject}."
            else:
                yield f"{relation.package} needs {what}, and there is {block.subject}."


def _conflicts(block: Verdict, running: str | None) -> Iterator[str]:
    del running
    for relation in block.relations("conflicts"):
        pair = sorted((block.subject, relation.package))
        both = _bare(relation.constraint.removeprefix("!"))
        yield f"{pair[0]} and {pair[1]} cannot both be installed (each stands for {both})."
        yield from _needed_by(block)


def _forbidden(block: Verdict, running: str | None) -> Iterator[str]:
    """The world holds `!NAME`, an order that the package must not come."""
    del running
    for relation in block.relations("breaks"):
        if relation.package == "world" and relation.constraint.startswith("!"):
            yield f"{WORLD} has {relation.constraint}, which forbids {block.subject}."
            yield from _needed_by(block)


def _masked(block: Verdict, running: str | None) -> Iterator[str]:
    del running
    where = block.labels.get("masked in")
    if where:
        yield f"{block.subject} is on offer but not to be used here ({where})."


_READINGS: tuple[Callable[[Verdict, str | None], Iterator[str]], ...] = (
    _kernels,
    _other_arch,
    _builds,
    _needs,
    _undecided,
    _forbidden,
    _other_builds,
    _conflicts,
    _masked,
)

_HINTS: Mapping[Callable[[Verdict, str | None], Iterator[str]], str] = {
    _kernels: OTHER_KERNEL_HINT,
    _other_arch: "Use the package that is built for the router's architecture "
    "(DISTRIB_ARCH in /etc/openwrt_release).",
    _builds: OTHER_BUILD_HINT,
    _undecided: "Name one of these packages.",
    _forbidden: f"Take that line out of {WORLD}, or do without the package.",
    _other_builds: OTHER_BUILD_HINT,
    _conflicts: "Remove one of them first (state=absent).",
    _masked: "A package behind --no-network needs the feeds; one of a feed with a tag (@tag) is "
    f"only used when {WORLD} names the tag.",
}


def _name(package: str) -> str:
    match = _VERSIONED.fullmatch(package)
    return match["name"] if match else package


def _bare(constraint: str) -> str:
    return re.split(r"[<>=~@]", constraint, maxsplit=1)[0]
