# shellcheck shell=sh disable=SC2030,SC2031 # what at_say exports comes back to at_converse through gcom
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Talking with a modem: one program at a time, never for ever, never on the diag port. To be read
# with `.`; $AT_GCOM names at.gcom. BusyBox and OpenWrt's comgt are all that it needs.

: "${AT_SYS:=/sys}" "${AT_DEV:=/dev}" "${AT_RAM:=/var/run/fleet-at}" "${AT_PATIENCE:=10}"

# Exit statuses beside those of gcom.
AT_NO_GCOM=70 AT_NO_PORT=71 AT_BUSY=72 AT_SILENT=73 AT_DIAG=74 AT_HUNG_UP=75 AT_STUCK=76
AT_CR=$(printf '\r')

# at_say PORT SECONDS COMMAND...: sends the commands one after the other and prints what
# at_converse prints; each is given that many seconds. What is secret in a command stays out of
# argv: it travels in the environment.
at_say() (
	port=$(at_port "$1") || exit
	export AT_WAIT="$2"
	shift 2
	command -v gcom > /dev/null || at_refuse $AT_NO_GCOM "gcom is not installed" || exit
	at_take "$port" || exit
	number=0
	for command; do
		number=$((number + 1))
		export "$(printf 'AT_%X' $number)=$command"
	done
	export AT_GCOM
	# With 0 to 2 in use, the lowest number that is free for the port is 3.
	gcom -d "$port" -s "$AT_GCOM" < /dev/null 3>&-
)

# at_converse: sends the commands in $AT_1, $AT_2 ... (hexadecimal) to the port, descriptor 3, and
# prints every line that comes back: behind `@ N` what came during the Nth, with its final result
# last, or `@ silent` where that did not come in $AT_WAIT seconds. Then it stops: a port that is
# silent once makes each further command as late. With AT_STOP=1 it also stops at the first command
# that is refused.
at_converse() {
	at_number=1
	while eval "at_command=\${AT_$(printf %X $at_number)-}" && [ -n "$at_command" ]; do
		echo "@ $at_number"
		at_write "$at_command" &
		at_hear
		at_heard=$?
		# Not by TERM, which somebody may have told us to ignore.
		kill -KILL $! 2> /dev/null
		wait $! 2> /dev/null
		at_wrote=$?
		case $at_heard in
			0) ;;
			1) [ "${AT_STOP:-}" != 1 ] || return 0 ;;
			*) break ;;
		esac
		at_number=$((at_number + 1))
	done
	case $at_heard:$at_wrote in
		[01]:*) ;;
		"$AT_HUNG_UP":*) echo "@ silent" && at_refuse $AT_HUNG_UP "$COMGTDEVICE was hung up" ;;
		*:137) echo "@ silent" && at_refuse $AT_STUCK "$COMGTDEVICE takes nothing" ;;
		*) echo "@ silent" && return $AT_SILENT ;;
	esac
}

# In one piece, and opened once more: gcom's descriptor does not wait, and a driver that is busy
# would refuse the rest.
at_write() {
	exec 8>&-
	printf '%s\r' "$1" > /proc/self/fd/3
}

# at_hear: prints lines up to the final result; 1 if it is a refusal, AT_SILENT if none comes.
at_hear() {
	at_now
	at_end=$((at_time + 100 * AT_WAIT)) at_part='' at_fails=0
	while at_left=$((at_end - at_time)) && [ "$at_left" -gt 0 ]; do
		at_line=
		# shellcheck disable=SC3045 # BusyBox's shell has -t
		if IFS= read -r -t $(((at_left + 99) / 100)) at_line <&3; then
			at_line=$at_part$at_line at_part='' at_fails=0
			at_print
			case $at_line in
				OK | CONNECT*) return 0 ;;
				ERROR | '+CME ERROR'* | '+CMS ERROR'* | 'COMMAND NO'*) return 1 ;;
				'NO CARRIER' | BUSY | 'NO ANSWER' | 'NO DIALTONE') at_is_simple || return 1 ;;
			esac
			at_now
		else
			at_part=$at_part$at_line
			at_missed || return
		fi
	done
	at_line=$at_part
	at_print
	return $AT_SILENT
}

# at_is_simple: a command that cannot dial, so that what sounds like the end of a call is somebody else's. Taken for
# its result, that would make each further answer one of the command before.
at_is_simple() {
	case $at_command in
		*[=\;]*) return 1 ;;
		[Aa][Tt][+^!\$*#%_]*) return 0 ;;
	esac
	return 1
}

# at_missed: after a read that has failed: late, hung up, or one that cdc-wdm has announced in vain.
at_missed() {
	at_now
	[ "$at_time" -lt "$at_end" ] || return 0
	at_fails=$((at_fails + 1))
	[ -c "$COMGTDEVICE" ] && [ "$at_fails" -lt 3 ] || return $AT_HUNG_UP
	sleep 1
	at_now
}

# at_print: prints what $at_line holds, a line for each that ends with a carriage return; sets
# $at_line to the last of them.
at_print() {
	at_rest=$at_line at_line=
	while [ -n "$at_rest" ]; do
		at_piece=${at_rest%%"$AT_CR"*}
		[ -z "$at_piece" ] || { printf '%s\n' "$at_piece" && at_line=$at_piece; }
		case $at_rest in
			*"$AT_CR"*) at_rest=${at_rest#*"$AT_CR"} ;;
			*) at_rest= ;;
		esac
	done
}

