#!/bin/sh
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

. /lib/netifd/netifd-proto.sh
init_proto "$@"

proto_dhcp_init_config() {
	renew_handler=1
	proto_config_add_string ipaddr:ipaddr
	proto_config_add_string hostname:hostname
	proto_config_add_string clientid
	proto_config_add_string vendorid
	proto_config_add_boolean broadcast:bool
	proto_config_add_string reqopts
	proto_config_add_boolean classlessroute
	proto_config_add_defaults
}

proto_dhcp_setup() {
	json_get_vars hostname
	[ -n "$hostname" ] || hostname=$(uci -q get 'system.@system[0].hostname')
	proto_run_command "$1" env "INTERFACE=$1" udhcpc -p "/var/run/udhcpc-$2.pid" -s /lib/netifd/dhcp.script -f -t 0 \
		-i "$2" -x "hostname:$hostname" -C -R -O 121
}

# SIGUSR1 has udhcpc ask for its lease again.
proto_dhcp_renew() { proto_kill_command "$1" "$(kill -l USR1)"; }
proto_dhcp_teardown() { proto_kill_command "$1"; }

add_protocol dhcp
