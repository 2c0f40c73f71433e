# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The task of modem_config: what it sends, in which order, and what it makes of the answers."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

import pytest
from ansible.errors import AnsibleConnectionFailure
from support.fake_router import params
from support.modem import HUAWEI, IMEI, transcript
from support.task import run

from ansible_collections.fleet.openwrt.plugins.action import modem_config
from ansible_collections.fleet.openwrt.plugins.modules.modem_config import ARGUMENT_SPEC
from ansible_collections.fleet.openwrt.plugins.plugin_utils.at.errors import PortError
from ansible_collections.fleet.openwrt.plugins.plugin_utils.at.talk import Port
from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.contact import Contact
from ansible_collections.fleet.openwrt.plugins.plugin_utils.errors import PlanError
from ansible_collections.fleet.openwrt.plugins.plugin_utils.guard.run import OPEN_FACT
from ansible_collections.fleet.openwrt.plugins.plugin_utils.modem.config.errors import (
    ModemConfigError,
    NotBackError,
    NotKeptError,
    RefusedOrderError,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.modem.config.record import RECORD
from ansible_collections.fleet.openwrt.plugins.plugin_utils.modem.config.setting import Setting
from ansible_collections.fleet.openwrt.plugins.plugin_utils.modem.config.wanted import Wanted
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.router import Router
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.wire import Answer, Section

TALK = "what the modem says"
GUARD = "the open transactions"
NO_GCOM = Answer(70, "", "gcom is not installed")
NO_PORT = Answer(71, "", "")
LTE = 'AT^SYSCFGEX="03",40000000,2,4,40000000,,'
PORTS = 'AT^SETPORT="FF;10,12,16"'
NEW_PORTS = {"ports": "FF;10,12,16", "allow_port_change": True}


@dataclass
class Stick(Router):
    """A router with a modem: `learns` are the answers that an order changes.

    After AT^RESET the modem is away for as many questions as `away` says, with `busy` already for
    that; its line breaks where `breaks` is set. `told` is what was sent that is no question, `note`
    how noting a layout ends.
    """

    answers: dict[str, str] = field(default_factory=lambda: dict(HUAWEI))
    learns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    guard: str = ""
    note: Answer = field(default_factory=lambda: Answer(0, "", ""))
    away: int = 0
    breaks: bool = False
    busy: bool = False
    told: list[str] = field(default_factory=list)
    asked: list[list[str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(self.refuse)

    @staticmethod
    def refuse(command: str, data: bytes) -> NoReturn:
        raise AssertionError(f"run must not reach the connection: {command} {data!r}")

    def run(
        self,
        sections: Iterable[Section],
        *,
        stop_at_failure: bool = False,
        rescue: Section | None = None,
        exclusive: bool = False,
    ) -> Mapping[str, Answer]:
        assert rescue is None
        self.round_trips += 1
        self.asked.append([])
        replies: dict[str, Answer] = {}
        for section in sections:
            self.asked[-1].append(section.name)
            reply = self._answer(section, exclusive)
            replies[section.name] = reply
            if stop_at_failure and reply.status != 0:
                break
        return replies

    def _answer(self, section: Section, exclusive: bool) -> Answer:
        if section.name == GUARD:
            return Answer(0, self.guard, "")
        if section.name == RECORD:
            assert exclusive, "two tasks may write at once"
            return self.note
        # Behind the port and the seconds.
        commands = shlex.split(section.body.splitlines()[-1])[3:]
        if self.away > 0 and (self.resetting or (self.busy and "AT^RESET" in commands)):
            self.away -= 1
            return NO_PORT
        orders = [each for each in commands if "=" in each and "+QCFG" not in each]
        assert exclusive or not orders, "two tasks may write at once"
        assert "kill -STOP" in section.body or not orders, "netifd may talk in between"
        for order in orders:
            self.told.append(order)
            self.answers |= self.learns.get(order, {})
        if "AT^RESET" in commands:
            self.told.append("AT^RESET")
            if self.breaks:
                raise AnsibleConnectionFailure("gone")
        return Answer(0, transcript("/dev/ttyUSB0", commands, self.answers), "")

    @property
    def resetting(self) -> bool:
        return "AT^RESET" in self.told


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def time(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def setting(stick: Stick, clock: Clock | None = None, **options: Any) -> Setting:
    clock = clock or Clock()
    return Setting(
        Contact(stick, clock.time, clock.sleep),
        Port(None),
        Wanted.from_params(params(ARGUMENT_SPEC, **options)),
        seconds=5,
    )


def learner() -> Stick:
    """A stick that keeps what it is told."""
    return Stick(
        {**HUAWEI, LTE: "OK", PORTS: "OK", "AT^RESET": "OK"},
        learns={
            LTE: {"AT^SYSCFGEX?": '^SYSCFGEX:"03",3FFFFFFF,1,2,7FFFFFFFFFFFFFFF'},
            PORTS: {"AT^SETPORT?": "^SETPORT:FF;10,12,16"},
        },
    )


def test_what_is_right_is_not_written() -> None:
    stick = Stick()
    result = setting(stick, mode="auto", domain="both", roaming=True).carry_out()
    assert result["changed"] is False
    assert result["before"] == result["after"]
    assert stick.told == []
    assert stick.asked == [[TALK, GUARD]]


def test_what_differs_is_written_once_and_asked_again() -> None:
    stick = learner()
    result = setting(stick, mode="lte").carry_out()
    assert result["changed"] is True
    assert result["commands"] == stick.told == [LTE]
    assert result["before"]["mode"] == "auto"  # type: ignore[index]
    assert result["after"]["mode"] == "lte"  # type: ignore[index]
    assert stick.round_trips == 2
    assert setting(stick, mode="lte").carry_out()["changed"] is False
    assert stick.told == [LTE]


def test_check_mode_only_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    stick = learner()
    result = run(modem_config, {"mode": "lte"}, stick, monkeypatch, check_mode=True, diff=True)
    assert result["changed"] is True
    assert result["commands"] == [LTE]
    assert result["diff"]["before"]["mode"] == "auto"
    assert result["diff"]["after"]["mode"] == "lte"
    assert stick.told == []
    assert stick.round_trips == 1


@pytest.mark.parametrize("port", [NO_GCOM, NO_PORT])
def test_check_mode_of_a_router_that_is_not_ready_warns(
    monkeypatch: pytest.MonkeyPatch, port: Answer
) -> None:
    stick = Stick()
    monkeypatch.setattr(
        stick, "_answer", lambda section, _: port if section.name == TALK else Answer(0, "", "")
    )
    result = run(modem_config, {"mode": "lte"}, stick, monkeypatch, check_mode=True)
    assert not result.get("failed")
    assert len(result["warnings"]) == 1
    with pytest.raises(PortError):
        setting(stick, mode="lte").carry_out()


def test_an_order_that_is_refused() -> None:
    stick = Stick({**HUAWEI, LTE: "+CME ERROR: 3"})
    with pytest.raises(RefusedOrderError, match=r'refused AT\^SYSCFGEX="03".*\+CME ERROR: 3') as it:
        setting(stick, mode="lte").carry_out()
    assert it.value.facts()["changed"] is False


def test_an_order_that_is_not_answered_may_have_been_done() -> None:
    stick = Stick({**HUAWEI, LTE: "silent"})
    with pytest.raises(RefusedOrderError, match="did not answer") as it:
        setting(stick, mode="lte").carry_out()
    assert it.value.facts()["changed"] is True


def test_the_second_order_is_refused() -> None:
    stick = learner()
    stick.answers[PORTS] = "ERROR"
    with pytest.raises(RefusedOrderError, match=r"answered ERROR\. It has taken") as it:
        setting(stick, mode="lte", **NEW_PORTS).carry_out()
    assert it.value.facts()["changed"] is True
    assert it.value.facts()["commands"] == [LTE, PORTS]


def test_an_ok_that_is_not_kept() -> None:
    stick = Stick({**HUAWEI, LTE: "OK"})
    with pytest.raises(NotKeptError, match="mode is 'auto' and not 'lte'") as it:
        setting(stick, mode="lte").carry_out()
    assert it.value.facts()["changed"] is True
    assert it.value.facts()["after"]["mode"] == "auto"  # type: ignore[index]


OPEN = "state=open\nid=abc\nby=other@host\nleft=50\ntimer=yes\n"


def test_a_transaction_of_others_stops_what_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    stick = learner()
    stick.guard = OPEN
    assert run(modem_config, {"mode": "auto"}, stick, monkeypatch)["changed"] is False
    refused = run(modem_config, {"mode": "lte"}, stick, monkeypatch)
    assert refused["failed"]
    assert "other@host" in refused["msg"]
    assert stick.told == []
    ours = {OPEN_FACT: "abc"}
    assert run(modem_config, {"mode": "lte"}, stick, monkeypatch, facts=ours)["changed"]


def test_ports_are_noted_before_the_modem_is_told() -> None:
    stick = learner()
    result = setting(stick, **NEW_PORTS).carry_out()
    assert stick.asked[1] == [RECORD, TALK]
    assert result["record"] == f"/etc/fleet-modem/{IMEI}.setport"
    assert result["warnings"]
    assert stick.told == [PORTS]


def test_ports_that_cannot_be_noted_are_not_written() -> None:
    stick = learner()
    stick.note = Answer(1, "", "No space left on device")
    with pytest.raises(PlanError, match="No space left on device"):
        setting(stick, **NEW_PORTS).carry_out()
    del stick.answers["AT+CGSN"]
    with pytest.raises(PlanError, match="IMEI"):
        setting(stick, **NEW_PORTS).carry_out()
    assert stick.told == []


@pytest.mark.parametrize("breaks", [False, True])
def test_a_reset_is_waited_for(breaks: bool) -> None:
    stick, clock = learner(), Clock()
    stick.away, stick.breaks = 3, breaks
    result = setting(stick, clock, **NEW_PORTS, reset=True).carry_out()
    assert stick.told == [PORTS, "AT^RESET"]
    assert result["after"]["ports"] == "FF;10,12,16"  # type: ignore[index]
    assert "warnings" not in result
    assert 10 < clock.now < 30


def test_no_reset_without_a_change_of_ports() -> None:
    stick = learner()
    setting(stick, mode="lte", ports="FF;12,16", reset=True).carry_out()
    assert stick.told == [LTE]


def test_a_reset_that_could_not_be_sent() -> None:
    stick = learner()
    stick.answers["AT^RESET"] = "ERROR"
    with pytest.raises(RefusedOrderError, match=r"refused AT\^RESET") as it:
        setting(stick, **NEW_PORTS, reset=True).carry_out()
    assert it.value.facts()["changed"] is True
    stick = learner()
    stick.away, stick.busy = 1, True
    with pytest.raises(ModemConfigError, match=r"ports are written, .* could not be reset") as lost:
        setting(stick, **NEW_PORTS, reset=True).carry_out()
    assert lost.value.facts()["changed"] is True


def test_a_modem_that_does_not_come_back() -> None:
    stick, clock = learner(), Clock()
    stick.away = 1000
    with pytest.raises(NotBackError, match=r"126 s later: .*/etc/fleet-modem/") as it:
        setting(stick, clock, **NEW_PORTS, reset=True).carry_out()
    assert it.value.facts()["changed"] is True
    assert 120 < clock.now < 140


def test_another_modem_is_not_taken_for_it() -> None:
    stick = learner()
    stick.learns = {**stick.learns, PORTS: {**stick.learns[PORTS], "AT+CGSN": "861000000000099"}}
    with pytest.raises(NotBackError, match="another modem"):
        setting(stick, **NEW_PORTS, reset=True).carry_out()


@pytest.mark.parametrize(
    "args",
    [
        {"ports": "FF;10,16", "allow_port_change": True},
        {"device": "ttyUSB0"},
        {"interface": "wan;reboot"},
        {"timeout": 0},
        {"mode": "nr5g"},
    ],
)
def test_wrong_arguments_reach_no_router(
    monkeypatch: pytest.MonkeyPatch, args: dict[str, Any]
) -> None:
    stick = learner()
    assert run(modem_config, args, stick, monkeypatch)["failed"]
    assert stick.round_trips == 0
