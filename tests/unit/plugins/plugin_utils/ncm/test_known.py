# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether proto ncm on a router knows a modem's maker."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.fleet.openwrt.plugins.plugin_utils.errors import ProbeError
from ansible_collections.fleet.openwrt.plugins.plugin_utils.ncm.known import (
    KnownMakersProbe,
    caution,
    maker_word,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.wire import Answer

ROOT = Path(__file__).parents[5]
NCM_JSON = (ROOT / "tests/router/feeds/files/comgt-ncm/etc/gcom/ncm.json").read_text()
PROBE = KnownMakersProbe()
KNOWN = PROBE.parse(Answer(0, NCM_JSON, ""))


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ("huawei", "huawei"),
        ("Huawei Technologies Co., Ltd.", "huawei"),
        ('"ZTE CORPORATION"', '"zte'),
        ('"MikroTik"', '"mikrotik"'),
        ("", None),
        (None, None),
    ],
)
def test_word(said: str | None, word: str | None) -> None:
    assert maker_word(said) == word


@pytest.mark.parametrize("word", ["huawei", '"zte', '"mikrotik"', "quectel", "sierra"])
def test_makers_of_ncm_json(word: str) -> None:
    assert caution(word, KNOWN) is None


@pytest.mark.parametrize(
    ("word", "known", "says"),
    [
        ("fibocom", KNOWN, "no entry for fibocom"),
        ("fibocom", KNOWN, "another protocol"),
        # Without its quote it is another word for ncm.sh.
        ("zte", ('"zte', "huawei"), "no entry for zte"),
        ("quectel", ("huawei", "sierra"), "OpenWrt knows quectel from 23.05 on"),
        ("huawei", None, "needs comgt-ncm"),
        (None, KNOWN, "AT+CGMI"),
        ("e3372", ("huawei",), "It has huawei."),
    ],
)
def test_others_are_warned_of(word: str | None, known: tuple[str, ...] | None, says: str) -> None:
    found = caution(word, known)
    assert found is not None
    assert says in found


def test_a_router_without_comgt_ncm() -> None:
    assert PROBE.parse(Answer(0, "", "")) is None


@pytest.mark.parametrize(
    "answer", [Answer(1, "", "cat: I/O error"), Answer(0, "{", ""), Answer(0, "[]", "")]
)
def test_what_cannot_be_read(answer: Answer) -> None:
    with pytest.raises(ProbeError, match="modems that proto ncm knows"):
        PROBE.parse(answer)
