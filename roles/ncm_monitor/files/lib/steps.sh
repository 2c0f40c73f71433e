# shellcheck shell=busybox disable=SC2034,SC2154
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# What can be done for an interface that fails, from the gentlest on. Each step sets $did. Exit 0: it was
# done, 1: it cannot be done here, 2: not now, 3: it must not be done, $did says why. With ncm.sh
# and session.sh.

: "${NCM_STAMP:=/etc/ncm-monitor.reboot}"

step_reconnect() {
	session_reconnect
	case $? in
		0) did='the modem has connected anew' ;;
		3) did='the modem did not connect anew' ;;
		*) return $? ;;
	esac
}

step_ifup() {
	step_allowed || return
	ifup "$interface" > /dev/null 2>&1
	did='netifd starts it anew'
}

# usbmode says neither what it did nor whether it helped: the control port tells.
step_usb() {
	step_allowed || return
	if command -v usbmode > /dev/null && usbmode -l 2>&1 | grep -q '^Found device'; then
		usbmode -s > /dev/null 2>&1
		did='usbmode switches the stick'
	elif usb=$(ncm_usb) && [ -w "$usb/authorized" ]; then
		echo 0 > "$usb/authorized"
		sleep 2
		echo 1 > "$usb/authorized"
		did='the stick was taken off the bus and put back'
	else
		return 1
	fi
	left=15
	until [ -c "$(ncm_port)" ] || [ "$left" = 0 ]; do
		sleep 1
		left=$((left - 1))
	done
	[ "$left" -gt 0 ] && did="$did: $(ncm_port) is there" || did="$did: $(ncm_port) has not come"
}

# The stamp comes first: a reboot that leaves none could be followed by others without end.
step_reboot() {
	[ "$allow_reboot" = 1 ] && step_reboot_is_due || return 1
	# It may be that somebody has only unplugged the stick.
	[ $((now - last_ok)) -ge "$patience" ] || return 1
	step_allowed || return
	{ date +%s > "$NCM_STAMP"; } 2> /dev/null && [ -s "$NCM_STAMP" ] || return 1
	did='the router is rebooted'
	ncm_log "reboot: $did"
	sync
	reboot
}

# By the time since boot, which nothing sets forward; by the clock only while that is short.
step_reboot_is_due() {
	[ "$now" -lt "$reboot_interval" ] && [ -e "$NCM_STAMP" ] || return 0
	last=$(cat "$NCM_STAMP" 2> /dev/null)
	case $last in '' | *[!0-9]*) return 1 ;; esac
	[ $(($(date +%s) - last)) -ge "$reboot_interval" ]
}

step_allowed() {
	did=$(session_objection)
	case $? in
		0) return 3 ;;
		2) return 2 ;;
	esac
	# Somebody may have stopped it meanwhile.
	! ncm_look || ! ncm_stopped || return 2
}
