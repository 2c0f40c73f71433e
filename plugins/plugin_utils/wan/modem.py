# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the modem's own words say against a WAN: its port, its SIM, its network."""

from __future__ import annotations

import re

from ..modem.report import Registration, Report, SimState
from .asked import Asked
from .evidence import Evidence

Found = tuple[str, dict[str, object]]
"""A code of REASONS, and details beside those that the evidence has."""

_SIM = {
    SimState.ABSENT: "NO_SIM",
    SimState.PUK: "SIM_PUK",
    SimState.PIN: "SIM_PIN",
    SimState.FAILURE: "SIM_FAILURE",
    SimState.BUSY: "SIM_FAILURE",
}
_NO_NETWORK = (Registration.SEARCHING, Registration.IDLE)

_MUTE = frozenset({"GETINFO_FAILED", "GIVEN_UP", "DEVICE_MISSING", "SETTING_UP"})
"""Verdicts of netifd that a modem which does not answer explains. Where netifd has had answers, a
modem that was silent to us was busy with netifd."""


def port_trouble(seen: Evidence, told: str) -> Found | None:
    """What keeps commands from the modem."""
    asked = seen.asked
    if asked is None:
        return None
    if asked.trouble == "no_gcom":
        return "GCOM_MISSING", {}
    return _busy(seen, asked, told) or _silent(seen, asked, told)


def _busy(seen: Evidence, asked: Asked, told: str) -> Found | None:
    if asked.holder:
        program, pid = asked.holder
        return "PORT_BUSY", {"program": program, "pid": pid}
    # netifd was kept out, and by the time we came the port was free again.
    programs = (seen.around.programs if seen.around else None) or {}
    contended = any("write to COM device" in line for line in seen.log)
    if told == "GETINFO_FAILED" and contended and programs:
        program, pid = next(iter(programs.items()))
        return "PORT_BUSY", {"program": program, "pid": pid}
    return None


def _silent(seen: Evidence, asked: Asked, told: str) -> Found | None:
    if told not in _MUTE:
        return None
    if asked.trouble in ("silent", "stuck"):
        return "MODEM_SILENT", {}
    device = seen.device
    if asked.report and device and device != asked.report.port and asked.was_silent(device):
        return "WRONG_PORT", {"value": asked.report.port}
    return None


def sim_trouble(report: Report) -> Found | None:
    """A SIM that cannot be used; one that the modem says nothing of is no trouble."""
    code = _SIM.get(report.sim.state)
    if code is None:
        return None
    puk = report.sim.state is SimState.PUK
    return code, {"left": report.sim.puk_left if puk else report.sim.pin_left}


def network_trouble(report: Report) -> Found | None:
    """No network, or none that carries data."""
    if report.registration is Registration.DENIED:
        return "REGISTRATION_DENIED", {}
    if report.registration in _NO_NETWORK:
        return ("NO_SIGNAL" if report.signal.word == "none" else "NOT_REGISTERED"), {}
    # +CGATT tells of LTE and older: a 5G registration is one for packets by itself.
    detached = report.attached is False and report.technology != "NR5G"
    return ("NO_DATA_ATTACH", {}) if detached else None


def layout_trouble(report: Report) -> Found | None:
    """A Huawei stick whose layout (what follows the semicolon) leaves the network function out."""
    layout = report.ports.layout if report.ports else None
    if not layout or ";" not in layout:
        return None
    functions = re.findall(r"[0-9A-Za-z]+", layout.partition(";")[2])
    return None if "16" in functions else ("PORT_LAYOUT", {})


def model_as_maker(report: Report, word: str) -> Found | None:
    """Whether the modem has answered AT+CGMI with its model."""
    model = (report.model or "").lower()
    if word and model and (model.startswith(word.lower()) or word.lower().startswith(model)):
        return "MODEL_AS_MAKER", {"word": word}
    return None
