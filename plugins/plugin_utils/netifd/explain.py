# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why an ncm interface does not come up.

What netifd shows of a failing interface is seldom the cause: every new bring-up clears the errors,
and a modem that ncm.sh refuses reads NO_DEVICE. The cause stands in the log, and of its SIM only
the modem itself knows. Source: package/network/utils/comgt/files/ncm.sh and setpin.gcom in OpenWrt.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..diagnosis import Diagnosis, conclude
from ..ncm.vendors import vendor_of
from .attempts import Attempt, attempts
from .reasons import REASONS
from .redact import redact
from .wan import Children, Status, wan

_DEVICE_GONE = "Control device not valid"

# What the handler says on its way up, and the code that ncm.sh reports (or ours where it reports
# none). FINALIZE_FAILED is told from CONFIGURE_FAILED by its place.
_SETUP_CODES: tuple[tuple[str, str], ...] = (
    ("No control device specified", "NO_DEVICE"),
    (_DEVICE_GONE, "DEVICE_MISSING"),
    ("The interface could not be found.", "NO_IFACE"),
    ("Failed to get modem information", "GETINFO_FAILED"),
    ("Unsupported modem", "UNSUPPORTED_MODEM"),
    ("Failed to initialize modem", "INITIALIZE_FAILED"),
    ("Error setting PIN", "PIN_FAILED"),
    ("Unable to verify PIN", "PIN_FAILED"),
    ("Failed to set operating mode", "SETMODE_FAILED"),
    ("Failed to connect", "CONNECT_FAILED"),
    ("Failed to configure modem", "CONFIGURE_FAILED"),
    ("No APN specified", "NO_APN"),
)
_DISCONNECT_FAILED = "Failed to disconnect"
_UNKNOWN_WORD = re.compile(r"Variable '(.*)' does not exist or is not an array/object")

# What gcom itself says where it fails, by the first word, in which ncm.sh looks for the maker.
_GCOM_WORDS = frozenset({"can't", "could", "error", "no", "timeout", "unable"})
_CRASH = "Segmentation fault"

# The echo of a command that another program has given, in small letters as ncm.sh makes them.
_ECHO = re.compile(r"at[^a-z0-9\s]")


def diagnose(
    status: Status | None,
    log: Sequence[str],
    *,
    interface: str,
    children: Children,
) -> Diagnosis:
    """Say what is wrong with an ncm interface, or that it is up.

    `status` and `children` are what ubus says of the interface and of its dynamic children, None
    for one that is not there; `log` are lines of logread, of as many bring-ups as there are: the
    last one is often still under way, then the one before it counts.
    """
    if status is None:
        return conclude(REASONS, "NO_INTERFACE", {"interface": interface})
    if status.get("up") is True:
        return _connected(status, children, interface)
    if status.get("proto") == "none":
        return conclude(REASONS, "HANDLER_MISSING", {"interface": interface})
    tries = attempts(log, interface)
    telling = _telling(tries)
    if telling is None:
        code = _from_status(status)
        counted = _in_a_row(tries, code) if tries else 0
        return conclude(REASONS, code, {"interface": interface}, attempts=counted)
    verdict = _verdict(telling)
    code = verdict.code or ""
    return conclude(
        REASONS,
        code,
        {"interface": interface, "word": verdict.word or "(nothing)", "command": _sent(telling)},
        attempts=_in_a_row(tries, code),
        evidence=tuple(redact(line) for line in telling.setup + telling.teardown),
    )


def _in_a_row(tries: Sequence[Attempt], code: str) -> int:
    """The number of last bring-ups that ended so; one that is open yet, or was cut off, is none of
    another fault."""
    ends = [None if _doubtful(attempt) else _verdict(attempt).code for attempt in reversed(tries)]
    others = [number for number, end in enumerate(ends) if end not in (None, code)]
    same = [number for number, end in enumerate(ends[: min(others, default=None)]) if end == code]
    return max(same, default=0) + 1


def undecided(log: Sequence[str], interface: str) -> bool:
    """Whether more will be known as soon as the teardown that is under way has ended."""
    telling = _telling(attempts(log, interface))
    return telling is not None and _doubtful(telling)


