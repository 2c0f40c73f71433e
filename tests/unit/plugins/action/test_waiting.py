# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""M(fleet.openwrt.wait_for_connection) and M(fleet.openwrt.reboot), on a clock that is not real."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest
from support.task import run

from ansible_collections.fleet.openwrt.plugins.action import reboot, wait_for_connection
from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.contact import Contact
from ansible_collections.fleet.openwrt.plugins.plugin_utils.errors import NotOpenWrtError
from ansible_collections.fleet.openwrt.plugins.plugin_utils.guard.state import GuardProbe
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.wire import Answer
from tests.unit.plugins.plugin_utils.engine.test_contact import REFUSED, SILENT, Host

LOOK = "look for the note"


class Rebooting(Host):
    """Ends the attempts after the reboot was asked for as told; before, there is no guard."""

    def __init__(self, *ends: Exception | int, open_state: str = "") -> None:
        super().__init__(*ends)
        self.guard = Answer(0, open_state, "")
        self.asked: dict[str, str] = {}

    def run(self, sections: Any, **_options: Any) -> Any:
        sections = list(sections)
        self.round_trips += 1
        if sections[0].name == GuardProbe().title:
            return {sections[0].name: self.guard}
        if sections[0].name != LOOK:
            self.asked = {section.name: section.body for section in sections}
            return {section.name: Answer(0, "", "") for section in sections}
        return super().run(sections)


def play(
    plugin: ModuleType,
    args: dict[str, Any],
    host: Host,
    monkeypatch: pytest.MonkeyPatch,
    **how: Any,
) -> dict[str, Any]:
    monkeypatch.setattr(
        plugin,
        "Contact",
        lambda router, **options: Contact(router, lambda: host.now, host.sleep, **options),
    )
    return run(plugin, args, host, monkeypatch, **how)


@pytest.mark.parametrize("check_mode", [False, True])
def test_it_waits(monkeypatch: pytest.MonkeyPatch, check_mode: bool) -> None:
    host = Host(SILENT, SILENT, 0)
    args = {"delay": 5, "sleep": 3}
    result = play(wait_for_connection, args, host, monkeypatch, check_mode=check_mode)
    assert result == {"changed": False, "elapsed": 11}
    assert host.tries == [5, 8, 11]


def test_it_says_why_it_waited_in_vain(monkeypatch: pytest.MonkeyPatch) -> None:
    host = Host(SILENT)
    result = play(wait_for_connection, {"timeout": 9, "delay": 4}, host, monkeypatch)
    assert result["failed"]
    assert "within 9 s" in result["msg"]
    assert "Connection timed out" in result["msg"]
    assert host.now == 13


def test_it_gives_up_where_it_is_not_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    host = Host(REFUSED)
    result = play(wait_for_connection, {}, host, monkeypatch)
    assert result["failed"]
    assert "Permission denied" in result["msg"]
    assert host.now == 30


def test_another_system_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    host = Host(NotOpenWrtError("Debian"))
    assert "Debian" in play(wait_for_connection, {}, host, monkeypatch)["msg"]
    assert host.now == 0


def test_a_reboot(monkeypatch: pytest.MonkeyPatch) -> None:
    host = Rebooting(1, SILENT, SILENT, 0)
    result = play(reboot, {"msg": "it's time", "delay": 2}, host, monkeypatch)
    assert result == {"changed": True, "waited_s": 5, "round_trips": 6}
    assert "it'\"'\"'s time" in host.asked["ask for the reboot"]


@pytest.mark.parametrize(
    ("ends", "says"),
    [
        ((1,), "has not gone down"),
        ((1, SILENT), "it did not answer (Connection timed out)"),
        ((SILENT, REFUSED), "Permission denied"),
    ],
)
def test_a_reboot_with_no_end(
    monkeypatch: pytest.MonkeyPatch, ends: tuple[Exception | int, ...], says: str
) -> None:
    result = play(reboot, {"reboot_timeout": 40}, Rebooting(*ends), monkeypatch)
    assert result["failed"]
    assert result["changed"], "it was asked to"
    assert says in result["msg"]


def test_a_reboot_that_cannot_be_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(Rebooting):
        def run(self, sections: Any, **options: Any) -> Any:
            name = next(iter(sections := list(sections))).name
            if name == "note this boot":
                assert options["stop_at_failure"]
                return {name: Answer(1, "", "No space left on device")}
            return super().run(sections, **options)

    host = Full(0)
    result = play(reboot, {}, host, monkeypatch)
    assert result["failed"]
    assert not result["changed"]
    assert "No space left" in result["msg"]
    assert not host.tries


def test_a_reboot_is_only_said_in_check_mode(monkeypatch: pytest.MonkeyPatch) -> None:
    host = Rebooting(0)
    assert play(reboot, {}, host, monkeypatch, check_mode=True) == {"changed": True}
    assert host.round_trips == 0


@pytest.mark.parametrize("plugin", [reboot, wait_for_connection])
@pytest.mark.parametrize(
    "wrong", [{"timeout": -1}, {"delay": -1}, {"sleep": 0}, {"connect_timeout": 0}]
)
def test_times_that_are_none(
    monkeypatch: pytest.MonkeyPatch, plugin: ModuleType, wrong: dict[str, int]
) -> None:
    host = Rebooting(0)
    result = play(plugin, dict(wrong), host, monkeypatch)
    assert result["failed"]
    assert next(iter(wrong)) in result["msg"]
    assert not host.tries
    assert host.round_trips == 0
