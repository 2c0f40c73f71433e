# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A modem's report as a playbook sees it: values that JSON knows, without the subscriber's number.

The IMSI identifies a person to the operator. Its first five digits, country and network, say whose
SIM it is; the rest is hidden unless it is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict

from .state import Report

_NETWORK_DIGITS = 5
_ASKS_IMSI = "AT+CIMI"


def describe(report: Report, *, show_imsi: bool = False) -> dict[str, object]:
    """All that the modem told, nested as in Report."""
    told = asdict(report)
    del told["replies"]
    told["sim"]["state"] = report.sim.state.value
    return {
        **told,
        "registration": report.registration.value,
        "imsi": report.imsi if show_imsi else _masked(report.imsi),
        "contexts": [asdict(context) for context in report.contexts],
        "ports": _ports(report),
        "unsolicited": _hide(report.unsolicited, report, show_imsi=show_imsi),
    }


def answers(report: Report, *, show_imsi: bool = False) -> dict[str, object]:
    """By command what came back: the information lines and the final result."""
    return {
        reply.command: {
            "lines": _hide(
                reply.lines,
                report,
                show_imsi=show_imsi,
                all_numbers=reply.command == _ASKS_IMSI,
            ),
            "result": reply.result,
        }
        for reply in report.replies
    }


def _ports(report: Report) -> dict[str, object] | None:
    if report.ports is None:
        return None
    return {"layout": report.ports.layout, "functions": dict(report.ports.functions)}


def _masked(number: str | None) -> str | None:
    if number is None:
        return None
    return number[:_NETWORK_DIGITS] + "*" * (len(number) - _NETWORK_DIGITS)


def _hide(
    lines: Iterable[str], report: Report, *, show_imsi: bool, all_numbers: bool = False
) -> list[str]:
    """The lines without the IMSI; with `all_numbers` without anything that may be one."""
    if show_imsi:
        return list(lines)
    secret = r"\d{6,}" if all_numbers else report.imsi
    if secret is None:
        return list(lines)
    return [re.sub(secret, lambda found: _masked(found[0]) or "", line) for line in lines]
