# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files and templates of the controller, found and rendered by Ansible's own means."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import VaultLib, VaultSecret
from ansible.template import Templar

from ansible_collections.fleet.openwrt.plugins.plugin_utils.errors import SpecError
from ansible_collections.fleet.openwrt.plugins.plugin_utils.on_controller import OnController


@pytest.fixture
def play(tmp_path: Path) -> Path:
    """A play's folder."""
    for folder in ("files", "templates"):
        (tmp_path / folder).mkdir()
    return tmp_path


def controller(play: Path, **task_vars: object) -> OnController:
    loader = DataLoader()
    loader.set_basedir(str(play))
    loader.set_vault_secrets([("default", VaultSecret(b"key"))])
    action = SimpleNamespace(
        _loader=loader,
        _templar=Templar(loader),
        _find_needle=lambda folder, name: loader.path_dwim_relative_stack(
            [str(play)], folder, name
        ),
    )
    return OnController(action, task_vars)


def test_a_file_is_read_byte_for_byte(play: Path) -> None:
    (play / "files/blob").write_bytes(bytes(range(256)))
    assert controller(play).read("blob", option="src") == bytes(range(256))


def test_an_encrypted_file_is_decrypted(play: Path) -> None:
    vault = VaultLib([("default", VaultSecret(b"key"))])
    (play / "files/token").write_bytes(vault.encrypt(b"hunter2\n"))
    assert controller(play).read("token", option="src") == b"hunter2\n"


def test_a_template_knows_the_tasks_variables_and_what_it_includes(play: Path) -> None:
    (play / "templates/part.j2").write_text("{{ word }}, {{ ansible_managed }}")
    (play / "templates/t.j2").write_text(
        "{% if true %}\n{% include 'part.j2' %}\n{% endif %}\n"
        "{{ template_path }} {{ template_destpath }} {{ nested }}\nend\n"
    )
    rendered = controller(play, word="it's $(x) ü", nested=1).render(
        "t.j2", option="template", variables={"template_destpath": "/etc/t"}
    )
    assert rendered == "it's $(x) ü, Ansible managedt.j2 /etc/t 1\nend\n"


def test_a_template_of_nothing_is_empty(play: Path) -> None:
    (play / "templates/t.j2").write_text("{# nothing #}")
    assert controller(play).render("t.j2", option="template", variables={}) == ""


@pytest.mark.parametrize(
    ("method", "name", "says"),
    [
        ("read", "nosuch", "files/ of the role or play"),
        ("read", "folder", "this is a folder"),
        ("read", "locked", "can be used"),
        ("render", "nosuch.j2", "templates/ of the role or play"),
        ("render", "undefined.j2", "'nowhere' is undefined"),
        ("render", "broken.j2", "can be used"),
    ],
)
def test_what_cannot_be_had_is_named(play: Path, method: str, name: str, says: str) -> None:
    (play / "files/folder").mkdir()
    other = VaultLib([("default", VaultSecret(b"another key"))])
    (play / "files/locked").write_bytes(other.encrypt(b"x"))
    (play / "templates/undefined.j2").write_text("{{ nowhere }}")
    (play / "templates/broken.j2").write_text("{% if %}")
    extra = {} if method == "read" else {"variables": {}}
    with pytest.raises(SpecError, match=says) as caught:
        getattr(controller(play), method)(name, option="the option", **extra)
    assert caught.value.option == "the option"
    assert name in str(caught.value)
