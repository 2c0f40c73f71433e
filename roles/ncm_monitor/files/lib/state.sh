# shellcheck shell=busybox disable=SC2034,SC2154
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# What the monitor knows from one look to the next, as JSON in RAM that others may read. All times
# are seconds since boot, 0 is never. With ncm.sh.

state_file() { printf '%s' "$NCM_RAM/$interface.json"; }

state_read() {
	state=waiting last_reason='' since=$now last_ok=0 down=0 failures=0 step='' delay=0 next_try=0 held='' dns=unknown
	stick='' port_seen='' port_since=0 reconnects=0 ifups=0 usbs=0 reboots=0
	[ -s "$(state_file)" ] || return 0
	eval "$(jsonfilter -q -i "$(state_file)" -e state=@.state -e last_reason=@.last_reason \
		-e since=@.since -e last_ok=@.last_ok -e down=@.down_since -e failures=@.failures -e step=@.step \
		-e delay=@.delay -e next_try=@.next_try -e held=@.held -e dns=@.dns \
		-e stick=@.stick -e port_seen=@.port -e port_since=@.port_since \
		-e reconnects=@.actions.reconnect -e ifups=@.actions.ifup -e usbs=@.actions.usb \
		-e reboots=@.actions.reboot)"
}

state_write() {
	cat > "$(state_file).new" << JSON && mv -f "$(state_file).new" "$(state_file)"
{
	"interface": "$interface",
	"state": "$state",
	"last_reason": "$(state_plain "$last_reason")",
	"checked": $now,
	"since": $since,
	"last_ok": $last_ok,
	"down_since": $down,
	"failures": $failures,
	"step": "$step",
	"delay": $delay,
	"next_try": $next_try,
	"held": "$(state_plain "$held")",
	"dns": "$dns",
	"stick": "$stick",
	"port": "$port_seen",
	"port_since": $port_since,
	"actions": { "reconnect": $reconnects, "ifup": $ifups, "usb": $usbs, "reboot": $reboots }
}
JSON
}

state_plain() { printf '%s' "$1" | tr -d '\\"\000-\037'; }

# state_turn STATE REASON: what the log is told of is what has changed.
state_turn() {
	[ "$state" = "$1" ] || since=$now
	[ "$state: $last_reason" = "$1: $2" ] || ncm_log "$1: $2"
	state=$1 last_reason=$2
}

state_count() {
	case $1 in
		reconnect) reconnects=$((reconnects + 1)) ;;
		ifup) ifups=$((ifups + 1)) ;;
		usb) usbs=$((usbs + 1)) ;;
		reboot) reboots=$((reboots + 1)) ;;
	esac
}
