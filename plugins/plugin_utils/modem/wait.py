# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting on the router until its modem is usable; switching a stick out of storage mode."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ..engine.probe import Known
from ..engine.reading import read
from ..engine.watch import watch
from ..errors import FleetError
from ..facts import stick
from ..facts.ask import ask
from ..facts.kernel import KernelLogProbe
from ..facts.nodes import Nodes, NodesProbe
from ..facts.usb import UsbProbe
from ..packages.managers import MANAGERS
from ..packages.probe import PackagesProbe
from ..router.router import Router
from ..router.wire import Section
from ..usb.classify import Finding, Kind
from ..usb.explain import explain
from .control_port import AskProbe, Heard, InUseProbe
from .usable import Modem, Want, modem, patience

_AFTER_SWITCH = 25
"""Seconds in which a stick that was told to switch must have left the bus as a disk."""

_NO_USBMODE = 44

# usbmode exits with 0 whatever happens, and -l writes to standard error (usbmode's switch.c): its
# words are kept, its status says nothing. The pause lets it give the device back to the kernel.
_SWITCH = f"""\
[ -x /sbin/usbmode ] || exit {_NO_USBMODE}
/sbin/usbmode -l 2>&1
sleep 2
/sbin/usbmode -s 2>&1
:"""


@dataclass(frozen=True)
class State:
    """How the wait ended."""

    found: Modem
    finding: Finding
    nodes: Nodes
    waited: int
    switched: bool = False
    usbmode: str | None = None

    def result(self) -> dict[str, object]:
        """The keys that success, failure and check mode have in common."""
        return {
            "device": self.found.device,
            "netdev": self.found.netdev,
            "finding": stick.describe(self.finding),
            "switched": self.switched,
            "waited_s": self.waited,
            "usbmode": self.usbmode,
        }


class ModemMissingError(FleetError):
    """The modem did not become usable."""

    def __init__(
        self,
        want: Want,
        state: State,
        *,
        kernel: tuple[str, ...] | None,
        packages: Mapping[str, str | None] | None,
    ) -> None:
        self._facts = {
            **state.result(),
            "kernel_log": list(kernel) if kernel is not None else None,
            "packages": packages,
        }
        super().__init__(
            " ".join(
                [
                    f"The modem is not usable after {state.waited} s: {lacking(want, state)}.",
                    explain(state.finding),
                    *_package_words(packages or {}, state),
                ]
            )
        )

    def facts(self) -> dict[str, object]:
        return self._facts


def rehearse(router: Router, want: Want, *, may_switch: bool) -> dict[str, object]:
    """What `wait` would find and do: looks once, changes nothing, warns of what is not there."""
    state = _asked(router, want, _wait(router, want, timeout=0), timeout=0)
    would = may_switch and not state.found.usable and state.finding.kind is Kind.STORAGE_MODE
    result: dict[str, object] = {"changed": would, **state.result(), "switched": would}
    if not state.found.usable:
        result["warnings"] = [
            f"The modem is not usable yet: {lacking(want, state)}. {explain(state.finding)}"
        ]
    return result


def wait(router: Router, want: Want, *, timeout: int, may_switch: bool) -> State:
    """Wait until the modem is usable, at most `timeout` seconds; raises ModemMissingError."""
    state = _wait(router, want, timeout=timeout)
    if may_switch and state.finding.kind is Kind.STORAGE_MODE and not state.found.usable:
        state = _switch(router, want, state, timeout=timeout)
    state = _asked(router, want, state, timeout=timeout)
    if state.found.usable:
        return state
    raise _failure(router, want, state)


def lacking(want: Want, state: State) -> str:
    """Which end of the modem is not there, in words."""
    words = []
    if state.found.device is None:
        words.append(
            f"{want.device} is not a character device"
            if want.device
            else "there is no control node that can be used"
        )
    if state.found.netdev is None:
        words.append(
            f"the network device {want.netdev} does not exist"
            if want.netdev
            else "there is no network device of a modem"
        )
    return " and ".join(words)


