# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Asking many questions of which some may stay without an answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..engine.probe import Known, Probe
from ..errors import RouterError
from ..router.router import Router


def ask(router: Router, probes: Iterable[Probe[Any]]) -> tuple[Known, list[str]]:
    """What the probes could read in one round trip, and for each of the others why not."""
    asked = tuple(dict.fromkeys(probes))
    answers = router.run(probe.section() for probe in asked)
    values: dict[Probe[Any], Any] = {}
    warnings: list[str] = []
    for probe in asked:
        try:
            values[probe] = probe.understood(answers[probe.title])
        except RouterError as error:
            warnings.append(str(error))
    return Known(values), warnings
