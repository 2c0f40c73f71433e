# shellcheck shell=busybox disable=SC2034,SC2154
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# What can be done for an interface that fails, from the gentlest on. Each step sets $did. Exit 0: it was
# done, 1: it cannot be done here, 2: not now, 3: it must not be done, $did says why. With ncm.sh
# and session.sh.

: "${NCM_STAMP:=/etc/ncm-monitor.reboot}"

step_reconnect() {
	step_due reconnect || return 2
	if ncm_look && ncm_childless; then
		step_start reconnect
		return
	fi
	session_reconnect
	case $? in
		0) did='the modem has connected anew' ;;
		3) did='the modem did not connect anew' ;;
		*) return $? ;;
	esac
}

step_ifup() { step_start ifup; }

# step_start STEP: has netifd start the interface, as this step.
step_start() {
	step_allowed "$1" || return
	netifd_start "$interface"
	did='netifd starts it anew'
}

# usbmode says neither what it did nor whether it helped: the control port tells.
step_usb() {
	step_allowed usb || return
	if [ -n "$switched_off" ]; then
		usb_on "$usb"
		did='the stick was switched off and is on again'
	elif [ "$step" = usb ] && [ -c "$port" ] && netifd_gave_up "$interface"; then
		# Off the bus once more it would be given up once more.
		netifd_start "$interface"
		did='netifd starts it anew'
		return
	elif command -v usbmode > /dev/null && usbmode -l 2>&1 | grep -q '^Found device'; then
		usbmode -s > /dev/null 2>&1
		did='usbmode switches the stick'
	elif [ -n "$usb" ] && [ -w "$usb/authorized" ]; then
		usb_off_and_on "$usb"
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

# usb_off_and_on FOLDER: ends with the stick on, even if the monitor is told to end meanwhile.
usb_off_and_on() (
	trap '' TERM INT HUP
	echo 0 > "$1/authorized"
	sleep 2
	usb_on "$1"
)

# usb_on FOLDER: on the bus, and with a configuration, without which no driver looks at it.
usb_on() {
	echo 1 > "$1/authorized"
	sleep 1
	! ncm_switched_off "$1" || echo 1 > "$1/bConfigurationValue"
}

# The stamp comes first: a reboot that leaves none could be followed by others without end.
step_reboot() {
	[ "$allow_reboot" = 1 ] && step_reboot_is_due || return 1
	# It may be that somebody has only unplugged the stick.
	[ $((now - last_ok)) -ge "$patience" ] || return 1
	step_allowed reboot || return
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

# step_allowed STEP: neither the SIM nor a second look speaks against it.
step_allowed() {
	did=$(session_objection)
	case $? in
		0) return 3 ;;
		2) return 2 ;;
	esac
	step_due "$1" || return 2
}

# step_due STEP: it is still what helps. The look that called for it may be half a minute old: meanwhile
# the stick may have come back, netifd may have brought it up, or somebody may have stopped it.
step_due() {
	step_retries=$retries retries=1
	ncm_now
	look
	retries=$step_retries
	[ "$verdict" = failing ] || return
	case " $cures " in *" $1 "*) ;; *) return 1 ;; esac
}
