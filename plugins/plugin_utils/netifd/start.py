# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How an interface that netifd has given up (`available: false`) is started.

`ifup`, `up` and a reload of an unchanged configuration leave it given up. netifd tries again after
a restart, after a hotplug event of the device, or when told what that event would have told it.
Scripts use program/start.sh, people this line.
"""

from __future__ import annotations

REVIVE = (
    "ubus call network.interface notify_proto "
    '\'{{"interface":"{interface}","action":5,"available":true}}\''
)
"""A template of `diagnosis`, with {interface}."""
