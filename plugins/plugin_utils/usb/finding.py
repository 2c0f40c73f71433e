# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the USB bus holds, as far as proto ncm is concerned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from .table import UsbDevice, UsbInterface


class Kind(StrEnum):
    """The state of the stick; the value is what a playbook sees."""

    NCM_READY = "ncm_ready"
    NCM_NO_CONTROL = "ncm_no_control"
    SWITCHED_OFF = "switched_off"
    DRIVER_MISSING = "driver_missing"
    STORAGE_MODE = "storage_mode"
    OTHER_MODE = "other_mode"
    HILINK = "hilink"
    NO_TABLE = "no_table"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class MissingDriver:
    """A driver that no interface of the device got, and the package that brings it."""

    interface: UsbInterface
    driver: str
    package: str


@dataclass(frozen=True, slots=True)
class Finding:
    """The state of the stick.

    `control` are paths of nodes that take AT commands, best first; `netdev` is the network device
    as far as it is known; `driver` is what drives the network function; `unsure` are nodes of
    which the bus does not tell whether they take AT commands, and `ask` are those of them that may
    be asked, because they cannot be a diag port as far as the bus tells; `silent` are nodes that
    were asked and did not answer. A `doubtful` device may be no modem at all. `bus` names every
    device that is no hub, and `natures` says in the same order what each of them is, where that
    is plain; `modems` names those that are modems.
    """

    kind: Kind
    device: UsbDevice | None = None
    control: tuple[str, ...] = ()
    netdev: str | None = None
    driver: str | None = None
    missing: tuple[MissingDriver, ...] = ()
    unsure: tuple[str, ...] = ()
    bus: tuple[str, ...] = ()
    ask: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    doubtful: bool = False
    natures: tuple[str, ...] = ()
    modems: tuple[str, ...] = ()

    @property
    def to_ask(self) -> tuple[str, ...]:
        """The nodes whose answer would decide, where the bus alone does not."""
        return self.ask if self.kind is Kind.NCM_NO_CONTROL else ()

    def answered(self, port: str | None, silent: Sequence[str]) -> Finding:
        """The finding after its ports were asked: `port` said OK, the `silent` ones nothing."""
        if port is None and self.doubtful:
            return Finding(Kind.ABSENT, bus=self.bus, natures=self.natures)
        if port is None:
            return replace(self, silent=tuple(silent), ask=())
        rest = tuple(node for node in self.unsure if node != port)
        return replace(
            self,
            kind=Kind.NCM_READY,
            control=(port, *(node for node in self.control if node != port)),
            unsure=rest,
            ask=(),
            silent=tuple(silent),
            doubtful=False,
        )
