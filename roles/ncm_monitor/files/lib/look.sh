# shellcheck shell=busybox disable=SC2034,SC2154
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# How the interface fares: look sets $verdict (up, waiting, failing, hands_off), $reason, the
# $cures that may help, and $dns. It touches neither modem nor netifd. With ncm.sh.

look_says() { verdict=$1 reason=$2 cures=${3:-}; }

look() {
	look_at_port
	look_at_netifd
	# Of a stick that has just come or gone netifd hears up to half a minute late, and it may come back.
	[ $((now - port_since)) -ge "$grace" ] || [ -n "$switched_off" ] || cures=${cures%usb reboot}
}

# look_at_port: $port_since is since when the control port is there, or missing ($port_seen); a stick that
# was plugged in again has another number. $stick is where on the bus it is, or was at last.
look_at_port() {
	port=$(ncm_port) switched_off='' port_now=missing
	usb=$(ncm_usb) || usb=''
	if [ -c "$port" ]; then
		stick=${usb##*/}
		port_now="there $(cat "$usb/devnum" 2> /dev/null)"
	elif [ -n "$usb" ] && ncm_switched_off "$usb"; then
		switched_off=$ncm_off
	fi
	[ "$port_now" != "$port_seen" ] || return 0
	# What the first look finds has been so for long, unless the router has just booted.
	[ -z "$port_seen" ] && [ "$now" -gt $((grace * 2)) ] || port_since=$now
	port_seen=$port_now
}

look_at_netifd() {
	if [ -z "$(uci -q get "network.$interface")" ]; then
		look_says hands_off 'it is not configured'
	elif [ "$(ncm_setting disabled)" = 1 ]; then
		look_says hands_off 'it is disabled'
	elif ! ncm_look; then
		look_says waiting 'netifd does not answer'
	elif ncm_true "$net_up"; then
		look_at_link
	elif ncm_stopped; then
		# The reason is there already: a refused PIN, or somebody who wants it so.
		verdict=hands_off cures=
	elif ! ncm_true "$net_available"; then
		look_at_device
	elif [ "$down" -gt 0 ] && [ $((now - down)) -ge "$patience" ] && [ $((now - port_since)) -ge "$patience" ]; then
		# Only netifd starts it, over and over: one more start would not help.
		look_says failing "netifd has not brought it up in $patience s" 'usb reboot'
	else
		look_says waiting 'netifd is setting it up'
	fi
}

# What netifd takes for absent it does not try again by itself (unsolicited lines of a modem that
# has just booted are enough for that), and it does not see a link come back under another path.
look_at_device() {
	down=0
	if [ -c "$port" ]; then
		look_says failing "netifd has given it up, although $port is there" 'ifup usb reboot'
	elif [ -n "$switched_off" ]; then
		look_says failing "the stick at $stick is switched off ($switched_off)" 'usb reboot'
	else
		look_says failing "there is no ${port:-control device}" 'usb reboot'
	fi
}

# That the interface is up says only that the modem has once said OK.
look_at_link() {
	age=$net_uptime fault='' help='reconnect ifup usb reboot'
	look_at_addresses && look_at_traffic
	if [ -z "$fault" ]; then
		look_says up 'it works'
		look_at_names
	elif [ "${age:-0}" -lt "$grace" ]; then
		look_says waiting 'it has just come up'
	else
		look_says failing "$fault" "$help"
	fi
}

# The first interface above a ncm interface that is as it should be; others carry their addresses
# themselves. $link is the network device.
look_at_addresses() {
	[ "$net_proto" = ncm ] || { look_at_carrier "$interface" && return; }
	fault="neither ${interface}_4 nor ${interface}_6 is there, as netifd deletes them when the link is lost"
	! ncm_childless || return
	fault="neither ${interface}_4 nor ${interface}_6 is up"
	for child in "${interface}_4" "${interface}_6"; do
		if ncm_look "$child" && ncm_true "$net_up"; then
			look_at_carrier "$child" && return
		fi
	done
	return 1
}

look_at_carrier() {
	link=$net_link fault=''
	if [ -z "$link" ]; then
		fault="$1 has no network device"
	elif [ -z "$net_addresses$net_addresses6" ]; then
		fault="$1 has no address"
	else
		case " $net_routes " in *' 0.0.0.0 '* | *' :: '*) ;; *)
			[ "$(ncm_setting defaultroute)" = 0 ] || fault="$1 has no default route"
			;;
		esac
	fi
	[ -z "$fault" ]
}

# One answer is enough, and it must come through this link: a router may have others.
look_at_traffic() {
	[ -n "$targets" ] || return 0
	round=0
	while [ "$round" -lt "$retries" ]; do
		[ "$round" = 0 ] || sleep 1
		for target in $targets; do look_for "$target" && return; done
		round=$((round + 1))
	done
	fault="no answer from $targets through $link"
	# What has never answered may be out of reach from this network, and the modem not at fault.
	[ "$last_ok" -gt 0 ] || { fault="$fault, nor ever since boot" && help='reconnect ifup'; }
	return 1
}

look_for() {
	case $1 in *:*) set -- "$1" ping6 ;; *) set -- "$1" ping ;; esac
	"$2" -c 1 -W "$timeout" -I "$link" "$1" > /dev/null 2>&1
}

# Names that are not found are no fault of the modem.
look_at_names() {
	[ -n "$names" ] || return 0
	for name in $names; do
		if nslookup "$name" 2> /dev/null | sed '1,/^$/d' | grep -q '^Address'; then
			dns=works
			return
		fi
	done
	dns=fails
}
