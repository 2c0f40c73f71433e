# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# What protocol handlers call: to say which options they take, to read them, to tell netifd what came
# of it. netifd runs a handler as `SCRIPT PROTO setup|teardown INTERFACE CONFIG [DEVICE]`, or with
# `'' dump` to learn what it is.
# shellcheck shell=dash

NOTIFY_LINK=0 NOTIFY_RUN=1 NOTIFY_KILL=2 NOTIFY_ERROR=3 NOTIFY_BLOCK=4 NOTIFY_AVAILABLE=5

# Options -----------------------------------------------------------------------------------------

_proto_option() { _declared="${_declared}option $1 $2
"; }
# `device:device` declares an option of a kind of its own.
proto_config_add_string() {
	case $1 in
		*:*) _proto_option "${1%%:*}" "${1#*:}" ;;
		*) _proto_option "$1" string ;;
	esac
}
proto_config_add_int() { _proto_option "$1" uinteger; }
proto_config_add_boolean() { _proto_option "$1" bool; }
proto_config_add_array() { _proto_option "${1%%:*}" array; }
proto_config_add_defaults() {
	proto_config_add_boolean defaultroute
	proto_config_add_boolean peerdns
	proto_config_add_boolean renew
	proto_config_add_int metric
}

init_proto() {
	proto=$1 command=$2 interface=$3 _config=$4 _device=$5
}

add_protocol() {
	no_device=0 available=0 renew_handler=0 _declared=
	"proto_$1_init_config"
	case $command in
		dump)
			printf 'name %s\n%s' "$1" "$_declared"
			[ "$no_device" = 1 ] && echo 'flag no_device'
			[ "$available" = 1 ] && echo 'flag init_available'
			[ "$renew_handler" = 1 ] && echo 'flag renew_available'
			;;
		setup | teardown | renew)
			[ "$proto" = "$1" ] && "proto_$1_$command" "$interface" "$_device"
			;;
	esac
	return 0
}

# json_get_vars NAME...: options of the interface as shell variables
json_get_vars() {
	for _name; do
		eval "$_name="
		eval "$(jsonfilter -q -s "$_config" -e "$_name=@['$_name']")"
		# Booleans are 1 and 0 in shell.
		eval "case \$$_name in true) $_name=1 ;; false) $_name=0 ;; esac"
	done
}

# Telling netifd ----------------------------------------------------------------------------------

_proto_quote() { printf '"%s"' "$(printf '%s' "$1" | sed 's/[\\"]/\\&/g')"; }
_proto_notify() { ubus call network.interface notify_proto "{ $1, \"interface\": \"$interface\" }"; }

proto_init_update() {
	_ifname=$1 _link=$2 _addresses='' _routes='' _servers='' _searches='' _data=''
}
proto_add_ipv4_address() {
	_addresses="${_addresses:+$_addresses, }{ \"ipaddr\": \"$1\", \"mask\": \"$2\" }"
}
# proto_add_ipv4_route TARGET MASK GATEWAY SOURCE
proto_add_ipv4_route() {
	_routes="${_routes:+$_routes, }{ \"target\": \"$1\", \"netmask\": \"$2\", \"gateway\": \"$3\"${4:+, \"source\": \"$4\"} }"
}
proto_add_dns_server() { _servers="${_servers:+$_servers, }$(_proto_quote "$1")"; }
proto_add_dns_search() { _searches="${_searches:+$_searches, }$(_proto_quote "$1")"; }
proto_add_data() { :; }
proto_close_data() { :; }
json_add_string() { _data="${_data:+$_data, }$(_proto_quote "$1"): $(_proto_quote "$2")"; }
json_add_int() { _data="${_data:+$_data, }$(_proto_quote "$1"): $2"; }

proto_send_update() {
	case $_link in 1) _up=true ;; *) _up=false ;; esac
	_message="\"action\": $NOTIFY_LINK"
	[ "$_ifname" != '*' ] && _message="$_message, \"ifname\": \"$_ifname\""
	_message="$_message, \"link-up\": $_up, \"keep\": false"
	[ -n "$_addresses" ] && _message="$_message, \"ipaddr\": [ $_addresses ]"
	[ -n "$_routes" ] && _message="$_message, \"routes\": [ $_routes ]"
	[ -n "$_servers" ] && _message="$_message, \"dns\": [ $_servers ]"
	[ -n "$_searches" ] && _message="$_message, \"dns_search\": [ $_searches ]"
	[ -n "$_data" ] && _message="$_message, \"data\": { $_data }"
	_proto_notify "$_message"
}

proto_notify_error() { _proto_notify "\"action\": $NOTIFY_ERROR, \"error\": [ $(_proto_quote "$2") ]"; }
proto_block_restart() { _proto_notify "\"action\": $NOTIFY_BLOCK"; }
proto_set_available() {
	case $2 in 0) _proto_notify "\"action\": $NOTIFY_AVAILABLE, \"available\": false" ;; *) _proto_notify "\"action\": $NOTIFY_AVAILABLE, \"available\": true" ;; esac
}
proto_run_command() {
	shift
	_words=
	for _word; do _words="${_words:+$_words, }$(_proto_quote "$_word")"; done
	_proto_notify "\"action\": $NOTIFY_RUN, \"command\": [ $_words ]"
}
# proto_kill_command INTERFACE [SIGNAL]
proto_kill_command() { _proto_notify "\"action\": $NOTIFY_KILL${2:+, \"signal\": $2}"; }
