#!/bin/sh
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=busybox disable=SC1090,SC1091,SC2034,SC2154
#
# Protocol handler for modems that carry their data as NCM and take AT commands on another port.
# What each vendor wants to hear stands in /etc/gcom/ncm.json.

INCLUDE_ONLY=${INCLUDE_ONLY:-}
. /lib/functions.sh
. /lib/netifd/netifd-proto.sh
init_proto "$@"

VENDORS=/etc/gcom/ncm.json

proto_ncm_init_config() {
	no_device=1
	available=1
	proto_config_add_string device:device
	proto_config_add_string ifname
	proto_config_add_string apn
	proto_config_add_string auth
	proto_config_add_string username
	proto_config_add_string password
	proto_config_add_string pincode
	proto_config_add_string delay
	proto_config_add_string mode
	proto_config_add_string pdptype
	proto_config_add_boolean sourcefilter
	proto_config_add_boolean delegate
	proto_config_add_int profile
	proto_config_add_defaults
}

# fail CODE TEXT: says what happened and gives up this attempt
fail() {
	echo "$2"
	proto_notify_error "$interface" "$1"
}

# unavailable CODE TEXT: as fail, and netifd shall not try again by itself
unavailable() {
	fail "$1" "$2"
	proto_set_available "$interface" 0
}

# The network device that belongs to the control device.
find_netdev() {
	name=${device##*/}
	case $name in
		ttyACM*) pattern="/sys/class/tty/$name/device/../*/net/*" ;;
		tty*) pattern="/sys/class/tty/$name/device/../../*/net/*" ;;
		*) pattern="/sys/class/usbmisc/$name/device/net/*" ;;
	esac
	for candidate in $pattern; do
		[ -e "$candidate" ] && echo "${candidate##*/}" && return
	done
}

# First word of the first line that is neither empty nor the echo of the question.
ask_manufacturer() {
	gcom -d "$device" -s /etc/gcom/getcardinfo.gcom 2> /dev/null | tr -d '\r' |
		awk 'NF && $0 !~ /AT\+CGMI/ { sub(/\+CGMI: /, ""); print tolower($1); exit }'
}

# Retries for `delay` seconds; without one, asks once.
find_manufacturer() {
	deadline=$(($(cut -d. -f1 /proc/uptime) + ${delay:-0}))
	while :; do
		manufacturer=$(ask_manufacturer)
		case $manufacturer in
			'' | error | ok) manufacturer= ;;
			*) return 0 ;;
		esac
		[ "$(cut -d. -f1 /proc/uptime)" -ge "$deadline" ] && return 1
		sleep 1
	done
}

vendor_known() {
	[ -n "$(jsonfilter -q -i "$VENDORS" -e "@['$manufacturer']")" ] && return 0
	echo "WARNING: Variable '$manufacturer' does not exist or is not an array/object"
	return 1
}

vendor_commands() { jsonfilter -q -i "$VENDORS" -e "@['$manufacturer'].$1"; }

# Fills the options into a command and sends it.
send_command() {
	eval "COMMAND=\"$1\""
	[ -n "$COMMAND" ] || return 0
	export COMMAND
	[ "$2" = quiet ] || echo "sending -> $COMMAND"
	gcom -d "$device" -s /etc/gcom/runcommand.gcom
}

# send_all KIND CODE: every command that the vendor has for a step
send_all() {
	vendor_commands "$1[*]" > "/tmp/ncm.$interface.$1"
	while read -r template <&3; do
		send_command "$template" || return 1
	done 3< "/tmp/ncm.$interface.$1"
}

resolve_device() {
	json_get_vars device
	[ -n "$device" ] || {
		unavailable NO_DEVICE 'No control device specified'
		return 1
	}
	device=$(readlink -f "$device")
	[ -e "$device" ] || {
		echo 'Control device not valid'
		proto_set_available "$interface" 0
		return 1
	}
}

