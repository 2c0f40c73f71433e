# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The facts that roles for all kinds of hosts test, under the names that ansible.builtin.setup has.

Each is what setup would say if it could run on a router, as far as the router tells it.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..engine.probe import Probe
from ..errors import ProbeError
from ..openwrt.release import parse_release
from ..router.wire import Answer

_MARK = "--- "


@dataclass(frozen=True)
class CustomaryProbe(Probe[dict[str, Any]]):
    """The values by the names that they have in `ansible_facts`, `ansible_` included."""

    @property
    def title(self) -> str:
        return "the customary facts"

    def script(self) -> str:
        return """\
part() { printf -- '--- %s\\n' "$1"; }
part release; cat /etc/openwrt_release
part uname; uname -s; uname -n; uname -r; uname -m; uname -v
part user; id -u; id -un 2>/dev/null || :
part manager
if command -v apk >/dev/null; then echo apk; elif command -v opkg >/dev/null; then echo opkg; fi
part memory; cat /proc/meminfo
part cpus; grep -c '^processor' /proc/cpuinfo || :
part uptime; cat /proc/uptime
part time; date '+%s %Y %m %d %H %M %S %Z %z'
part model; cat /tmp/sysinfo/model 2>/dev/null || :
part link; ip -o link
part address; ip -o address
part route4; ip -4 route show default
part route6; ip -6 route show default 2>/dev/null || :"""

    def parse(self, answer: Answer) -> dict[str, Any]:
        if answer.status != 0:
            raise ProbeError(self.title, status=answer.status, stderr=answer.stderr)
        parts = _parts(answer.stdout)
        return {
            f"ansible_{name}": value
            for name, value in {**_system(parts), **_network(parts)}.items()
            if value is not None
        }


def _parts(text: str) -> Mapping[str, list[str]]:
    parts: dict[str, list[str]] = {}
    name = ""
    for line in text.splitlines():
        if line.startswith(_MARK):
            name = line.removeprefix(_MARK)
            parts[name] = []
        elif name:
            parts[name].append(line)
    return parts


# --- the system ---------------------------------------------------------------------------------


def _system(parts: Mapping[str, list[str]]) -> dict[str, Any]:
    release = parse_release("\n".join(parts.get("release", [])))
    system, node, kernel, machine, built = _first(parts, "uname", 5)
    uid, user = _first(parts, "user", 2)
    return {
        "distribution": release.distribution,
        "distribution_version": release.version,
        "distribution_major_version": release.version.partition(".")[0],
        "distribution_release": release.revision,
        # Shared roles ask for the family, which is the same for every fork.
        "os_family": "OpenWrt",
        "system": system,
        "nodename": node,
        "hostname": node.partition(".")[0] if node else None,
        "fqdn": node,
        "domain": node.partition(".")[2] if node else None,
        "kernel": kernel,
        "kernel_version": built,
        "architecture": machine,
        "machine": machine,
        "user_id": user,
        "user_uid": _number(uid),
        "pkg_mgr": _first(parts, "manager", 1)[0] or "unknown",
        "service_mgr": "procd",
        "product_name": _first(parts, "model", 1)[0],
        "processor_vcpus": _number(_first(parts, "cpus", 1)[0]),
        "processor_nproc": _number(_first(parts, "cpus", 1)[0]),
        "uptime_seconds": _number((_first(parts, "uptime", 1)[0] or "").partition(".")[0]),
        "date_time": _time(_first(parts, "time", 1)[0]),
        **_memory(parts.get("memory", [])),
    }


def _first(parts: Mapping[str, list[str]], name: str, count: int) -> list[str | None]:
    lines = [line.strip() or None for line in parts.get(name, [])]
    return [*lines, *([None] * count)][:count]


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdigit() else None