def _wait(
    router: Router, want: Want, *, timeout: int, storage_patience: int | None = None
) -> State:
    usb, nodes = UsbProbe(), NodesProbe(want.device)

    def judge(known: Known) -> tuple[Modem, Finding]:
        finding = stick.find(known[usb], known[nodes])
        return modem(want, finding, known[nodes]), finding

    def worth(known: Known) -> float:
        found, finding = judge(known)
        if storage_patience is not None and finding.kind is Kind.STORAGE_MODE:
            return storage_patience
        return patience(found, finding)

    seen = watch(router, (usb, nodes), patience=worth, timeout=timeout)
    found, finding = judge(seen.known)
    return State(found, finding, seen.known[nodes], seen.waited)


def _asked(router: Router, want: Want, state: State, *, timeout: int) -> State:
    """The state after the ports of which the bus tells nothing were asked.

    The port that the interface runs on needs no asking. A modem that is still starting does not
    answer at once, so it is asked again while there is time.
    """
    if want.device is not None or not state.finding.to_ask:
        return state
    in_use = read(router, [use := InUseProbe(want.interface)], Known())[use]
    configured = in_use.among(state.finding.to_ask)
    if configured and in_use.up:
        return _with_answer(want, state, Heard(port=configured))
    while True:
        ask = AskProbe(in_use.first(state.finding.to_ask), want.interface)
        heard = read(router, [ask], Known())[ask]
        state = replace(state, waited=state.waited + max(heard.seconds, 1))
        if heard.port or heard.no_gcom or state.waited + _ASK_AGAIN > timeout:
            return _with_answer(want, state, heard)
        # A stick that has just been plugged in brings its ports one after the other.
        again = _wait(router, want, timeout=0)
        if not again.finding.to_ask:
            return replace(state, finding=again.finding, nodes=again.nodes, found=again.found)
        state = replace(state, finding=again.finding, nodes=again.nodes, found=again.found)


def _with_answer(want: Want, state: State, heard: Heard) -> State:
    if heard.no_gcom:
        return state
    finding = state.finding.answered(heard.port, heard.silent)
    return replace(state, finding=finding, found=modem(want, finding, state.nodes))


_ASK_AGAIN = 30
"""Seconds that asking all ports of a stick may take."""


def _switch(router: Router, want: Want, before: State, *, timeout: int) -> State:
    """Tell the stick to switch and judge by what is on the bus afterwards."""
    answer = router.run([Section("usbmode", _SWITCH)])["usbmode"]
    if answer.status == _NO_USBMODE:
        return before
    # However little time is left, a stick that was told to switch is given the time to come back.
    left = max(timeout - before.waited, _AFTER_SWITCH)
    after = _wait(router, want, timeout=left, storage_patience=_AFTER_SWITCH)
    return State(
        after.found,
        after.finding,
        after.nodes,
        waited=before.waited + after.waited,
        switched=after.finding.kind is not Kind.STORAGE_MODE,
        usbmode=answer.stdout.strip(),
    )


def _failure(router: Router, want: Want, state: State) -> ModemMissingError:
    """Ask for what explains the failure: the kernel's words, the packages that would help."""
    kernel, installed = KernelLogProbe(), PackagesProbe()
    known, _ignored = ask(router, (kernel, installed))
    names = sorted({item.package for item in state.finding.missing})
    if state.finding.kind is Kind.STORAGE_MODE:
        names.append("usb-modeswitch")
    packages = None
    if installed in known and known[installed].manager in MANAGERS:
        packages = {name: known[installed].version(name) for name in names}
    words = None
    if kernel in known:
        words = known[kernel]
    return ModemMissingError(want, state, kernel=words, packages=packages)


def _package_words(packages: Mapping[str, str | None], state: State) -> list[str]:
    words = []
    for name, version in packages.items():
        if version is None:
            words.append(f"{name} is not installed.")
        elif name == "usb-modeswitch":
            words.append(f"{name} {version} is installed; {_usbmode_words(state.usbmode)}")
        else:
            words.append(
                f"{name} {version} is installed, but its driver did not take the interface: "
                f"the module may be built for another kernel (see kernel_log)."
            )
    return words


def _usbmode_words(said: str | None) -> str:
    if said is None:
        return "it was not told to switch the stick (option switch)."
    if not said:
        return "it said nothing, so its list does not know this stick."
    return f"it said: {said}"
