# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stand-in's procd and netifd as a small daemon meets them: kept running, reloaded, told."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest
from conformance.stand_in import Case, Router, running

INIT = """#!/bin/sh /etc/rc.common
START=95
STOP=10
USE_PROCD=1
extra_command "poke" "Pokes it"
poke() { echo poked; }
start_service() {
	config_load watcher
	config_get pause main pause 1
	config_get_bool enabled main enabled 0
	[ "$enabled" = 1 ] || return 0
	procd_open_instance
	procd_set_param command /usr/bin/watcher "$pause"
	procd_set_param env GREETING='good "day"'
	procd_set_param respawn 3600 1 0
	procd_set_param pidfile /var/run/watcher.pid
	procd_set_param stdout 1
	procd_set_param stderr 1
	procd_close_instance
}
service_triggers() {
	procd_open_validate
	procd_close_validate
	procd_add_reload_trigger watcher
}
"""
DAEMON = """#!/bin/sh
echo "$GREETING: every $1"
trap 'exit 0' TERM
while :; do sleep "$1" & wait $!; done
"""
CONFIG = "config watcher 'main'\n\toption enabled '1'\n\toption pause '7'\n"
ASK = """ubus -S call service list '{"name":"watcher"}'"""


@pytest.fixture(scope="module")
def router() -> Iterator[Router]:
    with running("services") as started:
        yield started


def sh(router: Router, script: str) -> str:
    return router.run([Case(script)])[0].stdout


@pytest.fixture
def watcher(router: Router) -> Iterator[Router]:
    """A router with a running service of its own, made as a package would bring it."""
    sh(router, f"cat >/etc/init.d/watcher <<'END'\n{INIT}END")
    sh(router, f"cat >/usr/bin/watcher <<'END'\n{DAEMON}END")
    sh(router, f"cat >/etc/config/watcher <<'END'\n{CONFIG}END")
    sh(router, "chmod 755 /etc/init.d/watcher /usr/bin/watcher; reload_config --baseline")
    sh(router, "/etc/init.d/watcher enable; /etc/init.d/watcher start")
    yield router
    sh(router, "/etc/init.d/watcher stop; /etc/init.d/watcher disable")
    sh(router, "rm -f /etc/init.d/watcher /usr/bin/watcher /etc/config/watcher")


def instance(router: Router) -> dict[str, object]:
    listed = json.loads(sh(router, ASK))
    found: dict[str, object] = listed["watcher"]["instances"]["instance1"]
    return found


def soon(router: Router, condition: str, seconds: float = 8.0) -> bool:
    return bool(router.wait_for(condition, seconds))


def test_it_runs_and_is_described(watcher: Router) -> None:
    found = instance(watcher)
    assert found["running"] is True
    assert found["command"] == ["/usr/bin/watcher", "7"]
    assert sh(watcher, "cat /var/run/watcher.pid").strip() == str(found["pid"])
    assert sh(watcher, "/etc/init.d/watcher status") == "running\n"
    assert sh(watcher, "/etc/init.d/watcher poke") == "poked\n"


def test_what_it_prints_is_in_the_log(watcher: Router) -> None:
    assert soon(watcher, """logread -e watcher | grep -qF 'good "day": every 7'""")


def test_it_is_started_again_when_it_dies(watcher: Router) -> None:
    before = instance(watcher)["pid"]
    sh(watcher, f"kill -KILL {before}")
    assert soon(watcher, f"pid=$(cat /var/run/watcher.pid) && [ $pid != {before} ]")


def test_a_changed_configuration_restarts_it_with_its_new_options(watcher: Router) -> None:
    before = instance(watcher)["pid"]
    sh(watcher, "uci set watcher.main.pause=9; uci commit watcher; reload_config")
    assert soon(watcher, f'{ASK} | grep -qF \'"/usr/bin/watcher","9"\'')
    assert soon(watcher, f"! kill -0 {before}")
    sh(watcher, "uci set watcher.main.enabled=0; uci commit watcher; reload_config")
    assert soon(watcher, f"! {ASK} | grep -q instance1")


def test_stopping_ends_it_for_good(watcher: Router) -> None:
    pid = instance(watcher)["pid"]
    sh(watcher, "/etc/init.d/watcher stop")
    assert soon(watcher, f"! kill -0 {pid}")
    time.sleep(1.5)
    assert sh(watcher, "pgrep -f '/usr/bin/[w]atcher'") == ""
    assert sh(watcher, "/etc/init.d/watcher status") == "inactive\n"


FAILING = """#!/bin/sh
. /lib/functions.sh
. /lib/netifd/netifd-proto.sh
init_proto "$@"
proto_failing_init_config() { no_device=1; available=1; }
proto_failing_setup() { sleep 1; proto_notify_error "$1" SOME_REASON; [ -e /tmp/works ] || return 1
	proto_init_update lo 1; proto_send_update; }
proto_failing_teardown() { :; }
add_protocol failing
"""
TOLD = 'echo "$ACTION $INTERFACE ${DEVICE-none} ${IFUPDATE_DATA-}" >>/tmp/told'


def test_an_interface_that_cannot_be_set_up_is_told_each_time(router: Router) -> None:
    sh(router, f"cat >/lib/netifd/proto/failing.sh <<'END'\n{FAILING}END")
    sh(router, f"cat >/etc/hotplug.d/iface/99-told <<'END'\n{TOLD}\nEND")
    sh(router, "chmod 755 /lib/netifd/proto/failing.sh; uci set network.f=interface")
    sh(router, "uci set network.f.proto=failing; uci commit network; /etc/init.d/network restart")
    assert soon(router, "[ $(grep -cx 'ifup-failed f none ' /tmp/told) -ge 2 ]", 20)
    sh(router, "touch /tmp/works")
    assert soon(router, "grep -qx 'ifup f lo ' /tmp/told", 20)
    sh(
        router,
        """ubus call network.interface.f notify_proto '{"action":0,"link-up":true,
        "ifname":"lo","data":{"a":"b"}}'""",
    )
    assert soon(router, "grep -qx 'ifupdate f lo 1' /tmp/told")
    sh(router, "ifdown f")
    assert soon(router, "grep -qx 'ifdown f none ' /tmp/told")
    assert sh(router, "grep -c ifdown.f /tmp/told") == "1\n"


def test_an_interface_becomes_available_and_starts(router: Router) -> None:
    """What hotplug scripts say by notify_proto is enough: netifd starts what starts by itself."""
    sh(router, "ifup f")
    status = "ubus -S call network.interface.f status"
    assert soon(router, f"""{status} | grep -q '"up":true'""")
    say = "ubus call network.interface.f notify_proto"
    sh(router, f"""{say} '{{"action":5,"available":false}}'""")
    assert soon(router, f"""{status} | grep -q '"available":false'""")
    assert soon(router, f"""{status} | grep -q '"up":false'""")
    sh(router, f"""{say} '{{"action":5,"available":true}}'""")
    assert soon(router, f"""{status} | grep -q '"up":true'""")
