# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import math
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.rendered import assert_clean_shell
from support.timeline import WAIT, Timeline

from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine import watch
from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.probe import Known, Probe
from ansible_collections.fleet.openwrt.plugins.plugin_utils.errors import ProbeError
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.wire import Answer


@dataclass(frozen=True)
class Word(Probe[str]):
    title = "word"

    def script(self) -> str:
        return "cat word"

    def parse(self, answer: Answer) -> str:
        if answer.status:
            raise ProbeError(self.title, status=answer.status, stderr=answer.stderr)
        return answer.stdout


WORD = Word()
PATIENCE = {"ready": 0, "coming": math.inf, "hopeless": 8}


def wait_for(router: Timeline, *, timeout: int = 60) -> tuple[str, int]:
    def patience(known: Known) -> float:
        return PATIENCE[known[WORD]]

    seen = watch.watch(router, [WORD], patience=patience, timeout=timeout)
    return seen.known[WORD], seen.waited


def test_what_is_there_costs_one_round_trip_and_no_second() -> None:
    router = Timeline((0, {"word": "ready"}))
    assert wait_for(router) == ("ready", 0)
    assert router.round_trips == 1


def test_a_change_ends_the_trip_at_once() -> None:
    router = Timeline((0, {"word": "coming"}), (7, {"word": "ready"}))
    assert wait_for(router) == ("ready", 7)
    assert router.round_trips == 2


def test_a_long_wait_is_cut_into_trips_and_ends_at_its_deadline() -> None:
    router = Timeline((0, {"word": "coming"}))
    assert wait_for(router, timeout=60) == ("coming", 60)
    assert router.longest < 30
    assert router.round_trips == 4


def test_what_is_hopeless_ends_the_wait_only_if_it_stays_so() -> None:
    assert wait_for(Timeline((0, {"word": "hopeless"}))) == ("hopeless", 8)
    mended = Timeline((0, {"word": "hopeless"}), (5, {"word": "ready"}))
    assert wait_for(mended) == ("ready", 5)


def test_patience_begins_anew_with_every_change() -> None:
    router = Timeline((0, {"word": "coming"}), (30, {"word": "hopeless"}))
    assert wait_for(router) == ("hopeless", 38)


def test_no_timeout_looks_once() -> None:
    router = Timeline((0, {"word": "coming"}), (1, {"word": "ready"}))
    assert wait_for(router, timeout=0) == ("coming", 0)


def test_a_router_whose_clock_stands_still_is_not_asked_for_ever() -> None:
    class Stopped(Timeline):
        def _wait(self, _body: str) -> str:
            return "0 same\n"

    router = Stopped((0, {"word": "coming"}))
    assert wait_for(router, timeout=5) == ("coming", 5)


def test_an_unreadable_clock_is_an_error() -> None:
    class Broken(Timeline):
        def _wait(self, _body: str) -> str:
            return "\n"

    with pytest.raises(ProbeError, match="uptime"):
        wait_for(Broken((0, {"word": "coming"})))


# --- the shell itself, in real time -------------------------------------------------------------


def run(look: str, *, seen: str, seconds: int) -> tuple[int, str]:
    body = watch._wait(look, seen=seen, seconds=seconds)
    done = subprocess.run(["sh", "-c", body], capture_output=True, text=True, check=True)
    waited, now = done.stdout.split()
    return int(waited), now


def test_the_shell_waits_for_a_change_and_no_longer(tmp_path: Path) -> None:
    word = tmp_path / "word"
    word.write_text("old")
    look = f"cat {word}"
    waited, old = run(look, seen="", seconds=0)
    assert waited == 0

    threading.Timer(1.5, word.write_text, ["new"]).start()
    began = time.monotonic()
    waited, new = run(look, seen=old, seconds=20)
    assert new != old
    assert 1 <= waited <= 4
    assert time.monotonic() - began < 6


def test_the_shell_gives_up_after_the_seconds_it_was_given() -> None:
    _, sum_ = run("echo same", seen="", seconds=0)
    waited, now = run("echo same", seen=sum_, seconds=2)
    assert (waited, now) == (2, sum_)


def test_a_change_between_two_trips_is_found_after_a_second() -> None:
    waited, _ = run("echo now", seen="before", seconds=20)
    assert waited <= 2


def test_shell_is_clean() -> None:
    assert_clean_shell({WAIT: watch._wait("(\ncat word\n)", seen="0" * 64, seconds=25)})
