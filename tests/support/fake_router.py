# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A router that is made of answers, for planning without I/O."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine import converge
from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.plan import Plan
from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.probe import Known, Probe
from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.resource import Resource
from ansible_collections.fleet.openwrt.plugins.plugin_utils.facts.system import ReleaseProbe
from ansible_collections.fleet.openwrt.plugins.plugin_utils.files.probe import FileProbe
from ansible_collections.fleet.openwrt.plugins.plugin_utils.files.state import ABSENT, plain_file
from ansible_collections.fleet.openwrt.plugins.plugin_utils.openwrt.release import Release
from ansible_collections.fleet.openwrt.plugins.plugin_utils.uci.parser import parse
from ansible_collections.fleet.openwrt.plugins.plugin_utils.uci.probe import UciFile, UciProbe

RELEASE = Release("OpenWrt", "24.10.4", "r28959", "x86/64", "x86_64", "OpenWrt 24.10.4")

NETWORK = """\
config interface 'loopback'
	option device 'lo'
	option proto 'static'

config interface 'lan'
	option device 'br-lan'
	option proto 'static'
	option ipaddr '192.168.1.1'
"""

FIREWALL = """\
# the stock comment
config defaults
	option input 'REJECT'

config zone
	option name 'lan'
	list network 'lan'

config zone
	option name 'wan'
	list network 'wan'
	list network 'wan6'
	option masq '1'

config forwarding
	option src 'lan'
	option dest 'wan'
"""

DHCP = """\
config dnsmasq
	option rebind_protection '1'
	option domain 'lan'

config dhcp 'lan'
	option interface 'lan'
"""


def uci(name: str, text: str | None, *, pending: tuple[str, ...] = ()) -> dict[Probe[Any], Any]:
    """The answer to reading a package; `text` None: there is none."""
    package = None if text is None else parse(text, package=name)
    return {UciProbe(name): UciFile(name=name, text=text, package=package, pending=pending)}


def file(path: str, content: str | None, *, mode: str = "0644") -> dict[Probe[Any], Any]:
    """The answer to reading a file; `content` None: there is none."""
    return {FileProbe(path): ABSENT if content is None else plain_file(content, mode)}


def plan(
    resources: Sequence[Resource] | Resource,
    answers: Mapping[Probe[Any], Any],
    *,
    rehearsal: bool = False,
) -> Plan:
    """Plan against these answers; a probe that nobody answered fails the test."""
    wanted = [resources] if isinstance(resources, Resource) else list(resources)
    known = Known({ReleaseProbe(): RELEASE, **answers})
    missing = known.missing(probe for each in wanted for probe in each.reads(known))
    assert not missing, f"no answer for {[probe.title for probe in missing]}"
    return converge.make_plan(wanted, known, rehearsal=rehearsal)


def params(spec: Mapping[str, Any], **given: Any) -> dict[str, Any]:
    """Arguments as Ansible hands them over: defaults filled in, types as the spec says."""
    from ansible_collections.fleet.openwrt.plugins.plugin_utils.action import validate

    return validate(given, spec)[0]
