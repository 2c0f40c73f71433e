# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Changes that may take from a connection what carries it; most concern somebody else's.

Only a plan that holds such a change has the router asked what carries the connection.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ..errors import PlanError
from ..files.state import FileState, Kind
from ..uci.model import Package, Section

OPTION = "lockout"

SERVERS = {"dropbear": ("dropbear",), "sshd": ("openssh-server", "openssh-server-pam")}
"""SSH servers by the name of their program and init script, and the packages that bring them."""

PROTOCOLS = {
    "ncm": ("comgt-ncm", "comgt", "kmod-usb-net-cdc-ncm", "kmod-usb-net-huawei-cdc-ncm"),
    "3g": ("comgt",),
    "qmi": ("uqmi",),
    "mbim": ("umbim",),
    "modemmanager": ("modemmanager",),
    "ppp": ("ppp",),
    "pppoe": ("ppp", "ppp-mod-pppoe"),
    "wireguard": ("wireguard-tools", "kmod-wireguard"),
}
"""Packages without which an interface of a protocol does not come up."""

SHELLS = ("busybox", "bash", "dash", "fish", "mksh", "tcsh", "zsh")
"""Packages that bring a login shell."""

FILES = (
    "/etc/config/dropbear",
    "/etc/config/network",
    "/etc/dropbear/authorized_keys",
    "/etc/init.d/dropbear",
    "/etc/init.d/network",
    "/etc/init.d/sshd",
    "/etc/passwd",
    "/etc/shadow",
    "/etc/ssh/sshd_config",
    "/root/.ssh/authorized_keys",
    "/usr/sbin/dropbear",
    "/usr/sbin/sshd",
)

_PACKAGES = frozenset(
    name for names in (*SERVERS.values(), *PROTOCOLS.values(), SHELLS) for name in names
)
_OFF = {"0", "no", "off", "false", "disabled"}
_ON = {"1", "yes", "on", "true", "enabled"}


class LockoutError(PlanError):
    """What was asked for would cut off the connection for good; nothing was changed."""

    def __init__(self, losses: tuple[str, ...]) -> None:
        super().__init__(
            f"{'; '.join(losses)}: this connection depends on it, and nobody could log in after "
            f"the next restart. Nothing was changed.",
            hint=f"See that there is another way in, and use it, or set {OPTION}: accept to have "
            f"it done all the same.",
        )


@dataclass(frozen=True)
class Risk:
    """`kind` is package, service, interface or file; `name` which one, `text` the change."""

    kind: str
    name: str
    text: str


def of_service(name: str, *, disabled: bool, stopped: bool) -> tuple[Risk, ...]:
    if name not in {*SERVERS, "network"}:
        return ()
    acts = [*(["disabling"] if disabled else []), *(["stopping"] if stopped else [])]
    return (Risk("service", name, f"{' and '.join(acts)} the service {name}"),) if acts else ()


def of_packages(before: Iterable[str], after: Iterable[str]) -> Iterator[Risk]:
    for name in sorted((set(before) - set(after)) & _PACKAGES):
        yield Risk("package", name, f"removing the package {name}")


def of_file(path: str, before: FileState, after: FileState) -> Iterator[Risk]:
    """A file that is removed, emptied, or replaced by something else."""
    if not before.exists or not _may_carry(path):
        return
    if after.kind is Kind.ABSENT:
        yield Risk("file", path, f"removing {path}")
    elif after.kind is not Kind.LINK and after.kind is not before.kind:
        yield Risk("file", path, f"replacing {path}")
    elif after.kind is Kind.FILE and before.size and _is_empty(path, after):
        yield Risk("file", path, f"emptying {path}")


def _may_carry(path: str) -> bool:
    is_program = "/bin/" in path or path.endswith("/bin")
    return is_program or path.endswith("/authorized_keys") or any(is_in(f, path) for f in FILES)


def is_in(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def _is_empty(path: str, state: FileState) -> bool:
    if state.content is None:
        return False
    lines = (line.strip() for line in state.content.splitlines())
    # Of keys only comments may be left.
    says = [line for line in lines if line and not line.startswith("#")]
    return not says if path.endswith("/authorized_keys") else not state.content.strip()


def of_uci(before: Package, after: Package) -> Iterator[Risk]:
    if after.name == "network":
        yield from _of_interfaces(before, after)
    if after.name == "dropbear" and before != after:
        yield from _of_dropbear(before, after)


def _of_interfaces(before: Package, after: Package) -> Iterator[Risk]:
    came_up = _coming_up(before)
    for name in sorted(came_up.keys() - _coming_up(after).keys()):
        yield Risk("interface", name, f"removing or disabling the interface {name}")


def _coming_up(package: Package) -> Mapping[str, Section]:
    """The interfaces that come up at a start."""
    return {
        section.name: section
        for section in package.sections
        if section.type == "interface"
        and section.name
        and section.get("proto") not in {None, "none"}
        and section.get("auto") not in _OFF
        and section.get("disabled") not in _ON
    }


def _of_dropbear(before: Package, after: Package) -> Iterator[Risk]:
    """All instances gone: of one on another port the next connection tells."""
    if _listens(before) and not _listens(after):
        text = "removing or disabling all instances of dropbear"
        yield Risk("file", "/etc/config/dropbear", text)


def _listens(package: Package) -> bool:
    return any(
        section.type == "dropbear" and section.get("enable") not in _OFF
        for section in package.sections
    )
