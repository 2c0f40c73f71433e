# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every way in which a modem keeps a WAN from working: the stick, its port, SIM, network."""

from __future__ import annotations

from collections.abc import Mapping

from ..diagnosis import Reason, do
from ..netifd.start import REVIVE

# {finding} is what usb/explain.py says of the stick, its own advice included.
STICK: Mapping[str, Reason] = {
    "STICK_ABSENT": Reason(
        "no modem is on the USB bus",
        "{finding}",
        "Plug the stick in.",
        do("plug_in"),
    ),
    "USB_LOOP": Reason(
        "the stick leaves the bus and comes back again and again",
        "The stick was found anew {plugged} times within five minutes: it does not stay.",
        "Either it gets too little power (try a hub with a supply of its own), or usb-modeswitch "
        "resets it each time: take its entry out of /etc/usb-mode.json, or that package away.",
        do("replug"),
    ),
    "STORAGE_MODE": Reason(
        "the stick shows itself as a disk",
        "{finding}",
        "The role fleet.openwrt.usb_modem does that.",
        do("switch_stick"),
        "usbmode -s",
    ),
    "HILINK": Reason(
        "the stick is a router of its own and takes no AT commands",
        "{finding}",
        "The roles for NCM do not apply to it.",
        do("use_other_proto", "netdev", proto="dhcp"),
    ),
    "OTHER_MODE": Reason(
        "the stick speaks MBIM, QMI or another protocol than NCM",
        "{finding}",
        'A wrong composition (+QCFG="usbnet" on Quectel) also takes the AT ports away.',
        do("use_other_proto", "proto"),
    ),
    "STICK_OFF": Reason(
        "the router keeps the stick switched off",
        "{finding}",
        "The role fleet.openwrt.ncm_monitor does that for its own sticks.",
        do("switch_on"),
        "{switch_on}",
    ),
    "DRIVER_MISSING": Reason(
        "a kernel driver of the stick is missing",
        "{finding}",
        "The role fleet.openwrt.packages installs it.",
        do("install_package", "packages"),
    ),
    "KERNEL_MISMATCH": Reason(
        "the driver is there, for another kernel",
        "The module {driver} is on the flash for another kernel than the one that runs ({kernel}).",
        "Kernel modules fit one build only: upgrade the router with modules and kernel of the same "
        "release, or install {packages} anew from that build's feed.",
        do("install_package", "packages"),
    ),
    "NO_CONTROL": Reason(
        "the stick has a network function and no port for AT commands",
        "{finding}",
        "Without such a port proto ncm cannot dial.",
        do("set_ports", "ports"),
    ),
    "NO_USB": Reason(
        "the router shows no USB bus",
        "{finding}",
        "Then plug the stick in again.",
        do("install_package", packages=["kmod-usb2", "kmod-usb3"]),
    ),
    "DEVICE_MOVED": Reason(
        "the control device has another name now",
        "{device}, the control device of {interface}, does not exist, but {value} does: numbers "
        "move when sticks come and go.",
        "Set the option device to {value}.",
        do("set_option", "interface", "value", option="device"),
    ),
    "GIVEN_UP": Reason(
        "the modem is there and netifd has stopped trying",
        "The modem of {interface} is there, but netifd has given it up before and does not try "
        "again by itself.",
        f"Run: {REVIVE} ('ifup' does not revive it). If that happens after each replug, device may "
        "be a link: hotplug scripts compare its last part with the kernel's name.",
        do("revive", "interface"),
        REVIVE,
    ),
}

