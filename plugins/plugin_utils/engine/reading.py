# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Asking probes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..router.router import Router
from .probe import Known, Probe


def read(router: Router, probes: Iterable[Probe[Any]], known: Known) -> Known:
    """Ask the probes in one round trip; raises ProbeError for the first that has no answer."""
    asked = tuple(probes)
    answers = router.run(probe.section() for probe in asked)
    return known.joined({probe: probe.understood(answers[probe.title]) for probe in asked})
