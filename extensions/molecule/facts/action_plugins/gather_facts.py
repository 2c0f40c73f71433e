# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What makes `gather_facts: true` work on routers in all plays of a folder."""

from __future__ import annotations

from ansible_collections.fleet.openwrt.plugins.action.gather_facts import ActionModule

__all__ = ["ActionModule"]