def _connected(status: Status, children: Children, interface: str) -> Diagnosis:
    there = any(child is not None for child in children.values())
    code = "up" if wan(status, children).up else "NO_LEASE" if there else "NO_CHILD"
    return conclude(REASONS, code, {"interface": interface})


def _telling(tries: Sequence[Attempt]) -> Attempt | None:
    """The last bring-up that tells why, a doubtful one only where there is no other."""
    doubtful = None
    for attempt in reversed(tries):
        code = _verdict(attempt).code
        if code and not _doubtful(attempt):
            return attempt
        if code:
            doubtful = doubtful or attempt
        elif attempt.connected:
            # What failed before a connection that held is no longer the reason.
            break
    return doubtful


def _doubtful(attempt: Attempt) -> bool:
    """Only the end of its teardown tells a refused connection from a SIM that is not ready."""
    return _verdict(attempt).code == "CONNECT_FAILED" and not attempt.ended


@dataclass(frozen=True, slots=True)
class _Verdict:
    """The code of a bring-up, None while it is open, and the word that was taken for the maker."""

    code: str | None
    word: str


def _verdict(attempt: Attempt) -> _Verdict:
    word = next(
        (match[1] for line in attempt.setup if (match := _UNKNOWN_WORD.search(line))), ""
    ).strip()
    return _Verdict(_code(attempt, word), word)


def _code(attempt: Attempt, word: str) -> str | None:
    code = next(
        (
            code
            for line in attempt.setup
            for text, code in _SETUP_CODES
            if line.startswith(text)
        ),
        None,
    )  # fmt: skip
    if code == "CONFIGURE_FAILED" and attempt.connected:
        return "FINALIZE_FAILED"
    if code == "UNSUPPORTED_MODEM":
        return _unsupported(word)
    if code == "GETINFO_FAILED" and any(_CRASH in line for line in attempt.setup):
        return "GCOM_CRASHED"
    if code is None and any(line.startswith(_DEVICE_GONE) for line in attempt.teardown):
        # Pulled out meanwhile: the setup may have ended without a word of its own.
        return "DEVICE_MISSING"
    refused_twice = any(line.startswith(_DISCONNECT_FAILED) for line in attempt.teardown)
    if refused_twice and code in (None, "CONNECT_FAILED"):
        # A modem with a SIM that is ready ends a session that never was; one without does not.
        return "SIM_NOT_READY" if code else "DISCONNECT_FAILED"
    return code


def _sent(attempt: Attempt) -> str | None:
    """The last command before the handler gave up."""
    sent = [line.partition("-> ")[2] for line in attempt.setup if line.startswith("sending -> ")]
    return redact(sent[-1]) if sent else None


def _unsupported(word: str) -> str:
    """Why ncm.sh found no entry for the word that it took for the modem's maker."""
    if word.startswith(("^", "+", "*", "_")) or ":" in word or _ECHO.match(word):
        return "CHATTER"
    if word in _GCOM_WORDS:
        return "GCOM_TEXT"
    # The word is known and yet was not found: an invisible carriage return hangs on it.
    return "CARRIAGE_RETURN" if vendor_of(word) else "UNSUPPORTED_MODEM"


def _from_status(status: Status) -> str:
    """What the status alone tells, where the log is silent."""
    for code in _error_codes(status):
        if code in REASONS:
            return code
    if status.get("available") is False:
        return "DEVICE_MISSING"
    if status.get("autostart") is False:
        return "STOPPED"
    return "SETTING_UP"


def _error_codes(status: Status) -> list[str]:
    """Codes of the errors; netifd's own NO_DEVICE says only that the handler gave up."""
    errors = status.get("errors")
    found: list[str] = []
    for error in errors if isinstance(errors, list) else []:
        if isinstance(error, Mapping):
            generic = error.get("subsystem") == "interface" and error.get("code") == "NO_DEVICE"
            found.append("DEVICE_MISSING" if generic else str(error.get("code")))
    return found
