# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which of the router's sticks is meant, and by which of its ports it is spoken to."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ..engine.probe import Probe
from ..errors import ProbeError
from ..router.wire import Answer
from ..usb.explain import explain
from ..usb.finding import Finding, Kind
from .control_port import Heard, InUse


@dataclass(frozen=True)
class HandlerNetProbe(Probe[dict[str, str]]):
    """The network device that netifd's handler finds by itself from each control node.

    The folders are those of ncm.sh in OpenWrt from 22.03 on; a node for which it finds none is
    not listed.
    """

    @property
    def title(self) -> str:
        return "the network device behind each port"

    def script(self) -> str:
        return """\
for n in /dev/cdc-wdm* /dev/ttyUSB* /dev/ttyACM*; do
    [ -c "$n" ] || continue
    b=${n##*/}
    d=$(readlink -f "/sys/class/tty/$b/device")
    [ -d "${d:-/none}" ] || d=$(readlink -f "/sys/class/usbmisc/$b/device")
    [ -d "${d:-/none}" ] || continue
    case $b in
        ttyACM*) set -- "$d"/../*/net/* ;;
        tty*) set -- "$d"/../../*/net/* ;;
        *) set -- "$d"/net/* ;;
    esac
    [ ! -e "$1" ] || printf '%s %s\\n' "$n" "${1##*/}"
done"""

    def parse(self, answer: Answer) -> dict[str, str]:
        if answer.status != 0:
            raise ProbeError(self.title, status=answer.status, stderr=answer.stderr)
        words = (line.split(" ", 1) for line in answer.stdout.splitlines() if " " in line)
        return dict(words)


@dataclass(frozen=True)
class Stick:
    """A stick that may be meant: its finding and its ports, in the order of being asked."""

    finding: Finding

    @property
    def ports(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.finding.control, *self.finding.ask)))

    def describe(self) -> str:
        """`12d1:1506 (/dev/cdc-wdm0 or /dev/ttyUSB0)`."""
        device = self.finding.device
        return f"{device.id if device else 'a modem'} ({' or '.join(self.ports)})"


def sticks(findings: Sequence[Finding], in_use: InUse, taken: Collection[str]) -> tuple[Stick, ...]:
    """The sticks that an interface may use: the one that it uses, else all that are free.

    `taken` are the control devices of other interfaces. A device that may be no modem counts
    only where there is nothing else.
    """
    usable = [Stick(each) for each in findings if _has_port(each)]
    for stick in usable:
        if in_use.among(stick.ports):
            return (stick,)
    free = [stick for stick in usable if not set(stick.ports) & set(taken)]
    certain = [stick for stick in free if not stick.finding.doubtful]
    return tuple(certain or free)


def _has_port(finding: Finding) -> bool:
    kinds = (Kind.NCM_READY, Kind.NCM_NO_CONTROL, Kind.NO_TABLE, Kind.ABSENT)
    return finding.kind in kinds and bool(finding.control or finding.ask)


def to_ask(stick: Stick, in_use: InUse) -> tuple[str, ...]:
    """The stick's ports to be asked, the configured one first; none while that one is in use."""
    if in_use.up and in_use.among(stick.ports):
        return ()
    return in_use.first(stick.ports)


def port_of(stick: Stick, in_use: InUse, heard: Heard | None) -> str | None:
    """The port to configure; None if no port is known to take AT commands.

    A configured port stays where it is in use, held by somebody or as silent as all others: that
    tells nothing against it.
    """
    configured = in_use.among(stick.ports)
    if heard is None:
        return configured
    if configured and (heard.port is None or {in_use.device, in_use.node} & set(heard.busy)):
        return configured
    if configured and heard.port in (in_use.device, in_use.node):
        return configured
    return heard.port or next(iter(stick.finding.control), None)


def nothing_found(findings: Sequence[Finding], heard: Heard | None) -> str:
    """Why no port was found, in words."""
    finding = findings[0]
    if heard is not None and not heard.no_gcom:
        finding = finding.answered(None, heard.silent)
    words = explain(finding)
    if heard is not None and heard.no_gcom:
        words += " They cannot be asked, for gcom is not on this router: install comgt-ncm."
    return words
