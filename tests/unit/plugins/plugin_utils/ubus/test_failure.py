# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.fleet.openwrt.plugins.plugin_utils.ubus import offer as bus
from ansible_collections.fleet.openwrt.plugins.plugin_utils.ubus.call import Call
from ansible_collections.fleet.openwrt.plugins.plugin_utils.ubus.failure import (
    Status,
    failure,
    missing,
    status_of,
)

LAN = """\
'network.interface.lan' @c8ae7d0a
\t"up":{}
\t"status":{}
\t"add_device":{"name":"String","link-ext":"Boolean","vlan":"Array"}
"""
NOTHING = """\
network
network.device
network.interface
network.interface.lan
network.interface.wan
system
"""


def call(method: str, path: str = "network.interface.lan") -> Call:
    return Call(path, method, {"password": "secret"}, 30)


def test_methods_and_their_arguments() -> None:
    offer = bus.parse(LAN)
    assert offer.is_there
    assert list(offer.methods) == ["up", "status", "add_device"]
    assert (
        offer.signature("add_device") == "add_device(name: String, link-ext: Boolean, vlan: Array)"
    )
    assert not offer.objects


def test_no_such_object() -> None:
    offer = bus.parse(NOTHING)
    assert not offer.is_there
    assert offer.objects == tuple(NOTHING.split())


@pytest.mark.parametrize(
    ("exit_status", "status"),
    [
        # What OpenWrt 24.10 was seen to end with.
        (4, Status.NOT_FOUND),
        (253, Status.METHOD_NOT_FOUND),
        (254, Status.INVALID_ARGUMENT),
        (255, Status.CONNECTION_FAILED),
        # The same by the sources, and what 21.02 has in their place.
        (252, Status.NOT_FOUND),
        (250, Status.PERMISSION_DENIED),
        (6, Status.PERMISSION_DENIED),
        (249, Status.TIMEOUT),
        (7, Status.TIMEOUT),
        (244, Status.PARSE_ERROR),
        (243, Status.SYSTEM_ERROR),
        # The shell's own, and a signal's.
        (127, None),
        (137, None),
    ],
)
def test_exit_statuses(exit_status: int, status: Status | None) -> None:
    assert status_of(exit_status) is status


@pytest.mark.parametrize(
    ("wanted", "exit_status", "listed", "says"),
    [
        (call("status", "network.interface.lam"), 4, NOTHING, "mean network.interface.lan or"),
        (call("status", "zzz"), 4, NOTHING, "there is no object zzz."),
        (call("stauts"), 253, LAN, "Did you mean status? It has: up(), status(), add_device(name"),
        (call("add_device"), 254, LAN, "It takes: add_device(name: String"),
        (call("add_device"), 252, LAN, "the arguments name something"),
        (call("add_device"), 4, LAN, "the arguments name something"),
        (call("status"), 249, LAN, "no answer within 30 s"),
        (call("status"), 250, LAN, "permission denied"),
        (call("status"), 255, "", "ubusd cannot be reached"),
        (call("status"), 127, "", "exit status 127"),
    ],
)
def test_reasons(wanted: Call, exit_status: int, listed: str, says: str) -> None:
    error = failure(wanted, exit_status, bus.parse(listed))
    assert str(error).startswith(f"ubus call {wanted.path} {wanted.method}: ")
    assert says in str(error)
    assert str(error)[-1] in ".?"
    assert "secret" not in f"{error} {error.facts()}"


def test_every_status_has_a_reason() -> None:
    texts = {str(failure(call("status"), status, bus.parse(LAN))) for status in Status}
    assert len(texts) == len(Status) - 1, "of a method that is there, two are the same"


def test_facts() -> None:
    facts = failure(call("stauts"), 253, bus.parse(LAN)).facts()
    assert facts["status"] == "method_not_found"
    assert facts["methods"] == {
        "up": {},
        "status": {},
        "add_device": {"name": "String", "link-ext": "Boolean", "vlan": "Array"},
    }


def test_what_a_router_lacks() -> None:
    assert missing(call("up"), bus.parse(LAN)) == ""
    assert "has no method upp" in missing(call("upp"), bus.parse(LAN))
    assert "no object" in missing(call("up"), bus.parse(""))
