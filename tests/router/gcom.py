# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""gcom as routers have it: Debian's source of comgt, compiled with musl.

Debian's own program is built with glibc, and accepts scripts that fail on every router.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

HERE = Path(__file__).resolve().parent
INSTALL = HERE.parent / "ci" / "apt-install"
HEADERS = HERE / "comgt"
COMPILE = ("musl-gcc", "-static", "-Os", "-s", "-w", f"-I{HEADERS}")
APT = Path("/etc/apt")
# type, options in brackets, address, suite, components
ONE_LINE = re.compile(r"^deb(?:-src)?\s+((?:\[[^\]]*\]\s+)?\S+\s+(\S+)\s.*)$")


def build(cache: Path) -> Path:
    """The compiled program, from the cache where its inputs have not changed."""
    source = _source(cache / "source")
    digest = hashlib.sha256(source.read_bytes() + repr(COMPILE).encode())
    for header in sorted(HEADERS.iterdir()):
        digest.update(header.read_bytes())
    program = cache / f"gcom-{digest.hexdigest()[:16]}"
    if not program.exists():
        _compile(source, program)
    return program


def _compile(source: Path, program: Path) -> None:
    if shutil.which(COMPILE[0]) is None or shutil.which("gcc") is None:
        subprocess.run([INSTALL, "musl-tools", "gcc"], check=True)
    with tempfile.TemporaryDirectory(prefix="fleet-gcom-") as scratch:
        with tarfile.open(source) as archive:
            archive.extractall(scratch, filter="data")
        text = next(Path(scratch).glob("*/comgt.c"))
        made = text.with_name("gcom")
        done = subprocess.run(
            [*COMPILE, "-o", made, text], capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            sys.exit(f"build: cannot compile gcom: {done.stderr}")
        # Renamed in one step: two builds may run at once.
        part = program.with_name(f"{program.name}.{os.getpid()}")
        shutil.copy2(made, part)
        part.rename(program)


def _source(cache: Path) -> Path:
    """Upstream's archive, downloaded at need and checked by apt."""
    found = sorted(cache.glob("comgt_*.orig.tar.*"))
    if not found:
        cache.mkdir(parents=True, exist_ok=True)
        _download(cache)
        found = sorted(cache.glob("comgt_*.orig.tar.*"))
    if not found:
        sys.exit("build: apt has downloaded no source of comgt")
    return found[-1]


def _download(cache: Path) -> None:
    """Let apt fetch the source by lists of its own: most machines have none of sources."""
    with tempfile.TemporaryDirectory(prefix="fleet-apt-") as scratch:
        apt = Path(scratch)
        apt.chmod(0o755)
        (apt / "parts").mkdir()
        (apt / "lists" / "partial").mkdir(parents=True)
        (apt / "cache" / "archives" / "partial").mkdir(parents=True)
        for number, (suffix, text) in enumerate(source_lists(APT, _codename())):
            (apt / "parts" / f"{number}{suffix}").write_text(text)
        options = (
            f"Dir::Etc::SourceList={apt}/none", f"Dir::Etc::SourceParts={apt}/parts",
            f"Dir::State::Lists={apt}/lists", f"Dir::Cache={apt}/cache",
        )  # fmt: skip
        given = [word for option in options for word in ("-o", option)]
        for command in (["update"], ["source", "--download-only", "comgt"]):
            done = subprocess.run(
                ["apt-get", "-qq", *given, *command],
                cwd=cache, capture_output=True, text=True, check=False,
            )  # fmt: skip
        if done.returncode != 0:
            sys.exit(f"build: cannot download the source of comgt: {done.stderr}")


def source_lists(folder: Path, codename: str) -> Iterator[tuple[str, str]]:
    """The machine's own lists of packages turned into lists of sources: suffix and text.

    Of its mirrors only those of the distribution's main suite; comgt is nowhere else.
    """
    for path in (folder / "sources.list", *sorted(folder.glob("sources.list.d/*"))):
        if path.suffix not in (".list", ".sources") or not path.is_file():
            continue
        text = path.read_text(encoding="utf-8")
        turned = (_stanzas if path.suffix == ".sources" else _lines)(text, codename)
        if turned:
            yield path.suffix, turned


def _lines(text: str, codename: str) -> str:
    lines = filter(None, map(ONE_LINE.match, text.splitlines()))
    return "".join(sorted({f"deb-src {line[1]}\n" for line in lines if line[2] == codename}))


def _stanzas(text: str, codename: str) -> str:
    turned = []
    for stanza in re.split(r"\n\s*\n", text):
        fields = _fields(stanza)
        if codename in fields.get("Suites", "").split() and fields.get("Enabled") != "no":
            changed = {**fields, "Types": "deb-src", "Suites": codename}
            turned.append("".join(f"{name}: {value}\n" for name, value in changed.items()))
    return "\n".join(turned)


def _fields(stanza: str) -> Mapping[str, str]:
    """Fields of a stanza; a value of several lines (a key) keeps them."""
    fields: dict[str, str] = {}
    name = ""
    for line in stanza.splitlines():
        if line.startswith((" ", "\t")) and name:
            fields[name] += f"\n{line}"
        elif ":" in line and not line.startswith("#"):
            name, _, value = line.partition(":")
            fields[name] = value.strip()
    return fields


def _codename() -> str:
    text = Path("/etc/os-release").read_text(encoding="utf-8")
    found = re.search(r'^VERSION_CODENAME="?(\w+)', text, re.MULTILINE)
    return found[1] if found else "stable"
