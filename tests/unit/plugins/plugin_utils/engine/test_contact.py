# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Contact with a router that answers, falls silent or refuses us, on a clock that is not real."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest
from ansible.errors import AnsibleAuthenticationFailure, AnsibleConnectionFailure

from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.contact import (
    Contact,
    RefusedError,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.errors import (
    NoShellError,
    NotOpenWrtError,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.router import Router
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.wire import Answer, Section

SILENT = AnsibleConnectionFailure("Connection timed out")
REFUSED = AnsibleConnectionFailure("root@192.0.2.1: Permission denied (publickey).")
WRONG_PASSWORD = AnsibleAuthenticationFailure("Failed to authenticate")
STOPPED = NoShellError(status=125, excerpt="container is not running")
LOOK = Section("look", ":")


class Host(Router):
    """Ends each attempt as told, the last way for ever; an int is an exit status."""

    def __init__(self, *ends: Exception | int) -> None:
        self.ends = list(ends)
        self.now = 0.0
        self.tries: list[float] = []
        self.renewed = 0
        self.round_trips = 0

    def renew(self) -> None:
        self.renewed += 1

    def run(
        self, sections: Iterable[Section], *, stop_at_failure: bool = False
    ) -> Mapping[str, Answer]:
        assert self.renewed == len(self.tries) + 1, "an old connection"
        assert not stop_at_failure
        self.tries.append(self.now)
        end = self.ends.pop(0) if len(self.ends) > 1 else self.ends[0]
        if isinstance(end, Exception):
            raise end
        return {section.name: Answer(end, "", "") for section in sections}

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def contact(host: Host, **options: float) -> Contact:
    return Contact(host, lambda: host.now, host.sleep, **options)


@pytest.mark.parametrize("trouble", [SILENT, REFUSED, WRONG_PASSWORD, STOPPED])
def test_it_asks_until_there_is_an_answer(trouble: Exception) -> None:
    host = Host(trouble, trouble, 0)
    asked = contact(host)
    assert asked.ask([LOOK], until=60)
    assert host.tries == [0, 2, 4]
    assert [event.partition(":")[0] for event in asked.story] == ["After 0 s", "After 4 s"]


def test_it_tries_a_last_time_when_the_time_is_over() -> None:
    host = Host(SILENT)
    asked = contact(host, pause=4)
    assert asked.ask([LOOK], until=10) is None
    assert host.tries == [0, 4, 8, 10]
    assert asked.reason == "Connection timed out"
    assert asked.is_silent


def test_no_time_is_one_try() -> None:
    host = Host(SILENT)
    assert contact(host).ask([LOOK], until=0) is None
    assert host.tries == [0]


def test_an_answer_may_not_be_enough() -> None:
    host = Host(1, 1, SILENT, 0)
    answers = contact(host).ask(
        [LOOK], until=60, enough=lambda answers: answers["look"].status == 0
    )
    assert answers is not None
    assert host.tries == [0, 2, 4, 6]


@pytest.mark.parametrize("trouble", [REFUSED, WRONG_PASSWORD])
def test_a_refusal_that_stays_ends_it(trouble: Exception) -> None:
    host = Host(SILENT, trouble)
    with pytest.raises(RefusedError, match=f"for 30 s: {str(trouble)[:10]}"):
        contact(host, refusals=30).ask([LOOK], until=600)
    assert host.now == 32


@pytest.mark.parametrize("between", [SILENT, STOPPED, 1])
def test_refusals_are_counted_anew_after_anything_else(between: Exception | int) -> None:
    host = Host(*[REFUSED] * 5, between, *[REFUSED] * 5, 0)
    answers = contact(host, refusals=10).ask(
        [LOOK], until=600, enough=lambda answers: answers["look"].status == 0
    )
    assert answers is not None


def test_refusals_are_waited_for_where_nothing_else_is_said() -> None:
    host = Host(REFUSED)
    assert contact(host).ask([LOOK], until=100) is None


def test_another_system_ends_it_at_once() -> None:
    with pytest.raises(NotOpenWrtError):
        contact(Host(NotOpenWrtError("Debian"))).ask([LOOK], until=60)
