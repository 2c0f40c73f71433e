# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every way in which an ncm interface fails, in words, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping

from ..diagnosis import Reason, do
from .start import REVIVE

# Codes in capitals that ncm.sh reports are netifd's own; the others are ours. Details: {interface},
# {word} (what was taken for the maker), {command} (the last one that was sent).
REASONS: Mapping[str, Reason] = {
    "up": Reason(
        "the WAN works",
        "{interface} is connected and has an address.",
        "",
        do("none"),
    ),
    "NO_INTERFACE": Reason(
        "netifd has no such interface",
        "netifd has no interface {interface}.",
        "Check its section in /etc/config/network and run '/etc/init.d/network reload'.",
        do("reload_network"),
        "/etc/init.d/network reload",
    ),
    "HANDLER_MISSING": Reason(
        "netifd has no handler for the protocol ncm",
        "netifd does not know the protocol ncm: its handler was installed after netifd started, "
        "or comgt-ncm is not installed.",
        "Install comgt-ncm, then run '/etc/init.d/network restart' once; a reload is not enough.",
        do("install_package", packages=["comgt-ncm"]),
    ),
    "NO_DEVICE": Reason(
        "the option device is missing",
        "{interface} has no control device.",
        "Set the option device, for instance to /dev/cdc-wdm0 or /dev/ttyUSB0.",
        do("set_option", "interface", "value", option="device"),
        starts=True,
    ),
    "DEVICE_MISSING": Reason(
        "the control device does not exist",
        "The control device of {interface} does not exist, or the modem behind it was given up; "
        "netifd does not try again by itself.",
        "Check that the stick is plugged in and switched to its modem mode, and that the option "
        "device names its node (ttyUSB numbers move). netifd starts it when the node comes; where "
        f"it is there already, run: {REVIVE} ('ifup' changes nothing).",
        do("revive", "interface"),
        REVIVE,
    ),
    "NO_IFACE": Reason(
        "no network device belongs to the control device",
        "No network device belongs to the control device of {interface}.",
        "The driver of the network function may be missing (kmod-usb-net-huawei-cdc-ncm or "
        "kmod-usb-net-cdc-ncm); if the network device is there, name it with the option ifname.",
        do("set_option", "interface", option="ifname"),
        starts=True,
    ),
    "GETINFO_FAILED": Reason(
        "the modem did not answer netifd",
        "The modem does not answer on the control device of {interface}.",
        "The device may be the wrong port, busy with another program (ModemManager, a monitor), "
        "or the stick still starting: try another ttyUSB port or set the option delay.",
        do("set_option", "interface", option="delay", value="30"),
    ),
    "GCOM_CRASHED": Reason(
        "gcom, the program that talks to the modem, crashed",
        "gcom crashed while netifd talked with the modem of {interface}.",
        "Early builds of 24.10 have the fault: upgrade OpenWrt. Until then 'ifup {interface}' may "
        "be luckier.",
        do("upgrade"),
        "ifup {interface}",
    ),
    "UNSUPPORTED_MODEM": Reason(
        "ncm.json does not know the modem's maker",
        "The modem calls its maker '{word}', which has no entry in /etc/gcom/ncm.json; netifd has "
        "given up.",
        "proto ncm of this release cannot drive it: a newer OpenWrt may know the maker, else "
        "another protocol must be used.",
        do("upgrade"),
    ),
    "CHATTER": Reason(
        "a line that the modem sent unasked was taken for its maker",
        "The modem sent a line of its own accord, or the echo of another program's command "
        "('{word}'), just when it was asked for its maker, and the line was taken for the maker; "
        "netifd has given up.",
        f"Run: {REVIVE} ('ifup' does not revive it). To end it for good, silence such lines "
        "(AT^CURC=0 on Huawei).",
        do("revive", "interface"),
        REVIVE,
    ),
    "GCOM_TEXT": Reason(
        "an error message of gcom was taken for the modem's maker",
        "gcom complained ('{word}...') when it was to ask the modem for its maker, and netifd took "
        "that for the maker; it has given up.",
        "The modem was not ready: set the option delay to 30 and reload the network, or run: "
        f"{REVIVE} ('ifup' does not revive it).",
        do("revive", "interface"),
        REVIVE,
    ),
    "CARRIAGE_RETURN": Reason(
        "the release's handler does not understand any maker",
        "The modem calls its maker '{word}' and ncm.sh of this release leaves a carriage return "
        "behind that word, so it finds no entry for it; netifd has given up.",
        "Upgrade OpenWrt: 24.10.0 has the fault, later releases do not.",
        do("upgrade"),
    ),
    "NO_APN": Reason(
        "the release insists on an APN and there is none",
        "{interface} has no APN, and this release insists on one.",
        "Set apn.",
        do("set_apn", "interface"),
    ),
    "INITIALIZE_FAILED": Reason(
        "the modem refused a command of its initialisation",
        "The modem refused a command of its initialisation: {command}.",
        "Some firmware refuses ATQ0 (E3372h-320) or the PDP type: try another pdptype, or proto "
        "dhcp on the network device where the stick is a router of its own.",
        do("set_option", "interface", option="pdptype"),
    ),
    "CONFIGURE_FAILED": Reason(
        "the modem refused its configuration",
        "The modem refused its configuration: {command}.",
        "Check apn, pdptype, username and password against what the carrier gives.",
        do("set_apn", "interface", "apn"),
    ),
    "SETMODE_FAILED": Reason(
        "the modem refused the radio mode",
        "The modem refused the radio mode.",
        "Leave the option mode out, or choose one that the modem has.",
        do("remove_option", "interface", option="mode"),
    ),
    "FINALIZE_FAILED": Reason(
        "the modem refused the last command after it had connected",
        "The modem connected and then refused the last command of its setup.",
        "Try without the option profile; else the firmware is not as ncm.json expects.",
        do("remove_option", "interface", option="profile"),
    ),
    "CONNECT_FAILED": Reason(
        "the carrier refused the connection",
        "The modem or the carrier refused the connection.",
        "Most often the APN is wrong, or user name, password or auth are. Else the SIM has no "
        "data plan, or there is no signal.",
        do("set_apn", "interface", "apn"),
    ),
    "NETWORK_REGISTRATION_FAILED": Reason(
        "netifd waited in vain for the modem to register",
        "The modem did not register with a network in time.",
        "Check the signal and the antenna, whether the SIM is active, and the option mode.",
        do("move_antenna"),
    ),
    "SIM_NOT_READY": Reason(
        "the modem has no SIM that it can use, and was not asked why",
        "The modem refused to connect and also to disconnect: it has no SIM that it can use "
        "(none inserted, or locked by PIN or PUK).",
        "Ask the modem with AT+CPIN?; check that the SIM sits right and is not locked.",
        do("insert_sim"),
    ),
    "PIN_FAILED": Reason(
        "the SIM refused the PIN",
        "The SIM refused the PIN. netifd does not try again by itself, but every ifup, reload and "
        "reboot does, unless the role ncm_wan's guard has taken the PIN out of its reach.",
        "Do not repeat: three wrong tries lock the SIM. Ask the modem how many are left, correct "
        "the option pincode, then run 'ifup {interface}'.",
        do("unlock_sim", "left", using="pin"),
    ),
    "DISCONNECT_FAILED": Reason(
        "the modem refused to end its last session",
        "The modem refused to end its last session.",
        "Run 'ifup {interface}'; if it stays so, plug the stick in again.",
        do("ifup", "interface"),
        "ifup {interface}",
    ),
    "NO_CHILD": Reason(
        "connected, but the interface that fetches the address is missing",
        "{interface} is connected, but the interface that fetches the address is not there.",
        "Wait a few seconds; if it does not come, run 'ifup {interface}' and look at the log.",
        do("ifup", "interface"),
        "ifup {interface}",
    ),
    "NO_LEASE": Reason(
        "connected, but no address came",
        "{interface} is connected, but no address has come.",
        "Check that ifname names the stick's network device; try the other control port, or "
        "pdptype IP. Some carriers give no address when the APN is wrong.",
        do("ifup", "interface"),
        "ifup {interface}",
    ),
    "STOPPED": Reason(
        "the interface was stopped",
        "{interface} is stopped (ifdown, or option auto '0').",
        "Run 'ifup {interface}'.",
        do("ifup", "interface"),
        "ifup {interface}",
    ),
    "SETTING_UP": Reason(
        "nothing has failed yet",
        "{interface} is being set up and nothing has failed yet.",
        "Wait; a modem may take half a minute.",
        do("wait", seconds=30),
    ),
}
