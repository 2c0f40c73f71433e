# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action of M(fleet.openwrt.cron)."""

from __future__ import annotations

from ansible_collections.fleet.openwrt.plugins.modules.cron import ARGUMENT_SPEC
from ansible_collections.fleet.openwrt.plugins.plugin_utils.action import ResourceAction
from ansible_collections.fleet.openwrt.plugins.plugin_utils.resources.cron import CronEntry


class ActionModule(ResourceAction):
    """One entry of a crontab."""

    argument_spec = ARGUMENT_SPEC
    resource = CronEntry
