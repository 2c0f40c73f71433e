#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation and arguments of M(fleet.openwrt.at_command); its action plugin does the work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: at_command
short_description: Send AT commands to a modem and read what it answers
version_added: 0.1.0
author:
  - The fleet.openwrt authors (@fleet-openwrt)
description:
  - Sends AT commands one after the other to a control port of the router's modem, by C(gcom) of the
    package comgt, which comgt-ncm brings. All of them cost one round trip.
  - Of each answer the information lines, the final result and what the modem said of its own
    accord meanwhile are told apart.
  - One conversation at a time. A port that another program holds is waited for, and then the
    program is named. Nothing is ever sent to a diag port.
  - No wait is endless. After a command to which the modem does not answer nothing more is sent.
  - The task fails when a command is refused or not answered; all answers are in the result all the
    same.
  - Commands that can lock the SIM or lose the AT port are refused, see O(force).
  - User names, passwords and PINs in commands and answers are hidden in the result.
extends_documentation_fragment:
  - fleet.openwrt.attributes
  - fleet.openwrt.port
attributes:
  check_mode:
    support: partial
    details:
      - Only commands that are known to ask and change nothing are sent; the others are skipped.
  diff_mode:
    support: none
options:
  command:
    description:
      - One command, with its C(AT). Several in one line, joined by a semicolon, are possible where the
        modem knows that.
      - Whether a command only asks is told from its text, such as V(AT+CSQ), V(AT^SYSCFGEX?) or
        V(AT+QCFG="servicedomain"). What is not known is taken for a change.
      - Either this or O(commands) is needed.
    type: str
  commands:
    description:
      - Commands to send one after the other.
    type: list
    elements: str
  timeout:
    description:
      - Seconds that each command may take.
    type: int
    default: 10
  patience:
    description:
      - Seconds to wait for another program to let go of the port. While netifd sets the interface up
        it holds the port again and again.
    type: int
    default: 10
  stop_at_error:
    description:
      - Whether a command that is refused ends the conversation. What was not sent has no result.
    type: bool
    default: true
  force:
    description:
      - Whether to send what can do harm, which is commands that enter a PIN or a lock code, that
        change the port layout, that change what the modem is on the bus or that make it wait for
        new firmware.
    type: bool
    default: false
seealso:
  - module: fleet.openwrt.modem_info
  - module: fleet.openwrt.modem_config
"""

EXAMPLES = r"""
- name: Ask for signal and network
  fleet.openwrt.at_command:
    commands:
      - AT+CSQ
      - AT+COPS?
  register: asked

- name: Silence what a Huawei stick says unasked, which confuses the ncm handler at boot
  fleet.openwrt.at_command:
    device: /dev/ttyUSB0
    command: AT^CURC=0
"""

RETURN = r"""
port:
  description: The port on which the modem was spoken to.
  returned: when a conversation came about
  type: str
  sample: /dev/ttyUSB0
answers:
  description: One entry a command, in order.
  returned: when a conversation came about
  type: list
  elements: dict
  contains:
    command:
      description: The command, without what is secret in it.
      type: str
      sample: AT+CSQ
    lines:
      description: The information lines.
      type: list
      elements: str
      sample: ["+CSQ: 18,99"]
    data:
      description: The same without the command's name before them.
      type: list
      elements: str
      sample: ["18,99"]
    result:
      description: The final result; null where none came, or where the command was not sent.
      type: str
      sample: OK
    unsolicited:
      description: What the modem said of its own accord meanwhile.
      type: list
      elements: str
      sample: ["^RSSI: 18"]
    sent:
      description: Whether the command was sent.
      type: bool
reason:
  description: Why no conversation came about.
  returned: when none did
  type: str
  sample: busy
"""

ARGUMENT_SPEC = {
    "command": {"type": "str"},
    "commands": {"type": "list", "elements": "str"},
    "timeout": {"type": "int", "default": 10},
    "patience": {"type": "int", "default": 10},
    "stop_at_error": {"type": "bool", "default": True},
    "force": {"type": "bool", "default": False},
}