def _memory(lines: list[str]) -> dict[str, Any]:
    found = (re.match(r"(\w+):\s+(\d+) kB", line) for line in lines)
    sizes = {match[1]: int(match[2]) // 1024 for match in found if match}
    names = ("MemTotal", "MemFree", "SwapTotal", "SwapFree")
    return {f"{name.lower()}_mb": sizes.get(name) for name in names}


def _time(line: str | None) -> dict[str, str] | None:
    words = (line or "").split()
    if len(words) != 9:
        return None
    epoch, year, month, day, hour, minute, second, zone, offset = words
    date, time = f"{year}-{month}-{day}", f"{hour}:{minute}:{second}"
    return {
        "epoch": epoch,
        "date": date,
        "time": time,
        "iso8601_basic_short": f"{year}{month}{day}T{hour}{minute}{second}",
        "year": year,
        "month": month,
        "day": day,
        "hour": hour,
        "minute": minute,
        "second": second,
        "tz": zone,
        "tz_offset": offset,
    }


# --- the network --------------------------------------------------------------------------------


def _network(parts: Mapping[str, list[str]]) -> dict[str, Any]:
    devices = {device["device"]: device for device in _links(parts.get("link", []))}
    for name, address in _addresses(parts.get("address", [])):
        device = devices.get(name)
        if device is not None and "netmask" in address:
            known = "ipv4_secondaries" if "ipv4" in device else "ipv4"
            device[known] = [*device.get(known, []), address] if known != "ipv4" else address
        elif device is not None:
            device.setdefault("ipv6", []).append(address)
    everything = [address for _name, address in _addresses(parts.get("address", []))]
    return {
        "interfaces": list(devices),
        "default_ipv4": _default(parts.get("route4", []), devices, 4),
        "default_ipv6": _default(parts.get("route6", []), devices, 6),
        "all_ipv4_addresses": [
            each["address"]
            for each in everything
            if "netmask" in each and not each["address"].startswith("127.")
        ],
        "all_ipv6_addresses": [
            each["address"] for each in everything if "scope" in each and each["address"] != "::1"
        ],
        **{_fact_name(name): device for name, device in devices.items()},
    }


def _fact_name(device: str) -> str:
    return re.sub(r"[^A-Za-z0-9_]", "_", device)


def _links(lines: list[str]) -> Iterator[dict[str, Any]]:
    for line in lines:
        named = re.match(r"\d+:\s+([^:@\s]+)\S*:?\s+<([^>]*)>", line)
        if named is None:
            continue
        link = re.search(r"link/(\S+)(?:\s+([0-9a-f]{2}(?::[0-9a-f]{2}){5}))?", line)
        mtu = re.search(r"\bmtu (\d+)", line)
        device: dict[str, Any] = {
            "device": named[1],
            "active": "UP" in named[2].split(","),
            "type": link[1] if link else "unknown",
        }
        if link and link[2]:
            device["macaddress"] = link[2]
        if mtu:
            device["mtu"] = int(mtu[1])
        yield device


def _addresses(lines: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    for line in lines:
        match = re.match(
            r"\d+:\s+(\S+)\s+(inet6?)\s+([0-9a-f.:]+)(?:\s+peer \S+)?(?:/(\d+))?", line
        )
        if match is None:
            continue
        scope = re.search(r"\bscope (\S+)", line)
        name = match[1].partition("@")[0]
        if match[2] == "inet6":
            words = {"prefix": match[4] or "128", "scope": scope[1] if scope else "global"}
            yield name, {"address": match[3], **words}
        else:
            yield name, _ipv4(match[3], match[4] or "32")


def _ipv4(address: str, prefix: str) -> dict[str, Any]:
    network = ipaddress.ip_network(f"{address}/{prefix}", strict=False)
    return {
        "address": address,
        "netmask": str(network.netmask),
        "network": str(network.network_address),
        "broadcast": str(network.broadcast_address),
        "prefix": prefix,
    }


def _default(
    lines: list[str], devices: Mapping[str, dict[str, Any]], version: int
) -> dict[str, Any]:
    """The default route of the least metric with the address of its device; empty without one."""
    routes = [line for line in lines if line.startswith("default ") and " dev " in line]
    if not routes:
        return {}
    best = min(routes, key=_metric)
    device = _word(best, "dev") or ""
    known = devices.get(device, {})
    addresses = [known["ipv4"]] if version == 4 and "ipv4" in known else []
    if version == 6:
        addresses = [each for each in known.get("ipv6", ()) if each["scope"] == "global"]
    about = {key: known[key] for key in ("macaddress", "mtu", "type") if key in known}
    gateway = _word(best, "via")
    return {
        "interface": device,
        "alias": device,
        **({"gateway": gateway} if gateway else {}),
        **about,
        **(addresses[0] if addresses else {}),
    }


def _metric(route: str) -> int:
    return int(_word(route, "metric") or 0)


def _word(route: str, name: str) -> str | None:
    found = re.search(rf"\b{name} (\S+)", route)
    return found[1] if found else None