proto_ncm_setup() {
	interface=$1
	json_get_vars ifname apn auth username password pincode delay mode pdptype profile sourcefilter delegate metric
	resolve_device || return 1
	profile=${profile:-1}
	pdptype=$(echo "$pdptype" | tr '[:lower:]' '[:upper:]')
	case $pdptype in
		IPV6) context_type=2 ;;
		IPV4V6) context_type=3 ;;
		*) pdptype=IP context_type=1 ;;
	esac
	export context_type

	[ -n "$ifname" ] || ifname=$(find_netdev)
	[ -n "$ifname" ] || {
		unavailable NO_IFACE 'The interface could not be found.'
		return 1
	}

	find_manufacturer || {
		fail GETINFO_FAILED 'Failed to get modem information'
		return 1
	}
	vendor_known || {
		unavailable UNSUPPORTED_MODEM 'Unsupported modem'
		return 1
	}

	send_all initialize || {
		fail INITIALIZE_FAILED 'Failed to initialize modem'
		return 1
	}

	if [ -n "$pincode" ]; then
		echo 'Trying to set PIN'
		PINCODE=$pincode gcom -d "$device" -s /etc/gcom/setpin.gcom || {
			fail PIN_FAILED 'Unable to verify PIN'
			proto_block_restart "$interface"
			return 1
		}
	fi

	echo 'Configuring modem'
	send_all configure || {
		fail CONFIGURE_FAILED 'Failed to configure modem'
		return 1
	}

	template=$(vendor_commands "modes['$mode']")
	if [ -n "$mode" ] && [ -n "$template" ]; then
		echo 'Setting mode'
		send_command "$template" || {
			fail SETMODE_FAILED 'Failed to set operating mode'
			return 1
		}
	fi

	echo "Starting network $interface"
	template=$(vendor_commands connect)
	[ -n "$template" ] && {
		echo 'Connecting modem'
		send_command "$template" || {
			fail CONNECT_FAILED 'Failed to connect'
			return 1
		}
	}

	echo "Setting up $ifname"
	proto_init_update "$ifname" 1
	proto_add_data
	json_add_string manufacturer "$manufacturer"
	proto_close_data
	proto_send_update

	zone=$(fw3 -q network "$interface" 2> /dev/null)
	case $pdptype in IP | IPV4V6) add_child 4 dhcp ;; esac
	case $pdptype in IPV6 | IPV4V6) add_child 6 dhcpv6 ;; esac

	send_all finalize || {
		fail FINALIZE_FAILED 'Failed to finalize modem'
		return 1
	}
}

# add_child 4|6 PROTO: the interface that gets the addresses
add_child() {
	json_get_vars defaultroute peerdns metric
	message="{ \"name\": \"${interface}_$1\", \"ifname\": \"@$interface\", \"proto\": \"$2\""
	[ -n "$defaultroute" ] && message="$message, \"defaultroute\": \"$defaultroute\""
	[ -n "$peerdns" ] && message="$message, \"peerdns\": \"$peerdns\""
	message="$message, \"metric\": \"${metric:-0}\""
	[ -n "$zone" ] && message="$message, \"zone\": \"$zone\""
	ubus call network add_dynamic "$message }"
}

proto_ncm_teardown() {
	interface=$1
	echo "Stopping network $interface"
	json_get_vars profile delay
	profile=${profile:-1}
	resolve_device || return 1
	manufacturer=$(ubus -S call "network.interface.$interface" status | jsonfilter -q -e '@.data.manufacturer')
	if [ -z "$manufacturer" ]; then
		delay=
		find_manufacturer || {
			fail GETINFO_FAILED 'Failed to get modem information'
			return 1
		}
		vendor_known || {
			fail UNSUPPORTED_MODEM 'Unsupported modem'
			return 1
		}
	fi
	send_command "$(vendor_commands disconnect)" || {
		fail DISCONNECT_FAILED 'Failed to disconnect'
		return 1
	}
	proto_init_update '*' 0
	proto_send_update
}

[ -n "$INCLUDE_ONLY" ] || add_protocol ncm
