# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The note of a stick's first port layout, written by a real shell."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.this_host import this_host

from ansible_collections.fleet.openwrt.plugins.plugin_utils.files import keep
from ansible_collections.fleet.openwrt.plugins.plugin_utils.modem.config import record
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.router import Router
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.wire import Answer

IMEI = "861000000000010"


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Router:
    monkeypatch.setattr(record, "HOME", str(tmp_path / "fleet-modem"))
    monkeypatch.setattr(keep, "PATH", str(tmp_path / "sysupgrade.conf"))
    return this_host(monkeypatch)


def note(host: Router, layout: str) -> Answer:
    (answer,) = host.run([record.record(IMEI, layout)]).values()
    return answer


def test_the_first_layout_stays(host: Router, tmp_path: Path) -> None:
    assert note(host, "A1,A2;12,16").status == 0
    assert note(host, "FF;12,16").status == 0
    file = tmp_path / "fleet-modem" / f"{IMEI}.setport"
    assert file.read_text() == "A1,A2;12,16\n"
    assert file.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in file.parent.iterdir()] == [file.name]


@pytest.mark.parametrize("before", [None, "", "# mine\n/etc/mine\n", "# mine\n/etc/mine"])
def test_sysupgrade_keeps_it(host: Router, tmp_path: Path, before: str | None) -> None:
    conf = tmp_path / "sysupgrade.conf"
    if before is not None:
        conf.write_text(before)
    note(host, "FF;12,16")
    note(host, "FF;12,16")
    lines = conf.read_text().splitlines()
    assert lines == [*(before or "").splitlines(), f"{tmp_path}/fleet-modem/"]
    assert conf.stat().st_mode & 0o777 == 0o644


def test_a_note_that_cannot_be_written_is_a_failure(host: Router, tmp_path: Path) -> None:
    (tmp_path / "fleet-modem").write_text("in the way")
    answer = note(host, "FF;12,16")
    assert answer.status != 0
    assert answer.stderr
