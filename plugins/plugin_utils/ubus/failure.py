# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why a call failed, in words. Never in ubus' own, which repeat the message with its secrets."""

from __future__ import annotations

from enum import IntEnum

from ..errors import RouterError
from .by_ucode import NO_WAY
from .call import Call
from .offer import Offer, alike


class Status(IntEnum):
    """What a call may end with (ubus, ubusmsg.h, enum ubus_msg_status)."""

    INVALID_COMMAND = 1
    INVALID_ARGUMENT = 2
    METHOD_NOT_FOUND = 3
    NOT_FOUND = 4
    NO_DATA = 5
    PERMISSION_DENIED = 6
    TIMEOUT = 7
    NOT_SUPPORTED = 8
    UNKNOWN_ERROR = 9
    CONNECTION_FAILED = 10
    NO_MEMORY = 11
    PARSE_ERROR = 12
    SYSTEM_ERROR = 13


_NO_BUS = 255
"""The program ends so when it cannot reach ubusd."""

_NO_WAY = (
    "nothing was called. The arguments hold a secret, and this router can take them only on a "
    "command line, where all its processes can read them: it has no ucode with its modules for "
    "ubus and files (packages ucode-mod-ubus and ucode-mod-fs, OpenWrt 22.03 and later). Install "
    "these, or set expose_secrets=true if nobody else is on that router."
)

_BRIEFLY = {
    Status.INVALID_COMMAND: "ubusd did not understand it.",
    Status.NO_DATA: "the object gave no response.",
    Status.PERMISSION_DENIED: (
        "permission denied; log in as root, or let an ACL in /usr/share/acl.d allow it. The object "
        "uci says so also while somebody's `apply` waits for its confirmation."
    ),
    Status.NOT_SUPPORTED: "the object does not support it on this router.",
    Status.UNKNOWN_ERROR: "the object failed without saying why; `logread` may tell.",
    Status.CONNECTION_FAILED: "ubusd cannot be reached; is it running?",
    Status.NO_MEMORY: "the router has no memory left.",
    Status.PARSE_ERROR: "ubus could not read the message or the answer.",
    Status.SYSTEM_ERROR: "the router failed to carry it out; `logread` may tell.",
}


class UbusError(RouterError):
    """A call failed; `status` is its name in ubusmsg.h in small letters, None when it has none."""

    def __init__(self, reason: str, *, call: Call, status: Status | None, offer: Offer) -> None:
        self.status = status
        self._facts: dict[str, object] = {
            "path": call.path,
            "method": call.method,
            "status": None if status is None else status.name.lower(),
            "methods": {name: dict(arguments) for name, arguments in offer.methods.items()},
        }
        super().__init__(f"ubus call {call}: {reason}")

    def facts(self) -> dict[str, object]:
        return self._facts


def status_of(exit_status: int) -> Status | None:
    """The status behind an exit status: as it is up to 21.02, negative later (ubus, cli.c)."""
    if exit_status == _NO_BUS:
        return Status.CONNECTION_FAILED
    value = exit_status if exit_status <= max(Status) else 256 - exit_status
    return Status(value) if value in set(Status) else None


def failure(call: Call, exit_status: int, offer: Offer) -> UbusError:
    """The error for a call that ended so on a router that offers this."""
    status = status_of(exit_status)
    return UbusError(
        _reason(call, status, exit_status, offer), call=call, status=status, offer=offer
    )


def missing(call: Call, offer: Offer) -> str:
    """What the router lacks for this call, in sentences; empty when nothing."""
    if not offer.is_there:
        return f"there is no object {call.path}.{alike(call.path, offer.objects)}"
    if call.method not in offer.methods:
        near = alike(call.method, tuple(offer.methods))
        return f"{call.path} has no method {call.method}.{near} It has: {offer.signatures}."
    return ""


def _reason(call: Call, status: Status | None, exit_status: int, offer: Offer) -> str:
    if status in {Status.NOT_FOUND, Status.METHOD_NOT_FOUND}:
        return missing(call, offer) or (
            f"not found: the arguments name something that {call.path} does not have. "
            f"{_takes(call, offer)}"
        )
    if status is Status.INVALID_ARGUMENT:
        return f"the arguments are not those that it takes. {_takes(call, offer)}"
    if status is Status.TIMEOUT:
        return (
            f"no answer within {call.timeout} s. Whether it was carried out is not known; give it "
            f"more time with timeout."
        )
    if exit_status == NO_WAY:
        return _NO_WAY
    if status is None:
        return f"ubus ended with exit status {exit_status}."
    return _BRIEFLY[status]


def _takes(call: Call, offer: Offer) -> str:
    if call.method in offer.methods:
        return f"It takes: {offer.signature(call.method)}."
    return f"{call.path} has: {offer.signatures}."
