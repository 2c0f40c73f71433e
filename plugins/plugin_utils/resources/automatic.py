# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What of an ncm interface is found out on the router: its port, its network device, its vendor."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..engine.probe import Known, Probe
from ..errors import PlanError
from ..facts import stick as facts
from ..facts.nodes import NodesProbe
from ..facts.usb import UsbProbe
from ..modem.control_port import AskProbe, Heard, InUse, InUseProbe
from ..modem.sticks import HandlerNetProbe, Stick, nothing_found, port_of, sticks, to_ask
from ..modem.usable import Want, netdev_of
from ..ncm.known import maker_word
from ..ncm.vendors import AUTH_WORDS, AUTO, vendor_of
from ..uci.model import Package, Value
from ..uci.probe import UciProbe
from ..usb.finding import Finding, Kind

_NODES = NodesProbe()
_USB = UsbProbe()
_NETS = HandlerNetProbe()

# Until its packages are installed, which an earlier task of the same play does, a stick looks so.
_WILL_CHANGE = (Kind.DRIVER_MISSING, Kind.STORAGE_MODE)


@dataclass(frozen=True)
class Found:
    """What was found out; None for what was not asked for or stays as it is.

    `ifname` is empty where netifd's handler finds the network device by itself.
    """

    device: str | None = None
    ifname: str | None = None
    vendor: str | None = None
    stick: str | None = None
    netdev: str | None = None
    warnings: tuple[str, ...] = ()

    def details(self) -> dict[str, object]:
        """The key of the task's result."""
        return {
            "found": {
                "device": self.device,
                "netdev": self.netdev,
                "vendor": self.vendor,
                "id": self.stick,
            }
        }