PORT: Mapping[str, Reason] = {
    "GCOM_MISSING": Reason(
        "gcom, which talks to modems, is not installed",
        "gcom, the program that talks to modems, is not on this router.",
        "Install comgt-ncm, which brings it.",
        do("install_package", packages=["comgt-ncm"]),
    ),
    "PORT_BUSY": Reason(
        "another program holds the modem's port",
        "Another program holds the modem's port: {program}.",
        "Two programs cannot share it: stop and disable that one.",
        do("stop_program", "program", "pid"),
    ),
    "WRONG_PORT": Reason(
        "the control device is silent, another port of the modem answers",
        "The modem does not answer on {device}, the control device of {interface}, but on {value}.",
        "Set the option device to {value}.",
        do("set_option", "interface", "value", option="device"),
    ),
    "MODEM_SILENT": Reason(
        "the modem answers on none of its ports",
        "The modem does not answer on any of its ports.",
        "Plug it in again, or take its power away for some seconds: a modem that hangs needs that. "
        "One that was just plugged in may still be starting.",
        do("replug"),
    ),
    "NO_LEASE_HERE": Reason(
        "connected through cdc-wdm, but no address came, and there is another port",
        "{interface} is connected through {device}, but no address has come. The modem has another "
        "port, {value}.",
        "With some firmware only a session that was dialled on the serial port carries data: set "
        "the option device to {value}.",
        do("set_option", "interface", "value", option="device"),
    ),
    "PORT_LAYOUT": Reason(
        "the modem's port layout has no network function",
        "The modem's port layout ({ports}) does not have the network function (16).",
        "Set a layout with 16 and with the AT port (12 or 2), such as FF;10,12,16, by "
        "fleet.openwrt.modem_config.",
        do("set_ports", "ports"),
    ),
    "MODEL_AS_MAKER": Reason(
        "the modem gives its model where its maker was asked for",
        "Asked for its maker the modem gives its model ('{word}'), so no entry of "
        "/etc/gcom/ncm.json fits, and proto ncm has no option to name the maker.",
        "Another firmware of the modem, or an entry of your own in /etc/gcom/ncm.json, helps.",
        do("upgrade"),
    ),
}

SIM: Mapping[str, Reason] = {
    "NO_SIM": Reason(
        "the modem finds no SIM",
        "The modem finds no SIM.",
        "Insert the SIM, or clean it and try again.",
        do("insert_sim"),
    ),
    "SIM_FAILURE": Reason(
        "the modem cannot use its SIM",
        "The modem cannot use its SIM (failure, busy or wrong card).",
        "Try again after some seconds; else try the SIM in another device.",
        do("insert_sim"),
    ),
    "SIM_PIN": Reason(
        "the SIM asks for its PIN",
        "The SIM asks for its PIN, of which {left} tries are left, and {pin}.",
        "Set the option pincode (once: wrong tries lock the SIM), or take the PIN off it.",
        do("unlock_sim", "left", using="pin"),
    ),
    "SIM_PUK": Reason(
        "the SIM is locked and asks for its PUK",
        "The SIM is locked and asks for its PUK, of which {left} tries are left.",
        "Stop the interface ('ifdown {interface}') and unlock the SIM with its PUK by hand; ten "
        "wrong PUKs destroy it.",
        do("unlock_sim", "left", using="puk"),
        "ifdown {interface}",
    ),
}

NETWORK: Mapping[str, Reason] = {
    "NO_SIGNAL": Reason(
        "the modem hears no network",
        "The modem hears no network at all.",
        "Find a better place for it, or connect its antenna; check that mode is one that the "
        "carrier has.",
        do("move_antenna"),
    ),
    "NOT_REGISTERED": Reason(
        "the modem hears networks and is in none",
        "The modem is not registered with a network (it is {registration}; signal {signal} dBm).",
        "Wait a minute after it was plugged in; then check the antenna, the mode, and whether the "
        "SIM is active and may roam here.",
        do("wait", seconds=60),
    ),
    "REGISTRATION_DENIED": Reason(
        "the network refuses the SIM",
        "The network refuses the SIM: registration is denied.",
        "The SIM may be blocked, not activated, or not allowed to roam: ask the operator.",
        do("ask_operator"),
    ),
    "NO_DATA_ATTACH": Reason(
        "the network knows the SIM but gives it no data",
        "The modem is registered with {operator}, but not attached to packet data.",
        "The SIM may have no data plan, or the modem's service domain leaves data out: ask the "
        "operator, and see the domain with fleet.openwrt.modem_info.",
        do("ask_operator"),
    ),
    "SESSION_DROPPED": Reason(
        "the operator has ended the session and netifd does not know",
        "netifd says that {interface} is up, but the modem says that its data session has ended.",
        "Run 'ifup {interface}'. Operators do that once a day; the role fleet.openwrt.ncm_monitor "
        "reconnects by itself.",
        do("ifup", "interface"),
        "ifup {interface}",
    ),
}