# at_now: sets $at_time to the uptime in hundredths of a second.
at_now() {
	read -r at_time at_rest < /proc/uptime
	at_time=$((${at_time%.*} * 100 + 1${at_time#*.} - 100))
}

# at_ask PORT SECONDS COMMAND: the information lines of one command; fails unless it ends with OK.
at_ask() {
	at_said=$(at_say "$@") || return
	[ "$(printf '%s\n' "$at_said" | tail -n 1)" = OK ] || return 1
	printf '%s\n' "$at_said" | sed '1d;$d' | grep -vxF -- "$3"
	return 0
}

# at_find SECONDS PORT...: the first of the ports that answers AT, each asked for that long. Says of
# each why not, and ends with the last reason.
at_find() {
	at_wait=$1 at_why=$AT_NO_PORT
	shift
	for at_path; do
		at_said=$(at_say "$at_path" "$at_wait" AT) && printf '%s\n' "$at_path" && return
		at_why=$?
		[ $at_why -ne $AT_SILENT ] || echo "$at_path does not answer" >&2
		[ $at_why -ne $AT_NO_GCOM ] || break
	done
	return "$at_why"
}

# at_nodes [PATH]: the nodes that may be control ports; PATH comes first, be it there or not. What
# hangs on a serial adapter is not known and is not tried.
at_nodes() {
	at_first=$(readlink -f "${1:-/dev/null}")
	[ -z "${1:-}" ] || printf '%s\n' "$1"
	for at_path in "$AT_DEV"/cdc-wdm* "$AT_DEV"/ttyUSB* "$AT_DEV"/ttyACM*; do
		[ ! -c "$at_path" ] || [ "$(readlink -f "$at_path")" = "$at_first" ] ||
			at_is_adapter "$at_path" || printf '%s\n' "$at_path"
	done
}

# at_is_adapter NODE: by the driver of the port.
at_is_adapter() {
	case $(readlink -f "$AT_SYS/class/tty/${1##*/}/device/driver" 2> /dev/null) in
		*/ftdi_sio | */cp210x | */ch341* | */pl2303 | */ark3116 | */belkin_sa | */cypress_m8 | */f81232) return 0 ;;
		*/io_ti | */mct_u232 | */mos7720 | */mos7840 | */mxuport | */oti6858 | */spcp8x5) return 0 ;;
		*/ti_usb_3410_5052* | */xr_serial | */garmin_gps) return 0 ;;
	esac
	return 1
}

# at_port PATH: the device behind a path, where AT commands may be sent to it.
at_port() {
	at_node=$(readlink -f "$1") && [ -c "$at_node" ] ||
		at_refuse $AT_NO_PORT "$1 is not a character device" || return
	! at_is_diag "$at_node" || at_refuse $AT_DIAG "$1 is the diag port" || return
	printf '%s\n' "$at_node"
}

# at_is_diag NODE: by the interface's class as the kernel tells it. Huawei marks the port with
# protocol 03 or 13 (and adds 30 or 60 for operators' brands), Qualcomm with 30; a cdc-wdm that
# speaks QMI or MBIM takes no text either.
at_is_diag() {
	at_name=${1##*/}
	case $(readlink -f "$AT_SYS/class/usbmisc/$at_name/device/driver" 2> /dev/null) in
		*/qmi_wwan | */cdc_mbim) return 0 ;;
	esac
	at_device=$(readlink -f "$AT_SYS/class/tty/$at_name/device" 2> /dev/null) || return 1
	while [ ! -e "$at_device/bInterfaceProtocol" ]; do
		at_device=${at_device%/*}
		[ -n "$at_device" ] || return 1
	done
	[ "$(cat "$at_device/bInterfaceClass")" = ff ] || return 1
	case $(cat "$at_device/../idVendor"):$(cat "$at_device/bInterfaceProtocol") in
		12d1:[036]3 | 12d1:[147]3 | *:30) return 0 ;;
	esac
	return 1
}

# at_take NODE: the lock of a port, until this shell ends, once nobody else has the port open.
at_take() {
	(umask 077 && mkdir -p "$AT_RAM") || return
	exec 8>> "$AT_RAM/${1##*/}.lock"
	at_tries=0 at_holder=
	until flock -n 8 && at_holder=$(at_held "$1") && [ -z "$at_holder" ]; do
		at_tries=$((at_tries + 1))
		[ "$at_tries" -le "$AT_PATIENCE" ] ||
			at_refuse $AT_BUSY "$1 is in use by ${at_holder:-another task}" || return
		sleep 1
	done
}

# at_held NODE: which other program has it open, as NAME (PID).
at_held() {
	# shellcheck disable=SC2012 # names of links in /proc are numbers
	at_pid=$(ls -l /proc/[0-9]*/fd 2> /dev/null | awk -v node="$1" '
		/^\/proc\// { split($0, part, "/"); pid = part[3] }
		NF > 1 && $NF == node { print pid; exit }')
	[ -z "$at_pid" ] || printf '%s (%s)\n' "$(cat "/proc/$at_pid/comm" 2> /dev/null)" "$at_pid"
}

at_refuse() {
	printf '%s\n' "$2" >&2
	return "$1"
}
