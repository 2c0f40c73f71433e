# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated USB LTE stick in NCM mode, for routers that run in containers."""
