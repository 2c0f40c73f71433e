#!/bin/sh
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The stand-in has no DHCPv6 client: the interface waits for an answer that never comes, as on a line
# without IPv6.

. /lib/netifd/netifd-proto.sh
init_proto "$@"

proto_dhcpv6_init_config() {
	renew_handler=1
	proto_config_add_string reqaddress
	proto_config_add_string reqprefix
	proto_config_add_string clientid
	proto_config_add_boolean delegate
	proto_config_add_defaults
}
proto_dhcpv6_setup() { proto_run_command "$1" sleep 2147483647; }
proto_dhcpv6_teardown() { proto_kill_command "$1"; }

add_protocol dhcpv6
