# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Asking a router's bus, in one round trip whatever the answer is."""

from __future__ import annotations

from typing import Any

from ..errors import ProbeError
from ..router.router import Router
from ..router.wire import Section
from . import offer
from .call import Call, decode
from .failure import failure, missing

_CALL = "ubus call"
_OFFER = "what the bus offers"


def call(router: Router, wanted: Call) -> Any:
    """The answer, None when it is empty; raises UbusError, ProbeError for what is no JSON."""
    answers = router.run(
        [Section(_CALL, wanted.script(), stage=wanted.stage())],
        stop_at_failure=True,
        rescue=Section(_OFFER, offer.question(wanted.path)),
    )
    answer = answers[_CALL]
    if answer.status != 0:
        raise failure(wanted, answer.status, offer.parse(answers[_OFFER].stdout))
    try:
        return decode(answer.stdout)
    except ValueError as error:
        raise ProbeError(
            f"the answer of ubus call {wanted}", status=0, stderr=f"no JSON: {error}"
        ) from error


def lacking(router: Router, wanted: Call) -> str:
    """What the router lacks for this call, empty when nothing; the call is not made."""
    answers = router.run([Section(_OFFER, offer.question(wanted.path))])
    return missing(wanted, offer.parse(answers[_OFFER].stdout))
