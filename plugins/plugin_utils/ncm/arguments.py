# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""All arguments of M(fleet.openwrt.interface): its own, and those that UCI has as options."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...modules.interface import ARGUMENT_SPEC
from .options import ARGUMENTS
from .vendors import AUTO, VENDORS

INTERFACE_SPEC: Mapping[str, Any] = {
    **ARGUMENT_SPEC,
    **ARGUMENTS,
    "vendor": {"type": "str", "choices": [AUTO, *VENDORS], "default": AUTO},
}
