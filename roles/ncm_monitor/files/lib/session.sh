# shellcheck shell=busybox disable=SC2034,SC2154
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The data session, by AT commands, and what must be known of the SIM before a new start. With
# ncm.sh; $apn stands before the interface's own APN.

# Seconds that a modem gets for an answer, and between two orders.
SESSION_ANSWER=10 SESSION_PAUSE=3

# session_plain TEXT: whether it may stand between the quotes of an AT command.
session_plain() {
	case $1 in *[!\ -~]* | *[\"\\]*) return 1 ;; esac
	[ ${#1} -le 99 ]
}

# session_command connect|disconnect: the command in the words of the modem's maker, as netifd has
# learnt who that is or the modem itself says. Fails where none is known.
session_command() {
	ncm_look
	session_maker=${net_maker:-$(session_ask_maker)}
	session_cid=$(ncm_setting profile)
	session_cid=${session_cid:-1}
	case $session_maker:$session_cid in
		*[!a-z0-9:]*) return 1 ;;
		huawei:*) session_huawei "$1" ;;
		?*:*) session_of_others "$1" ;;
		*) return 1 ;;
	esac
}

# As netifd asks, where it has not asked.
session_ask_maker() {
	at_ask "$(ncm_port)" 5 AT+CGMI 2> /dev/null |
		awk 'NF { sub(/^\+CGMI: */, ""); print tolower($1); exit }'
}

# The arguments of ^NDISDUP go by their place, so that a name must stand before a password.
session_huawei() {
	[ "$1" = connect ] || { printf '%s' "AT^NDISDUP=$session_cid,0" && return; }
	session_line=AT^NDISDUP=$session_cid,1
	session_name=$(ncm_setting username)
	session_auth=$(ncm_setting auth)
	[ -n "$session_name" ] || [ -z "$(ncm_setting password)" ] || return 1
	for session_text in "${apn:-$(ncm_setting apn)}" "$session_name" "$(ncm_setting password)"; do
		session_plain "$session_text" || return 1
		[ -z "$session_text" ] || session_line="$session_line,\"$session_text\""
	done
	case $session_auth in [0-9]) session_line=$session_line,$session_auth ;; esac
	printf '%s' "$session_line"
}

# What /etc/gcom/ncm.json has for the others, where nothing but the context is to be filled in.
session_of_others() {
	session_line=$(jsonfilter -q -i "${NCM_VENDORS:-/etc/gcom/ncm.json}" -e "@.$session_maker.$1")
	session_line=$(printf '%s' "$session_line" | sed "s/\${profile}/$session_cid/g")
	case $session_line in '' | *[\$\`\\]*) return 1 ;; esac
	printf '%s' "$session_line"
}

# session_reconnect: ends the data session, begins it anew and fetches the new addresses. Exit 1: there
# is no way, 2: the port is taken, 3: the modem said no.
session_reconnect() {
	session_redial || return
	sleep "$SESSION_PAUSE"
	session_renew
}

# session_redial: the modem's part of it; fails as session_reconnect does.
session_redial() {
	# A port that is named for this very purpose serves interfaces of other protocols as well.
	[ "$(ncm_setting proto)" = ncm ] || [ -n "$device" ] || return 1
	session_off=$(session_command disconnect) && session_on=$(session_command connect) || return 1
	# One that has ended already cannot be ended.
	session_say "$session_off"
	case $? in 1 | 2) return $session_code ;; esac
	sleep "$SESSION_PAUSE"
	session_say "$session_on"
}

# session_say COMMAND: fails as session_reconnect does.
session_say() {
	at_ask "$(ncm_port)" "$SESSION_ANSWER" "$1" > /dev/null 2>&1
	session_code=$?
	case $session_code in
		0) ;;
		"$AT_NO_GCOM" | "$AT_NO_PORT" | "$AT_DIAG") session_code=1 ;;
		"$AT_BUSY") session_code=2 ;;
		*) session_code=3 ;;
	esac
	return $session_code
}

# session_renew: a new session brings other addresses, which the interfaces that have them must fetch.
# The children of a ncm interface do not survive a `down`, nor a link that was lost meanwhile: where
# none is left only the start of the interface itself brings them back.
session_renew() {
	if [ "$(ncm_setting proto)" != ncm ]; then
		ubus call "network.interface.$interface" down
		ubus call "network.interface.$interface" up
		return 0
	fi
	session_renewed=
	for session_child in "${interface}_4" "${interface}_6"; do
		ubus call "network.interface.$session_child" renew > /dev/null 2>&1 && session_renewed=1
	done
	[ -n "$session_renewed" ] || netifd_start "$interface"
	return 0
}

# session_objection: why the interface must not be started now, as each start sends the PIN once more.
# Exit 0: it says why, 1: nothing is known against it, 2: the port is taken.
session_objection() {
	session_verdict=$(SIM_PIN=$(ncm_setting pincode) sim_ask "$(ncm_port)" 3 2> /dev/null)
	[ $? != "$AT_BUSY" ] || return 2
	case ${session_verdict%% *} in
		puk) echo 'the SIM is locked and asks for its PUK' ;;
		pin) echo 'the SIM asks for its PIN and none is configured' ;;
		remembered) echo 'the SIM has refused the PIN that is configured' ;;
		few_retries | unknown_retries)
			echo 'the SIM asks for its PIN and it is not known that all its tries are left'
			;;
		*) return 1 ;;
	esac
}
