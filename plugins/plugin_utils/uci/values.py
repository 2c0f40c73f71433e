# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the values of a playbook to the values of UCI."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..errors import SpecError
from ..secrets import HIDDEN, is_secret
from .model import Value
from .names import check_option_name, check_value


def uci_options(options: Mapping[str, Any], *, where: str) -> dict[str, Value]:
    """Names checked, values converted: true is 1, false is 0, whole numbers are text.

    An empty text or list means that the option shall not exist, as UCI itself has it. Raises
    SpecError for what UCI cannot hold; `where` names the argument.
    """
    return {
        check_option_name(str(name), option=where): uci_value(value, where=f"{where}.{name}")
        for name, value in options.items()
    }


def uci_value(value: Any, *, where: str) -> Value:
    if isinstance(value, list | tuple):
        return tuple(_scalar(item, where=where) for item in value)
    return _scalar(value, where=where)


def _scalar(value: Any, *, where: str) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, int | str):
        text = str(value)
        check_value(text, option=where, secret=is_secret(where.rpartition(".")[2]))
        return text
    raise SpecError(
        option=where,
        value=HIDDEN if is_secret(where.rpartition(".")[2]) else value,
        expected="text, a whole number, true, false or a list of these",
        hint="An option is removed by naming it in `absent`."
        if value is None
        else "Put it in quotes, as YAML does not keep how it was written.",
    )
