# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why an ncm interface does not come up.

What netifd shows of a failing interface is seldom the cause: every new bring-up clears the errors,
and a modem that ncm.sh refuses reads NO_DEVICE. The cause stands in the log, and of a SIM only the
modem knows. Source: package/network/utils/comgt/files/ncm.sh and setpin.gcom in OpenWrt.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..ncm.vendors import vendor_of
from .attempts import Attempt, attempts
from .reasons import REASONS
from .redact import redact
from .wan import Children, Status, wan


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """`code` is a key of REASONS; `text` says what is, `action` what to do about it.

    `attempts` counts the bring-ups that the log shows, `evidence` are the messages of the one that
    was judged, without secrets.
    """

    code: str
    text: str
    action: str
    attempts: int = 0
    evidence: tuple[str, ...] = ()


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

# What the modem answers to AT+CPIN? (3GPP TS 27.007, 9.2 gives the numbers and their words).
_SIM_ANSWERS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), code)
    for pattern, code in (
        # PIN2 and PUK2 guard nothing that a connection needs.
        (r"\+CPIN: (?:READY|SIM P[IU][NK]2)", "SIM_READY"),
        (r"\+CPIN: (?:SIM|PH-SIM|PH-NET) PUK", "SIM_PUK"),
        (r"\+CME ERROR: *(?:12\b|SIM PUK)", "SIM_PUK"),
        (r"\+CPIN: SIM PIN", "SIM_PIN"),
        (r"\+CME ERROR: *(?:11\b|SIM PIN)", "SIM_PIN"),
        (r"\+CME ERROR: *(?:10\b|SIM not inserted)", "NO_SIM"),
        (r"\+CME ERROR: *(?:1[345]\b|SIM (?:failure|busy|wrong))", "SIM_FAILURE"),
    )
)


def diagnose(
    status: Status | None,
    log: Sequence[str],
    *,
    interface: str,
    children: Children,
    modem: Sequence[str] = (),
) -> Diagnosis:
    """Say what is wrong with an ncm interface, or that it is up.

    `status` and `children` are what ubus says of the interface and of its dynamic children, None
    for one that is not there; `log` are lines of logread, of as many bring-ups as there are: the
    last one is often still under way, then the one before it counts. `modem` are the lines that
    the modem answered to AT+CPIN?, where somebody asked; they tell a missing or locked SIM from a
    refused APN.
    """
    if status is None:
        return _diagnosis("NO_INTERFACE", interface=interface)
    if status.get("up") is True:
        return _connected(status, children, interface)
    if status.get("proto") == "none":
        return _diagnosis("HANDLER_MISSING", interface=interface)
    tries = attempts(log, interface)
    telling = _telling(tries)
    if telling is None:
        return _diagnosis(_from_status(status, modem), interface=interface, tries=len(tries))
    code, word = _verdict(telling)
    return _diagnosis(
        _ask_the_sim(code or "", modem),
        interface=interface,
        word=word,
        tries=len(tries),
        attempt=telling,
    )


def undecided(log: Sequence[str], interface: str) -> bool:
    """Whether more will be known as soon as the teardown that is under way has ended."""
    telling = _telling(attempts(log, interface))
    return telling is not None and _doubtful(telling)


def sim_state(modem: Sequence[str]) -> str | None:
    """SIM_READY, SIM_PIN, SIM_PUK, SIM_FAILURE or NO_SIM by the modem's answer to AT+CPIN?."""
    return next(
        (code for line in modem for pattern, code in _SIM_ANSWERS if pattern.search(line)), None
    )


def _connected(status: Status, children: Children, interface: str) -> Diagnosis:
    if wan(status, children).up:
        return _diagnosis("up", interface=interface)
    there = any(child is not None for child in children.values())
    return _diagnosis("NO_LEASE" if there else "NO_CHILD", interface=interface)


def _telling(tries: Sequence[Attempt]) -> Attempt | None:
    """The last bring-up that tells why, a doubtful one only where there is no other."""
    doubtful = None
    for attempt in reversed(tries):
        code, _word = _verdict(attempt)
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
    return _verdict(attempt)[0] == "CONNECT_FAILED" and not attempt.ended


def _verdict(attempt: Attempt) -> tuple[str | None, str]:
    """The code of a bring-up, None while it is open, and the word that was taken for the maker."""
    word = next(
        (match[1] for line in attempt.setup if (match := _UNKNOWN_WORD.search(line))), ""
    ).strip()
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
        return "FINALIZE_FAILED", word
    if code == "UNSUPPORTED_MODEM":
        return _unsupported(word), word
    if code is None and any(line.startswith(_DEVICE_GONE) for line in attempt.teardown):
        # Pulled out meanwhile: the setup may have ended without a word of its own.
        return "DEVICE_MISSING", word
    refused_twice = any(line.startswith(_DISCONNECT_FAILED) for line in attempt.teardown)
    if refused_twice and code in (None, "CONNECT_FAILED"):
        # A modem with a SIM that is ready ends a session that never was; one without does not.
        return ("SIM_NOT_READY" if code else "DISCONNECT_FAILED"), word
    return code, word


def _unsupported(word: str) -> str:
    """Why ncm.sh found no entry for the word that it took for the modem's maker."""
    if word.startswith(("^", "+", "*", "_")) or ":" in word:
        return "CHATTER"
    # The word is known and yet was not found: an invisible carriage return hangs on it.
    return "CARRIAGE_RETURN" if vendor_of(word) else "UNSUPPORTED_MODEM"


def _ask_the_sim(code: str, modem: Sequence[str]) -> str:
    state = sim_state(modem)
    if code == "SIM_NOT_READY" and state == "SIM_READY":
        return "CONNECT_FAILED"
    blamed = code in ("CONNECT_FAILED", "SIM_NOT_READY", "PIN_FAILED", "INITIALIZE_FAILED")
    # A PIN that was refused is told better by its own code than by the SIM still asking for one.
    if not blamed or state in (None, "SIM_READY") or (code, state) == ("PIN_FAILED", "SIM_PIN"):
        return code
    return state or code


def _from_status(status: Status, modem: Sequence[str]) -> str:
    """What the status alone tells, where the log is silent."""
    for code in _error_codes(status):
        if code in REASONS:
            return _ask_the_sim(code, modem)
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


def _diagnosis(
    code: str,
    *,
    interface: str,
    word: str = "",
    tries: int = 0,
    attempt: Attempt | None = None,
) -> Diagnosis:
    reason = REASONS[code]
    evidence = attempt.setup + attempt.teardown if attempt else ()
    again = f" It has been tried {tries} times." if tries > 1 and code != "up" else ""
    return Diagnosis(
        code=code,
        text=reason.text.format(interface=interface, word=word or "(nothing)") + again,
        action=reason.action.format(interface=interface, word=word),
        attempts=tries,
        evidence=tuple(redact(line) for line in evidence),
    )
