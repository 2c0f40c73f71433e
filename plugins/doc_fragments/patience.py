# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of modules that wait for a router which cannot be reached for now."""

from __future__ import annotations


class ModuleDocFragment:
    """C(fleet.openwrt.patience)."""

    DOCUMENTATION = r"""
options:
  delay:
    description:
      - Seconds to wait before the first attempt to connect; O(timeout) counts from then on.
    type: int
    default: 0
  sleep:
    description:
      - Seconds between two attempts.
    type: int
    default: 1
  connect_timeout:
    description:
      - Seconds after which an attempt that gets no answer is given up, where the connection plugin has such
        an option, as those for SSH have.
    type: int
    default: 10
notes:
  - Each attempt makes a new connection and runs a script over it. One that has been kept alive proves
    nothing.
  - A login that is refused, or a host key that is not the known one, is waited for no longer than 30
    seconds. During a first boot keys and passwords may arrive after the SSH server has started; later than
    that only you can mend it.
"""
