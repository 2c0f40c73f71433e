#!/bin/sh
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Only the declaration: the stand-in has no ppp daemon.

. /lib/netifd/netifd-proto.sh
init_proto "$@"

proto_pppoe_init_config() {
	proto_config_add_string username
	proto_config_add_string password
	proto_config_add_string ac
	proto_config_add_string service
	proto_config_add_defaults
}
proto_pppoe_setup() {
	proto_notify_error "$1" NO_PPP
	proto_set_available "$1" 0
}
proto_pppoe_teardown() { :; }

add_protocol pppoe
