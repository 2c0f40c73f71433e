# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every way in which an ncm interface fails, in words, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reason:
    """`text` and `action` may hold {interface} and {word} (what was taken for the maker)."""

    text: str
    action: str = ""


# Codes in capitals that ncm.sh reports are netifd's own; the others are ours.
REASONS: Mapping[str, Reason] = {
    "up": Reason("{interface} is connected and has an address."),
    "NO_INTERFACE": Reason(
        "netifd has no interface {interface}.",
        "Check its section in /etc/config/network and run '/etc/init.d/network reload'.",
    ),
    "HANDLER_MISSING": Reason(
        "netifd does not know the protocol ncm: its handler was installed after netifd started, "
        "or comgt-ncm is not installed.",
        "Install comgt-ncm, then run '/etc/init.d/network restart' once; a reload is not enough.",
    ),
    "NO_DEVICE": Reason(
        "{interface} has no control device.",
        "Set the option device, for instance to /dev/cdc-wdm0 or /dev/ttyUSB0.",
    ),
    "DEVICE_MISSING": Reason(
        "The control device of {interface} does not exist, or the modem behind it was given up; "
        "netifd does not try again by itself.",
        "Check that the stick is plugged in and switched to its modem mode, and that the option "
        "device names its node (ttyUSB numbers move). Then run 'ifup {interface}'.",
    ),
    "NO_IFACE": Reason(
        "No network device belongs to the control device of {interface}.",
        "The driver of the network function may be missing (kmod-usb-net-huawei-cdc-ncm or "
        "kmod-usb-net-cdc-ncm); if the network device is there, name it with the option ifname.",
    ),
    "GETINFO_FAILED": Reason(
        "The modem does not answer on the control device of {interface}.",
        "The device may be the wrong port, busy with another program (ModemManager, a monitor), "
        "or the stick still starting: try another ttyUSB port or set the option delay.",
    ),
    "UNSUPPORTED_MODEM": Reason(
        "The modem calls its maker '{word}', which has no entry in /etc/gcom/ncm.json; netifd has "
        "given up.",
        "proto ncm of this release cannot drive it: a newer OpenWrt may know the maker, else "
        "another protocol must be used.",
    ),
    "CHATTER": Reason(
        "The modem sent a line of its own accord ('{word}') just when it was asked for its maker, "
        "and the line was taken for the maker; netifd has given up.",
        "Run 'ifup {interface}'. To end it for good, silence such lines (AT^CURC=0 on Huawei).",
    ),
    "CARRIAGE_RETURN": Reason(
        "The modem calls its maker '{word}' and ncm.sh of this release leaves a carriage return "
        "behind that word, so it finds no entry for it; netifd has given up.",
        "Upgrade OpenWrt: 24.10.0 has the fault, later releases do not.",
    ),
    "NO_APN": Reason("{interface} has no APN, and this release insists on one.", "Set apn."),
    "INITIALIZE_FAILED": Reason(
        "The modem refused a command of its initialisation.",
        "See the last command in the evidence; some firmware refuses ATQ0 or the PDP type.",
    ),
    "CONFIGURE_FAILED": Reason(
        "The modem refused its configuration.",
        "Check apn, pdptype, username and password against what the carrier gives.",
    ),
    "SETMODE_FAILED": Reason(
        "The modem refused the radio mode.",
        "Leave the option mode out, or choose one that the modem has.",
    ),
    "FINALIZE_FAILED": Reason(
        "The modem connected and then refused the last command of its setup.",
        "Try without the option profile; else the firmware is not as ncm.json expects.",
    ),
    "CONNECT_FAILED": Reason(
        "The modem or the carrier refused the connection.",
        "Most often the APN is wrong, or user name, password or auth are. Else the SIM has no "
        "data plan, or there is no signal.",
    ),
    "NETWORK_REGISTRATION_FAILED": Reason(
        "The modem did not register with a network in time.",
        "Check the signal and the antenna, whether the SIM is active, and the option mode.",
    ),
    "SIM_NOT_READY": Reason(
        "The modem refused to connect and also to disconnect: it has no SIM that it can use "
        "(none inserted, or locked by PIN or PUK).",
        "Ask the modem with AT+CPIN?; check that the SIM sits right and is not locked.",
    ),
    "NO_SIM": Reason("The modem finds no SIM.", "Insert the SIM, or clean it and try again."),
    "SIM_FAILURE": Reason(
        "The modem cannot use its SIM (failure, busy or wrong card).",
        "Try again after some seconds; else try the SIM in another device.",
    ),
    "SIM_PIN": Reason(
        "The SIM asks for its PIN and none was accepted.",
        "Set the option pincode (once: three wrong tries lock the SIM), or take the PIN off it.",
    ),
    "SIM_PUK": Reason(
        "The SIM is locked and asks for its PUK.",
        "Stop the interface ('ifdown {interface}') and unlock the SIM with its PUK by hand; ten "
        "wrong PUKs destroy it.",
    ),
    "PIN_FAILED": Reason(
        "The SIM refused the PIN. netifd does not try again by itself, but every ifup, reload and "
        "reboot does.",
        "Do not repeat: three wrong tries lock the SIM. Ask the modem how many are left, correct "
        "the option pincode, then run 'ifup {interface}'.",
    ),
    "DISCONNECT_FAILED": Reason(
        "The modem refused to end its last session.",
        "Run 'ifup {interface}'; if it stays so, plug the stick in again.",
    ),
    "NO_CHILD": Reason(
        "{interface} is connected, but the interface that fetches the address is not there.",
        "Wait a few seconds; if it does not come, run 'ifup {interface}' and look at the log.",
    ),
    "NO_LEASE": Reason(
        "{interface} is connected, but no address has come.",
        "Check that ifname names the stick's network device; try the other control port, or "
        "pdptype IP. Some carriers give no address when the APN is wrong.",
    ),
    "STOPPED": Reason(
        "{interface} is stopped (ifdown, or option auto '0').", "Run 'ifup {interface}'."
    ),
    "SETTING_UP": Reason(
        "{interface} is being set up and nothing has failed yet.",
        "Wait; a modem may take half a minute.",
    ),
}