@dataclass(frozen=True)
class Automatic:
    """Which of the three are to be found out for an interface.

    `port` is the control port where it is named, and `word` tells that the authentication is given
    in a word, which needs the vendor.
    """

    interface: str
    device: bool = False
    ifname: bool = False
    vendor: bool = False
    port: str | None = None
    word: bool = False

    @classmethod
    def of(
        cls, interface: str, options: Mapping[str, Value], *, vendor: str | None
    ) -> tuple[Automatic, dict[str, Value]]:
        """From the options of an ncm interface, and these without what is to be found out."""
        rest = {
            name: value
            for name, value in options.items()
            if not (name in ("device", "ifname") and value == AUTO)
        }
        device = rest.get("device")
        wanted = cls(
            interface,
            device=options.get("device") == AUTO,
            ifname=options.get("ifname") == AUTO,
            vendor=vendor == AUTO,
            port=device if isinstance(device, str) and device else None,
            word=str(options.get("auth", "")).lower() in AUTH_WORDS,
        )
        return wanted, rest

    @property
    def needs_vendor(self) -> bool:
        return self.vendor and self.word

    @property
    def looks(self) -> bool:
        """True if the router has to be looked at for any of it."""
        return self.device or self.ifname or self.needs_vendor

    @property
    def _in_use(self) -> InUseProbe:
        return InUseProbe(self.interface)

    def reads(self, known: Known) -> Iterable[Probe[Any]]:
        if not self.looks:
            return []
        probes: list[Probe[Any]] = [UciProbe("network"), _USB, _NODES, self._in_use, _NETS]
        if all(probe in known for probe in probes) and (ports := self._ports(known)):
            probes.append(AskProbe(ports, self.interface))
        return probes

    def find(self, known: Known, *, rehearsal: bool) -> Found:
        """Raises PlanError; in a rehearsal what an earlier task would bring may lack."""
        if not self.looks:
            return Found()
        heard = self._heard(known)
        in_use: InUse = known[self._in_use]
        vendor = self._vendor(in_use, heard, rehearsal=rehearsal)
        if not self.device:
            finding = self._findings(known)[0]
            return self._found(known, finding, self.port or in_use.device, vendor)
        return self._by_stick(known, in_use, heard, vendor, rehearsal=rehearsal)

    def _by_stick(
        self,
        known: Known,
        in_use: InUse,
        heard: Heard | None,
        vendor: str | None,
        *,
        rehearsal: bool,
    ) -> Found:
        candidates = self._candidates(known)
        if len(candidates) > 1:
            raise self._several(candidates)
        port = port_of(candidates[0], in_use, heard) if candidates else None
        if port is None:
            return self._none(known, heard, rehearsal=rehearsal)
        return self._found(known, candidates[0].finding, port, vendor)

    def _none(self, known: Known, heard: Heard | None, *, rehearsal: bool) -> Found:
        findings = self._findings(known)
        problem = (
            f"No port that takes AT commands was found for {self.interface}. "
            f"{nothing_found(findings, heard)}"
        )
        if not rehearsal:
            raise PlanError(problem, hint=_NAME_IT)
        later = findings[0].kind in _WILL_CHANGE or (heard is not None and heard.no_gcom)
        return Found(warnings=() if later else (problem,))

    def _several(self, candidates: tuple[Stick, ...]) -> PlanError:
        listed = ", ".join(stick.describe() for stick in candidates)
        return PlanError(
            f"Several sticks can be used for {self.interface}: {listed}.", hint=_NAME_IT
        )

    def _findings(self, known: Known) -> tuple[Finding, ...]:
        return facts.find_all(known[_USB], known[_NODES])

    def _candidates(self, known: Known) -> tuple[Stick, ...]:
        network = known[UciProbe("network")].committed
        taken = _devices_of_others(network, self.interface)
        return sticks(self._findings(known), known[self._in_use], taken)

    def _ports(self, known: Known) -> tuple[str, ...]:
        """The ports to ask; none where that is not needed or the stick is not certain."""
        in_use: InUse = known[self._in_use]
        if not self.device:
            port = self.port or in_use.device
            asks = self.needs_vendor and port and not (in_use.up and in_use.maker)
            return (port,) if asks and port else ()
        candidates = self._candidates(known)
        return to_ask(candidates[0], in_use) if len(candidates) == 1 else ()

    def _heard(self, known: Known) -> Heard | None:
        ports = self._ports(known)
        return known[AskProbe(ports, self.interface)] if ports else None

    def _found(self, known: Known, finding: Finding, port: str | None, vendor: str | None) -> Found:
        by_handler = known[_NETS].get(port or "")
        netdev = by_handler or netdev_of(Want(None, None), finding, known[_NODES])
        return Found(
            device=port if self.device else None,
            ifname=("" if by_handler else netdev or "") if self.ifname else None,
            vendor=vendor,
            stick=finding.device.id if finding.device else None,
            netdev=netdev,
        )

    def _vendor(self, in_use: InUse, heard: Heard | None, *, rehearsal: bool) -> str | None:
        if not self.vendor:
            return None
        maker = (heard.maker if heard else None) or (in_use.maker if in_use.up else None)
        word = maker_word(maker)
        vendor = vendor_of(word) if word else None
        if vendor is None and self.needs_vendor and not rehearsal:
            who = f"the modem says {word}, which is none" if word else "the modem did not tell it"
            raise PlanError(
                f"auth is given as a word, which goes into a command of the vendor, and {who}.",
                hint="Name the vendor (vendor; ncm_wan_vendor of the role ncm_wan), or give auth "
                "(ncm_wan_auth) as the modem's command takes it.",
            )
        return vendor.name if vendor else None


_NAME_IT = "To choose the port yourself, name it with device (ncm_wan_device of the role ncm_wan)."


def _devices_of_others(network: Package, interface: str) -> frozenset[str]:
    return frozenset(
        str(section.get("device"))
        for section in network.sections
        if section.type == "interface" and section.name != interface and section.has("device")
    )


NOTHING = Automatic("")
"""For an interface of which all is named."""
