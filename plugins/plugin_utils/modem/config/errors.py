# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How setting a modem may end otherwise than wanted."""

from __future__ import annotations

from collections.abc import Mapping

from ...at.reply import Reply
from ...errors import FleetError


class ModemConfigError(FleetError):
    """Base: carries what the task's result says all the same."""

    def __init__(self, text: str, result: Mapping[str, object]) -> None:
        self._facts = dict(result)
        super().__init__(text)

    def facts(self) -> dict[str, object]:
        return self._facts


class RefusedOrderError(ModemConfigError):
    """The modem did not say OK; `earlier` are orders before it that it did take."""

    def __init__(self, reply: Reply, *, earlier: int, result: Mapping[str, object]) -> None:
        if reply.result is None:
            said = (
                f"The modem did not answer {reply.command}. Whether it took it is not known: run "
                f"the task again, it asks first; with a greater timeout if the modem is slow."
            )
        else:
            said = f"The modem refused {reply.command}: it answered {reply.result}."
        before = (
            f" It has taken what was sent before: {earlier} of the commands." if earlier else ""
        )
        # What was not answered may have been done.
        changed = bool(earlier) or reply.result is None
        super().__init__(said + before, {**result, "changed": changed})


class NotKeptError(ModemConfigError):
    """The modem said OK, and tells something else when it is asked."""

    def __init__(
        self,
        differing: Mapping[str, tuple[object, object]],
        *,
        result: Mapping[str, object],
    ) -> None:
        told = ", ".join(
            f"{name} is {found!r} and not {wanted!r}" for name, (wanted, found) in differing.items()
        )
        super().__init__(
            f"The modem said OK and did not keep it: {told}. Its firmware may lack that setting, "
            f"or take it up only when it is started anew.",
            result,
        )


class NotBackError(ModemConfigError):
    """After its reset the modem did not come back in time."""

    def __init__(
        self, reason: str, *, seconds: int, record: str, result: Mapping[str, object]
    ) -> None:
        super().__init__(
            f"The modem was reset to take up its new ports, and does not answer {seconds} s later: "
            f"{reason} Its ports may have other names now (leave out device to have them looked "
            f"for); the layout before the first change is in {record} on the router.",
            result,
        )
