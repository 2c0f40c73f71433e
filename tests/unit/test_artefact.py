# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a user installs from Galaxy: complete in itself, and without what only a clone has."""

from __future__ import annotations

import re
import subprocess
import tarfile
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")


@pytest.fixture(scope="module")
def artefact(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built collection, unpacked."""
    folder = tmp_path_factory.mktemp("build")
    subprocess.run([ROOT / "tests/ci/build", folder], check=True, capture_output=True, timeout=120)
    (archive,) = folder.glob("*.tar.gz")
    with tarfile.open(archive) as tar:
        tar.extractall(folder / "unpacked", filter="data")
    return folder / "unpacked"


def pages(artefact: Path) -> list[Path]:
    return sorted(artefact.rglob("*.md"))


def test_its_pages_link_only_to_what_it_has(artefact: Path) -> None:
    assert len(pages(artefact)) > 10
    dead = [
        f"{page.relative_to(artefact)}: {target}"
        for page in pages(artefact)
        for target in LINK.findall(page.read_text("utf-8"))
        if not (page.parent / target).exists()
    ]
    assert dead == []


def test_it_says_where_make_works(artefact: Path) -> None:
    """There is no Makefile in it."""
    for page in pages(artefact):
        text = page.read_text("utf-8")
        if re.search(r"(`|^ {4})make [a-z]", text, re.MULTILINE):
            assert re.search(r"[Ii]n a clone of", text), page.relative_to(artefact)


def test_it_has_a_changelog(artefact: Path) -> None:
    version = yaml.safe_load((ROOT / "galaxy.yml").read_text("utf-8"))["version"]
    assert f"v{version}" in (artefact / "CHANGELOG.rst").read_text("utf-8")
    releases = yaml.safe_load((artefact / "changelogs/changelog.yaml").read_text())["releases"]
    assert version in releases


def test_it_has_nothing_that_only_developers_need(artefact: Path) -> None:
    top = {path.name for path in artefact.iterdir()}
    assert top == {
        "CHANGELOG.rst", "COPYING", "FILES.json", "LICENSES", "MANIFEST.json", "README.md",
        "REUSE.toml", "changelogs", "docs", "meta", "playbooks", "plugins", "requirements.txt",
        "roles",
    }  # fmt: skip


def test_one_oldest_ansible_core() -> None:
    """Whoever reads about it first must not be told another version later."""
    runtime = yaml.safe_load((ROOT / "meta/runtime.yml").read_text())["requires_ansible"]
    oldest = runtime.removeprefix(">=")
    roles = {
        yaml.safe_load(path.read_text())["galaxy_info"]["min_ansible_version"]
        for path in (ROOT / "roles").glob("*/meta/main.yml")
    }
    assert roles == {oldest}
    assert f"ansible-core>={oldest}" in (ROOT / "requirements.txt").read_text()
    assert f"ansible-core {oldest} or later" in (ROOT / "README.md").read_text()
