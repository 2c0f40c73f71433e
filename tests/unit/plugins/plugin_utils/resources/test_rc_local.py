# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""/etc/rc.local: a block comes, changes and goes, and nothing else moves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.fake_router import file, params, plan

from ansible_collections.fleet.openwrt.plugins.modules.rc_local import ARGUMENT_SPEC
from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.plan import Outcome
from ansible_collections.fleet.openwrt.plugins.plugin_utils.errors import PlanError, SpecError
from ansible_collections.fleet.openwrt.plugins.plugin_utils.resources.rc_local import (
    PATH,
    RcLocalBlock,
)

STOCK = "# Put your custom commands here that should be executed once\n\nexit 0\n"
BLOCK = "# BEGIN fleet.openwrt usbmode\n/sbin/usbmode -s\n# END fleet.openwrt usbmode\n"
OTHER = "# BEGIN fleet.openwrt led\necho 1 >/sys/class/leds/x\nexit 0\n# END fleet.openwrt led\n"
LED = OTHER.replace("exit 0\n", "")


def wanted(block: str = "/sbin/usbmode -s\n", **more: object) -> RcLocalBlock:
    return RcLocalBlock.from_params(params(ARGUMENT_SPEC, name="usbmode", block=block, **more))


def outcome(before: str | None, resource: RcLocalBlock) -> Outcome:
    (result,) = plan(resource, file(PATH, before)).outcomes
    return result


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(STOCK, STOCK.replace("exit 0", BLOCK + "exit 0"), id="stock"),
        pytest.param(None, BLOCK + "\nexit 0\n", id="no file"),
        pytest.param("", BLOCK + "\nexit 0\n", id="empty file"),
        pytest.param("echo a\n", "echo a\n" + BLOCK, id="no exit"),
        pytest.param("echo a", "echo a\n" + BLOCK, id="no line end"),
        pytest.param(
            "a\nexit 0\nb\nexit 0\n# c\n", f"a\n{BLOCK}exit 0\nb\nexit 0\n# c\n", id="first exit"
        ),
        pytest.param("a\n  exit 0 # bye", f"a\n{BLOCK}  exit 0 # bye", id="exit with a comment"),
        pytest.param(f"{OTHER}exit 0\n", f"{BLOCK}{OTHER}exit 0\n", id="a block that exits"),
        pytest.param(f"{LED}exit 0\n", f"{LED}{BLOCK}exit 0\n", id="beside another block"),
        pytest.param(
            f"{BLOCK.replace('-s', '-l')}{OTHER}exit 0\n", f"{BLOCK}{OTHER}exit 0\n", id="in place"
        ),
        pytest.param(f"exit 0\n{BLOCK}", f"{BLOCK}exit 0\n", id="was never reached"),
    ],
)
def test_block_is_placed(before: str | None, after: str) -> None:
    result = outcome(before, wanted())
    assert result.changed
    assert result.after == after
    assert not outcome(after, wanted()).changed


@pytest.mark.parametrize("text", [None, "", STOCK, f"a\n{OTHER}exit 0\n"])
def test_removal_of_what_is_not_there_changes_nothing(text: str | None) -> None:
    found = plan(wanted(state="absent"), file(PATH, text))
    assert not found.changed


@given(st.text(alphabet="ab #\n\x0b\u2028\r", max_size=80), st.booleans())
def test_what_is_added_and_removed_leaves_no_trace(text: str, ends_with_exit: bool) -> None:
    before = text + ("\n" if text and not text.endswith("\n") else "") + "exit 0\n" * ends_with_exit
    if not before.strip():
        return
    added = outcome(before, wanted()).after
    assert outcome(added, wanted(state="absent")).after == before


def test_the_new_file_is_checked_by_the_routers_shell_and_keeps_its_mode() -> None:
    (step,) = plan(wanted(), file(PATH, STOCK, mode="0755")).steps
    assert "sh -n" in step.prepare
    assert "chmod 0755" in step.apply
    assert step.touches == (PATH,)


def test_a_block_without_end_is_not_guessed_at() -> None:
    with pytest.raises(PlanError, match="line 2"):
        outcome("a\n# BEGIN fleet.openwrt usbmode\nb\nexit 0\n", wanted())


@pytest.mark.parametrize(
    ("args", "option"),
    [
        ({"name": "a b", "block": "true"}, "name"),
        ({"name": "a\nb", "block": "true"}, "name"),
        ({"name": "a"}, "block"),
        ({"name": "a", "block": "\n \n"}, "block"),
        ({"name": "a", "block": "# END fleet.openwrt a"}, "block"),
    ],
)
def test_bad_arguments(args: dict[str, str], option: str) -> None:
    with pytest.raises(SpecError) as caught:
        RcLocalBlock.from_params(params(ARGUMENT_SPEC, **args))
    assert caught.value.option == option
