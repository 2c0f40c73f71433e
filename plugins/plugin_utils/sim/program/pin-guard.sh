#!/bin/sh
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# netifd's ncm handler sends the PIN at every bring-up that finds the SIM locked: after one refusal netifd waits,
# but each ifup, reload and boot would burn another try. So once the SIM has refused it, the PIN is remembered as
# refused and taken out of /etc/config/network, and the interface stays down (without its PIN it would be set up
# again and again). `pin_refused` tells of it; whoever sets pincode anew removes that and `auto`.

guard_home=/usr/lib/fleet-sim

guard_get() { # OPTION: as committed; what others have staged in /tmp/.uci is theirs
	uci -q -c "$guard_dir" get "pin_network.$INTERFACE.$1"
}

guard_read() {
	cat /etc/config/network > "$guard_dir/pin_network"
}

guard_refused() {
	ubus -S call "network.interface.$INTERFACE" status | jsonfilter -q -e '@.errors[*].code' | grep -qx PIN_FAILED
}

# The modem is asked: gcom fails with a SIM that is missing or a modem that is gone as well. Sets guard_left.
guard_asks_sim() {
	guard_tries=0
	until [ "$guard_tries" = 5 ]; do
		guard_tries=$((guard_tries + 1))
		# shellcheck disable=SC2046 # paths of nodes hold no blanks
		guard_port=$(at_find 4 $(at_nodes "$(guard_get device)") 2> /dev/null) &&
			guard_left=$(SIM_PIN=$guard_pin sim_condemn "$guard_port")
		guard_code=$?
		[ "$guard_code" -gt 1 ] || return "$guard_code"
		sleep 5
	done
	guard_say "The SIM of $INTERFACE did not get its PIN, and the modem cannot be asked why."
	return 1
}

# Replaces the file whole, with what others have done to it meanwhile.
guard_take_out() {
	mkdir -p /var/run/fleet-guard && exec 9>> /var/run/fleet-guard/lock && flock 9
	guard_read && [ "$(guard_get pincode)" = "$guard_pin" ] || return
	guard_section=pin_network.$INTERFACE
	guard_file=$(readlink -f /etc/config/network)
	guard_new=${guard_file%/*}/.network.pin
	uci -c "$guard_dir" delete "$guard_section.pincode" && uci -c "$guard_dir" set "$guard_section.auto=0" &&
		uci -c "$guard_dir" set "$guard_section.pin_refused=1" && uci -c "$guard_dir" commit pin_network &&
		cp -p "$guard_file" "$guard_new" && cat "$guard_dir/pin_network" > "$guard_new" &&
		mv -f "$guard_new" "$guard_file" && sync
}

guard_say() {
	logger -t fleet-pin -p daemon.warn "$1"
}

guard() (
	guard_refused || exit
	umask 077
	guard_dir=$(mktemp -d /tmp/fleet-pin.XXXXXX) || exit
	trap 'rm -rf "$guard_dir"' EXIT
	guard_read
	guard_pin=$(guard_get pincode)
	[ "$(guard_get proto)" = ncm ] && [ -n "$guard_pin" ] || exit
	# shellcheck source=/dev/null
	export AT_GCOM="$guard_home/at.gcom" && . "$guard_home/at.sh" && . "$guard_home/sim.sh" || exit
	guard_asks_sim && guard_take_out || exit
	ubus call network reload
	guard_say "The SIM of $INTERFACE has refused its PIN (tries left: $guard_left). The PIN is taken out of \
/etc/config/network and will not be tried again; $INTERFACE stays down until it gets the right one."
)

# Others that wait for this event need not wait for the modem. A bring-up that somebody has stopped meanwhile
# ends with ifdown.
case $ACTION in
	ifup-failed | ifdown) guard < /dev/null > /dev/null 2>&1 & ;;
esac
