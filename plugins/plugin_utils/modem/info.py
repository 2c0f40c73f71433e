# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""All about the modem of a router for the result of a task, or why there is none to ask."""

from __future__ import annotations

from dataclasses import dataclass

from ..at.errors import PortError
from ..at.talk import Port
from ..engine.probe import Probe
from ..facts import stick
from ..facts.ask import ask
from ..facts.nodes import NodesProbe
from ..facts.usb import UsbProbe
from ..ncm.known import KnownMakersProbe, caution, maker_word
from ..router.router import Router
from ..router.wire import Answer, Section
from ..usb.classify import Finding, Kind
from ..usb.explain import explain
from .describe import answers, describe
from .report import ModemProbe, Report


@dataclass(frozen=True)
class TriedModemProbe(Probe[Report | PortError]):
    """A ModemProbe whose failure is an answer too, so that those of others are not lost."""

    modem: ModemProbe

    @property
    def title(self) -> str:
        return self.modem.title

    def script(self) -> str:
        return self.modem.script()

    def section(self) -> Section:
        return self.modem.section()

    def parse(self, answer: Answer) -> Report | PortError:
        try:
            return self.modem.understood(answer)
        except PortError as error:
            return error


class UnaskedModemError(PortError):
    """No dialogue came about, and what the USB bus has to do with it."""

    def __init__(self, error: PortError, finding: Finding | None) -> None:
        self._usb = stick.describe(finding) if finding is not None else None
        super().__init__(error.code, f"{error} {_reason(error, finding)}".strip())

    def facts(self) -> dict[str, object]:
        return {**super().facts(), "usb": self._usb}


def info(router: Router, port: Port, *, seconds: int, show_imsi: bool) -> dict[str, object]:
    """The task's result, in one round trip; raises UnaskedModemError."""
    modem = TriedModemProbe(ModemProbe(port, seconds))
    usb, nodes, makers = UsbProbe(), NodesProbe(port.device), KnownMakersProbe()
    known, warnings = ask(router, (usb, nodes, makers, modem))
    finding = stick.find(known[usb], known[nodes]) if usb in known and nodes in known else None
    report = known[modem]
    if isinstance(report, PortError):
        raise UnaskedModemError(report, finding)
    maker = maker_word(_maker(report))
    vendor_known = None
    if makers in known:
        doubt = caution(maker, known[makers])
        vendor_known = doubt is None
        warnings += [doubt] if doubt else []
    return {
        "changed": False,
        "modem": describe(report, show_imsi=show_imsi),
        "raw": answers(report, show_imsi=show_imsi),
        "usb": stick.describe(finding) if finding is not None else None,
        "vendor": maker,
        "vendor_known": vendor_known,
        **({"warnings": warnings} if warnings else {}),
    }


def _maker(report: Report) -> str | None:
    """The first line of the answer to the first question, AT+CGMI, with its quotes."""
    values = report.replies[0].values
    return values[0] if values else None


def _reason(error: PortError, finding: Finding | None) -> str:
    if finding is None or error.code in ("no_gcom", "busy"):
        return ""
    # A port that is silent is not helped by "it takes AT commands".
    return "" if error.code == "silent" and finding.kind is Kind.NCM_READY else explain(finding)
