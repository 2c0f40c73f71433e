#!/bin/sh
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Stands in /usr/sbin before comgt's gcom. netifd's handlers send the PIN by setpin.gcom at every bring-up that finds
# the SIM locked; here that asks first what is known of the PIN (sim.sh). Everything else goes to comgt as it is.
# Without the library no PIN is sent: three wrong ones lock the SIM.

: "${GATE_HOME:=/usr/lib/fleet-sim}" "${GATE_FOLDERS:=/usr/bin /bin /sbin /usr/local/bin}"

gate_real() {
	for gate_folder in $GATE_FOLDERS; do
		[ ! -x "$gate_folder/gcom" ] || { printf '%s\n' "$gate_folder/gcom" && return; }
	done
	return 1
}

# Sets gate_port and gate_script.
gate_read() {
	gate_port=/dev/modem gate_script=
	while [ $# -gt 0 ]; do
		case $1 in
			-d) gate_port=${2-} ;;
			-s) ;;
			-d*) gate_port=${1#-d} ;;
			*/setpin.gcom | setpin.gcom) gate_script=$1 ;;
		esac
		shift
	done
}

gate() {
	for gate_part in at.gcom at.sh sim.sh; do
		[ -r "$GATE_HOME/$gate_part" ] || { echo "The PIN is not sent: $GATE_HOME/$gate_part is missing." && return 1; }
	done
	# shellcheck source=/dev/null
	. "$GATE_HOME/at.sh" && . "$GATE_HOME/sim.sh" || return
	# Tasks and the monitor may be talking with the modem, so it gets time.
	export AT_GCOM="$GATE_HOME/at.gcom" SIM_PIN="$PINCODE" AT_PATIENCE=60
	if sim_gate "$gate_port"; then
		echo 'PIN set successfully'
	else
		echo 'Error setting PIN, check card manually'
		return 1
	fi
}

# As at.sh says it.
gate_gcom=$(gate_real) || { echo 'gcom is not installed' >&2 && exit 70; }
gate_read "$@"
[ -z "$gate_script" ] || [ -z "${PINCODE-}" ] || { gate && exit; exit 1; }
exec "$gate_gcom" "$@"
