# shellcheck shell=busybox disable=SC2034,SC2154
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# What the scripts of ncm-monitor share: the log, the configuration, what netifd says of an
# interface, how it is started, and where its modem is. $interface is the interface that they are about.

: "${NCM_LIB:=/usr/lib/ncm-monitor}" "${NCM_RAM:=/var/run/ncm-monitor}" "${NCM_TAG:=ncm-monitor}"
: "${NCM_SYS:=/sys}" "${NCM_UPTIME:=/proc/uptime}"
AT_GCOM=$NCM_LIB/at.gcom
for ncm_part in at sim start; do
	# shellcheck source=/dev/null
	. "$NCM_LIB/$ncm_part.sh"
done

ncm_log() { logger -t "$NCM_TAG" -p daemon.notice "$interface: $*"; }

# ncm_now: $now, the seconds since boot. The clock of a router without one of its own jumps.
ncm_now() {
	read -r now _ < "$NCM_UPTIME"
	now=${now%%.*}
}

# ncm_lock [-n]: until this shell ends only one of us is at work on the interface.
ncm_lock() {
	mkdir -p "$NCM_RAM"
	exec 9> "$NCM_RAM/$interface.lock"
	flock "$@" 9
}

# ncm_option SECTION OPTION [DEFAULT], and a number in its place where it is none.
ncm_option() {
	ncm_value=$(uci -q get "ncm_monitor.$1.$2")
	printf '%s' "${ncm_value:-${3:-}}"
}
ncm_number() {
	ncm_value=$(ncm_option "$1" "$2" "$3")
	case $ncm_value in *[!0-9]* | ?????????*) ncm_value=$3 ;; esac
	printf '%s' "$ncm_value"
}

# ncm_sections TYPE: the sections of that type that are not switched off.
ncm_sections() {
	uci -q show ncm_monitor | sed -n "s/^ncm_monitor\.\([A-Za-z0-9_]*\)='*$1'*\$/\1/p" |
		while read -r ncm_section; do
			[ "$(ncm_option "$ncm_section" enabled 1)" = 0 ] || printf '%s\n' "$ncm_section"
		done
}

# ncm_setting OPTION: what the interface has in /etc/config/network.
ncm_setting() { uci -q get "network.$interface.$1"; }

# ncm_look [INTERFACE]: asks netifd, and has its answer in $net_up and so on.
ncm_look() {
	net_up='' net_pending='' net_available='' net_autostart='' net_uptime='' net_proto='' net_link=''
	net_maker='' net_codes='' net_addresses='' net_addresses6='' net_routes=''
	ncm_json=$(ubus -S call "network.interface.${1:-$interface}" status 2> /dev/null) || return
	eval "$(jsonfilter -q -s "$ncm_json" -e net_up=@.up -e net_pending=@.pending \
		-e net_available=@.available -e net_autostart=@.autostart -e net_uptime=@.uptime \
		-e net_proto=@.proto -e net_link=@.l3_device -e net_maker=@.data.manufacturer \
		-e 'net_codes=@.errors[*].code' -e "net_addresses=@['ipv4-address'][*].address" \
		-e "net_addresses6=@['ipv6-address'][*].address" -e 'net_routes=@.route[*].target')"
}

# ncm_childless: true for a ncm interface without the interfaces above it that have the addresses.
ncm_childless() {
	[ "$net_proto" = ncm ] || return 1
	for ncm_child in "${interface}_4" "${interface}_6"; do
		! ubus -S call "network.interface.$ncm_child" status > /dev/null 2>&1 || return 1
	done
}

# ncm_true VALUE: jsonfilter writes a boolean as a number where the shell shall have it.
ncm_true() {
	case $1 in 1 | true) return 0 ;; esac
	return 1
}

# ncm_stopped: whether somebody, or a refused PIN, has stopped the interface; $reason tells which.
ncm_stopped() {
	! ncm_true "$net_autostart" && ! ncm_true "$net_up" || return 1
	reason='it was stopped by hand, or shall not start by itself'
	case $net_codes in *PIN_FAILED*) reason='the SIM has refused the PIN' ;; esac
}

# ncm_settle SECONDS: waits while netifd is setting the interface up; whether it is up then.
ncm_settle() {
	ncm_left=$1
	while ncm_look && ncm_true "$net_pending" && [ "$ncm_left" -gt 0 ]; do
		sleep 1
		ncm_left=$((ncm_left - 1))
	done
	ncm_true "$net_up"
}

# ncm_port: the control port, as $device says or the interface's own option.
ncm_port() { printf '%s' "${device:-$(ncm_setting device)}"; }

# ncm_usb: the stick's folder in sysfs, by its control port or its network device, or by the place on
# the bus where it was last ($stick): one that is switched off has neither.
ncm_usb() {
	ncm_node=$(readlink -f "$(ncm_port)")
	ncm_node=${ncm_node##*/}
	ncm_netdev=$(ncm_setting ifname)
	for ncm_link in "tty/$ncm_node" "usbmisc/$ncm_node" "net/${ncm_netdev:-$ncm_node}"; do
		ncm_path=$(readlink -f "$NCM_SYS/class/$ncm_link/device" 2> /dev/null) || continue
		while [ -n "$ncm_path" ] && [ ! -e "$ncm_path/idVendor" ]; do ncm_path=${ncm_path%/*}; done
		[ -z "$ncm_path" ] || { printf '%s\n' "$ncm_path" && return; }
	done
	[ -n "${stick:-}" ] || return 1
	ncm_path=$NCM_SYS/bus/usb/devices/$stick
	[ -e "$ncm_path/idVendor" ] && printf '%s\n' "$ncm_path"
}

# ncm_switched_off FOLDER: true where the USB device there is kept off the bus (authorized 0), or is on
# it without a configuration: the kernel has no driver look at it in either case. $ncm_off tells which.
ncm_switched_off() {
	ncm_off='authorized 0'
	[ "$(cat "$1/authorized" 2> /dev/null)" != 0 ] || return 0
	ncm_off='no configuration'
	[ -e "$1/bConfigurationValue" ] || return 1
	case $(cat "$1/bConfigurationValue" 2> /dev/null) in '' | 0) return 0 ;; esac
	return 1
}
