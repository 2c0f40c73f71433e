# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action of M(fleet.openwrt.file)."""

from __future__ import annotations

from ansible_collections.fleet.openwrt.plugins.modules.file import ARGUMENT_SPEC
from ansible_collections.fleet.openwrt.plugins.plugin_utils.action import ResourceAction
from ansible_collections.fleet.openwrt.plugins.plugin_utils.resources.file import ManagedFile


class ActionModule(ResourceAction):
    """One file, directory or link."""

    argument_spec = ARGUMENT_SPEC
    resource = ManagedFile
