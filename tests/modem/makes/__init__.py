# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose modem it is: one table a maker, after their AT command manuals."""

from __future__ import annotations

from ..answers import Make
from . import huawei, quectel, sierra, zte

MAKES: dict[str, Make] = {
    "huawei": huawei.MAKE,
    "quectel": quectel.MAKE,
    "sierra": sierra.MAKE,
    "zte": zte.MAKE,
    "mikrotik": zte.MIKROTIK,
}
