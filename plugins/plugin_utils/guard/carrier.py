# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What carries the connection to a router: the SSH server in use, the way we came by, our shell.

A running server, an interface that is up and a shell that is loaded outlive the removal of what
they come from. So a new connection proves nothing about them: only the next restart would.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..engine.probe import Probe
from ..errors import ProbeError
from ..router.wire import Answer
from .lockout import PROTOCOLS, SERVERS, Risk, is_in

_FILES = {
    "dropbear": ("/etc/config/dropbear", "/etc/dropbear/authorized_keys"),
    "sshd": ("/etc/ssh/sshd_config",),
}
_OF_ALL = ("/etc/config/network", "/etc/init.d/network", "/etc/passwd", "/etc/shadow")


@dataclass(frozen=True)
class Carrier:
    """`server` is empty where no SSH server carries the connection, as in a container.

    `program` is the server's, `lasting` says whether it is still there; `interfaces` are the names
    of netifd by which we came, with their protocols.
    """

    server: str = ""
    program: str = ""
    lasting: bool = True
    interfaces: Mapping[str, str] | None = None
    shell: str = ""
    home: str = ""

    def concerned(self, risks: Iterable[Risk]) -> tuple[str, ...]:
        """What these risks would take from this connection, in words."""
        return tuple(dict.fromkeys(risk.text for risk in risks if self._needs(risk)))

    def _needs(self, risk: Risk) -> bool:
        if not self.server:
            return False
        if risk.kind == "package":
            return risk.name in self._packages
        if risk.kind == "service":
            return risk.name in {self.server, "network"}
        if risk.kind == "interface":
            return risk.name in self._names
        return any(is_in(path, risk.name) for path in self._files)

    @property
    def _names(self) -> set[str]:
        """The interfaces, and those whose children they are (wwan of wwan_4)."""
        names = set(self.interfaces or {})
        return names | {name.removesuffix(end) for name in names for end in ("_4", "_6")}

    @property
    def _packages(self) -> set[str]:
        shell = self.shell.rpartition("/")[2]
        names = {*SERVERS.get(self.server, ()), "busybox" if shell in {"ash", "sh"} else shell}
        for protocol in (self.interfaces or {}).values():
            names.update(PROTOCOLS.get(protocol, ()))
        return names

    @property
    def _files(self) -> tuple[str, ...]:
        own = (self.program, self.shell, f"/etc/init.d/{self.server}")
        keys = f"{self.home}/.ssh/authorized_keys"
        return (*own, keys, *_FILES.get(self.server, ()), *_OF_ALL)


@dataclass(frozen=True)
class CarrierProbe(Probe[Carrier]):
    """Follows the processes that this shell descends from to the server that has started it."""

    title = "what carries the connection"

    def script(self) -> str:
        return r"""
pid=$$
while [ "$pid" -gt 1 ]; do
    program=$(readlink "/proc/$pid/exe")
    program=${program%" (deleted)"}
    case ${program##*/} in
        dropbear*) server=dropbear && break ;;
        sshd*) server=sshd && break ;;
    esac
    parent=
    while read -r key value; do
        if [ "$key" = PPid: ]; then parent=$value && break; fi
    done <"/proc/$pid/status"
    pid=${parent:-0}
done
[ -n "${server-}" ] || exit 0
if [ "$server" = sshd ] && [ -x /usr/sbin/sshd ]; then program=/usr/sbin/sshd; fi
printf 'server=%s\nprogram=%s\n' "$server" "$program"
[ -x "$program" ] || echo lasting=no
client=${SSH_CONNECTION-}
client=${client%% *}
user=$(id -un)
while IFS=: read -r name _ _ _ _ home shell; do
    if [ "$name" = "$user" ]; then printf 'home=%s\nshell=%s\n' "$home" "$shell"; fi
done </etc/passwd
device=$(ip route get "$client" 2>/dev/null | sed -n 's/.* dev \([^ ]*\).*/\1/p')
echo "device=$device"
ubus -S call network.interface dump
:"""

    def parse(self, answer: Answer) -> Carrier:
        lines = answer.stdout.splitlines()
        fields = dict(line.partition("=")[::2] for line in lines if not line.startswith("{"))
        if answer.status != 0:
            raise ProbeError(self.title, status=answer.status, stderr=answer.stderr)
        dump = next((line for line in lines if line.startswith("{")), "{}")
        return Carrier(
            server=fields.get("server", ""),
            program=fields.get("program", ""),
            lasting=fields.get("lasting") != "no",
            interfaces=_interfaces(dump, fields.get("device", "")),
            shell=fields.get("shell", ""),
            home=fields.get("home", ""),
        )


def _interfaces(dump: str, device: str) -> dict[str, str]:
    """The interfaces over this device, with their protocols; none where netifd says nothing."""
    try:
        found = json.loads(dump)
    except (ValueError, RecursionError):
        return {}
    listed: Any = found.get("interface") if isinstance(found, dict) else None
    over = [
        each
        for each in (listed if isinstance(listed, list) else [])
        if isinstance(each, dict) and device in (each.get("l3_device"), each.get("device"))
    ]
    return {str(each.get("interface")): str(each.get("proto")) for each in over if device}


def verdict(carrier: Carrier) -> str:
    """What is wrong with the SSH server in use; empty where it will be there after a restart."""
    if carrier.lasting:
        return ""
    return (
        f"{carrier.program}, the SSH server that carries this connection, is not there any more: "
        f"nobody could log in after the next restart."
    )
