# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the guard keeps things on a router; its program, program/state.sh, says the same."""

from __future__ import annotations

HOME = "/usr/lib/fleet-guard"
"""On flash: the program, what was saved, the state. There only while a transaction is open."""

RAM = "/var/run/fleet-guard"
"""The lock, the reload job, how the last transaction ended."""

SIM_MEMORY = "/etc/fleet-sim"
"""What the router's SIMs have refused (sim/program/sim.sh); no rollback touches it."""
