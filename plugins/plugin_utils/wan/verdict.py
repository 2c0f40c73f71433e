# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one verdict on a WAN that fails."""

from __future__ import annotations

from ..diagnosis import Diagnosis, conclude
from ..modem.report import Report, SimState
from ..ncm.known import maker_word
from ..ncm.vendors import vendor_of
from ..netifd.explain import diagnose
from ..usb.classify import Kind
from .evidence import Evidence
from .log import failing
from .modem import (
    Found,
    layout_trouble,
    model_as_maker,
    network_trouble,
    port_trouble,
    sim_trouble,
)
from .names import names_trouble
from .reasons import REASONS
from .request import Check
from .sticks import driver_trouble, stick_trouble

_DEVICE = frozenset({"DEVICE_MISSING", "NO_DEVICE", "NO_IFACE", "SETTING_UP", "GETINFO_FAILED"})
"""Verdicts of netifd that what is on the USB bus may explain."""

_CERTAIN = frozenset(
    {
        *("CHATTER", "GCOM_TEXT", "GCOM_CRASHED", "CARRIAGE_RETURN", "STOPPED", "NO_APN"),
        *(
            "STICK_ABSENT",
            "STICK_OFF",
            "HILINK",
            "STORAGE_MODE",
            "OTHER_MODE",
            "USB_LOOP",
            "DNS_REBIND",
        ),
    }
)
"""Verdicts to which the modem has nothing to add."""

_LAYOUT = frozenset({"CONNECT_FAILED", "INITIALIZE_FAILED", "CONFIGURE_FAILED", "NO_LEASE"})
_OTHER_PROTOS = frozenset({"wwan", "3g", "ppp", "qmi", "mbim", "modemmanager"})


def down(seen: Evidence) -> Diagnosis:
    """Why the WAN is not up, by what is known so far."""
    now = seen.now
    if not now.netifd:
        return conclude(REASONS, "NO_NETIFD", seen.details())
    told = diagnose(
        now.status, failing(seen.log, now.interface), interface=now.interface, children=now.children
    )
    found = _configuration(seen, told) if not _is_ncm(seen) else _ncm(seen, told)
    code, details = found or (told.code, {})
    return conclude(
        REASONS,
        code,
        {**seen.details(), **told.details, **details},
        attempts=told.attempts,
        evidence=told.evidence,
    )


def worth_asking(seen: Evidence, verdict: Diagnosis) -> bool:
    """Whether the modem can be asked, and may know more."""
    there = seen.device_there or seen.other_port is not None or seen.finding is None
    return _is_ncm(seen) and there and verdict.code not in _CERTAIN


def no_traffic(seen: Evidence) -> Diagnosis:
    """Why nothing comes through a WAN that is up, or why names have no address."""
    code, details = _traffic(seen)
    return conclude(REASONS, code, {**seen.details(), **details})


def threshold(seen: Evidence, wanted: Check) -> Diagnosis | None:
    """What a WAN that works falls short of."""
    found = _below(seen, wanted)
    return conclude(REASONS, found[0], {**seen.details(), **found[1]}) if found else None


def wrong_address(seen: Evidence, wanted: Check) -> Diagnosis:
    """The address is one of a network that is not wanted."""
    details = {
        "address": " and ".join(seen.now.wan.addresses),
        "listed": ", ".join(map(str, wanted.networks)),
        "apn": seen.option("apn") or "that of the modem",
    }
    return conclude(REASONS, "WRONG_ADDRESS", {**seen.details(), **details})


def _is_ncm(seen: Evidence) -> bool:
    return seen.now.proto == "ncm"


def _configuration(seen: Evidence, told: Diagnosis) -> Found | None:
    """What is wrong before a modem has a part in it."""
    if told.code == "NO_INTERFACE" and seen.option("disabled") == "1":
        return "DISABLED", {}
    if told.code == "HANDLER_MISSING" and seen.around and seen.around.handler:
        return "HANDLER_UNLOADED", {}
    ready = seen.finding is not None and seen.finding.kind is Kind.NCM_READY
    return ("WRONG_PROTO", {}) if ready and seen.now.proto in _OTHER_PROTOS else None


