# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults, really injected into runs of Ansible on test routers: none may end half-way."""