def _ncm(seen: Evidence, told: Diagnosis) -> Found | None:
    """From the stick to the network: the first that is at fault explains what comes after."""
    code = told.code
    if code == "STOPPED" and _pin_is_kept(seen):
        # A start without its PIN would end nowhere.
        code = "PIN_FAILED"
    if code in _CERTAIN:
        return None
    found = None
    if code in _DEVICE:
        found = stick_trouble(seen) or (driver_trouble(seen) if code == "NO_IFACE" else None)
    if found is None and code == "DEVICE_MISSING" and seen.device_there:
        code = "GIVEN_UP"
    found = found or port_trouble(seen, code) or _by_report(seen, code, str(told.details["word"]))
    return found or ((code, {}) if code != told.code else None)


def _pin_is_kept(seen: Evidence) -> bool:
    """True if the guard of ncm_wan has taken a refused PIN out of the configuration."""
    return seen.option("pin_refused") == "1"


def _by_report(seen: Evidence, code: str, word: str) -> Found | None:
    report = seen.asked.report if seen.asked else None
    if report is None:
        return None
    if code == "UNSUPPORTED_MODEM":
        return model_as_maker(report, word) or _another_maker(report, word)
    sim = sim_trouble(report)
    if sim and sim[0] == "SIM_PIN" and code == "PIN_FAILED":
        # A PIN that was refused is told better by its own code than by the SIM still asking.
        return code, sim[1]
    found = sim or network_trouble(report)
    if found is None and code in _LAYOUT:
        found = layout_trouble(report)
    return found or _by_state(seen, report, code)


def _another_maker(report: Report, word: str) -> Found | None:
    """A modem that now gives a maker which OpenWrt knows only waits for netifd to ask it again."""
    maker = maker_word(report.manufacturer)
    known = maker is not None and vendor_of(maker) is not None
    return ("GIVEN_UP", {}) if known and maker != word else None


def _by_state(seen: Evidence, report: Report, code: str) -> Found | None:
    """What a modem that complains of nothing tells of netifd's own verdict."""
    if code == "SIM_NOT_READY" and report.sim.state is SimState.READY:
        return "CONNECT_FAILED", {}
    if code == "PIN_FAILED" and report.sim.state is SimState.READY and not _pin_is_kept(seen):
        # It has been unlocked since; netifd stays where the refusal has left it, and tries no more.
        return "STOPPED", {}
    if code == "NO_LEASE" and report.connected is False:
        return "SESSION_DROPPED", {}
    if code == "NO_LEASE" and "/cdc-wdm" in (seen.device or "") and seen.other_port:
        return "NO_LEASE_HERE", {"value": seen.other_port}
    maker = maker_word(report.manufacturer)
    if code == "GIVEN_UP" and maker and vendor_of(maker) is None:
        return "UNSUPPORTED_MODEM", {"word": maker}
    return None


def _traffic(seen: Evidence) -> Found:
    traffic = seen.traffic
    report = seen.asked.report if seen.asked else None
    modem = (sim_trouble(report) or network_trouble(report)) if report else None
    if modem is None and report and report.connected is False:
        modem = "SESSION_DROPPED", {}
    if traffic is None or not traffic.passes:
        if modem is None and not seen.now.wan.gateways:
            return "NO_DEFAULT_ROUTE", {}
        return modem or ("NO_TRAFFIC", {"hosts": ", ".join(traffic.ping if traffic else ())})
    names = names_trouble(seen, traffic)
    return modem if modem and names[0] != "DNS_REBIND" else names


def _below(seen: Evidence, wanted: Check) -> Found | None:
    report = seen.asked.report if seen.asked else None
    if report is None:
        trouble = seen.asked.error if seen.asked else None
        return "MODEM_UNREADABLE", {"trouble": str(trouble or "it was not asked")}
    if wanted.registered and not report.registration.registered:
        return network_trouble(report) or (
            "MODEM_UNREADABLE",
            {"trouble": "it does not tell whether it is registered."},
        )
    if wanted.min_signal is None:
        return None
    if report.signal.dbm is None:
        return "MODEM_UNREADABLE", {"trouble": "it does not tell the strength of its signal."}
    weak = report.signal.dbm < wanted.min_signal
    return ("WEAK_SIGNAL", {"least": wanted.min_signal}) if weak else None
